// Flips and shifts: how often each is drawn, that they depend on seed, epoch and image alone, and that the pixels go where they should, against
// a picture that is mirrored and shifted pixel by pixel.
import { describe, expect, it } from 'vitest'
import { copyMoved, type Move } from '../../src/kernels/move-picture.js'
import { augmentationOf, moveOf } from '../../src/imaging/augment.js'

const both = { flip: true, shift: 2 }
const draws = Array.from({ length: 4000 }, (_, i) => moveOf(both, 7, 1 + (i % 4), Math.floor(i / 4)))

describe('moveOf', () => {
  it('mirrors half of the images, and shifts them by each distance as often', () => {
    // Standard deviations of counts in 4000: 32 for a half, 25 for a fifth.
    expect(Math.abs(draws.filter(({ isMirrored }) => isMirrored).length - 2000)).toBeLessThan(5 * 32)
    for (const key of ['right', 'down'] as const) {
      for (const wanted of [-2, -1, 0, 1, 2])
        expect(
          Math.abs(draws.filter(({ [key]: found }) => found === wanted).length - 800),
          `${key} ${wanted}`,
        ).toBeLessThan(5 * 25)
      expect(Math.max(...draws.map(({ [key]: found }) => Math.abs(found)))).toBe(2)
    }
    const together = draws.filter(({ isMirrored, right, down }) => isMirrored && right === 1 && down === -2).length
    expect(Math.abs(together - 80)).toBeLessThan(5 * 9)
  })

  it('is another one with another seed, epoch or image, and the same one again', () => {
    const of = (seed: number, epoch: number, from: number) =>
      Array.from({ length: 40 }, (_, i) => JSON.stringify(moveOf(both, seed, epoch, from + i))).join()
    expect(of(1, 2, 3)).toBe(of(1, 2, 3))
    expect(new Set([of(1, 2, 3), of(2, 2, 3), of(1, 3, 3), of(1, 2, 43)]).size).toBe(4)
  })

  it('draws the flip alike whether or not images are shifted, and the other way round', () => {
    for (let image = 0; image < 50; image++) {
      const { isMirrored, right, down } = moveOf(both, 3, 5, image)
      expect(moveOf({ flip: true, shift: 0 }, 3, 5, image)).toEqual({ isMirrored, right: 0, down: 0 })
      expect(moveOf({ flip: false, shift: 2 }, 3, 5, image)).toEqual({ isMirrored: false, right, down })
    }
  })

  it('is nothing where neither is asked for', () => {
    expect(augmentationOf({ flip: false, shift: 0 })).toBeUndefined()
    expect(augmentationOf({ ...both })).toEqual(both)
  })
})

describe('copyMoved', () => {
  const [height, width] = [4, 5]
  const picture = Uint8Array.from({ length: height * width * 3 }, (_, i) => i)
  const moved = (move: Move, from: Uint8Array | Float32Array = picture) => {
    const to = from.slice().fill(99)
    copyMoved(from, to, { height, width }, move)
    return to
  }
  const pixel = (of: ArrayLike<number>, x: number, y: number) => [0, 1, 2].map(c => of[3 * (y * width + x) + c])

  it('mirrors left to right, twice is nothing', () => {
    const mirrored = moved({ isMirrored: true, right: 0, down: 0 })
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) expect(pixel(mirrored, x, y)).toEqual(pixel(picture, width - 1 - x, y))
    expect(moved({ isMirrored: true, right: 0, down: 0 }, mirrored)).toEqual(picture)
  })

  it('shifts, and repeats the edge', () => {
    const found = moved({ isMirrored: false, right: 2, down: -1 })
    expect(pixel(found, 2, 0)).toEqual(pixel(picture, 0, 1))
    expect(pixel(found, 4, 2)).toEqual(pixel(picture, 2, 3))
    expect(pixel(found, 0, 1)).toEqual(pixel(picture, 0, 2))
    expect(pixel(found, 1, 3)).toEqual(pixel(picture, 0, 3))
  })

  it('mirrors first: the shift is in the picture that is seen', () => {
    const found = moved({ isMirrored: true, right: 1, down: 0 })
    expect(pixel(found, 1, 0)).toEqual(pixel(picture, 4, 0))
    expect(pixel(found, 0, 0)).toEqual(pixel(picture, 4, 0))
  })

  it('leaves floats and pictures that do not move as they are', () => {
    const floats = Float32Array.from(picture, byte => byte / 7)
    expect(moved({ isMirrored: false, right: 0, down: 0 }, floats)).toEqual(floats)
    expect(moved({ isMirrored: true, right: 0, down: 0 }, floats)[0]).toBe(floats[3 * (width - 1)])
  })
})
