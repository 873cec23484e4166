// The SSIM kernels, float32 with gradient and float64, against the plain reference: sizes around each lane count, golden values of
// scikit-image, equal images, batches, and memory behind the blocks they were given.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseSafetensors } from '../../src/formats/safetensors.js'
import { psnr } from '../../src/training/metrics.js'
import { referenceMse, referenceSsim, referenceSsimGradient, type Shape } from '../reference/ssim.js'
import { KernelBench } from './kernels-module.js'

const referenceDir = process.env.EYES_REFERENCE_DIR ?? join(import.meta.dirname, '../../../shared/reference')

/** Half a unit in the last place of float32, relative. */
const float32Rounding = 2 ** -24

interface Pair {
  readonly a: Float32Array
  readonly b: Float32Array
}

/** Small fixed generator (mulberry32), so that every run checks the same pictures. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Eye-like pictures: slow waves over a level, a bright spot, and little noise; b is a with a different noise and level. */
function pictures({ height, width, channels }: Shape, seed: number, noise = 0.02): Pair {
  const random = generator(seed)
  const level = 0.3 + 0.4 * random()
  const a = new Float32Array(height * width * channels)
  const b = new Float32Array(a.length)
  for (let i = 0; i < a.length; i++) {
    const [y, x, c] = [Math.floor(i / (width * channels)), Math.floor(i / channels) % width, i % channels]
    const wave = level + 0.2 * Math.sin(0.4 * x + c) * Math.cos(0.3 * y) + (x === 5 && y === 7 ? 0.2 : 0)
    a[i] = wave + noise * (random() - 0.5)
    b[i] = wave * 0.97 + noise * (random() - 0.5)
  }
  return { a, b }
}

function metrics({ a, b }: Pair, { height, width, channels }: Shape) {
  const count = a.length / (height * width * channels)
  const bench = new KernelBench()
  const [pa, pb] = [bench.putFloats(a), bench.putFloats(b)]
  const [mse, ssim] = [bench.reserve(count * 8), bench.reserve(count * 8)]
  const scratch = bench.reserve(bench.kernel('imageMetricsScratch')(height, width, channels))
  bench.kernel('imageMetrics')(pa, pb, mse, ssim, scratch, count, height, width, channels)
  expect(bench.guardsHold()).toBe(true)
  expect([bench.floats(pa, a.length), bench.floats(pb, b.length)]).toEqual([a, b])
  return { mse: bench.doubles(mse, count), ssim: bench.doubles(ssim, count) }
}

function ssim({ a, b }: Pair, { height, width, channels }: Shape): Float32Array {
  const count = a.length / (height * width * channels)
  const bench = new KernelBench()
  const [pa, pb, y] = [bench.putFloats(a), bench.putFloats(b), bench.reserve(count * 4)]
  const scratch = bench.reserve(bench.kernel('ssimScratch')(height, width, channels))
  bench.kernel('ssim')(pa, pb, y, scratch, count, height, width, channels, 0)
  expect(bench.guardsHold()).toBe(true)
  return bench.floats(y, count)
}

function ssimGradient({ a, b }: Pair, dy: readonly number[], { height, width, channels }: Shape): Float32Array {
  const bench = new KernelBench()
  const [pa, pb, pdy, da] = [bench.putFloats(a), bench.putFloats(b), bench.putFloats(dy), bench.reserve(a.length * 4)]
  const scratch = bench.reserve(bench.kernel('ssimScratch')(height, width, channels))
  bench.kernel('ssimGradient')(pa, pb, pdy, da, scratch, dy.length, height, width, channels, 0)
  expect(bench.guardsHold()).toBe(true)
  expect([bench.floats(pa, a.length), bench.floats(pb, b.length)]).toEqual([a, b])
  return bench.floats(da, a.length)
}

/**
 * float32 bound for q and its derivatives, relative to their size: a variance is a difference of two windowed sums of 11 + 11 terms of
 * size up to t^2 <= 1, and is divided by at least the smallest var_s + var_d + 2 C2 = 2 (var_a + var_b + C2) in the picture.
 */
function tolerance(smallestContrast: number): number {
  return (22 * float32Rounding) / (2 * smallestContrast)
}

const shapes: Shape[] = []
for (const side of [11, 12, 13, 17, 50])
  for (const channels of [1, 2, 3, 4, 5]) shapes.push({ height: side, width: side, channels })
shapes.push(
  { height: 11, width: 20, channels: 3 },
  { height: 19, width: 11, channels: 1 },
  { height: 14, width: 23, channels: 2 },
)

const maxDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i]!)), 0)

describe.each(shapes)('$height x $width x $channels', shape => {
  it('SSIM and MSE agree with the reference', () => {
    for (const noise of [0.02, 0.5]) {
      const pair = pictures(shape, shape.width * 8 + shape.channels, noise)
      const wanted = referenceSsim(pair.a, pair.b, shape)
      const found = metrics(pair, shape)
      expect(Math.abs(found.ssim[0]! - wanted.ssim)).toBeLessThan(1e-12)
      expect(Math.abs(found.mse[0]! / referenceMse(pair.a, pair.b) - 1)).toBeLessThan(1e-12)
      // Errors of single positions have either sign; the mean must meet the bound everywhere.
      expect(Math.abs(ssim(pair, shape)[0]! - wanted.ssim)).toBeLessThan(1e-5)
      expect(wanted.ssim).toBeLessThan(0.999)
    }
  })
})

