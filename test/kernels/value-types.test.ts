// complex64 and strings through kernels that compute with numbers: right values, nothing lost in memory, and a refusal by name elsewhere.
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { describe, expect, it } from 'vitest'
import { imageBytes } from '../../src/kernels/Draw.js'
import { otherTypesOf } from '../../src/kernels/value-types.js'
import { ourBackend, useBackend } from './harness.js'

useBackend()

const z = () => tf.complex(tf.tensor2d([1, -2, 3, 4, 5, -6], [2, 3]), tf.tensor2d([0.5, 1, -1, 2, -3, 4], [2, 3]))
const re = [1, -2, 3, 4, 5, -6]
const im = [0.5, 1, -1, 2, -3, 4]
/** [re, im, re, im ...] */
const pairs = (t: tf.Tensor) => [...t.dataSync()]
const at = (...places: number[]) => places.flatMap(i => [re[i], im[i]])

/** Ids of the backend and tensors of tfjs after two runs are those of one. */
function losesNothing(run: () => void): void {
  const state = () => ({ ids: ourBackend().numDataIds(), ...tf.memory() })
  tf.tidy(run)
  const before = state()
  tf.tidy(run)
  expect(state()).toEqual(before)
}

describe('complex64', () => {
  it('goes through kernels that move values', () => {
    losesNothing(() => {
      expect(pairs(tf.reshape(z(), [3, 2]))).toEqual(at(0, 1, 2, 3, 4, 5))
      expect(pairs(tf.slice(z(), [0, 1], [2, 1]))).toEqual(at(1, 4))
      expect(pairs(tf.stridedSlice(z(), [0, 0], [2, 3], [1, 2]))).toEqual(at(0, 2, 3, 5))
      expect(pairs(tf.stridedSlice(z(), [0, 0], [2, 3], [1, 1]))).toEqual(at(0, 1, 2, 3, 4, 5))
      expect(pairs(tf.transpose(z()))).toEqual(at(0, 3, 1, 4, 2, 5))
      expect(pairs(tf.reverse(z(), 1))).toEqual(at(2, 1, 0, 5, 4, 3))
      expect(pairs(tf.gather(z(), [1, 0, 1]))).toEqual(at(3, 4, 5, 0, 1, 2, 3, 4, 5))
      expect(pairs(tf.tile(tf.slice(z(), 0, 1), [2, 1]))).toEqual(at(0, 1, 2, 0, 1, 2))
      expect(pairs(tf.concat([z(), z()], 1))).toEqual(at(0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5))
      expect(pairs(tf.stack(tf.unstack(z()), 1))).toEqual(at(0, 3, 1, 4, 2, 5))
      expect(tf.split(z(), 3, 1).map(pairs)).toEqual([at(0, 3), at(1, 4), at(2, 5)])
      expect(
        pairs(
          tf.pad(
            tf.slice(z(), 0, 1),
            [
              [0, 0],
              [1, 0],
            ],
            7,
          ),
        ),
      ).toEqual([7, 0, ...at(0, 1, 2)])
      expect(pairs(tf.clone(z()))).toEqual(at(0, 1, 2, 3, 4, 5))
      expect(pairs(tf.where(tf.tensor2d([1, 0, 0, 0, 0, 1], [2, 3], 'bool'), z(), tf.zerosLike(z())))).toEqual([
        ...at(0),
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        ...at(5),
      ])
    })
  })

  it('is added, subtracted, multiplied and summed, with broadcasting and with real numbers', () => {
    losesNothing(() => {
      const row = tf.complex([1, 0, -1], [0, 1, 2])
      expect(pairs(tf.add(z(), row))).toEqual([2, 0.5, -2, 2, 2, 1, 5, 2, 5, -2, -7, 6])
      expect(pairs(tf.sub(z(), row))).toEqual([0, 0.5, -2, 0, 4, -3, 3, 2, 5, -4, -5, 2])
      expect(pairs(tf.mul(z(), row))).toEqual([1, 0.5, -1, -2, -1, 7, 4, 2, 3, 5, -2, -16])
      expect(pairs(tf.mul(z(), tf.scalar(2)))).toEqual(pairs(tf.add(z(), z())))
      expect(pairs(tf.neg(z()))).toEqual(at(0, 1, 2, 3, 4, 5).map(value => -value!))
      expect(pairs(tf.sum(z(), 0))).toEqual([5, 2.5, 3, -2, -3, 3])
      expect(pairs(tf.addN([z(), z(), z()])).slice(0, 2)).toEqual([3, 1.5])
      expect([...tf.abs(tf.complex([3, 1e30], [-4, 1e30])).dataSync()]).toEqual([
        5,
        Math.fround(Math.SQRT2 * Math.fround(1e30)),
      ])
      expect(pairs(tf.onesLike(tf.slice(z(), 0, 1)))).toEqual([1, 0, 1, 0, 1, 0])
    })
  })

  it('is cast to and from', () => {
    losesNothing(() => {
      expect([...tf.cast(z(), 'float32').dataSync()]).toEqual(re)
      expect([...tf.cast(z(), 'int32').dataSync()]).toEqual(re)
      expect(pairs(tf.cast(tf.tensor1d([3, 4], 'int32'), 'complex64'))).toEqual([3, 0, 4, 0])
      expect([...tf.cast([0, 3, -0.5, NaN], 'bool').dataSync()]).toEqual([0, 1, 1, 1])
    })
  })

  it('keeps its values when its parts are disposed of, and frees them with itself', () => {
    const before = { ids: ourBackend().numDataIds(), bytes: tf.memory().numBytes }
    const [a, b] = [tf.tensor1d([1, 2]), tf.tensor1d([3, 4])]
    const c = tf.complex(a, b)
    const real = tf.real(c)
    tf.dispose([a, b])
    expect(pairs(c)).toEqual([1, 3, 2, 4])
    const other = tf.reshape(c, [2, 1])
    c.dispose()
    expect(pairs(other)).toEqual([1, 3, 2, 4])
    other.dispose()
    expect([...real.dataSync()]).toEqual([1, 2])
    real.dispose()
    expect({ ids: ourBackend().numDataIds(), bytes: tf.memory().numBytes }).toEqual(before)
  })

  it('comes from another backend', async () => {
    const before = ourBackend().numDataIds()
    await tf.setBackend('cpu')
    const theirs = tf.complex([1, 2], [3, 4])
    await tf.setBackend('eyes-wasm')
    expect(tf.tidy(() => pairs(tf.mul(theirs, theirs)))).toEqual([-8, 6, -12, 16])
    expect(ourBackend().numDataIds()).toBe(before + 3)
    theirs.dispose()
    expect(ourBackend().numDataIds()).toBe(before)
  })

  it('is refused by name where it has no meaning', () => {
    tf.tidy(() => {
      expect(() => tf.relu(z())).toThrow('Relu: found a tensor of complex64, wanted numbers')
      expect(() => tf.complex([1, 2], [1, 2, 3])).toThrow()
    })
  })
})

