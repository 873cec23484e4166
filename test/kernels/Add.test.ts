// The sum of two tensors: assembly/Binary.ts's add for one shape and float32, at sizes around the lanes; broadcasting is Binary.test.ts's.
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, vi } from 'vitest'
import { itRandom, ourBackend, useBackend } from './harness.js'

useBackend()
afterEach(() => vi.restoreAllMocks())

describe('Add', () => {
  itRandom('is the float32 sum, at every size', random => {
    const ours = vi.spyOn(ourBackend().kernels, 'add')
    const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 63, 64, 65]
    for (const size of sizes) {
      const [a, b] = [random.floats(size, 3), random.floats(size)]
      const wanted = Float32Array.from(a, (x, i) => x + b[i]!)
      expect(tf.add(tf.tensor1d(a), tf.tensor1d(b)).dataSync(), `size ${size}`).toEqual(wanted)
    }
    expect(ours).toHaveBeenCalledTimes(sizes.length)
    expect(tf.add(tf.scalar(1), tf.scalar(2)).dataSync()).toEqual(Float32Array.of(3))
    expect(tf.add(tf.zeros([0, 3]), tf.zeros([0, 3])).shape).toEqual([0, 3])
  })

  itRandom('leaves its inputs as they are, and shows NaN and infinity', () => {
    const a = tf.tensor1d([1, NaN, Infinity, Infinity, 3.4e38])
    const b = tf.tensor1d([2, 1, 1, -Infinity, 3.4e38])
    expect([...tf.add(a, b).dataSync()]).toEqual([3, NaN, Infinity, NaN, Infinity])
    expect([...b.dataSync()]).toEqual([2, 1, 1, -Infinity, Math.fround(3.4e38)])
    expect([...tf.add(a, a).dataSync()].slice(0, 1)).toEqual([2])
  })

  itRandom('broadcasts and adds integers as tfjs does', () => {
    const ours = vi.spyOn(ourBackend().kernels, 'add')
    const matrix = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3])
    expect([...tf.add(matrix, tf.tensor1d([10, 20, 30])).dataSync()]).toEqual([11, 22, 33, 14, 25, 36])
    expect([...tf.add(matrix, 1).dataSync()]).toEqual([2, 3, 4, 5, 6, 7])
    const integers = tf.add(tf.tensor1d([2 ** 24, 1], 'int32'), tf.tensor1d([1, 1], 'int32'))
    expect(integers.dtype).toBe('int32')
    expect([...integers.dataSync()]).toEqual([2 ** 24 + 1, 2])
    expect(ours).not.toHaveBeenCalled()
  })
})
