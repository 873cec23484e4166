// Pictures onto the models' scale, to the bit of the float64 arithmetic rounded once, at sizes around the lanes; bytes made floats in
// the very block that they were copied into.
import { describe, expect } from 'vitest'
import { modelScale, pixels, unitScale } from '../../src/kernels/Pixels.js'
import { itRandom, ourBackend, useBackend } from './harness.js'

useBackend()

const scales = [modelScale, unitScale]
const bytesOf = (length: number, salt = 0) => Uint8Array.from({ length }, (_, i) => (i * 67 + salt) % 256)

describe('Pixels', () => {
  itRandom('all 256 bytes, in any of the last places', () => {
    for (const scale of scales) {
      // 3 bytes a pixel: sizes 3 to 3 * 90, so every remainder by 4 and every byte at each place of a vector.
      for (let width = 1; width <= 90; width++) {
        const values = bytesOf(3 * width, width)
        const tensor = pixels(ourBackend(), { pixels: values, height: 1, width }, [0], scale)
        const wanted = Float32Array.from(values, byte => scale.low + scale.range * Math.fround(byte / 255))
        expect(tensor.shape).toEqual([1, 1, width, 3])
        expect(tensor.dataSync(), `${width} pixels`).toEqual(wanted)
      }
    }
  })

  itRandom('floats give the bits of the same bytes, and those of float64 rounded once', random => {
    for (const scale of scales) {
      for (const width of [1, 2, 3, 4, 5, 85]) {
        const bytes = bytesOf(3 * width)
        const asFloats = Float32Array.from(bytes, byte => byte / 255)
        const of = (values: Uint8Array | Float32Array) =>
          pixels(ourBackend(), { pixels: values, height: 1, width }, [0], scale).dataSync()
        expect(of(asFloats)).toEqual(of(bytes))
        const any = Float32Array.from({ length: 3 * width }, () => random.next() * 2 ** -Math.floor(40 * random.next()))
        expect(of(any)).toEqual(Float32Array.from(any, x => scale.range * x + scale.low))
      }
    }
  })

  itRandom('the asked-for pictures, in the asked-for order, and nothing written beside them', () => {
    for (const make of [bytesOf, (length: number) => Float32Array.from(bytesOf(length), byte => byte / 256)]) {
      const all = make(5 * 2 * 3 * 3)
      const before = all.slice()
      const set = { pixels: all, height: 2, width: 3 }
      const tensor = pixels(ourBackend(), set, [4, 0, 4, 2], modelScale)
      const one = [4, 0, 4, 2].map(id => pixels(ourBackend(), set, [id], modelScale).dataSync())
      expect(tensor.shape).toEqual([4, 2, 3, 3])
      expect([...tensor.dataSync()]).toEqual(one.flatMap(values => [...values]))
      expect(all).toEqual(before)
    }
  })
})
