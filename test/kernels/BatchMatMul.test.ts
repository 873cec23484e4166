// Matrix products: float32 against plain loops at sizes around lanes, tiles, panels, parts and blocks, in all four orientations, with
// bias and ReLU; batches that broadcast; integers; and the bits, which neither the tile shape nor the place in a block may change.
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, it } from 'vitest'
import { matMul } from '../../src/kernels/BatchMatMul.js'
import { setVectorMode } from '../../src/wasm/revectorize.js'
import { matrixOf, product } from '../reference/matmul.js'
import { absolute, expectWithin, itRandom, ourBackend, type Random, sumBound, useBackend } from './harness.js'

useBackend()
afterEach(() => setVectorMode('simd128'))

const orientations = [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
] as const

/** A factor [rows, columns], stored transposed where asked. */
const factor = (random: Random, rows: number, columns: number, isTransposed: boolean) =>
  tf.tensor2d(random.floats(rows * columns), isTransposed ? [columns, rows] : [rows, columns])

/** The matrices of a batch turned round, where asked. */
function turn(t: tf.Tensor, isTurned: boolean): tf.Tensor {
  const axes = [...t.shape.keys()]
  return isTurned ? tf.transpose(t, [...axes.slice(0, -2), ...axes.slice(-2).reverse()]) : t
}

function expectProduct(random: Random, rows: number, depth: number, columns: number, isFused: boolean): void {
  for (const [transposeA, transposeB] of orientations) {
    const a = factor(random, rows, depth, transposeA)
    const b = factor(random, depth, columns, transposeB)
    const bias = tf.tensor1d(random.floats(columns))
    const actual = isFused
      ? tf.fused.matMul({ a, b, transposeA, transposeB, bias, activation: 'relu' })
      : tf.matMul(a, b, transposeA, transposeB)
    const { values, sizes } = product(
      matrixOf(a.dataSync(), 0, rows, depth, transposeA),
      matrixOf(b.dataSync(), 0, depth, columns, transposeB),
      rows,
      depth,
      columns,
    )
    const added = bias.dataSync()
    const expected = isFused ? values.map((v, i) => Math.max(0, v + added[i % columns]!)) : values
    const magnitude = isFused ? sizes.map((v, i) => v + Math.abs(added[i % columns]!)) : sizes
    const what = `[${rows}, ${depth}] x [${depth}, ${columns}] ${String(transposeA)} ${String(transposeB)}`
    expect(actual.shape).toEqual([rows, columns])
    expectWithin(actual.dataSync(), expected, sumBound(depth), magnitude, what)
  }
}

