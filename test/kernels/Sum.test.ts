// Sums and means over any axes against float64 sums by index, at lengths around lanes, folds and blocks; and what becomes of other types.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { reductionBlocks } from '../../src/kernels/Sum.js'
import { expectWithin, itRandom, sumBound, useBackend } from './harness.js'

useBackend()

/** The sum over `axes`, by index, and that of the sizes. */
function reference(values: ArrayLike<number>, shape: readonly number[], axes: readonly number[]) {
  const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
  const length = tf.util.sizeFromShape(kept)
  const [sums, sizes] = [new Float64Array(length), new Float64Array(length)]
  for (let n = 0; n < values.length; n++) {
    let [rest, offset, stride] = [n, 0, 1]
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (!axes.includes(axis)) offset += (rest % shape[axis]!) * stride
      rest = Math.floor(rest / shape[axis]!)
      stride *= kept[axis]!
    }
    sums[offset]! += values[n]!
    sizes[offset]! += Math.abs(values[n]!)
  }
  return { sums, sizes }
}

describe('Sum and Mean', () => {
  itRandom('are those of the axes', random => {
    const cases: [shape: number[], axes: number[]][] = [
      ...[1, 3, 4, 5, 15, 16, 17, 63, 65, 1023, 1025, 2100].map((n): [number[], number[]] => [[2, n], [1]]),
      ...[1, 2, 3, 5, 6, 10, 15, 16, 17, 31, 32, 33, 50].flatMap(c =>
        [1, 2, 3, 4, 5, 11, 64, 65, 130, 300].map((n): [number[], number[]] => [[n, c], [0]]),
      ),
      [
        [3, 4, 5, 6],
        [0, 1, 2],
      ],
      [
        [3, 4, 5, 6],
        [1, 2],
      ],
      [
        [3, 4, 5, 6],
        [0, 2],
      ],
      [
        [3, 4, 5, 6],
        [1, 3],
      ],
      [
        [3, 4, 5, 6],
        [0, 1, 2, 3],
      ],
      [
        [3, 1, 5, 1],
        [1, 2],
      ],
      [[3, 1, 5], [1]],
      [[3, 4], []],
    ]
    for (const [shape, axes] of cases) {
      const x = tf.tensor(random.floats(tf.util.sizeFromShape(shape)), shape)
      const { sums, sizes } = reference(x.dataSync(), shape, axes)
      const count = x.size / sums.length
      const what = `[${shape.join()}] over ${axes.join()}`
      // A bound no longer sum than this is blocks of: see assembly/Sum.ts.
      const bound = sumBound(Math.min(count, 1000))
      expectWithin(tf.sum(x, axes).dataSync(), sums, bound, sizes, `sum of ${what}`)
      const mean = tf.mean(x, axes, true)
      expect(mean.shape).toEqual(shape.map((size, axis) => (axes.includes(axis) ? 1 : size)))
      expectWithin(
        mean.dataSync(),
        sums.map(v => v / count),
        bound,
        sizes.map(v => v / count),
        `mean of ${what}`,
      )
    }
  })

  it('are the same memory where there is nothing to sum, which lives on', () => {
    const x = tf.tensor2d([1, 2, 3], [3, 1])
    const y = tf.sum(x, 1)
    x.dispose()
    expect([...y.dataSync(), y.rank]).toEqual([1, 2, 3, 1])
    y.dispose()
  })

  it('know NaN, empty axes and other types', () => {
    expect([...tf.sum(tf.tensor2d([1, NaN, 2, 3], [2, 2]), 1).dataSync()]).toEqual([NaN, 5])
    expect([...tf.sum(tf.zeros([0, 2]), 0).dataSync()]).toEqual([0, 0])
    expect([...tf.mean(tf.zeros([0, 2]), 0).dataSync()]).toEqual([NaN, NaN])
    const integers = tf.sum(tf.tensor2d([2 ** 24, 1, 1, 1], [2, 2], 'int32'), 0)
    expect([integers.dtype, ...integers.dataSync()]).toEqual(['int32', 2 ** 24 + 1, 2])
    expect(tf.sum(tf.tensor1d([true, true, false], 'bool')).dataSync()[0]).toBe(2)
    expect(tf.mean(tf.tensor1d([1, 2], 'int32')).dataSync()[0]).toBe(1.5)
  })

  it('take neighbouring axes together', () => {
    expect(reductionBlocks([8, 28, 28, 6], [0, 1, 2])).toEqual([{ outer: 1, count: 6272, inner: 6 }])
    expect(reductionBlocks([8, 1, 5], [0, 2])).toEqual([{ outer: 1, count: 40, inner: 1 }])
    expect(reductionBlocks([2, 3, 4, 5], [0, 2])).toEqual([
      { outer: 6, count: 4, inner: 5 },
      { outer: 1, count: 2, inner: 15 },
    ])
  })
})
