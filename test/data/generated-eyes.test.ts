// Generated eyes: the same bytes everywhere, a pure function of (seed, id), and close to photographs in mean, contrast and spectrum.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Dataset } from '../../src/data/dataset.js'
import { generateEyes } from '../../src/data/generated-eyes.js'
import { loadDataset } from '../../src/data/load.js'
import { EyesWasmError } from '../../src/errors.js'
import { absent, realEyes } from '../helpers/shared-data.js'

const side = 50
const perImage = side * side * 3

describe('generated eyes', () => {
  it('are the same bytes on every machine', () => {
    // Changes only when the drawing is changed on purpose; every saved run on generated eyes then has other data.
    expect(generateEyes({ count: 64 }).sha256).toBe('c0cd9670d8bd9cd684bbe17af3abf98d7f5dedf637d3329af94fb1657b36c3cb')
  })

  it('do not depend on how many are drawn', () => {
    const few = generateEyes({ count: 3, seed: 9 })
    const many = generateEyes({ count: 5, seed: 9 })
    expect(many.pixels.subarray(0, few.pixels.length)).toEqual(few.pixels)
    expect(many.labels!.subarray(0, 3)).toEqual(few.labels)
  })

  it('change with the seed, and from one to the next', () => {
    const image = (data: Dataset, id: number) =>
      Buffer.from(data.pixels.slice(id * perImage, (id + 1) * perImage)).toString('hex')
    const a = generateEyes({ count: 20, seed: 0 })
    const b = generateEyes({ count: 20, seed: 1 })
    const all = [a, b].flatMap(data => Array.from({ length: 20 }, (_, id) => image(data, id)))
    expect(new Set(all).size).toBe(40)
  })

  it('come in the size asked for, the same eyes', () => {
    const mean = ({ pixels }: Dataset) => (pixels as Uint8Array).reduce((sum, value) => sum + value, 0) / pixels.length
    const normal = generateEyes({ count: 4 })
    const large = generateEyes({ count: 4, size: { height: 100, width: 120 } })
    expect(large).toMatchObject({ height: 100, width: 120 })
    expect(large.pixels.length).toBe(4 * 100 * 120 * 3)
    expect(Math.abs(mean(large) - mean(normal))).toBeLessThan(3)
  })

  it('use no host transcendental function', () => {
    const files = readdirSync('src/data/eyes').map(name => `src/data/eyes/${name}`)
    files.push('src/data/generated-eyes.ts', 'src/random/portable-math.ts')
    expect(files.length).toBeGreaterThan(5)
    for (const file of files) {
      const code = readFileSync(file, 'utf8').replaceAll(/\/\/.*|\/\*[^]*?\*\//g, '')
      // Powers of two are exact in every engine; 2 ** 32 is the only one used.
      expect(code.replaceAll('2 ** 32', ''), file).not.toMatch(
        /\*\*|Math\.(exp|log|pow|sin|cos|tan|atan|hypot|cbrt|random)/,
      )
    }
  })

  it.each([
    ['a count of 0', { count: 0 }, /count is 0/],
    ['half an eye', { count: 1.5 }, /count is 1\.5/],
    ['a negative seed', { seed: -1 }, /seed: found -1/],
    ['a size of 1', { size: { height: 1, width: 50 } }, /size is 1x50/],
  ])('refuse %s', (_, options, message) => {
    expect(() => generateEyes(options)).toThrow(EyesWasmError)
    expect(() => generateEyes(options)).toThrow(message)
  })
})

/** Statistics of a set of pictures on the 0 to 1 scale, each by channel where it is a list. */
interface Statistics {
  readonly mean: number[]
  /** Standard deviation over all pixels of all images; of the images' means; mean of the deviations inside an image. */
  readonly deviation: number[]
  readonly betweenImages: number[]
  readonly withinImages: number[]
  /** log10 of the mean power of the grey picture (Hann window) at 1 to 25 cycles a picture. */
  readonly spectrum: number[]
}

const average = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
const spread = (values: readonly number[]) => Math.sqrt(average(values.map(v => v * v)) - average(values) ** 2)

function statistics({ pixels, count }: Dataset): Statistics {
  const channels = [0, 1, 2].map(channel => {
    const means: number[] = []
    const squares: number[] = []
    for (let image = 0; image < count; image++) {
      let sum = 0
      let square = 0
      for (let i = image * perImage + channel; i < (image + 1) * perImage; i += 3) {
        const value = pixels[i]! / 255
        sum += value
        square += value * value
      }
      means.push(sum / (side * side))
      squares.push(square / (side * side))
    }
    return {
      mean: average(means),
      deviation: Math.sqrt(average(squares) - average(means) ** 2),
      betweenImages: spread(means),
      withinImages: average(squares.map((square, i) => Math.sqrt(square - means[i]! ** 2))),
    }
  })
  return {
    mean: channels.map(c => c.mean),
    deviation: channels.map(c => c.deviation),
    betweenImages: channels.map(c => c.betweenImages),
    withinImages: channels.map(c => c.withinImages),
    spectrum: powerSpectrum(pixels, count),
  }
}

/** cos and sin of 2 pi k x / side, [side, side] each. */
const angle = (i: number) => (2 * Math.PI * (Math.floor(i / side) * (i % side))) / side
const cosines = Float64Array.from({ length: side * side }, (_, i) => Math.cos(angle(i)))
const sines = Float64Array.from({ length: side * side }, (_, i) => Math.sin(angle(i)))
const hann = Float64Array.from({ length: side }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (side - 1)))

