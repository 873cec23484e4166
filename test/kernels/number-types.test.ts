// int32, bool and tensors without values through kernels of tfjs-backend-wasm, which read them as float32, leave results as they found them, or
// trap: beside tfjs's cpu backend, or the values that follow from a definition; and nothing is lost in memory.
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { describe, expect, it } from 'vitest'
import { ourBackend, useBackend } from './harness.js'

useBackend()

const names = (list: string) => list.trim().split(/\s+/)

const unary =
  names(`Abs Acos Acosh Asin Asinh Atan Atanh Ceil Cos Cosh Elu Exp Expm1 Floor IsFinite IsInf IsNan LeakyRelu Log Log1p Neg
  Reciprocal Relu Relu6 Round Rsqrt Selu Sigmoid Sign Sin Sinh Softplus Sqrt Square Step Tan Tanh`)
const binary = names('Atan2 FloorDiv Maximum Minimum Mod Multiply Pow RealDiv SquaredDifference')

/** What a kernel makes of the values, on a backend. */
async function run(backend: string, kernel: string, dtype: 'int32' | 'bool', values: number[][]) {
  await tf.setBackend(backend)
  return tf.tidy(() => {
    const [a, b] = values.map(one => tf.tensor1d(one, dtype))
    const inputs = (b ? { a, b } : { x: a }) as unknown as tf.NamedTensorMap
    const y = tf.engine().runKernel<tf.Tensor>(kernel, inputs, { alpha: kernel === 'LeakyRelu' ? 0.25 : 0 })
    return { dtype: y.dtype, values: Array.from(y.dataSync(), value => value || 0) }
  })
}

async function expectAsOnCpu(kernels: string[], dtype: 'int32' | 'bool', values: number[][]) {
  for (const kernel of kernels) {
    const expected = await run('cpu', kernel, dtype, values)
    await tf.setBackend('eyes-wasm')
    const before = ourBackend().numDataIds()
    const actual = await run('eyes-wasm', kernel, dtype, values)
    expect(ourBackend().numDataIds(), kernel).toBe(before)
    expect(actual.dtype, `${kernel} of ${dtype}`).toBe(expected.dtype)
    actual.values.forEach((value, i) => {
      const { abs, max } = Math
      expect(abs(value - expected.values[i]!), `${kernel} of ${dtype}, place ${i}`).toBeLessThan(
        1e-6 * max(1, abs(value)),
      )
    })
  }
}

describe('int32 and bool', () => {
  it('are numbers to elementwise kernels, whose results have the type that cpu gives', async () => {
    await expectAsOnCpu(unary, 'int32', [[1, -2, 0, 3, 7, -4, 2, 5, 9]])
    await expectAsOnCpu(unary, 'bool', [[1, 0, 0, 1, 1]])
  })

  it('are divided and raised like numbers, and by 0 without a trap', async () => {
    const a = [7, -7, 7, -7, 5, -5, 0, 3, 3, -2, 1, -1, 2, 0, 0]
    const b = [2, 2, -2, -2, 0, 0, 0, -1, 3, 31, -5, -5, 33, -1, 4]
    await expectAsOnCpu(binary, 'int32', [a, b])
    await expectAsOnCpu(binary, 'bool', [
      [1, 0, 1, 0, 1],
      [1, 1, 0, 0, 1],
    ])
    tf.tidy(() => {
      const grid = tf.mod(tf.tensor3d([7, 8, -9, 10], [2, 1, 2], 'int32'), tf.tensor2d([3, 0, 4], [3, 1], 'int32'))
      expect(grid.shape).toEqual([2, 3, 2])
      expect([...grid.dataSync()]).toEqual([1, 2, 0, 0, 3, 0, 0, 1, 0, 0, 3, 2])
      expect([...tf.pow(tf.tensor1d([3], 'int32'), tf.tensor1d([40], 'int32')).dataSync()]).toEqual([689_956_897])
      const quotient = tf.floorDiv(tf.tensor1d([7.5, -7.5]), 2)
      expect([quotient.dtype, ...quotient.dataSync()]).toEqual(['int32', 3, -4])
    })
  })

  it('take part in fused products and einsum', () => {
    tf.tidy(() => {
      const x = tf.tensor2d([1, -2, 3, 4], [2, 2], 'int32')
      const activation = (name: tf.fused.Activation) => [
        ...tf.fused.matMul({ a: x, b: x, bias: tf.tensor1d([1, -30], 'int32'), activation: name }).dataSync(),
      ]
      // [[-5, -10], [15, 10]] and the bias
      expect(activation('relu6')).toEqual([0, 0, 6, 0])
      expect(activation('elu')).toEqual([0, -1, 16, -1])
      const mask = tf.tensor2d([1, 0, 1, 1], [2, 2], 'bool')
      const count = tf.einsum('ij->', mask)
      expect([count.dtype, ...count.dataSync()]).toEqual(['int32', 3])
    })
  })
})

