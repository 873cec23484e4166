// sha256.ts in a browser: SHA-256 written out (FIPS 180-4, "Secure Hash Standard", section 6.2), because crypto.subtle takes neither parts
// nor shared memory, and answers later. Its constants are computed as the standard defines them, with integers alone.
import type { Sha256 } from './sha256.js'

export type { Sha256 }

const blockBytes = 64

/** The first `count` primes. */
function primes(count: number): number[] {
  const found: number[] = []
  for (let n = 2; found.length < count; n++) if (found.every(p => n % p !== 0)) found.push(n)
  return found
}

/** The first 32 bits of the fraction of the `degree`-th root of n: floor(root(n 2^(32 degree))) mod 2^32, by bisection. */
function rootFraction(n: number, degree: bigint): number {
  const radicand = BigInt(n) << (32n * degree)
  let [low, high] = [0n, 1n << 40n]
  while (high - low > 1n) {
    const middle = (low + high) >> 1n
    if (middle ** degree <= radicand) low = middle
    else high = middle
  }
  return Number(BigInt.asIntN(32, low))
}

/** K of section 4.2.2 and H(0) of section 5.3.3. */
const roundConstants = Int32Array.from(primes(64), p => rootFraction(p, 3n))
const initialHash = Int32Array.from(primes(8), p => rootFraction(p, 2n))

const rotate = (x: number, by: number) => (x >>> by) | (x << (32 - by))

/** One block of 64 bytes at `at` into the hash, `w` [64] being scratch memory. */
function compress(hash: Int32Array, w: Int32Array, view: DataView, at: number): void {
  for (let t = 0; t < 16; t++) w[t] = view.getInt32(at + 4 * t)
  for (let t = 16; t < 64; t++) {
    const [early, late] = [w[t - 15]!, w[t - 2]!]
    const s0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3)
    const s1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10)
    w[t] = w[t - 16]! + s0 + w[t - 7]! + s1
  }
  let [a, b, c, d, e, f, g, h] = hash as unknown as [number, number, number, number, number, number, number, number]
  for (let t = 0; t < 64; t++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + roundConstants[t]! + w[t]!) | 0
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  ;[a, b, c, d, e, f, g, h].forEach((value, i) => (hash[i] = hash[i]! + value))
}

export function createSha256(): Sha256 {
  const hash = initialHash.slice()
  const schedule = new Int32Array(64)
  /** What has not filled a block yet. */
  const rest = new Uint8Array(blockBytes)
  const restView = new DataView(rest.buffer)
  let length = 0
  function update(bytes: Uint8Array): void {
    const filled = length % blockBytes
    length += bytes.length
    let at = 0
    if (filled > 0) {
      at = Math.min(blockBytes - filled, bytes.length)
      rest.set(bytes.subarray(0, at), filled)
      if (filled + at < blockBytes) return
      compress(hash, schedule, restView, 0)
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (; at + blockBytes <= bytes.length; at += blockBytes) compress(hash, schedule, view, at)
    rest.set(bytes.subarray(at))
  }
  return {
    update,
    digest() {
      // A one, zeros, and the length in bits as 64: section 5.1.1.
      const bits = length * 8
      const padding = new Uint8Array(blockBytes - ((length + 9) % blockBytes || blockBytes) + 9)
      padding[0] = 128
      const view = new DataView(padding.buffer)
      view.setUint32(padding.length - 8, Math.floor(bits / 2 ** 32))
      view.setUint32(padding.length - 4, bits >>> 0)
      update(padding)
      return Array.from(hash, word => (word >>> 0).toString(16).padStart(8, '0')).join('')
    },
  }
}
