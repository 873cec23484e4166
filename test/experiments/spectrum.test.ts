// The studies of fine detail and of samples on real worker threads, with small untrained models.
import { describe, expect, it } from 'vitest'
import { generateEyes } from '../../src/data/generated-eyes.js'
import { channelMeans, featureGaussian, squaredFrechetDistance } from '../../src/experiments/frechet.js'
import { reconstructedIds, sampleFigure } from '../../src/experiments/sample.js'
import { decoderField, sampleNote } from '../../src/experiments/sample-note.js'
import { spectrumFigure } from '../../src/experiments/spectrum.js'
import type { NamedModel } from '../../src/experiments/study.js'
import { layerSpecs, parameterCount, parameterSpecs } from '../../src/models/geometry.js'
import { initialize } from '../../src/models/initialize.js'
import type { ModelKind } from '../../src/models/spec.js'
import { figureIds } from '../../src/training/figure-ids.js'
import { psnr } from '../../src/training/metrics.js'
import { openSession } from '../../src/training/session.js'

const size = { height: 16, width: 16 }
const dataset = generateEyes({ count: 20, seed: 0, size })

function model(kind: ModelKind): NamedModel {
  const spec = { kind, kernel: 4, stride: 2, padding: 1, ...size }
  const specs = parameterSpecs(layerSpecs(spec))
  const parameters = new Float32Array(parameterCount(specs))
  initialize(specs, 1, parameters)
  return { label: kind.toUpperCase(), model: { spec, parameters } }
}

const [ae, vae] = [model('ae'), model('vae')]

describe('spectrum', () => {
  const options = { limit: null, ids: [3, 17], seed: 4, window: 'none' } as const

  it('is the error that a session measures, by Parseval, and the same to the byte for any number of threads', async () => {
    const figure = await spectrumFigure([ae, vae], dataset, { ...options, sample: true }, { threads: 1 })
    const session = await openSession({ spec: vae.model.spec, dataset, threads: 1 })
    const ids = Array.from({ length: 20 }, (_, id) => id)
    const { mse } = await session.measure(vae.model, ids, { seed: 4, fromMean: false })
    const pixels = await session.reconstruct(vae.model, ids, { seed: 4, fromMean: false })
    await session.close()
    const found = figure.models[1]!
    expect(found.psnr).toBeCloseTo(mse.reduce((sum, value) => sum + psnr(value), 0) / 20, 4)
    // Each channel's error less its mean is what the rings add up to.
    const variance = (image: number, channel: number) => {
      const at = (i: number) => image * 768 + 3 * i + channel
      const errors = Float64Array.from({ length: 256 }, (_, i) => pixels[at(i)]! - dataset.pixels[at(i)]! / 255)
      const mean = errors.reduce((sum, value) => sum + value, 0) / 256
      return errors.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / 256
    }
    const wanted = ids.flatMap(id => [0, 1, 2].map(channel => variance(id, channel))).reduce((s, v) => s + v, 0) / 60
    const sum = found.error.reduce((total, power, ring) => total + power * figure.frequencies[ring]!, 0)
    expect(Math.abs(sum - wanted)).toBeLessThan(1e-9 * wanted)
    const again = await spectrumFigure([ae, vae], dataset, { ...options, sample: true }, { threads: 2 })
    expect(again).toEqual(figure)
  })

  it('shows that an untrained model keeps no fine detail', async () => {
    const figure = await spectrumFigure([ae], dataset, { ...options, limit: 6, window: 'hann' })
    expect(figure.images).toBe(6)
    expect(figure.nyquist).toBe(8)
    expect(figure.original).toHaveLength(figure.frequencies.length)
    expect(figure.models[0]!.highPower).toBeLessThan(0.2)
    expect(figure.models[0]!.highError).toBeGreaterThan(0.8)
    expect(figure.artworks.map(({ file }) => file)).toEqual(['spectrum.svg', 'spectrum.csv', 'spectrum.png'])
    for (const { content, alt, caption } of figure.artworks) {
      expect([alt.length > 20, caption.length > 20]).toEqual([true, true])
      if (typeof content === 'string') expect(content).not.toMatch(/NaN|Infinity|undefined/)
    }
    const [header, ...rows] = String(figure.artworks[1]!.content).trim().split('\n')
    expect(header).toBe('cycles_a_picture,frequencies,original,AE power,AE error')
    expect(rows).toHaveLength(figure.frequencies.length)
    expect(rows[1]!.split(',').map(Number)).toEqual([
      1,
      figure.frequencies[1],
      figure.original[1],
      figure.models[0]!.power[1],
      figure.models[0]!.error[1],
    ])
  })

  it('refuses ids and limits out of range', async () => {
    await expect(spectrumFigure([ae], dataset, { ...options, ids: [20] })).rejects.toThrow(/ids: found 20/)
    await expect(spectrumFigure([ae], dataset, { ...options, limit: 0 })).rejects.toThrow(/limit: found 0/)
  })
})

