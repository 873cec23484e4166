// Half the logarithm of each image's mean square against the reference, and its gradient against central differences.
import { describe, expect } from 'vitest'
import { sigmaLoss } from '../../src/kernels/SigmaLoss.js'
import { numericGradient, sigmaLoss as reference } from '../reference/losses.js'
import { itRandom, useBackend } from './harness.js'
import { expectOwnImages, imagePairs, relativeError, valueAndGradients } from './image-losses.js'

useBackend()

const shapes = [1, 2, 3, 4, 5, 7, 8]
  .map(width => ({ height: 1, width, channels: 1 }))
  .concat({ height: 6, width: 5, channels: 3 })

describe('SigmaLoss', () => {
  itRandom('has the value of the reference, and its gradient', random => {
    for (const shape of shapes) {
      const { a, b, size, image, tensors } = imagePairs(random, 2, shape)
      const dy = [1, -2]
      const { value, da } = valueAndGradients(sigmaLoss, tensors, dy)
      for (const n of [0, 1]) {
        const [x, y] = [image(a, n), image(b, n)]
        expect(Math.abs(value[n]! - reference(x, y))).toBeLessThan(2e-6)
        const found = da.subarray(n * size, (n + 1) * size).map(d => d / dy[n]!)
        const wanted = numericGradient(x, moved => reference(moved, y), 1e-6)
        expect(relativeError(found, wanted)).toBeLessThan(1e-5)
      }
    }
  })

  itRandom("an image's loss is its own, and an exact image has the floor's", random => {
    const values = expectOwnImages(sigmaLoss, random, { height: 7, width: 6, channels: 3 })
    for (const value of values) expect(value).toBeCloseTo(Math.log(1e-8) / 2, 5)
  })
})
