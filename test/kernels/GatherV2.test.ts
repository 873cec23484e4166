// Gather: slices by number, at lengths around the lanes, along any axis, in batches, and the numbers that it refuses.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { itRandom, useBackend } from './harness.js'

useBackend()

describe('GatherV2', () => {
  itRandom('copies the slices with these numbers', random => {
    for (const length of [1, 2, 3, 4, 5, 8, 11]) {
      const x = random.floats(7 * length)
      const ids = [6, 0, 3, 6]
      const expected = ids.flatMap(id => [...x.subarray(id * length, (id + 1) * length)])
      const y = tf.gather(tf.tensor2d(x, [7, length]), tf.tensor2d(ids, [2, 2], 'int32'))
      expect(y.shape).toEqual([2, 2, length])
      expect([...y.dataSync()]).toEqual(expected)
    }
  })

  it('takes any axis, and batches', () => {
    const x = tf.tensor3d([...Array(12).keys()], [2, 3, 2], 'int32')
    const along = tf.gather(x, tf.tensor1d([2, 0], 'int32'), 1)
    expect([along.dtype, ...along.dataSync()]).toEqual(['int32', 4, 5, 0, 1, 10, 11, 6, 7])
    const batches = tf.gather(x, tf.tensor2d([1, 1, 0, 2], [2, 2], 'int32'), 1, 1)
    expect([...batches.dataSync()]).toEqual([2, 3, 2, 3, 6, 7, 10, 11])
  })

  it('refuses a number that is no row’s', () => {
    const gather = (id: number) => tf.gather(tf.zeros([3, 2]), tf.tensor1d([0, id], 'int32'))
    expect(() => gather(3)).toThrow('GatherV2: the index value 3 is not in [0, 2]')
    expect(() => gather(-1)).toThrow('GatherV2: the index value -1 is not in [0, 2]')
  })
})
