// The parts of the latent map without a model: the Gram matrix from blocks, principal components, and what a VAE's channels carry.
import { EigenvalueDecomposition, Matrix } from 'ml-matrix'
import { describe, expect, it } from 'vitest'
import { encodings, latentGram } from '../../src/experiments/latent-gram.js'
import { latentStatistics } from '../../src/experiments/latent-statistics.js'
import { principalComponents } from '../../src/experiments/principal-components.js'
import { streams, uniforms } from '../../src/random/philox.js'

/** [count, length] with a strong mean, and variance that falls from dimension to dimension. */
function samples(count: number, length: number): Float32Array {
  const values = new Float32Array(count * length)
  uniforms(3, streams.figure, count, values)
  return values.map((value, i) => 2 + (value - 0.5) / (1 + (i % length)))
}

function productsOf(values: Float32Array, count: number): Float64Array {
  const length = values.length / count
  return Float64Array.from({ length: count * count }, (_, at) => {
    const [i, j] = [Math.floor(at / count), at % count]
    let sum = 0
    for (let k = 0; k < length; k++) sum += values[i * length + k]! * values[j * length + k]!
    return sum
  })
}

describe('latentGram', () => {
  it.each([
    [3, 100],
    [16, 16],
    [33, 33],
    [40, 16],
    [41, 20],
    [70, 24],
    [50, 4],
  ])('%i images with a panel of %i', async (count, panelRows) => {
    const length = 37
    const values = samples(count, length)
    const seen: number[] = []
    let asked = 0
    const found = await latentGram({
      count,
      length,
      panelRows,
      ahead: 2,
      encode: (first, many) => {
        asked += many
        return Promise.resolve({ mean: values.slice(first * length, (first + many) * length) })
      },
      receive: ({ first, count: many }) => seen.push(...Array.from({ length: many }, (_, index) => first + index)),
    })
    const wanted = productsOf(values, count)
    const largest = wanted.reduce((most, value) => Math.max(most, value), 0)
    expect(Math.max(...found.map((value, i) => Math.abs(value - wanted[i]!)))).toBeLessThan(1e-6 * largest)
    expect(seen).toEqual(Array.from({ length: count }, (_, id) => id))
    expect(asked).toBe(encodings(count, Math.min(panelRows, Math.ceil(count / 4) * 4)))
  })

  it('encodes each image once where all latents fit, and less than twice with 512 MB for the report', () => {
    expect(encodings(1476, 1476)).toBe(1476)
    expect(encodings(1476, 556)).toBeLessThan(2 * 1476)
  })

  it('hands on a failure of the encoder, and stops at the signal', async () => {
    const failing = { count: 64, length: 4, ahead: 1, encode: () => Promise.reject(new Error('worker died')) }
    await expect(latentGram(failing)).rejects.toThrow('worker died')
    const controller = new AbortController()
    const stopped = latentGram({
      count: 64,
      length: 4,
      ahead: 1,
      encode: (_, many) => Promise.resolve({ mean: new Float32Array(many * 4) }),
      onProgress: () => controller.abort(new Error('enough')),
      signal: controller.signal,
    })
    await expect(stopped).rejects.toThrow('enough')
  })
})

describe('principalComponents', () => {
  it('are those of the covariance matrix', () => {
    const [count, length] = [60, 8]
    const values = samples(count, length)
    const { coordinates, explained, totalVariance } = principalComponents(productsOf(values, count), count, 3)
    const data = Matrix.from1DArray(count, length, Array.from(values))
    const centred = data.subRowVector(data.mean('column'))
    const covariance = centred.transpose().mmul(centred).div(count)
    const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true })
    const descending = realEigenvalues.toReversed()
    expect(totalVariance).toBeCloseTo(covariance.trace(), 8)
    for (let component = 0; component < 3; component++) {
      expect(explained[component]).toBeCloseTo(descending[component]! / covariance.trace(), 8)
      const wanted = centred.mmul(eigenvectorMatrix).getColumn(length - 1 - component)
      const sign = Math.sign(wanted.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0))
      coordinates.forEach((found, sample) => expect(found[component]).toBeCloseTo(sign * wanted[sample]!, 4))
    }
  })

  it('answers zeros for samples that are all the same, and finite numbers for those on a line', () => {
    const same = principalComponents(productsOf(new Float32Array(20).fill(3), 5), 5, 2)
    expect(same.coordinates.flat().every(value => Math.abs(value) < 1e-6)).toBe(true)
    const line = Float32Array.from({ length: 60 }, (_, i) => Math.floor(i / 3) * ((i % 3) + 1))
    const { explained, coordinates } = principalComponents(productsOf(line, 20), 20, 2)
    expect(explained[0]).toBeCloseTo(1, 9)
    const steps = coordinates.slice(1).map(([x], i) => Math.abs(x! - coordinates[i]![0]!))
    steps.forEach(step => expect(step).toBeCloseTo(Math.sqrt(14), 6))
  })

  it('are the same numbers each time', () => {
    const products = productsOf(samples(40, 30), 40)
    expect(principalComponents(products, 40, 2)).toEqual(principalComponents(products, 40, 2))
  })
})

describe('latentStatistics', () => {
  const shape = { height: 1, width: 2, channels: 2, size: 4 }

  it('means KL over images and places, and counts units whose mean varies', () => {
    const statistics = latentStatistics(shape)
    // Two images; values are [place 0 channel 0, place 0 channel 1, place 1 channel 0, place 1 channel 1].
    statistics.receive({ mean: Float32Array.of(1, 0, 0.05, 0), logVariance: new Float32Array(4) })
    statistics.receive({ mean: Float32Array.of(3, 0, 0.15, 0), logVariance: Float32Array.of(0, 0, 0, 1) })
    const [first, second] = statistics.channels()
    expect(first!.kl).toBeCloseTo((1 + 9 + 0.05 * 0.05 + 0.15 * 0.15) / 2 / 4, 7)
    expect(second!.kl).toBeCloseTo((Math.E - 1 - 1) / 2 / 4, 7)
    // Variances 1 and 0.0025 in channel 0, none in channel 1.
    expect([first!.activeUnits, second!.activeUnits]).toEqual([1, 0])
    expect([first!.units, second!.units]).toEqual([2, 2])
  })
})