describe('samples of a fitted Gaussian', () => {
  const fit = { variance: 0.9, limit: null, draws: 12 }

  it('are drawn beside those of the prior, and measured; the same to the byte for any number of threads', async () => {
    const figure = await sampleFigure(vae, dataset, { count: 9, seed: 1, fit }, { threads: 1 })
    expect(figure.artworks.map(({ file }) => file)).toEqual(['samples.png', 'samples-low-rank.png'])
    expect(figure.fit).toMatchObject({ images: 20, draws: 12, variance: 0.9 })
    expect(figure.fit!.share).toBeGreaterThanOrEqual(0.9)
    expect(figure.fit!.rank).toBeLessThan(20)
    const sets = figure.distances!.map(({ what, pictures, images }) => [what, pictures, images])
    expect(sets).toEqual([
      ['prior', 12, 20],
      ['low-rank', 12, 20],
      ['reconstructions', 12, 20],
      ['odd images', 10, 10],
    ])
    const of = (what: string) => figure.distances!.find(distance => distance.what === what)!.distance
    expect(of('odd images')).toBeLessThan(of('prior'))
    expect(await sampleFigure(vae, dataset, { count: 9, seed: 1, fit }, { threads: 2 })).toEqual(figure)
    const other = await sampleFigure(vae, dataset, { count: 9, seed: 2, fit })
    expect(other.artworks.map(({ content }) => content)).not.toEqual(figure.artworks.map(({ content }) => content))
    const alone = await sampleFigure(vae, dataset, { count: 9, seed: 1 })
    expect(alone.artworks).toEqual(figure.artworks.slice(0, 1))
  })

  it("are measured on the encoder's channel means of all images", async () => {
    const { distances } = await sampleFigure(vae, dataset, { count: 1, seed: 1, fit })
    const session = await openSession({ spec: vae.model.spec, dataset, threads: 1 })
    const { mean } = await session.encode(vae.model, Uint8Array.from(dataset.pixels))
    await session.close()
    const [size, channels] = [mean.length / 20, 96]
    const features = channelMeans(mean, { height: 1, width: size / channels, channels, size })
    const half = (parity: number) => features.filter((_, i) => Math.floor(i / channels) % 2 === parity)
    const [odd, even] = [featureGaussian(half(1), channels), featureGaussian(half(0), channels)]
    expect(distances!.at(-1)!.distance).toBeCloseTo(squaredFrechetDistance(odd, even), 12)
  })

  it("are measured by another model's encoder, the images too", async () => {
    const [own, other] = await Promise.all(
      [undefined, ae].map(features => sampleFigure(vae, dataset, { count: 1, seed: 1, fit, features })),
    )
    expect([own!.encoder, other!.encoder]).toEqual([vae.label, ae.label])
    const alone = await sampleFigure(ae, dataset, { count: 1, seed: 1, fit })
    // The images' own distance is the encoder's alone, whoever draws.
    expect(other!.distances!.at(-1)).toEqual(alone.distances!.at(-1))
    expect(other!.distances!.map(({ what }) => what)).toEqual(own!.distances!.map(({ what }) => what))
    const first = (figure: typeof own) => figure!.distances![0]!.distance
    expect(first(other)).not.toBe(first(own))
    expect(other!.artworks[1]!.caption).toContain(`encoder of ${ae.label}`)
    expect(other!.artworks[1]!.content).toEqual(own!.artworks[1]!.content)
  })

  it('stand under images and their own reconstructions', () => {
    expect(reconstructedIds(1476, 256).slice(0, 8)).toEqual(figureIds(1476, 8))
    expect(new Set(reconstructedIds(1476, 256)).size).toBe(256)
    expect(reconstructedIds(1476, 2)).toEqual(figureIds(1476, 8))
    expect(reconstructedIds(5, 256).toSorted()).toEqual([0, 1, 2, 3, 4])
  })

  it('are there for an autoencoder too, which has no prior', async () => {
    const { note, artworks, distances } = await sampleFigure(ae, dataset, { count: 3, seed: 1, fit })
    expect(note).toBeNull()
    expect(artworks.map(({ file }) => file)).toEqual(['samples-low-rank.png'])
    expect(distances!.map(({ what }) => what)).toEqual(['low-rank', 'reconstructions', 'odd images'])
  })

  it('refuse options out of range', async () => {
    const refused = (change: object) => sampleFigure(vae, dataset, { count: 2, seed: 0, fit: { ...fit, ...change } })
    await expect(refused({ variance: 0 })).rejects.toThrow(/variance: found 0, wanted a share/)
    await expect(refused({ draws: 1 })).rejects.toThrow(/draws: found 1/)
    await expect(refused({ limit: 3 })).rejects.toThrow(/limit: found 3/)
  })
})

describe('what the decoder sees', () => {
  const spec = (kernel: number, stride: number, padding: number) =>
    ({ kind: 'vae', kernel, stride, padding, height: 50, width: 50 }) as const

  it('is 17 x 17 places for the report, and said so', () => {
    expect([decoderField(spec(5, 1, 2)), decoderField(spec(3, 1, 1))]).toEqual([17, 9])
    // Kernel 4 at stride 2: an output depends on 2 places, those on 3 of the layer before, and those on 3 again.
    expect(decoderField({ ...spec(4, 2, 2), kind: 'ae' })).toBe(3)
    expect(sampleNote(spec(5, 1, 2))).toMatch(/map of 50x50 places.*depends on 17x17 of them/)
    expect(sampleNote(spec(5, 1, 2))).toMatch(/ReLU keeps the encoder's means at 0 or above/)
    expect(sampleNote({ ...spec(5, 1, 2), heads: 'linear' })).not.toMatch(/ReLU/)
    const bottleneck = { ...spec(4, 2, 2), heads: 'linear', latent: 64 } as const
    expect(sampleNote(bottleneck)).toMatch(/64 numbers for the whole picture/)
    expect(sampleNote({ ...spec(5, 1, 2), height: 16, width: 16 })).not.toMatch(/17x17/)
  })
})
