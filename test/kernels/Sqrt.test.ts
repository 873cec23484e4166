// Square roots at sizes around the lanes and blocks, to the bit; what has none; int32.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { itRandom, useBackend } from './harness.js'

useBackend()

describe('Sqrt', () => {
  itRandom('is the root, correctly rounded', random => {
    for (const size of [0, 1, 2, 3, 4, 5, 15, 16, 17, 35, 67]) {
      const x = random.floats(size, 50).map(Math.abs)
      expect(tf.sqrt(tf.tensor1d(x)).dataSync()).toEqual(x.map(Math.sqrt))
    }
  })

  it('is NaN below 0, and keeps the sign of 0', () => {
    tf.tidy(() => {
      expect([...tf.sqrt([-1, -0, 0, Infinity, NaN, 1e-40]).dataSync()]).toEqual([
        ...[NaN, -0, 0, Infinity, NaN],
        Math.fround(Math.sqrt(Math.fround(1e-40))),
      ])
      const roots = tf.engine().runKernel<tf.Tensor>('Sqrt', { x: tf.tensor1d([9, 8], 'int32') })
      expect([roots.dtype, ...roots.dataSync()]).toEqual(['int32', 3, 2])
    })
  })
})
