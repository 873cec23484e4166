// The focal frequency loss against the Fourier transform as it is defined, its gradient against central differences with weights held.
import { describe, expect } from 'vitest'
import { focalFrequency } from '../../src/kernels/FocalFrequency.js'
import { focalFrequency as reference, focalWeights, meanSquare, numericGradient } from '../reference/losses.js'
import { itRandom, unitRoundoff, useBackend } from './harness.js'
import { expectOwnImages, imagePairs, relativeError, valueAndGradients } from './image-losses.js'

useBackend()

// Sides even and odd, below, at and above the lanes, one that is prime, and differing ones.
const shapes = [
  ...[1, 2, 3, 4, 5, 7, 8].flatMap(side => [1, 3].map(channels => ({ height: side, width: side, channels }))),
  { height: 3, width: 10, channels: 2 },
  { height: 9, width: 4, channels: 3 },
]

/** Sums of `side` products twice over, with tables that are off by up to 2 u. */
const bound = (side: number) => (6 * 2 * Math.sqrt(side + 2) + 12) * unitRoundoff

describe('FocalFrequency', () => {
  itRandom('has the value of the reference, and its gradient with the weights held', random => {
    for (const shape of shapes) {
      const { a, b, size, image, tensors } = imagePairs(random, 2, shape)
      const dy = [1, -2]
      const { value, da } = valueAndGradients(focalFrequency, tensors, dy)
      const what = JSON.stringify(shape)
      const tolerance = bound(Math.max(shape.height, shape.width))
      expect(tolerance).toBeLessThan(1e-5)
      for (const n of [0, 1]) {
        const [x, y] = [image(a, n), image(b, n)]
        const wanted = reference(x, y, shape)
        expect(Math.abs(value[n]! / wanted - 1), what).toBeLessThan(3 * tolerance)
        const weights = focalWeights(x, y, shape)
        // Quadratic in the pixels: the difference quotient is exact but for its rounding.
        const gradient = numericGradient(x, moved => reference(moved, y, shape, weights), 1e-2)
        const found = da.subarray(n * size, (n + 1) * size).map(d => d / dy[n]!)
        expect(relativeError(found, gradient), what).toBeLessThan(4 * tolerance)
      }
    }
  })

  itRandom('is right at the size of the report, and below the mean square, which has weight 1 everywhere', random => {
    const shape = { height: 50, width: 50, channels: 1 }
    const { a, b, image, tensors } = imagePairs(random, 1, shape)
    const [x, y] = [image(a, 0), image(b, 0)]
    const found = focalFrequency(...tensors).dataSync()[0]!
    expect(Math.abs(found / reference(x, y, shape) - 1)).toBeLessThan(3 * bound(50))
    expect(found).toBeLessThan(meanSquare(x, y))
  })

  itRandom("an image's loss is its own", random => {
    expect([...expectOwnImages(focalFrequency, random, { height: 7, width: 6, channels: 3 })]).toEqual([0, 0, 0])
  })
})
