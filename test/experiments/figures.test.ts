// The studies on real worker threads with small untrained models: what is measured is what a session measures, the same arguments give the
// same bytes for any number of threads, and what cannot be studied is refused by name.
import { beforeAll, describe, expect, it } from 'vitest'
import type { Dataset } from '../../src/data/dataset.js'
import { generateEyes } from '../../src/data/generated-eyes.js'
import { compareFigure } from '../../src/experiments/compare.js'
import { interpolateFigure, latentPath } from '../../src/experiments/interpolate.js'
import { latentMap } from '../../src/experiments/latent.js'
import { noiseFigure } from '../../src/experiments/noise.js'
import { sampleFigure } from '../../src/experiments/sample.js'
import type { Artwork, NamedModel } from '../../src/experiments/study.js'
import { layerSpecs, parameterCount, parameterSpecs } from '../../src/models/geometry.js'
import { initialize } from '../../src/models/initialize.js'
import type { ModelKind } from '../../src/models/spec.js'
import { psnr } from '../../src/training/metrics.js'
import { openSession } from '../../src/training/session.js'

const size = { height: 16, width: 16 }
let dataset: Dataset

function model(kind: ModelKind): NamedModel {
  const spec = { kind, kernel: 4, stride: 2, padding: 1, ...size }
  const specs = parameterSpecs(layerSpecs(spec))
  const parameters = new Float32Array(parameterCount(specs))
  initialize(specs, 1, parameters)
  return { label: kind.toUpperCase(), model: { spec, parameters } }
}

const [ae, vae] = [model('ae'), model('vae')]

beforeAll(() => {
  dataset = generateEyes({ count: 20, seed: 0, size })
})

const contents = (artworks: readonly Artwork[]) => artworks.map(({ content }) => content)

function expectDescribed(artworks: readonly Artwork[]) {
  expect(artworks.length).toBeGreaterThan(0)
  for (const { file, content, alt, caption } of artworks) {
    expect(alt.length, file).toBeGreaterThan(20)
    expect(caption.length, file).toBeGreaterThan(20)
    const start = typeof content === 'string' ? content.slice(0, 4) : String.fromCharCode(...content.subarray(1, 4))
    if (file.endsWith('.png')) expect(start, file).toBe('PNG')
    if (file.endsWith('.svg')) expect(start, file).toBe('<svg')
    if (typeof content === 'string') expect(content, file).not.toMatch(/NaN|Infinity|undefined/)
  }
  expect(new Set(artworks.map(({ file }) => file)).size).toBe(artworks.length)
}

async function measured({ model }: NamedModel, ids: number[], fromMean: boolean) {
  const session = await openSession({ spec: model.spec, dataset, threads: 1 })
  try {
    return await session.measure(model, ids, { seed: 4, fromMean })
  } finally {
    await session.close()
  }
}

describe('noise', () => {
  const options = { sigmas: [0, 0.5, 2], ids: [3, 17], seed: 4 }

  it('starts at the reconstruction, is measured for each model, id and sigma, autoencoder first', async () => {
    const { points, artworks, latentDeviation } = await noiseFigure([vae, ae], dataset, options)
    expect(points.map(point => [point.model, point.id, point.sigma])).toEqual(
      ['AE', 'VAE'].flatMap(name => [3, 17].flatMap(id => [0, 0.5, 2].map(sigma => [name, id, sigma]))),
    )
    for (const named of [ae, vae]) {
      const { mse } = await measured(named, options.ids, true)
      const still = points.filter(point => point.model === named.label && point.sigma === 0)
      still.forEach((point, i) => expect(point.psnr).toBeCloseTo(psnr(mse[i]!), 4))
    }
    expect(latentDeviation.every(({ deviation }) => deviation > 0)).toBe(true)
    expect(artworks.map(({ file }) => file)).toEqual(['noise.png', 'noise-3.png', 'noise-17.png', 'noise.svg'])
    expectDescribed(artworks)
  })

  it("starts from a VAE's own drawn latent with sample", async () => {
    const { points } = await noiseFigure([vae], dataset, { ...options, sigmas: [0], sample: true })
    const { mse } = await measured(vae, options.ids, false)
    points.forEach((point, i) => expect(point.psnr).toBeCloseTo(psnr(mse[i]!), 4))
  })

  it('is the same to the byte for any number of threads, and other noise for another seed', async () => {
    const first = await noiseFigure([ae], dataset, options, { threads: 1 })
    const second = await noiseFigure([ae], dataset, options, { threads: 2 })
    expect(contents(second.artworks)).toEqual(contents(first.artworks))
    const other = await noiseFigure([ae], dataset, { ...options, seed: 5 })
    expect(other.points[0]).toEqual(first.points[0])
    expect(other.points[1]!.psnr).not.toBe(first.points[1]!.psnr)
  })

  it('refuses ids and sigmas out of range', async () => {
    const refused = (change: object) => noiseFigure([ae], dataset, { ...options, ...change })
    await expect(refused({ ids: [3, 20] })).rejects.toThrow(/ids: found 20, wanted image numbers from 0 to 19/)
    await expect(refused({ ids: [] })).rejects.toThrow(/ids: found none/)
    await expect(refused({ sigmas: [-1] })).rejects.toThrow(/sigma: found -1/)
  })
})

