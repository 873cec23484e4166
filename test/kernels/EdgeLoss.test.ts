// The edges' difference against Sobel's operators one product after another, its gradient against central differences.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { edgeLoss } from '../../src/kernels/EdgeLoss.js'
import { edgeLoss as reference, numericGradient } from '../reference/losses.js'
import { itRandom, unitRoundoff, useBackend } from './harness.js'
import { expectOwnImages, imagePairs, relativeError, valueAndGradients } from './image-losses.js'

useBackend()

// Inner rows of 1 to 17 elements, around the lanes; the last with sides that differ.
const shapes = [
  ...[3, 4, 5, 6, 7, 8].flatMap(side => [1, 3].map(channels => ({ height: side, width: side, channels }))),
  { height: 3, width: 19, channels: 1 },
  { height: 12, width: 5, channels: 2 },
]

describe('EdgeLoss', () => {
  itRandom('has the value of the reference, and its gradient', random => {
    for (const shape of shapes) {
      const { a, b, size, image, tensors } = imagePairs(random, 2, shape)
      const dy = [1, -2]
      const { value, da } = valueAndGradients(edgeLoss, tensors, dy)
      for (const n of [0, 1]) {
        const [x, y] = [image(a, n), image(b, n)]
        const wanted = reference(x, y, shape)
        // Eight differences of numbers up to 2 in an element, each of float32; the sum is float64.
        expect(Math.abs(value[n]! - wanted)).toBeLessThan(32 * unitRoundoff)
        // The loss is made of straight lines: away from their corners the difference quotient is exact.
        const gradient = numericGradient(x, moved => reference(moved, y, shape), 1e-6)
        const found = da.subarray(n * size, (n + 1) * size).map(d => d / dy[n]!)
        expect(relativeError(found, gradient), JSON.stringify(shape)).toBeLessThan(1e-4)
      }
    }
  })

  itRandom("an image's loss is its own", random => {
    expect([...expectOwnImages(edgeLoss, random, { height: 7, width: 6, channels: 3 })]).toEqual([0, 0, 0])
  })

  it('is 0 for pictures that differ by a level, and not for a slope', () => {
    const flat = tf.fill<tf.Rank.R4>([1, 5, 5, 1], 0.25)
    expect([...edgeLoss(flat, tf.zerosLike(flat)).dataSync()]).toEqual([0])
    const slope = tf.tensor4d(
      Array.from({ length: 25 }, (_, i) => (i % 5) / 8),
      [1, 5, 5, 1],
    )
    // Sobel's weights are 4 on a side, two pixels apart; one direction of two.
    expect([...edgeLoss(slope, tf.zerosLike(slope)).dataSync()]).toEqual([(4 * 2) / 8 / 2])
  })

  it('refuses shapes that differ or are too small', () => {
    const small = tf.zeros<tf.Rank.R4>([1, 2, 9, 3])
    expect(() => edgeLoss(small, small)).toThrow(/found shapes .*wanted two equal ones with sides of 3 or more/)
  })
})
