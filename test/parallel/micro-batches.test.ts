// How a batch is cut, as properties over random batches and models: the rule knows no threads, so neither can the results.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { layerSpecs, parameterCount, parameterSpecs } from '../../src/models/geometry.js'
import type { ModelSpec } from '../../src/models/spec.js'
import { predictSpeedup } from '../../src/parallel/serial-share.js'
import { tapeImages, trainingFlop } from '../../src/imaging/cost.js'
import { microBatchCount, microBatchRange } from '../../src/parallel/micro-batches.js'

const model = (spec: Omit<ModelSpec, 'height' | 'width'>) => {
  const layers = layerSpecs({ ...spec, height: 50, width: 50 })
  return { flop: trainingFlop(layers), parameters: parameterCount(parameterSpecs(layers)) }
}
const ae = model({ kind: 'ae', kernel: 3, stride: 1, padding: 1 })
const images = fc.integer({ min: 1, max: 5000 })
const flop = fc.double({ min: 1e3, max: 1e12, noNaN: true })
const parameters = fc.integer({ min: 1, max: 50_000_000 })

describe('microBatchCount', () => {
  it('is a power of two, at most 32 and at most the images', () => {
    fc.assert(
      fc.property(images, flop, parameters, (n, perImage, size) => {
        const count = microBatchCount(n, perImage, size)
        expect(Math.log2(count) % 1).toBe(0)
        expect(count).toBeLessThanOrEqual(Math.min(n, 32))
      }),
    )
  })

  it('keeps a micro-batch at a GFLOP or more, and the waiting gradients at 64 MiB or less', () => {
    fc.assert(
      fc.property(images, flop, parameters, (n, perImage, size) => {
        const count = microBatchCount(n, perImage, size)
        if (count === 1) return
        expect((n * perImage) / count).toBeGreaterThanOrEqual(1e9)
        expect(4 * size * count).toBeLessThanOrEqual(64 * 2 ** 20)
      }),
    )
  })

  it('never falls when there are more images: slots made for the largest batch suffice for each', () => {
    fc.assert(
      fc.property(images, images, flop, parameters, (a, b, perImage, size) => {
        const [few, many] = [Math.min(a, b), Math.max(a, b)]
        expect(microBatchCount(few, perImage, size)).toBeLessThanOrEqual(microBatchCount(many, perImage, size))
      }),
    )
  })

  it('the report’s batch of 164 keeps 32 threads busy, for both models', () => {
    const vae = model({ kind: 'vae', kernel: 5, stride: 1, padding: 2 })
    expect(microBatchCount(164, ae.flop, ae.parameters)).toBe(32)
    expect(microBatchCount(164, vae.flop, vae.parameters)).toBe(32)
    // Stride 2 leaves a fifteenth of the arithmetic: fewer, so that each stays worth its message.
    const strided = model({ kind: 'ae', kernel: 4, stride: 2, padding: 2 })
    expect(microBatchCount(164, strided.flop, strided.parameters)).toBe(4)
  })
})

describe('the report’s twelve models, 164 images', () => {
  const geometries = [
    ...[3, 5, 7, 9].map(kernel => ({ kernel, stride: 1, padding: (kernel - 1) / 2 })),
    ...[4, 6].map(kernel => ({ kernel, stride: 2, padding: kernel / 2 })),
  ]
  const models = (['ae', 'vae'] as const).flatMap(kind => geometries.map(g => ({ kind, ...g })))

  it.each(models)('$kind ($kernel,$stride,$padding): two threads get equal shares, and eight where it pays', spec => {
    const { flop, parameters } = model(spec)
    const count = microBatchCount(164, flop, parameters)
    const busiest = (threads: number) =>
      164 / predictSpeedup({ serialShare: 0, microBatches: count, threads, images: 164 })
    expect(busiest(2)).toBe(82)
    if (spec.stride === 1) expect(busiest(8)).toBe(21)
  })

  it.each(models)('$kind ($kernel,$stride,$padding): the tape holds some images, and few MB of them', spec => {
    const layers = layerSpecs({ ...spec, height: 50, width: 50 })
    const images = tapeImages(layers)
    expect(images).toBeGreaterThanOrEqual(2)
    const { flop, parameters } = model(spec)
    const count = microBatchCount(164, flop, parameters)
    // Parts are for the VAE's larger maps, most where its many parameters leave room for few micro-batches.
    const parts = Math.ceil(Math.ceil(164 / count) / images)
    expect(parts).toBe(spec.kind === 'vae' ? ({ 3: 3, 5: 3, 7: 6, 9: 11 }[spec.kernel] ?? 1) : 1)
  })

  it('a larger picture leaves room for fewer, and always for one', () => {
    const of = (size: number) =>
      tapeImages(layerSpecs({ kind: 'vae', kernel: 3, stride: 1, padding: 1, height: size, width: size }))
    expect(of(25)).toBeGreaterThan(of(50))
    expect(of(400)).toBe(1)
  })
})

describe('trainingFlop', () => {
  it('counts a multiplication and an addition a product, three passes a layer, two for the first', () => {
    const products = 3 * 12 + 12 * 24 + 24 * 48 + 48 * 24 + 24 * 12 + 12 * 3
    expect(ae.flop).toBe(2500 * 9 * 2 * (3 * products - 3 * 12))
  })
})

describe('microBatchRange', () => {
  it('covers each image once, in order, in shares that differ by one at most', () => {
    fc.assert(
      fc.property(images, fc.integer({ min: 0, max: 5 }), (n, power) => {
        const count = Math.min(2 ** power, 2 ** Math.floor(Math.log2(n)))
        const ranges = Array.from({ length: count }, (_, i) => microBatchRange(n, count, i))
        expect(ranges[0]![0]).toBe(0)
        expect(ranges.at(-1)![1]).toBe(n)
        const sizes = ranges.map(([from, to], i) => {
          if (i > 0) expect(from).toBe(ranges[i - 1]![1])
          return to - from
        })
        expect(Math.min(...sizes)).toBeGreaterThanOrEqual(1)
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
        expect(sizes).toEqual([...sizes].sort((a, b) => b - a))
      }),
    )
  })
})