describe('compare', () => {
  it('measures what a session measures, and is the same to the byte', async () => {
    const options = { ids: [0, 7, 19], seed: 4, sample: true }
    const figure = await compareFigure([ae, vae], dataset, options, { threads: 1 })
    const found = await measured(vae, options.ids, false)
    const points = figure.points.filter(point => point.model === 'VAE')
    expect(points.map(point => point.ssim)).toEqual([...found.ssim])
    expect(points.map(point => point.psnr)).toEqual([...found.mse].map(psnr))
    expect(points.every(({ detail }) => detail >= 0 && detail < 1)).toBe(true)
    expectDescribed(figure.artworks)
    const again = await compareFigure([ae, vae], dataset, options, { threads: 2 })
    expect(contents(again.artworks)).toEqual(contents(figure.artworks))
  })
})

describe('sample', () => {
  it('draws pictures that depend on the seed and their number alone', async () => {
    const figure = await sampleFigure(vae, dataset, { count: 10, seed: 1 })
    expectDescribed(figure.artworks)
    const again = await sampleFigure(vae, dataset, { count: 10, seed: 1 })
    expect(contents(again.artworks)).toEqual(contents(figure.artworks))
    const other = await sampleFigure(vae, dataset, { count: 10, seed: 2 })
    expect(contents(other.artworks)).not.toEqual(contents(figure.artworks))
  })

  it('refuses an autoencoder by name, with the cure', async () => {
    await expect(sampleFigure(ae, dataset, { count: 1, seed: 0 })).rejects.toThrow(
      /AE is an autoencoder, wanted a VAE.*train --model vae/,
    )
  })
})

describe('interpolate', () => {
  it('goes from the one latent to the other, straight or on the circle', () => {
    const [a, b] = [Float32Array.of(2, 0), Float32Array.of(0, 4)]
    expect([...latentPath(a, b, 3, false)]).toEqual([2, 0, 1, 2, 0, 4])
    const path = latentPath(a, b, 3, true)
    expect([...path.subarray(0, 2)]).toEqual([2, 0])
    // Half way: length 3 at 45 degrees.
    expect(path[2]).toBeCloseTo(3 * Math.SQRT1_2, 6)
    expect(path[3]).toBeCloseTo(3 * Math.SQRT1_2, 6)
    expect(path[5]).toBeCloseTo(4, 6)
    expect([...latentPath(a, Float32Array.of(0, 0), 2, true)]).toEqual([2, 0, 0, 0])
  })

  it('decodes the steps', async () => {
    const options = { ids: [1, 2], steps: 4, spherical: true }
    const figure = await interpolateFigure(vae, dataset, options)
    expectDescribed(figure.artworks)
    const again = await interpolateFigure(vae, dataset, options)
    expect(contents(again.artworks)).toEqual(contents(figure.artworks))
    await expect(interpolateFigure(ae, dataset, { ids: [1], steps: 4 })).rejects.toThrow(
      /ids: found 1 images, wanted two/,
    )
    await expect(interpolateFigure(ae, dataset, { ids: [1, 2], steps: 1 })).rejects.toThrow(/steps: found 1/)
  })
})

describe('latent', () => {
  it('maps every image, with what the channels of a VAE carry', async () => {
    const map = await latentMap(vae, dataset, { limit: null })
    expect(map.points.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, id) => id))
    expect(map.channels!.length).toBe(96)
    expect(map.units).toBe(map.latent.reduce((product, side) => product * side, 1))
    const sum = map.explained.reduce((total, share) => total + share, 0)
    expect(sum).toBeGreaterThan(0.3)
    expect(sum).toBeLessThanOrEqual(1 + 1e-9)
    expect(map.explained).toEqual([...map.explained].sort((a, b) => b - a))
    expect(map.artworks.map(({ file }) => file)).toEqual([
      'latent.svg',
      'latent.csv',
      'latent-channels.svg',
      'latent-channels.csv',
    ])
    expectDescribed(map.artworks)
  })

  it('keeps distances: far latents are far on the map of as many components as images', async () => {
    const map = await latentMap(ae, dataset, { limit: 3 })
    expect(map.explained[0]! + map.explained[1]!).toBeCloseTo(1, 5)
    const session = await openSession({ spec: ae.model.spec, dataset, threads: 1 })
    const { mean } = await session.encode(ae.model, dataset.pixels.slice(0, 3 * 16 * 16 * 3))
    await session.close()
    const length = mean.length / 3
    const apart = (i: number, j: number) => {
      let sum = 0
      for (let k = 0; k < length; k++) sum += (mean[i * length + k]! - mean[j * length + k]!) ** 2
      return Math.sqrt(sum)
    }
    const [p, q, r] = map.points
    expect(Math.hypot(p!.x - q!.x, p!.y - q!.y)).toBeCloseTo(apart(0, 1), 3)
    expect(Math.hypot(p!.x - r!.x, p!.y - r!.y)).toBeCloseTo(apart(0, 2), 3)
  })

  it('wants three images, and stops at a signal', async () => {
    await expect(latentMap(ae, dataset, { limit: 2 })).rejects.toThrow(/found 2 images, wanted 3/)
    const signal = AbortSignal.abort()
    await expect(latentMap(ae, dataset, { limit: null }, { signal })).rejects.toMatchObject({ code: 'ABORTED' })
  })
})
