// The generator against Random123's known answers, and the properties that batch order and noise rely on.
import { describe, expect, it } from 'vitest'
import { EyesWasmError } from '../../src/errors.js'
import { integerBelow, permutation, philox, streams, uniforms, wordReader, words } from '../../src/random/philox.js'

type Four = [number, number, number, number]
const ones = 0xffffffff

/** From Random123's kat_vectors, philox4x32 with 10 rounds: counter, key, output. */
const knownAnswers: [Four, [number, number], Four][] = [
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [ones, ones, ones, ones],
    [ones, ones],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
]

describe('philox', () => {
  it.each(knownAnswers)('counter %j, key %j', (counter, key, wanted) => {
    const out = new Uint32Array(6)
    philox(counter, key, out, 1)
    expect([...out]).toEqual([0, ...wanted, 0])
  })

  it('keeps the documented counter layout: [block, image, epoch, stream], key [seed low, seed high]', () => {
    const seed = 7 * 2 ** 32 + 11
    const found = new Uint32Array(10)
    words(seed, streams.noise, 123, found, 45)
    const wanted = new Uint32Array(12)
    for (const block of [0, 1, 2]) philox([block, 123, 45, 3], [11, 7], wanted, block * 4)
    expect([...found]).toEqual([...wanted.subarray(0, 10)])
  })

  it('gives every use its own stream', () => {
    expect(new Set(Object.values(streams)).size).toBe(Object.keys(streams).length)
    expect(streams).toEqual({
      init: 0,
      order: 1,
      eyes: 2,
      noise: 3,
      figure: 4,
      sensor: 5,
      trials: 6,
      augment: 7,
      split: 8,
      module: 9,
    })
  })

  it('reads the same words one by one', () => {
    const wanted = new Uint32Array(9)
    words(3, streams.eyes, 5, wanted)
    const next = wordReader(3, streams.eyes, 5)
    expect([...wanted].map(() => next())).toEqual([...wanted])
  })

  it('refuses a seed that is not an integer, is negative or is too large', () => {
    for (const seed of [-1, 0.5, NaN, 2 ** 53])
      expect(() => words(seed, streams.init, 0, new Uint32Array(4))).toThrow(EyesWasmError)
  })
})

describe('uniforms', () => {
  it('lie in [0, 1) on a grid of 2^-24, with the mean and variance of a uniform', () => {
    const values = new Float32Array(100_003)
    uniforms(1, streams.figure, 0, values)
    let sum = 0
    let squares = 0
    for (const value of values) {
      expect(value >= 0 && value < 1 && Number.isInteger(value * 2 ** 24)).toBe(true)
      sum += value
      squares += value * value
    }
    const mean = sum / values.length
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(0.005) // 5 standard errors
    expect(Math.abs(squares / values.length - mean * mean - 1 / 12)).toBeLessThan(0.002)
  })

  it('do not depend on how many are asked for', () => {
    const few = new Float32Array(5)
    const many = new Float32Array(50)
    uniforms(9, streams.noise, 2, few, 1)
    uniforms(9, streams.noise, 2, many, 1)
    expect([...many.subarray(0, 5)]).toEqual([...few])
  })
})

describe('integerBelow', () => {
  it('draws again where the last, incomplete run of words would favour small numbers', () => {
    const below = (bound: number, ...given: number[]) => integerBelow(bound, () => given.shift()!)
    expect(below(10, 2 ** 32 - 6, 2 ** 32 - 7)).toBe(9) // 2^32 % 10 is 6
    expect(below(10, 2 ** 32 - 1, 13)).toBe(3)
    expect(below(2 ** 31, 2 ** 32 - 1)).toBe(2 ** 31 - 1)
  })
})

describe('permutation', () => {
  it.each([0, 1, 2, 3, 164, 1476])('of %i holds each number once', n => {
    expect([...permutation(n, 0, streams.order, 7)].sort((a, b) => a - b)).toEqual(
      Array.from({ length: n }, (_, i) => i),
    )
  })

  it('changes with seed and index, and with nothing else', () => {
    const order = (seed: number, index: number) => permutation(100, seed, streams.order, index).join()
    expect(order(0, 0)).toBe(order(0, 0))
    expect(order(0, 0)).not.toBe(order(0, 1))
    expect(order(0, 0)).not.toBe(order(1, 0))
  })

  it('puts each number at each place equally often', () => {
    const rounds = 6000
    const counts = new Map<string, number>()
    for (let index = 0; index < rounds; index++) {
      const order = permutation(3, 4, streams.order, index).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(6)
    for (const count of counts.values()) expect(Math.abs(count - rounds / 6)).toBeLessThan(145) // 5 standard deviations
  })
})
