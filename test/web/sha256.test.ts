// The browser's SHA-256 against Node's, at lengths around its block and its padding, in parts of any size and over shared memory.
import { describe, expect, it } from 'vitest'
import { createSha256 as byNode } from '../../src/sha256.js'
import { createSha256, type Sha256 } from '../../src/sha256.web.js'

const bytesOf = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 197 + (i >> 3)) & 255)

function hashOf(hash: Sha256, bytes: Uint8Array, part = Infinity): string {
  for (let at = 0; at < bytes.length; at += part) hash.update(bytes.subarray(at, at + part))
  return hash.digest()
}

describe('SHA-256 in a browser', () => {
  it('has the constants of the standard: its own example', () => {
    const abc = new TextEncoder().encode('abc')
    expect(hashOf(createSha256(), abc)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })

  it.each([0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 1000])('is Node’s for %i bytes', length => {
    const bytes = bytesOf(length)
    expect(hashOf(createSha256(), bytes)).toBe(hashOf(byNode(), bytes))
  })

  it.each([1, 3, 63, 64, 65, 200])('is the same in parts of %i', part => {
    const bytes = bytesOf(777)
    expect(hashOf(createSha256(), bytes, part)).toBe(hashOf(byNode(), bytes))
  })

  it('takes a view of shared memory', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(300)).subarray(7, 207)
    shared.set(bytesOf(200))
    expect(hashOf(createSha256(), shared)).toBe(hashOf(byNode(), bytesOf(200)))
  })
})
