// The radial power spectrum against a plain DFT, Parseval's theorem and pictures whose spectrum is known; and the picture of fine detail.
import { describe, expect, it } from 'vitest'
import { highPass, highPassScale } from '../../src/experiments/high-pass.js'
import { channelOf, spectrumAnalyser, type SpectrumSettings } from '../../src/experiments/power-spectrum.js'
import { streams, uniforms } from '../../src/random/philox.js'

const sizes = [
  [50, 50],
  [16, 16],
  [7, 7],
  [12, 9],
  [5, 20],
  [1, 8],
] as const

function noise(height: number, width: number, seed = 1): Float64Array {
  const values = new Float32Array(height * width)
  uniforms(seed, streams.figure, 0, values)
  return Float64Array.from(values)
}

const powerOf = (values: Float64Array, settings: SpectrumSettings) => {
  const analyser = spectrumAnalyser(settings)
  const rings = new Float64Array(analyser.rings)
  analyser.addPower(rings, analyser.transform(values))
  return rings
}

const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0)
const meanOf = (values: Float64Array) => total(values) / values.length
const meanSquare = (values: Float64Array) => total(values.map(value => value * value)) / values.length
const lessMean = (values: Float64Array) => values.map(value => value - meanOf(values))

/** The definition, term by term, over all frequencies. */
function plainRings(values: Float64Array, height: number, width: number): Float64Array {
  const centred = lessMean(values)
  const rings = new Float64Array(200)
  for (let v = 0; v < height; v++)
    for (let u = 0; u < width; u++) {
      let [re, im] = [0, 0]
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const angle = -2 * Math.PI * ((u * x) / width + (v * y) / height)
          re += centred[y * width + x]! * Math.cos(angle)
          im += centred[y * width + x]! * Math.sin(angle)
        }
      const fy = Math.min(v, height - v) / height
      const fx = Math.min(u, width - u) / width
      const ring = Math.floor(Math.max(height, width) * Math.sqrt(fx * fx + fy * fy) + 0.5)
      rings[ring]! += (re * re + im * im) / (height * width) ** 2
    }
  return rings
}

describe('the spectrum analyser', () => {
  it.each(sizes.slice(1))('is the DFT, gathered in rings: %i x %i', (height, width) => {
    const values = noise(height, width)
    const wanted = plainRings(values, height, width)
    const found = powerOf(values, { height, width, window: 'none' })
    found.forEach((power, ring) => expect(power).toBeCloseTo(wanted[ring]!, 14))
    expect(total(wanted.subarray(found.length))).toBe(0)
  })

  it('is the DFT, frequency by frequency', () => {
    const [height, width] = [5, 6]
    const values = noise(height, width)
    const centred = lessMean(values)
    const { real, imaginary } = spectrumAnalyser({ height, width, window: 'none' }).transform(values)
    for (let v = 0; v < height; v++)
      for (let u = 0; u <= 3; u++) {
        const sum = (wave: (angle: number) => number) =>
          total(centred.map((c, i) => c * wave(-2 * Math.PI * ((u * (i % 6)) / 6 + (v * Math.floor(i / 6)) / 5)))) / 30
        expect(real[v * 4 + u]).toBeCloseTo(sum(Math.cos), 14)
        expect(imaginary[v * 4 + u]).toBeCloseTo(sum(Math.sin), 14)
      }
  })

  it.each(sizes)("keeps Parseval's theorem, %i x %i", (height, width) => {
    const values = noise(height, width)
    const plain = powerOf(values, { height, width, window: 'none' })
    const wanted = meanSquare(lessMean(values))
    expect(Math.abs(total(plain) - wanted)).toBeLessThan(1e-12 * wanted)
    const { frequencies } = spectrumAnalyser({ height, width, window: 'hann' })
    expect(total(frequencies)).toBe(height * width)
  })

  it('keeps it under the Hann window, which takes no power from noise on the whole', () => {
    const [height, width] = [50, 40]
    const side = (length: number) => {
      const hann = Array.from({ length }, (_, n) => Math.sin((Math.PI * (n + 0.5)) / length) ** 2)
      const square = hann.reduce((sum, value) => sum + value * value, 0) / length
      return hann.map(value => value / Math.sqrt(square))
    }
    const [rows, columns] = [side(height), side(width)]
    const values = noise(height, width)
    const windowed = lessMean(values).map((value, i) => value * rows[Math.floor(i / width)]! * columns[i % width]!)
    const found = total(powerOf(values, { height, width, window: 'hann' }))
    expect(Math.abs(found - meanSquare(windowed))).toBeLessThan(1e-12 * found)
    expect(found / meanSquare(lessMean(values))).toBeGreaterThan(0.9)
    expect(found / meanSquare(lessMean(values))).toBeLessThan(1.1)
  })

  it.each([
    [3, 4],
    [0, 7],
    [25, 0],
    [8, -6],
  ])('puts a wave of %i and %i cycles into its ring', (u, v) => {
    const settings = { height: 50, width: 50, window: 'none' } as const
    const wave = Float64Array.from({ length: 2500 }, (_, i) =>
      Math.cos((2 * Math.PI * (u * (i % 50) + v * Math.floor(i / 50))) / 50),
    )
    const ring = Math.round(Math.hypot(u, v))
    const rings = powerOf(wave, settings)
    expect(rings[ring]).toBeCloseTo(u === 25 ? 1 : 0.5, 12)
    expect(total(rings) - rings[ring]!).toBeLessThan(1e-24)
  })

  it('does not take a picture for a tile under the Hann window: a ramp has little power at high frequencies', () => {
    const ramp = Float64Array.from({ length: 2500 }, (_, i) => (i % 50) / 50)
    const high = (window: 'hann' | 'none') => total(powerOf(ramp, { height: 50, width: 50, window }).subarray(13))
    expect(high('hann')).toBeLessThan(1e-4 * high('none'))
  })

  it('measures a difference, and the sums of pictures', () => {
    const settings = { height: 6, width: 10, window: 'hann' } as const
    const analyser = spectrumAnalyser(settings)
    const [a, b] = [noise(6, 10, 1), noise(6, 10, 2)]
    const rings = new Float64Array(analyser.rings)
    analyser.addPower(rings, analyser.transform(a), analyser.transform(b))
    const difference = powerOf(
      a.map((value, i) => value - b[i]!),
      settings,
    )
    rings.forEach((power, ring) => expect(power).toBeCloseTo(difference[ring]!, 14))
    analyser.addPower(rings, analyser.transform(a))
    const sum = powerOf(a, settings)
    rings.forEach((power, ring) => expect(power).toBeCloseTo(difference[ring]! + sum[ring]!, 14))
  })
})

