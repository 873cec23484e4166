// Pictures at half their size against the reference; the gradient is the transpose.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect } from 'vitest'
import { halve } from '../../src/kernels/Halve.js'
import { halve as reference } from '../reference/losses.js'
import { expectWithin, itRandom, unitRoundoff, useBackend } from './harness.js'

useBackend()

const shapes = [
  { height: 2, width: 2, channels: 1 },
  { height: 3, width: 2, channels: 3 },
  { height: 2, width: 5, channels: 4 },
  { height: 7, width: 9, channels: 3 },
  { height: 50, width: 50, channels: 3 },
]

describe('Halve', () => {
  itRandom('is the mean of each four pixels, image by image', random => {
    for (const shape of shapes) {
      const { height, width, channels } = shape
      const size = height * width * channels
      const x = random.floats(2 * size)
      const y = halve(tf.tensor4d(x, [2, height, width, channels]))
      expect(y.shape).toEqual([2, height >> 1, width >> 1, channels])
      const wanted = [0, 1].flatMap(n => [...reference(x.subarray(n * size, (n + 1) * size), shape)])
      expectWithin(
        y.dataSync(),
        wanted,
        4 * unitRoundoff,
        wanted.map(() => 1),
        JSON.stringify(shape),
      )
    }
  })

  itRandom('has the gradient of the reference: <dy, halve x> = <dx, x> for every x', random => {
    for (const shape of shapes) {
      const { height, width, channels } = shape
      const dims: [number, number, number, number] = [1, height, width, channels]
      const x = random.floats(height * width * channels)
      const half = reference(x, shape)
      const dy = random.floats(half.length)
      const dyTensor = tf.tensor4d(dy, [1, height >> 1, width >> 1, channels])
      const dx = tf
        .grad(t => halve(t as tf.Tensor4D))(tf.tensor4d(x, dims), dyTensor)
        .dataSync()
      const product = (a: ArrayLike<number>, b: ArrayLike<number>) =>
        Array.from(a, (v, i) => v * b[i]!).reduce((s, v) => s + v, 0)
      expect(product(dx, x)).toBeCloseTo(product(dy, half), 5)
      // Each pixel that is used has a quarter of one dy; the rest of an odd side nothing.
      const used = 4 * (height >> 1) * (width >> 1) * channels
      expect([...dx].filter(d => d !== 0).length).toBeLessThanOrEqual(used)
      expect([...dx].filter(d => d === 0).length).toBeGreaterThanOrEqual(dx.length - used)
    }
  })
})
