// Single values of a convolution and its two gradients, summed in float64 by the definition, to check the kernels against before they
// are timed. NHWC; the filter is [KH, KW, C, OC]. Slow and plain.

export interface Geometry {
  readonly batch: number
  readonly inHeight: number
  readonly inWidth: number
  readonly inChannels: number
  readonly outHeight: number
  readonly outWidth: number
  readonly outChannels: number
  readonly kernel: number
  readonly stride: number
  readonly padding: number
}

/** An exact sum, how many products it has, and the sum of their sizes: what float32 rounding can at most make of it. */
export interface Expected {
  readonly value: number
  readonly terms: number
  readonly magnitude: number
}

class Sum implements Expected {
  value = 0
  terms = 0
  magnitude = 0
  add(product: number): void {
    this.value += product
    this.magnitude += Math.abs(product)
    this.terms++
  }
}

/** Coordinates of element `index` of a row-major array. */
function unravel(index: number, shape: readonly number[]): number[] {
  const at: number[] = []
  for (const size of [...shape].reverse()) {
    at.unshift(index % size)
    index = Math.floor(index / size)
  }
  return at
}

const xAt = (g: Geometry, n: number, y: number, x: number, c: number) =>
  ((n * g.inHeight + y) * g.inWidth + x) * g.inChannels + c
const yAt = (g: Geometry, n: number, y: number, x: number, c: number) =>
  ((n * g.outHeight + y) * g.outWidth + x) * g.outChannels + c
const wAt = (g: Geometry, i: number, j: number, c: number, oc: number) =>
  ((i * g.kernel + j) * g.inChannels + c) * g.outChannels + oc
const isInside = (y: number, x: number, height: number, width: number) => y >= 0 && y < height && x >= 0 && x < width

/** y[index] of the forward convolution. */
export function forwardValue(g: Geometry, x: Float32Array, w: Float32Array, index: number): Expected {
  const [n, oy, ox, oc] = unravel(index, [g.batch, g.outHeight, g.outWidth, g.outChannels]) as [
    number,
    number,
    number,
    number,
  ]
  const sum = new Sum()
  for (let i = 0; i < g.kernel; i++)
    for (let j = 0; j < g.kernel; j++) {
      const [iy, ix] = [oy * g.stride + i - g.padding, ox * g.stride + j - g.padding]
      if (!isInside(iy, ix, g.inHeight, g.inWidth)) continue
      for (let c = 0; c < g.inChannels; c++) sum.add(x[xAt(g, n, iy, ix, c)]! * w[wAt(g, i, j, c, oc)]!)
    }
  return sum
}

/** dx[index]. */
export function inputGradientValue(g: Geometry, dy: Float32Array, w: Float32Array, index: number): Expected {
  const [n, iy, ix, c] = unravel(index, [g.batch, g.inHeight, g.inWidth, g.inChannels]) as [
    number,
    number,
    number,
    number,
  ]
  const sum = new Sum()
  for (let i = 0; i < g.kernel; i++)
    for (let j = 0; j < g.kernel; j++) {
      const [oy, ox] = [(iy + g.padding - i) / g.stride, (ix + g.padding - j) / g.stride]
      if (!Number.isInteger(oy) || !Number.isInteger(ox) || !isInside(oy, ox, g.outHeight, g.outWidth)) continue
      for (let oc = 0; oc < g.outChannels; oc++) sum.add(dy[yAt(g, n, oy, ox, oc)]! * w[wAt(g, i, j, c, oc)]!)
    }
  return sum
}

/** dw[index]. */
export function filterGradientValue(g: Geometry, x: Float32Array, dy: Float32Array, index: number): Expected {
  const [i, j, c, oc] = unravel(index, [g.kernel, g.kernel, g.inChannels, g.outChannels]) as [
    number,
    number,
    number,
    number,
  ]
  const sum = new Sum()
  for (let n = 0; n < g.batch; n++)
    for (let oy = 0; oy < g.outHeight; oy++)
      for (let ox = 0; ox < g.outWidth; ox++) {
        const [iy, ix] = [oy * g.stride + i - g.padding, ox * g.stride + j - g.padding]
        if (!isInside(iy, ix, g.inHeight, g.inWidth)) continue
        sum.add(x[xAt(g, n, iy, ix, c)]! * dy[yAt(g, n, oy, ox, oc)]!)
      }
  return sum
}