describe('strings', () => {
  const words = () => tf.tensor2d(['b', 'a', 'd', 'c', 'ä', ''], [2, 3], 'string')
  const read = (t: tf.Tensor) => t.dataSync<'string'>()

  it('go through kernels that move values', () => {
    losesNothing(() => {
      const turned = tf.engine().runKernel<tf.Tensor>('Transpose', { x: words() }, { perm: [1, 0] })
      expect(read(turned)).toEqual(['b', 'c', 'a', 'ä', 'd', ''])
      expect(read(tf.tile(tf.slice(words(), 0, 1), [1, 2]))).toEqual(['b', 'a', 'd', 'b', 'a', 'd'])
      const mirrored = tf.engine().runKernel<tf.Tensor>('Reverse', { x: words() }, { dims: [1] })
      expect(read(mirrored)).toEqual(['d', 'a', 'b', '', 'ä', 'c'])
      const gathered = tf
        .engine()
        .runKernel<tf.Tensor>('GatherV2', { x: words(), indices: tf.tensor1d([1], 'int32') }, { axis: 0, batchDims: 0 })
      expect(read(gathered)).toEqual(['c', 'ä', ''])
      expect(tf.unstack(words()).map(read)).toEqual([
        ['b', 'a', 'd'],
        ['c', 'ä', ''],
      ])
      expect(read(tf.fill([2], 'ab'))).toEqual(['ab', 'ab'])
      const { values, indices } = tf.unique(tf.tensor1d(['b', 'a', 'b', 'c']))
      expect(read(values)).toEqual(['b', 'a', 'c'])
      expect([...indices.dataSync()]).toEqual([0, 1, 0, 2])
      const dense = tf.sparseToDense([1, 3], tf.tensor1d(['x', 'y']), [4], tf.scalar('-'))
      expect(read(dense)).toEqual(['-', 'x', '-', 'y'])
    })
  })

  it('are moved byte by byte, UTF-8 or not', () => {
    losesNothing(() => {
      const bytes = [[0xff, 0xfe], [0x80], [0xff, 0xfe]].map(list => Uint8Array.from(list))
      const x = tf.tensor(bytes, [3], 'string')
      const back = (t: tf.Tensor) => ourBackend().readSync(t.dataId)
      expect(back(tf.slice(x, 1, 2))).toEqual([bytes[1], bytes[2]])
      const inputs = { x, indices: tf.tensor1d([2, 1], 'int32') }
      const gathered = tf.engine().runKernel<tf.Tensor>('GatherV2', inputs, { axis: 0, batchDims: 0 })
      expect(back(gathered)).toEqual([bytes[2], bytes[1]])
      expect(tf.unstack(x).map(back)).toEqual(bytes.map(one => [one]))
      expect(back(tf.concat([x, tf.slice(x, 0, 1)]))).toEqual([...bytes, bytes[0]])
    })
  })

  it('are joined along any axis, of nothing too, and stacked', () => {
    losesNothing(() => {
      const none = tf.tensor2d([], [2, 0], 'string')
      expect(read(tf.concat([words(), none, words()], 1))).toEqual([
        'b',
        'a',
        'd',
        'b',
        'a',
        'd',
        'c',
        'ä',
        '',
        'c',
        'ä',
        '',
      ])
      expect(tf.concat([none, none], 1).shape).toEqual([2, 0])
      expect(read(tf.stack([tf.tensor1d(['a', 'b']), tf.tensor1d(['c', 'd'])], 1))).toEqual(['a', 'c', 'b', 'd'])
    })
  })

  it('are compared as JavaScript compares them', () => {
    losesNothing(() => {
      const [a, b] = [tf.tensor1d(['a', 'b', 'ab', '']), tf.tensor1d(['b', 'b', 'a', 'a'])]
      expect([...tf.less(a, b).dataSync()]).toEqual([1, 0, 0, 1])
      expect([...tf.lessEqual(a, b).dataSync()]).toEqual([1, 1, 0, 1])
      expect([...tf.greater(a, b).dataSync()]).toEqual([0, 0, 1, 0])
      expect([...tf.greaterEqual(a, b).dataSync()]).toEqual([0, 1, 1, 0])
      expect([...tf.equal(words(), 'a').dataSync()]).toEqual([0, 1, 0, 0, 0, 0])
      expect([...tf.notEqual(a, b).dataSync()]).toEqual([1, 0, 1, 1])
    })
  })

  it('are replaced by regular expressions, and ragged ones are gathered', () => {
    losesNothing(() => {
      expect(read(tf.string.staticRegexReplace(tf.tensor1d(['aba', 'b']), 'a', 'x', false))).toEqual(['xba', 'b'])
      const { outputNestedSplits, outputDenseValues } = tf.raggedGather(
        [tf.tensor1d([0, 2, 3], 'int32')],
        tf.tensor1d([7, 8, 9]),
        tf.tensor1d([1, 0], 'int32'),
        1,
      )
      expect([...outputNestedSplits[0]!.dataSync()]).toEqual([0, 1, 3])
      expect([...outputDenseValues.dataSync()]).toEqual([9, 7, 8])
    })
  })

  it('are refused by name where they have no meaning', () => {
    const kernels = tf.getKernel('Relu', 'eyes-wasm')
    tf.tidy(() => {
      const call = { inputs: { x: words() }, attrs: {}, backend: ourBackend() }
      expect(() => kernels.kernelFunc(call)).toThrow('Relu: found a tensor of string, wanted numbers')
    })
    expect(otherTypesOf('Relu')).toEqual([])
    expect(otherTypesOf('Reshape')).toEqual(['complex64', 'string'])
    expect(otherTypesOf('FFT')).toEqual(['complex64'])
    expect(otherTypesOf('Equal')).toEqual(['string'])
  })
})