/** Radial power spectrum by a plain separable DFT, over every eighth image. */
function powerSpectrum(pixels: Dataset['pixels'], count: number): number[] {
  const power = new Float64Array(side * side)
  for (let image = 0; image < count; image += 8) addPower(windowedGrey(pixels, image), power)
  const rings = Array.from({ length: 26 }, () => ({ sum: 0, size: 0 }))
  const signed = (k: number) => (k < side / 2 ? k : k - side)
  power.forEach((value, i) => {
    const ring = rings[Math.round(Math.hypot(signed(Math.floor(i / side)), signed(i % side)))]
    if (!ring) return
    ring.sum += value
    ring.size++
  })
  return rings.slice(1).map(({ sum, size }) => Math.log10(sum / size / Math.ceil(count / 8)))
}

function windowedGrey(pixels: Dataset['pixels'], image: number): Float64Array {
  const grey = Float64Array.from({ length: side * side }, (_, i) => {
    const at = image * perImage + i * 3
    return (pixels[at]! + pixels[at + 1]! + pixels[at + 2]!) / 765
  })
  const mean = average([...grey])
  return grey.map((value, i) => (value - mean) * hann[Math.floor(i / side)]! * hann[i % side]!)
}

/** Adds |DFT|^2 of one picture to `power`, both [side, side]. */
function addPower(picture: Float64Array, power: Float64Array) {
  const re = new Float64Array(side * side)
  const im = new Float64Array(side * side)
  for (let y = 0; y < side; y++)
    for (let k = 0; k < side; k++)
      for (let x = 0; x < side; x++) {
        re[y * side + k]! += picture[y * side + x]! * cosines[k * side + x]!
        im[y * side + k]! -= picture[y * side + x]! * sines[k * side + x]!
      }
  for (let q = 0; q < side; q++)
    for (let k = 0; k < side; k++) {
      let a = 0
      let b = 0
      for (let y = 0; y < side; y++) {
        const [c, s] = [cosines[q * side + y]!, sines[q * side + y]!]
        a += re[y * side + k]! * c + im[y * side + k]! * s
        b += im[y * side + k]! * c - re[y * side + k]! * s
      }
      power[q * side + k]! += a * a + b * b
    }
}

const missing = absent(realEyes)
describe.skipIf(missing)(`generated eyes beside real ones${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let ours: Statistics
  let theirs: Statistics
  beforeAll(async () => {
    expect(existsSync(realEyes)).toBe(true)
    ours = statistics(generateEyes())
    theirs = statistics(await loadDataset(realEyes))
  })

  const apart = (a: readonly number[], b: readonly number[]) =>
    Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))

  // Bounds on the 0 to 1 scale. The real values: means 0.62, 0.48, 0.42; deviations 0.21 to 0.24; between images 0.13; within 0.16 to 0.19.
  it.each([
    ['mean', 0.02],
    ['deviation', 0.015],
    ['betweenImages', 0.015],
    ['withinImages', 0.015],
  ] as const)('%s by channel within %f', (statistic, bound) => {
    expect(apart(ours[statistic], theirs[statistic])).toBeLessThan(bound)
  })

  it('power spectrum within a factor of 2 at each frequency, 1.6 on average', () => {
    const distances = ours.spectrum.map((value, i) => Math.abs(value - theirs.spectrum[i]!))
    expect(theirs.spectrum[0]! - theirs.spectrum[24]!).toBeGreaterThan(3) // the spectrum spans four decades
    expect(Math.max(...distances)).toBeLessThan(Math.log10(2))
    expect(average(distances)).toBeLessThan(Math.log10(1.6))
  })

  it('have both classes in about the same shares', () => {
    const share = (labels: Int32Array) => labels.filter(label => label === 1).length / labels.length
    expect(Math.abs(share(generateEyes({ count: 400 }).labels!) - 806 / 1476)).toBeLessThan(0.08)
  })
})
