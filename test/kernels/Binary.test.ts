// Elementwise arithmetic with broadcasting: every operation, at sizes around the lanes and in every way in which axes may be missing,
// against an index computed for each element. What is not float32 is tfjs's own.
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { broadcastLoops } from '../../src/kernels/Binary.js'
import { itRandom, ourBackend, useBackend } from './harness.js'

useBackend()
afterEach(() => vi.restoreAllMocks())

const { fround } = Math
/** Each operation, and its result in float32: one rounding a step. */
const operations: [op: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, of: (a: number, b: number) => number][] = [
  [(a, b) => tf.add(a, b), (a, b) => a + b],
  [(a, b) => tf.sub(a, b), (a, b) => a - b],
  [(a, b) => tf.mul(a, b), (a, b) => a * b],
  [(a, b) => tf.div(a, b), (a, b) => a / b],
  [(a, b) => tf.maximum(a, b), (a, b) => Math.max(a, b)],
  [(a, b) => tf.minimum(a, b), (a, b) => Math.min(a, b)],
  [(a, b) => tf.squaredDifference(a, b), (a, b) => fround(a - b) * fround(a - b)],
  [(a, b) => tf.prelu(a, b), (a, b) => (a < 0 ? a * b : a)],
]

/** The offset in a tensor of `shape` of the element of the broadcast `full` shape that stands at n. */
function offsetOf(n: number, full: readonly number[], shape: readonly number[]): number {
  let [offset, stride] = [0, 1]
  for (let back = 1; back <= full.length; back++) {
    const at = n % full.at(-back)!
    n = Math.floor(n / full.at(-back)!)
    const own = shape.at(-back) ?? 1
    if (own !== 1) offset += at * stride
    stride *= own
  }
  return offset
}

function expectArithmetic(a: tf.Tensor, b: tf.Tensor): void {
  const [va, vb] = [a.dataSync(), b.dataSync()]
  for (const [op, of] of operations) {
    const y = op(a, b)
    const expected = Float32Array.from({ length: y.size }, (_, n) =>
      of(va[offsetOf(n, y.shape, a.shape)]!, vb[offsetOf(n, y.shape, b.shape)]!),
    )
    expect(y.dataSync(), `[${a.shape.join()}] and [${b.shape.join()}]`).toEqual(expected)
  }
}

describe('elementwise arithmetic', () => {
  itRandom('is the float32 result, at every size', random => {
    for (const size of [1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 63, 64, 65, 100]) {
      const [a, b, one] = [size, size, 1].map(length => tf.tensor1d(random.floats(length, 3))) as [
        tf.Tensor1D,
        tf.Tensor1D,
        tf.Tensor1D,
      ]
      expectArithmetic(a, b)
      expectArithmetic(a, one)
      expectArithmetic(one, b)
      expectArithmetic(a, tf.reshape(one, []))
    }
  })

  itRandom('broadcasts', random => {
    const shapes: [number[], number[]][] = [
      [[3, 5, 7, 6], [6]],
      [[6], [3, 5, 7, 6]],
      [[50, 3], [3]],
      [[1], [50, 3]],
      [
        [300, 5],
        [1, 5],
      ],
      [[5], [131, 5]],
      [[9, 33], [33]],
      [
        [9, 10],
        [9, 1],
      ],
      [
        [9, 1],
        [9, 10],
      ],
      [
        [4, 3, 2, 40],
        [4, 1, 1, 40],
      ],
      [
        [4, 1, 1, 5],
        [4, 3, 2, 5],
      ],
      [
        [4, 1],
        [1, 5],
      ],
      [
        [2, 1, 3, 1, 5],
        [1, 4, 1, 6, 1],
      ],
      [
        [3, 1, 2],
        [4, 1],
      ],
      [[1, 1], [1]],
      [[], [2, 2]],
    ]
    for (const [p, q] of shapes) {
      const make = (shape: number[]) => tf.tensor(random.floats(tf.util.sizeFromShape(shape), 2), shape)
      expectArithmetic(make(p), make(q))
    }
  })

  it('shows NaN and infinity, and knows empty tensors', () => {
    const [a, b] = [tf.tensor1d([NaN, 1, Infinity, 0, -0]), tf.tensor1d([1, NaN, Infinity, 0, 1])]
    expect([...tf.maximum(a, b).dataSync()]).toEqual([NaN, NaN, Infinity, 0, 1])
    expect([...tf.minimum(b, a).dataSync()]).toEqual([NaN, NaN, Infinity, 0, -0])
    expect([...tf.div(a, b).dataSync()]).toEqual([NaN, NaN, NaN, NaN, -0])
    expect([...tf.prelu(a, b).dataSync()]).toEqual([NaN, 1, Infinity, 0, -0])
    expect([...tf.prelu<tf.Tensor>(tf.tensor1d([-1, -Infinity, NaN]), tf.scalar(NaN)).dataSync()]).toEqual([
      NaN,
      NaN,
      NaN,
    ])
    expect(tf.mul(tf.zeros([0, 3]), tf.zeros([3])).shape).toEqual([0, 3])
    expect(tf.prelu(tf.scalar(1), tf.zeros([9, 0])).shape).toEqual([9, 0])
  })

  it('leaves integers, and shapes that do not broadcast, to tfjs', () => {
    const ours = vi.spyOn(ourBackend().kernels, 'binary')
    const product = tf.mul(tf.tensor1d([3, 4], 'int32'), tf.scalar(2 ** 24 + 1, 'int32'))
    expect([product.dtype, ...product.dataSync()]).toEqual(['int32', 3 * 2 ** 24 + 3, 2 ** 26 + 4])
    expect(() => tf.sub(tf.zeros([2, 3]), tf.zeros([2]))).toThrow(/broadcast/)
    expect(ours).not.toHaveBeenCalled()
    tf.mul(tf.zeros([2, 3]), 2)
    expect(ours).toHaveBeenCalledTimes(1)
  })

  it('makes one loop of axes that behave alike', () => {
    expect(broadcastLoops([2, 3, 4], [2, 3, 4], [2, 3, 4])).toEqual([[24, 4, 4]])
    expect(broadcastLoops([2, 3, 4], [4], [2, 3, 4])).toEqual([
      [6, 16, 0],
      [4, 4, 4],
    ])
    expect(broadcastLoops([2, 3, 4], [], [2, 3, 4])).toEqual([[24, 4, 0]])
    expect(broadcastLoops([2, 1, 4], [2, 3, 1], [2, 3, 4])).toEqual([
      [2, 16, 12],
      [3, 0, 4],
      [4, 4, 0],
    ])
  })
})