// Central differences of 50 x 50 images would take minutes; the smaller ones have every kind of tail that 50 x 50 has.
describe.each(shapes.filter(({ height, width, channels }) => height * width * channels < 900))(
  '$height x $width x $channels',
  shape => {
    it('the gradient agrees with central differences', () => {
      for (const noise of [0.02, 0.5]) {
        const pair = pictures(shape, shape.width * 8 + shape.channels, noise)
        const wanted = referenceSsimGradient(pair.a, pair.b, shape)
        const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
        const bound = tolerance(referenceSsim(pair.a, pair.b, shape).smallestContrast)
        const found = maxDifference(ssimGradient(pair, [1], shape), wanted) / largest
        expect(bound, 'the tolerance itself').toBeLessThan(2e-4)
        expect(found).toBeLessThan(bound)
      }
    })
  },
)

describe('SSIM', () => {
  const shape = { height: 17, width: 13, channels: 3 }

  it('of equal images is exactly 1, with a gradient of exactly 0', () => {
    for (const noise of [0, 0.02, 1]) {
      const { a } = pictures(shape, 3, noise)
      expect(metrics({ a, b: a }, shape)).toEqual({ mse: Float64Array.of(0), ssim: Float64Array.of(1) })
      expect([...ssim({ a, b: a }, shape)]).toEqual([1])
      expect(ssimGradient({ a, b: a }, [1], shape).every(value => value === 0)).toBe(true)
    }
    const flat = new Float32Array(17 * 13 * 3).fill(0.7)
    expect([...ssim({ a: flat, b: flat }, shape)]).toEqual([1])
  })

  it('of flat images of different levels is the luminance term alone', () => {
    const [low, high] = [0.25, 0.75]
    const [a, b] = [new Float32Array(17 * 13 * 3).fill(low), new Float32Array(17 * 13 * 3).fill(high)]
    const wanted = (2 * low * high + 1e-4) / (low * low + high * high + 1e-4)
    expect(metrics({ a, b }, shape).ssim[0]).toBeCloseTo(wanted, 12)
    expect(ssim({ a, b }, shape)[0]).toBeCloseTo(wanted, 4)
    expect(metrics({ a, b }, shape).mse[0]).toBe(0.25)
  })

  it('of a batch is each image’s own, to the last bit, and dy scales each gradient', () => {
    const pairs = [1, 2, 3].map(seed => pictures(shape, seed))
    const join = (key: keyof Pair) => Float32Array.from(pairs.flatMap(pair => [...pair[key]]))
    const batch = { a: join('a'), b: join('b') }
    const together = metrics(batch, shape)
    expect([...together.ssim]).toEqual(pairs.map(pair => metrics(pair, shape).ssim[0]))
    expect([...together.mse]).toEqual(pairs.map(pair => metrics(pair, shape).mse[0]))
    expect([...ssim(batch, shape)]).toEqual(pairs.map(pair => ssim(pair, shape)[0]))
    const dy = [1, -2, 0]
    const size = batch.a.length / 3
    const gradients = ssimGradient(batch, dy, shape)
    pairs.forEach((pair, i) => {
      const alone = ssimGradient(pair, [1], shape)
      const scaled = alone.map(value => value * dy[i]!)
      expect(maxDifference(gradients.subarray(i * size, (i + 1) * size), scaled)).toBe(0)
    })
  })

  it('is not a number where a pixel is not', () => {
    const { a, b } = pictures(shape, 1)
    a[60] = NaN
    expect(metrics({ a, b }, shape)).toEqual({ mse: Float64Array.of(NaN), ssim: Float64Array.of(NaN) })
    expect([...ssim({ a, b }, shape)]).toEqual([NaN])
  })
})

describe('golden pairs of scikit-image', () => {
  it('SSIM and PSNR in float64 to 1e-9, SSIM in float32 to 1e-5', async () => {
    const { tensors } = parseSafetensors(
      await readFile(join(referenceDir, 'metrics.safetensors')),
      'metrics.safetensors',
    )
    const golden = JSON.parse(await readFile(join(referenceDir, 'metrics.json'), 'utf8')) as {
      psnr: number
      ssim_gaussian11: number
    }[]
    const [count, height, width, channels] = tensors.get('a')!.shape as [number, number, number, number]
    expect(count).toBe(golden.length)
    expect(count).toBeGreaterThanOrEqual(20)
    const shape = { height, width, channels }
    const pair = { a: tensors.get('a')!.data, b: tensors.get('b')!.data }
    const found = metrics(pair, shape)
    const wanted = golden.map(each => each.ssim_gaussian11)
    expect(maxDifference(found.ssim, wanted)).toBeLessThan(1e-9)
    expect(
      maxDifference(
        Array.from(found.mse, psnr),
        golden.map(each => each.psnr),
      ),
    ).toBeLessThan(1e-9)
    expect(maxDifference(ssim(pair, shape), wanted)).toBeLessThan(1e-5)
  })
})
