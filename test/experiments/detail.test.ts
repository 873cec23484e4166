// What a comparison shows of two pictures: detail, the crop that has most of it, magnification, error maps and their colours.
import { describe, expect, it } from 'vitest'
import { detail, errorMap, heatPicture, magnified, mostDetailed } from '../../src/experiments/detail.js'
import type { Picture } from '../../src/report/pictures.js'

const grey = (height: number, width: number, at: (x: number, y: number) => number): Picture => ({
  height,
  width,
  pixels: Float32Array.from({ length: height * width * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3)
    return at(pixel % width, Math.floor(pixel / width))
  }),
})

const checkers = (x: number, y: number) => ((x + y) % 2) * 0.5

describe('detail', () => {
  it('is 0 for flat and evenly sloping pictures, and grows with contrast', () => {
    expect(detail(grey(8, 8, () => 0.7))).toBeLessThan(1e-6)
    expect(detail(grey(8, 8, x => x / 10))).toBeLessThan(1e-6)
    const strong = detail(grey(8, 8, checkers))
    expect(detail(grey(8, 8, (x, y) => checkers(x, y) / 2))).toBeCloseTo(strong / 2, 6)
    // Each inner pixel answers 4 times the step of 0.5; the border does not count.
    expect(strong).toBeCloseTo(2 * Math.sqrt(36 / 64), 6)
  })

  it('is the same for bytes', () => {
    const picture = grey(8, 8, checkers)
    const bytes = { ...picture, pixels: Uint8Array.from(picture.pixels, value => Math.round(value * 255)) }
    // 0.5 became 128 of 255.
    expect(detail(bytes)).toBeCloseTo((detail(picture) * 128) / 127.5, 6)
  })

  it('is where the crop goes', () => {
    const corner = grey(10, 14, (x, y) => (x >= 8 && y >= 6 ? checkers(x, y) : 0.2))
    const { x, y, height, width } = mostDetailed(corner)
    expect({ height, width }).toEqual({ height: 5, width: 7 })
    expect(x).toBeGreaterThanOrEqual(6)
    expect(y).toBeGreaterThanOrEqual(4)
  })
})

describe('magnified', () => {
  it('repeats each pixel of the crop', () => {
    const picture = grey(4, 4, (x, y) => (4 * y + x) / 16)
    const { height, width, pixels } = magnified(picture, { x: 1, y: 2, height: 2, width: 2 }, 3)
    expect([height, width]).toEqual([6, 6])
    const red = (x: number, y: number) => pixels[(y * 6 + x) * 3]! * 16
    expect([red(0, 0), red(2, 2), red(3, 2), red(0, 3), red(5, 5)]).toEqual([9, 9, 10, 13, 14])
  })
})

describe('error map', () => {
  it('means absolute differences over the colours, whatever the types', () => {
    const bytes = { height: 1, width: 1, pixels: Uint8Array.of(0, 255, 51) }
    const floats = { height: 1, width: 1, pixels: Float32Array.of(0.3, 0.4, 0.2) }
    expect(errorMap(bytes, floats)[0]).toBeCloseTo((0.3 + 0.6 + 0) / 3, 6)
  })

  it('gets darker with the error, also in grey', () => {
    const values = Float64Array.from({ length: 41 }, (_, i) => i / 40)
    const { pixels } = heatPicture(values, { height: 1, width: 41 }, 1)
    const light = Array.from(
      values,
      (_, i) => 0.299 * pixels[3 * i]! + 0.587 * pixels[3 * i + 1]! + 0.114 * pixels[3 * i + 2]!,
    )
    light.slice(1).forEach((value, i) => expect(value).toBeLessThan(light[i]!))
    expect([...pixels.slice(0, 3), ...pixels.slice(-3)]).toEqual([255, 255, 255, 0, 0, 0])
  })
})
