// A page's pictures as a data set, as far as Node can tell: whose memory it is. What is refused: train.test.ts.
import { describe, expect, it } from 'vitest'
import { datasetOf } from '../../src/web/images.js'

const size = { count: 1, height: 1, width: 2 }
const views = {
  Uint8Array: (memory: ArrayBufferLike) => new Uint8Array(memory, 8, 6).fill(1),
  Uint8ClampedArray: (memory: ArrayBufferLike) => new Uint8ClampedArray(memory, 8, 6).fill(1),
  Float32Array: (memory: ArrayBufferLike) => new Float32Array(memory, 8, 6).fill(1),
}

describe.each(Object.entries(views))('pictures of a page as %s', (_, view) => {
  it('are used as they are where they lie in shared memory', () => {
    const pixels = view(new SharedArrayBuffer(48))
    const dataset = datasetOf({ pixels, ...size }, null)
    expect(dataset.pixels.buffer).toBe(pixels.buffer)
    expect(dataset.pixels.byteOffset).toBe(8)
    expect([...dataset.pixels]).toEqual([...pixels])
  })

  it('are copied into shared memory where they do not', () => {
    const dataset = datasetOf({ pixels: view(new ArrayBuffer(48)), ...size }, null)
    expect(dataset.pixels.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect([...dataset.pixels]).toEqual([1, 1, 1, 1, 1, 1])
  })
})
