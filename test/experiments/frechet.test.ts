// The Frechet distance against closed forms, and the features that it is taken on.
import { Matrix } from 'ml-matrix'
import { describe, expect, it } from 'vitest'
import {
  channelMeans,
  featureGaussian,
  squaredFrechetDistance,
  type FeatureGaussian,
} from '../../src/experiments/frechet.js'
import { streams, uniforms } from '../../src/random/philox.js'

const gaussian = (mean: number[], covariance: number[][]): FeatureGaussian => ({
  count: 100,
  mean: Float64Array.from(mean),
  covariance: new Matrix(covariance),
})

describe('squaredFrechetDistance', () => {
  it('is (m1 - m2)^2 + (s1 - s2)^2 in one dimension', () => {
    expect(squaredFrechetDistance(gaussian([1], [[4]]), gaussian([4], [[25]]))).toBeCloseTo(9 + 9, 12)
  })

  it('adds over dimensions where covariances are diagonal, also with a variance of 0', () => {
    const a = gaussian([0, 0, 0], [[1, 0, 0], [0, 9, 0], [0, 0, 0]]) // prettier-ignore
    const b = gaussian([1, 2, 0], [[16, 0, 0], [0, 4, 0], [0, 0, 4]]) // prettier-ignore
    expect(squaredFrechetDistance(a, b)).toBeCloseTo(1 + 4 + 9 + 1 + 4, 12)
  })

  it('has the closed form of 2 x 2 matrices that do not commute', () => {
    // tr (AB)^1/2 = (tr AB + 2 (det A det B)^1/2)^1/2, from the two eigenvalues.
    const a = [[2, 1], [1, 3]] // prettier-ignore
    const b = [[5, -2], [-2, 1]] // prettier-ignore
    const trace = 2 * 5 + 1 * -2 + (1 * -2 + 3 * 1)
    const overlap = Math.sqrt(trace + 2 * Math.sqrt((2 * 3 - 1) * (5 * 1 - 4)))
    const found = squaredFrechetDistance(gaussian([0, 0], a), gaussian([0, 0], b))
    expect(found).toBeCloseTo(5 + 6 - 2 * overlap, 12)
    expect(squaredFrechetDistance(gaussian([0, 0], b), gaussian([0, 0], a))).toBeCloseTo(found, 12)
  })

  it('is 0 from a set to itself, also of a set in a plane, and the square of a shift', () => {
    const features = new Float32Array(40 * 6)
    uniforms(3, streams.figure, 0, features)
    const values = Float64Array.from(features, (value, i) => (i % 6 === 5 ? 2 : value))
    const a = featureGaussian(values, 6)
    expect(squaredFrechetDistance(a, a)).toBeLessThan(1e-12)
    const shifted = featureGaussian(values.map((value, i) => value + (i % 6 === 1 ? 3 : 0)), 6) // prettier-ignore
    expect(squaredFrechetDistance(a, shifted)).toBeCloseTo(9, 10)
  })
})

describe('featureGaussian', () => {
  it('has the mean and the sample covariance', () => {
    const { mean, covariance, count } = featureGaussian(Float64Array.of(1, 10, 2, 30, 6, 20), 2)
    expect(count).toBe(3)
    expect([...mean]).toEqual([3, 20])
    // Deviations -2, -1, 3 and -10, 10, 0.
    expect(covariance.to2DArray().flat()).toEqual([14 / 2, 10 / 2, 10 / 2, 200 / 2])
  })

  it('wants two pictures', () => {
    expect(() => featureGaussian(Float64Array.of(1, 2), 2)).toThrow(/found 1 pictures, wanted 2/)
  })
})

it('channelMeans are means over places, a channel and an image each', () => {
  const shape = { height: 2, width: 1, channels: 2, size: 4 }
  expect([...channelMeans(Float32Array.of(1, 10, 3, 20, 5, 0, 7, 0), shape)]).toEqual([2, 15, 6, 0])
})
