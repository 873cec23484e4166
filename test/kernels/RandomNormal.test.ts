// The VAE's noise: Philox's known answers, Box & Muller against float64, the moments of a normal distribution, and independence of
// anything but (seed, stream, epoch, image, element).
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { type NoiseKey, randomNormal } from '../../src/kernels/RandomNormal.js'
import { philox, randomNormal as reference } from '../reference/random-normal.js'
import { everywhere, expectWithin, itRandom, useBackend } from './harness.js'

useBackend()

const key: NoiseKey = { seed: 7, stream: 3, epoch: 2, images: [0] }
const sizes = [1, 2, 3, 4, 5, 15, 16, 17, 31, 63, 64, 65, 1000]

/** One image's noise. */
const draw = (size: number, changes: Partial<NoiseKey> = {}) =>
  randomNormal([1, size], { ...key, ...changes }).dataSync()

describe('Philox4x32-10, the reference', () => {
  it('gives the known answers of Random123 (kat_vectors)', () => {
    const hex = (words: number[]) => words.map(w => w.toString(16).padStart(8, '0')).join(' ')
    expect(hex(philox([0n, 0n, 0n, 0n], [0n, 0n]))).toBe('6627e8d5 e169c58d bc57ac4c 9b00dbd8')
    const ones = 0xffffffffn
    expect(hex(philox([ones, ones, ones, ones], [ones, ones]))).toBe('408f276d 41c83b0e a20bc7c6 6d5451fd')
    const pi = philox([0x243f6a88n, 0x85a308d3n, 0x13198a2en, 0x03707344n], [0xa4093822n, 0x299f31d0n])
    expect(hex(pi)).toBe('d16cfe09 94fdcceb 5001e420 24126ea1')
  })
})

describe('RandomNormal', () => {
  itRandom('is the reference, element by element, for every size and key', () => {
    const keys: NoiseKey[] = [
      key,
      { seed: 0, stream: 0, epoch: 0, images: [0] },
      { seed: 2 ** 53 - 1, stream: 5, epoch: 499, images: [1475] },
      { seed: 2 ** 32, stream: 1, epoch: 1, images: [2 ** 31] },
    ]
    for (const k of keys) {
      for (const size of sizes) {
        const wanted = reference(size, k.images[0]!, k.epoch, k.stream, k.seed)
        // log and the angle are within 2.5e-7 (math.test.ts), the angle's rounding is 1e-7 of a radius below 6; see math.ts.
        expectWithin(draw(size, k), wanted, 5e-7, everywhere(6, size), `size ${size}, ${JSON.stringify(k)}`)
      }
    }
  })

  itRandom('an image has the same noise whatever batch it is in', () => {
    const shape = [5, 3, 7, 2]
    const together = randomNormal(shape, { ...key, images: [9, 4, 1000, 4, 0] })
    const alone = [9, 4, 1000, 4, 0].map(image => randomNormal([1, 3, 7, 2], { ...key, images: [image] }))
    expect(together.dataSync()).toEqual(tf.concat(alone).dataSync())
  })

  itRandom('a longer draw begins with the shorter one', () => {
    const long = draw(1000)
    for (const size of sizes) expect(draw(size)).toEqual(long.slice(0, size))
  })

  itRandom('every part of the key matters', () => {
    const base = draw(16)
    const changes: Partial<NoiseKey>[] = [
      { seed: 8 },
      { seed: 7 + 2 ** 32 },
      { stream: 4 },
      { epoch: 3 },
      { images: [1] },
    ]
    const others = changes.map(change => draw(16, change))
    others.push(base)
    expect(new Set(others.map(values => values.join())).size).toBe(6)
  })

  itRandom('has the moments of a standard normal distribution', () => {
    const n = 200_000
    const x = Float64Array.from(draw(n))
    const moment = (power: number) => x.reduce((sum, v) => sum + v ** power, 0) / n
    // Five standard errors of each: sqrt(1/n), sqrt(2/n), sqrt(15/n), sqrt(96/n).
    expect(Math.abs(moment(1))).toBeLessThan(5 * Math.sqrt(1 / n))
    expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / n))
    expect(Math.abs(moment(3))).toBeLessThan(5 * Math.sqrt(15 / n))
    expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / n))
    // Neighbours share a radius, and must be uncorrelated all the same; so must their squares, r^2 cos^2 and r^2 sin^2.
    const product = (power: number) => {
      let sum = 0
      for (let i = 0; i < n; i += 2) sum += (x[i]! ** power - (power - 1)) * (x[i + 1]! ** power - (power - 1))
      return sum / (n / 2)
    }
    expect(Math.abs(product(1))).toBeLessThan(5 * Math.sqrt(2 / n))
    expect(Math.abs(product(2))).toBeLessThan(5 * Math.sqrt(8 / n))
    expect(x.every(v => Number.isFinite(v))).toBe(true)
  })

  itRandom('wants one image index for each image', () => {
    expect(() => randomNormal([2, 3], key)).toThrow('wants 2 image indices, found 1')
  })
})
