// bench/reference.ts, which judges the kernels before they are timed: by hand on a picture of one pixel's neighbourhood, and by the
// identity that defines the two gradients: <y(x, w), dy> = <x, dx> = <w, dw>.
import { describe, expect, it } from 'vitest'
import {
  type Expected,
  filterGradientValue,
  forwardValue,
  type Geometry,
  inputGradientValue,
} from '../../bench/reference.js'
import { streams, uniforms } from '../../src/random/philox.js'

const geometry = (kernel: number, stride: number, padding: number, inSize: number): Geometry => {
  const outSize = Math.floor((inSize + 2 * padding - kernel) / stride) + 1
  return {
    batch: 2,
    inHeight: inSize,
    inWidth: inSize + stride,
    inChannels: 2,
    outHeight: outSize,
    outWidth: outSize + 1,
    outChannels: 3,
    kernel,
    stride,
    padding,
  }
}

function random(size: number, index: number): Float32Array {
  const values = new Float32Array(size)
  uniforms(7, streams.init, index, values)
  return values.map(v => v - 0.5)
}

/** Sum over i of a[i] times value(i). */
const inner = (a: Float32Array, value: (index: number) => Expected) =>
  a.reduce((sum, v, index) => sum + v * value(index).value, 0)

describe('reference', () => {
  it('counts the taps inside the picture', () => {
    const g = { ...geometry(3, 1, 1, 3), batch: 1, inWidth: 3, outWidth: 3, inChannels: 1, outChannels: 1 }
    const x = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9)
    const w = Float32Array.of(0, 0, 0, 0, 10, 1, 0, 0, 0)
    expect(forwardValue(g, x, w, 0)).toEqual({ value: 12, terms: 4, magnitude: 12 })
    expect(forwardValue(g, x, w, 4)).toEqual({ value: 56, terms: 9, magnitude: 56 })
    expect(inputGradientValue(g, x, w, 5).value).toBe(6 * 10 + 5)
    expect(filterGradientValue(g, x, x, 4).value).toBe(x.reduce((sum, v) => sum + v * v, 0))
  })

  it.each([
    [3, 1, 1, 5],
    [5, 1, 2, 4],
    [4, 2, 2, 6],
    [6, 2, 3, 8],
  ])(
    'gradients are adjoint to the forward pass (kernel %i, stride %i, padding %i)',
    (kernel, stride, padding, size) => {
      const g = geometry(kernel, stride, padding, size)
      const x = random(g.batch * g.inHeight * g.inWidth * g.inChannels, 0)
      const dy = random(g.batch * g.outHeight * g.outWidth * g.outChannels, 1)
      const w = random(kernel * kernel * g.inChannels * g.outChannels, 2)
      const forward = inner(dy, index => forwardValue(g, x, w, index))
      expect(Math.abs(forward)).toBeGreaterThan(1e-3)
      expect(inner(x, index => inputGradientValue(g, dy, w, index))).toBeCloseTo(forward, 10)
      expect(inner(w, index => filterGradientValue(g, x, dy, index))).toBeCloseTo(forward, 10)
    },
  )
})