describe('no values', () => {
  it('are reduced to what nothing adds up to', () => {
    tf.tidy(() => {
      const [none, integers] = [tf.zeros([2, 0]), tf.zeros([2, 0], 'int32')]
      expect([...tf.sum(integers, 1).dataSync()]).toEqual([0, 0])
      expect([...tf.prod(none, 1).dataSync()]).toEqual([1, 1])
      expect([...tf.max(none, 1, true).dataSync()]).toEqual([-Infinity, -Infinity])
      expect([...tf.min(integers, 1).dataSync()]).toEqual([2 ** 31 - 1, 2 ** 31 - 1])
      expect([...tf.mean(integers, 1).dataSync()]).toEqual([NaN, NaN])
      const nothing = tf.zeros([0, 3, 2], 'bool')
      expect([...tf.any(nothing).dataSync(), ...tf.all(nothing).dataSync()]).toEqual([0, 1])
      const none8 = tf.zeros([0, 2], 'bool')
      expect([...tf.min(none8, 0).dataSync(), ...tf.max(none8, 0).dataSync()]).toEqual([1, 1, 0, 0])
      expect(tf.any(nothing, 1, true).shape).toEqual([0, 1, 2])
      expect([tf.argMax(tf.zeros([0, 3, 2]), 1).shape, tf.max(tf.zeros([4, 0, 3]), [0]).shape]).toEqual([
        [0, 2],
        [0, 3],
      ])
    })
  })

  it('stay none when they are moved and summed up', () => {
    tf.tidy(() => {
      // With axes at the front that stay where they are, theirs divides by 0.
      const moved = (shape: number[], perm: number[]) => tf.transpose(tf.zeros(shape, 'bool'), perm).shape
      expect(moved([0, 2, 3], [0, 2, 1])).toEqual([0, 3, 2])
      expect(moved([2, 0, 4, 3, 2], [0, 1, 2, 4, 3])).toEqual([2, 0, 4, 2, 3])
      expect(moved([0, 2, 3, 4], [0, 3, 2, 1])).toEqual([0, 4, 3, 2])
      const shapes: number[][] = [
        [0, 3, 2],
        [3, 0, 2],
        [2, 3, 0],
      ]
      for (const shape of shapes) {
        const sums = tf.engine().runKernel<tf.Tensor>('Cumsum', { x: tf.zeros(shape, 'bool') }, { axis: -2 })
        expect([sums.dtype, sums.shape]).toEqual(['int32', shape])
      }
      expect(tf.image.rotateWithOffset(tf.zeros([1, 0, 3, 1]), 1, 0.5).shape).toEqual([1, 0, 3, 1])
    })
  })

  it('have gradients', () => {
    tf.tidy(() => {
      for (const shape of [[0], [2, 0], [0, 1]]) {
        expect(tf.grad(x => tf.sum(x))(tf.zeros(shape)).shape).toEqual(shape)
        expect(tf.grad(x => tf.sum(tf.mean(x, 0)))(tf.zeros(shape)).shape).toEqual(shape)
      }
    })
  })

  it('and no axis: softmax refuses a scalar', () => {
    expect(() => tf.softmax(tf.scalar(1))).toThrow('Softmax: logits are a scalar, wanted rank 1 or more')
    expect(tf.softmax(tf.zeros([3, 0])).shape).toEqual([3, 0])
  })

  it('are chosen from without a write', () => {
    tf.tidy(() => {
      const x = tf.zeros([9, 0])
      expect(tf.where(tf.ones([9, 1], 'bool'), x, x).shape).toEqual([9, 0])
    })
  })
})