describe('Concat', () => {
  it('of different types has the first one’s, and its values', () => {
    tf.tidy(() => {
      const mixed = tf.concat([tf.tensor1d([1.5]), tf.tensor1d([7], 'int32'), tf.tensor1d([1], 'bool')])
      expect([mixed.dtype, ...mixed.dataSync()]).toEqual(['float32', 1.5, 7, 1])
    })
  })
})

describe('Concat and Pack', () => {
  it('make real numbers complex beside complex ones, and join no numbers to strings', () => {
    losesNothing(() => {
      expect(pairs(tf.concat([tf.tensor1d([7], 'int32'), tf.complex([1], [2])]))).toEqual([7, 0, 1, 2])
      const mixed = () => tf.concat([tf.tensor1d([1]), tf.tensor1d(['a'])])
      expect(mixed).toThrow('Concat: found tensors of float32 and of string')
      const types = () => tf.stack([tf.tensor1d([1]), tf.tensor1d([1], 'int32')])
      expect(types).toThrow('Pack: found tensors of float32 and of int32, wanted one type')
    })
  })
})

describe('Bincount', () => {
  it('counts a tensor of any rank', () => {
    tf.tidy(() => {
      const x = tf.reshape<tf.Rank.R1>(tf.tensor1d([1, 2, 2, 5], 'int32'), [2, 2, 1] as unknown as [number])
      expect([...tf.bincount(x, tf.tensor1d([]), 4).dataSync()]).toEqual([0, 1, 2, 0])
      expect([...tf.bincount(x, tf.tensor1d([0.5, 1, 2, 4]), 4).dataSync()]).toEqual([0, 0.5, 3, 0])
    })
  })
})

describe('Draw', () => {
  it('makes RGBA bytes of grey, RGB and RGBA, and refuses what is no pixel', () => {
    expect([...imageBytes([0, 1], 1, 'float32', 1)]).toEqual([0, 0, 0, 255, 255, 255, 255, 255])
    expect([...imageBytes([1, 2, 3], 3, 'int32', 0.5)]).toEqual([1, 2, 3, 128])
    expect([...imageBytes([1, 2, 3, 4], 4, 'int32', 1)]).toEqual([1, 2, 3, 4])
    for (const value of [-0.1, 1.1, NaN]) expect(() => imageBytes([value], 1, 'float32', 1)).toThrow('wanted float32')
  })
})