it('channelOf takes one colour of one picture, on [0, 1]', () => {
  const bytes = Uint8Array.from({ length: 2 * 2 * 1 * 3 }, (_, i) => i * 15)
  expect([...channelOf(bytes, 1, 2, { height: 2, width: 1 })]).toEqual([(8 * 15) / 255, (11 * 15) / 255])
  expect([...channelOf(Float32Array.of(0, 0.5, 1), 0, 1, { height: 1, width: 1 })]).toEqual([0.5])
})

describe('highPass', () => {
  const picture = (value: (x: number, y: number, channel: number) => number) => ({
    height: 12,
    width: 10,
    pixels: Float32Array.from({ length: 360 }, (_, i) => value(Math.floor(i / 3) % 10, Math.floor(i / 30), i % 3)),
  })

  it('leaves nothing but grey of a flat picture, borders included', () => {
    const flat = picture((_, __, channel) => 0.2 * channel)
    for (const value of highPass(flat, highPassScale([flat])).pixels) expect(value).toBeCloseTo(0.5, 4)
  })

  it('keeps a checkerboard and takes away a slow wave', () => {
    const board = picture((x, y) => 0.5 + ((x + y) % 2 === 0 ? 0.25 : -0.25))
    const sharp = highPass(board, 0.25).pixels
    expect(sharp[(5 * 10 + 4) * 3]!).toBeLessThan(0.01)
    expect(sharp[(5 * 10 + 5) * 3]!).toBeGreaterThan(0.99)
    const slow = picture((_, y) => 0.5 + 0.25 * Math.cos((Math.PI * (y + 0.5)) / 12))
    for (const value of highPass(slow, 0.25).pixels) expect(Math.abs(value - 0.5)).toBeLessThan(0.05)
  })

  it('has the same scale for bytes', () => {
    const floats = picture((x, y, channel) => ((x * 7 + y * 3 + channel) % 11) / 15)
    const bytes = { ...floats, pixels: Uint8Array.from(floats.pixels, value => Math.round(value * 255)) }
    expect(highPassScale([bytes])).toBeCloseTo(highPassScale([floats]), 2)
  })
})
