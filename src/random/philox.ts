// Philox4x32-10, a counter-based random generator (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
// Every random number of the product is a pure function of (seed, stream, epoch, image, element) through this file or through its
// AssemblyScript twin (the VAE's noise), so neither thread count nor order of work can change it. There is no hidden state here.
//
// Counter layout, the same in the twin:
//   counter = [element block, image id, epoch, stream]   a block is 4 consecutive elements: element e is word e % 4 of block e / 4
//   key     = [seed low 32 bits, seed high 32 bits]
import { inputError } from '../errors.js'

/** One number for each use of randomness: two uses must never share a stream. Values are part of every saved result; append only. */
export const streams = {
  /** Initial weights. */
  init: 0,
  /** Order of the images in an epoch. */
  order: 1,
  /** Shape and colour of the generated eyes. */
  eyes: 2,
  /** The VAE's latent noise. */
  noise: 3,
  /** Noise and image choice in figures. */
  figure: 4,
  /** Sensor noise of the generated eyes. */
  sensor: 5,
  /** Options drawn for the trials of a random sweep. */
  trials: 6,
  /** Flips and shifts of the images that are trained on. */
  augment: 7,
  /** Which images are held out. */
  split: 8,
  /** What the functions of a user's module draw (trainer/random.ts). */
  module: 9,
} as const

export type Stream = (typeof streams)[keyof typeof streams]

type Words4 = readonly [number, number, number, number]
type Words2 = readonly [number, number]

/** High 32 bits of the unsigned product a * b, by 16-bit halves (Math.imul gives the low ones). */
function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const middle = (Math.imul(aHigh, bLow) >>> 0) + (Math.imul(aLow, bLow) >>> 16)
  const carry = (Math.imul(aLow, bHigh) >>> 0) + (middle & 0xffff)
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (carry >>> 16)) | 0
}

/**
 * One block: 10 rounds of Philox4x32. Writes 4 words to `out` at `offset`.
 * @param counter 4 words, taken modulo 2^32
 * @param key 2 words, taken modulo 2^32
 */
export function philox(counter: Words4, key: Words2, out: Uint32Array, offset = 0): void {
  rounds(counter[0], counter[1], counter[2], counter[3], key[0], key[1], out, offset)
}

/** `philox` on bare numbers: the loops below call it millions of times. */
function rounds(c0: number, c1: number, c2: number, c3: number, k0: number, k1: number, out: Uint32Array, at: number) {
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(0xd2511f53, c0)
    const low0 = Math.imul(0xd2511f53, c0)
    const high1 = mulHigh(0xcd9e8d57, c2)
    const low1 = Math.imul(0xcd9e8d57, c2)
    c0 = high1 ^ c1 ^ k0
    c1 = low1
    c2 = high0 ^ c3 ^ k1
    c3 = low0
    k0 = (k0 + 0x9e3779b9) | 0
    k1 = (k1 + 0xbb67ae85) | 0
  }
  out[at] = c0
  out[at + 1] = c1
  out[at + 2] = c2
  out[at + 3] = c3
}

/** The key of a seed. @throws EyesWasmError unless the seed is an integer from 0 to 2^53 - 1. */
export function seedKey(seed: number): Words2 {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw inputError(`seed: found ${seed}, wanted an integer from 0 to ${Number.MAX_SAFE_INTEGER}. Use for example 0.`)
  return [(seed % 2 ** 32) | 0, Math.floor(seed / 2 ** 32)]
}

/** Fills `out` with 32-bit words: elements 0 to out.length - 1 of (seed, stream, index, epoch). `index` is the image id, or what stands for it. */
export function words(seed: number, stream: Stream, index: number, out: Uint32Array, epoch = 0): void {
  const [low, high] = seedKey(seed)
  const whole = out.length & ~3
  for (let i = 0; i < whole; i += 4) rounds(i >>> 2, index, epoch, stream, low, high, out, i)
  if (whole === out.length) return
  const last = new Uint32Array(4)
  rounds(whole >>> 2, index, epoch, stream, low, high, last, 0)
  out.set(last.subarray(0, out.length - whole), whole)
}

/** Fills `out` with floats in [0, 1), multiples of 2^-24 (the high 24 bits of each word). Arguments as for `words`. */
export function uniforms(seed: number, stream: Stream, index: number, out: Float32Array, epoch = 0): void {
  const bits = new Uint32Array(out.length)
  words(seed, stream, index, bits, epoch)
  for (let i = 0; i < out.length; i++) out[i] = (bits[i]! >>> 8) / 0x1000000
}

/** Reads the words of (seed, stream, index, epoch) one after the other; each call gives an unsigned 32-bit integer. */
export function wordReader(seed: number, stream: Stream, index: number, epoch = 0): () => number {
  const key = seedKey(seed)
  const block = new Uint32Array(4)
  let next = 0
  return () => {
    if ((next & 3) === 0) philox([next >>> 2, index, epoch, stream], key, block)
    return block[next++ & 3]!
  }
}

/** An integer from 0 to bound - 1, each equally likely: a word that would favour the small ones is drawn again. `next` gives 32-bit words. */
export function integerBelow(bound: number, next: () => number): number {
  const unbiased = 2 ** 32 - (2 ** 32 % bound)
  let word = next()
  while (word >= unbiased) word = next()
  return word % bound
}

/**
 * A random order of 0 to n - 1 (Fisher-Yates); every order is equally likely.
 * `index` tells orders of one stream apart, for example the epoch.
 */
export function permutation(n: number, seed: number, stream: Stream, index: number): Int32Array {
  const next = wordReader(seed, stream, index)
  const order = Int32Array.from({ length: n }, (_, i) => i)
  for (let bound = n; bound > 1; bound--) {
    const pick = integerBelow(bound, next)
    const swapped = order[bound - 1]!
    order[bound - 1] = order[pick]!
    order[pick] = swapped
  }
  return order
}