describe('BatchMatMul', () => {
  for (const isFused of [false, true]) {
    itRandom(`is the product at every size and orientation${isFused ? ', with bias and ReLU' : ''}`, random => {
      for (const rows of [1, 2, 3, 4, 8, 9]) {
        for (const columns of [1, 3, 4, 9, 12, 23, 24, 28, 44]) {
          for (const depth of [1, 4, 7]) expectProduct(random, rows, depth, columns, isFused)
        }
      }
      // Parts of 192 terms, blocks of 256 rows.
      for (const [rows, depth, columns] of [
        [6, 191, 26],
        [6, 193, 26],
        [8, 400, 24],
        [255, 3, 5],
        [257, 193, 9],
        [520, 200, 4],
      ] as const)
        expectProduct(random, rows, depth, columns, isFused)
    })
  }

  itRandom('has the same bits in both tile shapes, and for a row alone', random => {
    const [rows, depth, columns] = [37, 391, 76]
    const [a, b] = [tf.tensor2d(random.floats(rows * depth), [rows, depth]), factor(random, depth, columns, false)]
    const narrow = tf.matMul(a, b).dataSync()
    setVectorMode('revectorized')
    expect(tf.matMul(a, b).dataSync()).toEqual(narrow)
    expect(tf.matMul(tf.slice(a, [5, 0], [1, depth]), b).dataSync()).toEqual(narrow.slice(5 * columns, 6 * columns))
    expect(tf.matMul(tf.transpose(a), tf.transpose(b), true, true).dataSync()).toEqual(narrow)
  })

  itRandom('broadcasts the axes of the batch', random => {
    const shapes: [number[], number[]][] = [
      [[5], [5]],
      [[5], [1]],
      [[1], [5]],
      [[2, 3], [3]],
      [[3], [2, 3]],
      [
        [2, 1],
        [1, 3],
      ],
      [
        [2, 1, 2],
        [3, 1],
      ],
      [[], [2, 2]],
      [[2, 2], []],
    ]
    for (const [batchA, batchB] of shapes) {
      for (const [transposeA, transposeB] of orientations) {
        const shapeOf = (batch: number[], matrix: [number, number], turned: boolean) =>
          turned ? [...batch, matrix[1], matrix[0]] : [...batch, ...matrix]
        const make = (shape: number[]) => tf.tensor(random.floats(tf.util.sizeFromShape(shape)), shape)
        const a = make(shapeOf(batchA, [3, 6], transposeA))
        const b = make(shapeOf(batchB, [6, 5], transposeB))
        // By the definition: terms [..., 3, 6, 1] x [..., 1, 6, 5].
        const terms = tf.mul(tf.expandDims(turn(a, transposeA), -1), tf.expandDims(turn(b, transposeB), -3))
        const [expected, sizes] = [tf.sum(terms, -2), tf.sum(tf.abs(terms), -2)]
        const actual = tf.matMul(a, b, transposeA, transposeB)
        expect(actual.shape).toEqual(expected.shape)
        expectWithin(
          actual.dataSync(),
          expected.dataSync(),
          2 * sumBound(6),
          sizes.dataSync(),
          `[${batchA.join()}] x [${batchB.join()}]`,
        )
      }
    }
  })

  it('multiplies integers and booleans', () => {
    const a = tf.tensor2d([1, -2, 3, 40_000, 5, 6], [2, 3], 'int32')
    const b = tf.tensor2d([7, 8, 9, 10, 11, 12], [2, 3], 'int32')
    const ab = tf.matMul(a, b, false, true)
    expect(ab.dtype).toBe('int32')
    expect([...ab.dataSync()]).toEqual([18, 24, 280_094, 400_127])
    expect([...tf.matMul(a, b, true, false).dataSync()].slice(0, 3)).toEqual([400_007, 440_008, 480_009])
  })

  it('shows NaN and infinity, and knows empty factors', () => {
    const a = tf.tensor2d([NaN, 1, 0, Infinity], [2, 2])
    expect([...tf.matMul(a, tf.tensor2d([1, 2], [2, 1])).dataSync()]).toEqual([NaN, Infinity])
    const row = { a, b: tf.ones<tf.Rank.R2>([2, 1]), bias: tf.zeros([1]), activation: 'relu' as const }
    expect([...tf.fused.matMul(row).dataSync()]).toEqual([NaN, Infinity])
    expect(tf.matMul(tf.zeros([0, 3]), tf.zeros([3, 2])).shape).toEqual([0, 2])
    expect([...tf.matMul(tf.zeros([1, 0]), tf.zeros([0, 2])).dataSync()]).toEqual([0, 0])
  })

  const orientation = { transposeA: false, transposeB: false }
  it('refuses depths that differ, batches that do not broadcast and complex numbers', () => {
    expect(() => tf.matMul(tf.zeros([2, 3]), tf.zeros([4, 5]))).toThrow(/inner shapes \(3\) and \(4\)/)
    expect(() => tf.matMul(tf.zeros([2, 2, 3]), tf.zeros([3, 3, 5]))).toThrow(/broadcast/)
    const complex = { dataId: tf.zeros([2, 2]).dataId, shape: [2, 2], dtype: 'complex64' as const }
    expect(() => matMul(ourBackend(), complex, complex, orientation)).toThrow(/complex64/)
  })
})

describe('_FusedMatMul', () => {
  itRandom('adds a bias of any shape that broadcasts, and applies every activation', random => {
    const a = tf.tensor2d(random.floats(12), [4, 3])
    const b = tf.tensor2d(random.floats(15), [3, 5])
    const alpha = tf.tensor1d(random.floats(5))
    const plain = tf.matMul(a, b)
    const of: Record<string, (z: tf.Tensor) => tf.Tensor> = {
      linear: z => z,
      relu: z => tf.relu(z),
      relu6: z => tf.relu6(z),
      elu: z => tf.elu(z),
      sigmoid: z => tf.sigmoid(z),
      leakyrelu: z => tf.leakyRelu(z, 0.3),
      prelu: z => tf.add(tf.maximum(z, 0), tf.mul(tf.minimum(z, 0), alpha)),
    }
    for (const shape of [[5], [1, 5], [4, 5], [4, 1], [1], []]) {
      const bias = tf.tensor(random.floats(tf.util.sizeFromShape(shape)), shape)
      for (const [activation, apply] of Object.entries(of)) {
        const actual = tf.fused.matMul({
          a,
          b,
          bias,
          activation: activation as tf.fused.Activation,
          preluActivationWeights: alpha,
          leakyreluAlpha: 0.3,
        })
        const expected = apply(tf.add(plain, bias)).dataSync()
        expect(actual.shape).toEqual([4, 5])
        expectWithin(
          actual.dataSync(),
          expected,
          1e-6,
          absolute(expected).map(v => v + 1),
          `[${shape.join()}] ${activation}`,
        )
      }
    }
  })
})
