// Sums of rows by segment (tfjs #8082): float32 and int32, at lengths around the lanes, rows without a segment, and what they are for:
// the gradient of gather, and Adam on an embedding.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { expectWithin, itRandom, sumBound, useBackend } from './harness.js'

useBackend()

describe('UnsortedSegmentSum (tfjs #8082)', () => {
  itRandom('adds the rows of each segment, and drops those of none', random => {
    for (const length of [1, 2, 3, 4, 5, 7, 8, 9, 16, 19]) {
      const [rows, segments] = [23, 6]
      const ids = Int32Array.from({ length: rows }, () => Math.floor(random.next() * (segments + 2)) - 1)
      const x = random.floats(rows * length)
      const [expected, sizes] = [new Float64Array(segments * length), new Float64Array(segments * length)]
      x.forEach((value, i) => {
        const id = ids[Math.floor(i / length)]!
        if (id < 0 || id >= segments) return
        expected[id * length + (i % length)]! += value
        sizes[id * length + (i % length)]! += Math.abs(value)
      })
      const actual = tf.unsortedSegmentSum(tf.tensor2d(x, [rows, length]), tf.tensor1d(ids, 'int32'), segments)
      expect(actual.shape).toEqual([segments, length])
      expectWithin(actual.dataSync(), expected, sumBound(rows), sizes, `rows of ${length}`)
    }
  })

  it('adds integers exactly', () => {
    const x = tf.tensor2d([2 ** 24, 1, 1, 2, 5, 6], [3, 2], 'int32')
    const sum = tf.unsortedSegmentSum(x, tf.tensor1d([1, 1, -1], 'int32'), 2)
    expect(sum.dtype).toBe('int32')
    expect([...sum.dataSync()]).toEqual([0, 0, 2 ** 24 + 1, 3])
  })

  it('refuses ids that do not number the rows', () => {
    const sum = () => tf.unsortedSegmentSum(tf.zeros([3, 2]), tf.tensor1d([0, 1], 'int32'), 2)
    expect(sum).toThrow('unsortedSegmentSum: segmentIds are [2], x is [3, 2], wanted a number for each row')
  })

  it('lets Adam train an embedding', () => {
    const table = tf.variable(tf.zeros([10, 3]))
    const optimiser = tf.train.adam(0.1)
    const ids = tf.tensor1d([7, 2, 7], 'int32')
    const loss = () => tf.mean<tf.Scalar>(tf.squaredDifference(tf.gather(table, ids), 1))
    const losses = Array.from({ length: 40 }, () => optimiser.minimize(loss, true)!.dataSync()[0]!)
    expect(losses[0]).toBe(1)
    expect(losses.at(-1)).toBeLessThan(0.02)
    const rows = table.arraySync() as number[][]
    expect(rows.map(row => row.some(v => v !== 0))).toEqual(
      [2, 7].reduce((all, i) => all.with(i, true), Array<boolean>(10).fill(false)),
    )
    table.dispose()
    optimiser.dispose()
  })
})
