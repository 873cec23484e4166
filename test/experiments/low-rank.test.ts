// The low-rank Gaussian: mean and covariance of its draws are those of the latents, and sums made block by block are the plain ones.
import { describe, expect, it } from 'vitest'
import { combineLatents, fitLowRank } from '../../src/experiments/low-rank.js'
import { streams, uniforms } from '../../src/random/philox.js'

const [count, length] = [21, 9]

function latents(): Float32Array {
  const values = new Float32Array(count * length)
  uniforms(5, streams.figure, 0, values)
  // Variance falls quickly from value to value, about a mean that is not 0.
  return values.map((value, i) => 3 + (value - 0.5) / (1 + (i % length)) ** 2)
}

const values = latents()
const at = (i: number, k: number) => values[i * length + k]!
const products = Float64Array.from({ length: count * count }, (_, place) => {
  const [i, j] = [Math.floor(place / count), place % count]
  return Array.from({ length }, (_, k) => at(i, k) * at(j, k)).reduce((sum, value) => sum + value, 0)
})

const average = (k: number) => Array.from({ length: count }, (_, i) => at(i, k)).reduce((s, v) => s + v, 0) / count
const means = Array.from({ length }, (_, k) => average(k))
const covariance = (k: number, l: number) =>
  Array.from({ length: count }, (_, i) => (at(i, k) - means[k]!) * (at(i, l) - means[l]!)).reduce((s, v) => s + v, 0) /
  count
const totalVariance = means.reduce((sum, _, k) => sum + covariance(k, k), 0)

/** A draw less the mean, in float64. */
function offset(weights: Float64Array): number[] {
  return means.map((mean, k) => weights.reduce((sum, weight, i) => sum + weight * at(i, k), 0) - mean)
}

const unit = (rank: number, k: number) => Float32Array.from({ length: rank }, (_, i) => (i === k ? 1 : 0))

describe('fitLowRank', () => {
  it('has the mean for zeros, and weights that add up to 1', () => {
    const fit = fitLowRank(products, count, 0.9)
    offset(fit.weights(new Float32Array(fit.rank))).forEach(value => expect(value).toBeCloseTo(0, 10))
    const sum = fit.weights(Float32Array.from({ length: fit.rank }, (_, k) => 2 - k)).reduce((s, w) => s + w, 0)
    expect(sum).toBeCloseTo(1, 10)
  })

  it("has the latents' covariance with all of the variance", () => {
    const fit = fitLowRank(products, count, 1)
    expect(fit.rank).toBe(length)
    const directions = Array.from({ length: fit.rank }, (_, k) => offset(fit.weights(unit(fit.rank, k))))
    for (let k = 0; k < length; k++)
      for (let l = 0; l < length; l++) {
        const found = directions.reduce((sum, direction) => sum + direction[k]! * direction[l]!, 0)
        expect(found).toBeCloseTo(covariance(k, l), 8)
      }
  })

  it('keeps the fewest directions with the share asked for, and says what it leaves out', () => {
    const all = fitLowRank(products, count, 1)
    for (const share of [0.2, 0.9, 0.99]) {
      const fit = fitLowRank(products, count, share)
      expect(fit.share).toBeGreaterThanOrEqual(share)
      expect(fit.rank).toBeLessThan(all.rank)
      expect(fit.residualVariance).toBeCloseTo((1 - fit.share) * totalVariance, 10)
      const kept = Array.from({ length: fit.rank }, (_, k) => offset(fit.weights(unit(fit.rank, k))))
      const lengths = kept.map(direction => direction.reduce((sum, value) => sum + value * value, 0))
      expect(lengths.reduce((sum, value) => sum + value, 0)).toBeCloseTo(fit.share * totalVariance, 8)
      expect(lengths).toEqual(lengths.toSorted((a, b) => b - a))
      expect((fit.share * totalVariance - lengths.at(-1)!) / totalVariance).toBeLessThan(share)
    }
  })

  it('refuses latents that are all the same, and shares out of range', () => {
    expect(() => fitLowRank(new Float64Array(9).fill(2), 3, 0.9)).toThrow(/all 3 latents are the same/)
    for (const share of [0, 1.1, NaN]) expect(() => fitLowRank(products, count, share)).toThrow(/variance: found/)
  })
})

describe('combineLatents', () => {
  it('adds up what passes by, a block at a time', async () => {
    const fit = fitLowRank(products, count, 0.9)
    const weights = [0, 1, 2].map(k => fit.weights(unit(fit.rank, k % fit.rank)))
    const asked: [number, number][] = []
    const sums = await combineLatents({
      weights,
      count,
      length,
      ahead: 2,
      encode: (first, many) => {
        asked.push([first, many])
        return Promise.resolve({ mean: values.slice(first * length, (first + many) * length) })
      },
    })
    weights.forEach((own, index) =>
      offset(own).forEach((wanted, k) => expect(sums[index * length + k]! - means[k]!).toBeCloseTo(wanted, 5)),
    )
    // 16 images a block: the second has 5, which is no multiple of 4.
    expect(asked).toEqual([
      [0, 16],
      [16, 5],
    ])
  })
})
