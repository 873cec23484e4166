// Slow, plain depthwise convolution and pooling with their gradients in float64: windows that slide over each channel by itself. The
// yardstick of assembly/DepthwiseConv2dNative*.ts, MaxPool.ts and AvgPool.ts; imports nothing from src, and stays.
// Layout NHWC: x [N, H, W, C], w [KH, KW, C, M], y [N, OH, OW, C * M].
import { type Convolution, outputSize } from './conv2d.js'

type Numbers = ArrayLike<number>

/** Windows over a map: `outChannels` is C * M. */
export type Windows = Convolution

/** Visits each place (index of x without its channel) that each window (index of y without its channel) reads, in the order of taps. */
function forEachPlace(c: Windows, visit: (place: number, tap: number, window: number) => void): void {
  const [outHeight, outWidth] = outputSize(c)
  for (let n = 0; n < c.batch; n++)
    for (let oy = 0; oy < outHeight; oy++)
      for (let ox = 0; ox < outWidth; ox++)
        for (let ky = 0; ky < c.kernel[0]; ky++)
          for (let kx = 0; kx < c.kernel[1]; kx++) {
            const y = oy * c.stride[0] + ky * c.dilation[0] - c.pad[0][0]
            const x = ox * c.stride[1] + kx * c.dilation[1] - c.pad[1][0]
            if (y < 0 || y >= c.height || x < 0 || x >= c.width) continue
            visit((n * c.height + y) * c.width + x, ky * c.kernel[1] + kx, (n * outHeight + oy) * outWidth + ox)
          }
}

/** Visits each product x[xi] * w[wi] that is a term of y[yi] of a depthwise convolution. */
function forEachTerm(c: Windows, visit: (xi: number, wi: number, yi: number) => void): void {
  const multiplier = c.outChannels / c.inChannels
  forEachPlace(c, (place, tap, window) => {
    for (let o = 0; o < c.outChannels; o++)
      visit(place * c.inChannels + Math.floor(o / multiplier), tap * c.outChannels + o, window * c.outChannels + o)
  })
}

const sizes = (c: Windows) => {
  const [outHeight, outWidth] = outputSize(c)
  return {
    x: c.batch * c.height * c.width * c.inChannels,
    w: c.kernel[0] * c.kernel[1] * c.outChannels,
    y: c.batch * outHeight * outWidth * c.outChannels,
  }
}

/** y of x and w. */
export function depthwise(x: Numbers, w: Numbers, c: Windows): Float64Array {
  const y = new Float64Array(sizes(c).y)
  forEachTerm(c, (xi, wi, yi) => (y[yi]! += x[xi]! * w[wi]!))
  return y
}

/** dx of dy and w. */
export function depthwiseInputGradient(dy: Numbers, w: Numbers, c: Windows): Float64Array {
  const dx = new Float64Array(sizes(c).x)
  forEachTerm(c, (xi, wi, yi) => (dx[xi]! += dy[yi]! * w[wi]!))
  return dx
}

/** dw of x and dy. */
export function depthwiseFilterGradient(x: Numbers, dy: Numbers, c: Windows): Float64Array {
  const dw = new Float64Array(sizes(c).w)
  forEachTerm(c, (xi, wi, yi) => (dw[wi]! += x[xi]! * dy[yi]!))
  return dw
}

/** The index in x of each window's first largest value, channel by channel; -1 where there is none. */
function largest(x: Numbers, c: Windows): Int32Array {
  const at = new Int32Array(sizes(c).y).fill(-1)
  forEachPlace(c, (place, _, window) => {
    for (let i = 0; i < c.inChannels; i++) {
      const [from, to] = [place * c.inChannels + i, window * c.inChannels + i]
      if (x[from]! > (at[to] === -1 ? -Infinity : x[at[to]!]!)) at[to] = from
    }
  })
  return at
}

/** y: each window's largest number, -Infinity of none. */
export function maxPool(x: Numbers, c: Windows): Float64Array {
  return Float64Array.from(largest(x, c), at => (at === -1 ? -Infinity : x[at]!))
}

/** dx: dy where the window's first largest value is. */
export function maxPoolGradient(dy: Numbers, x: Numbers, c: Windows): Float64Array {
  const dx = new Float64Array(sizes(c).x)
  largest(x, c).forEach((at, i) => {
    if (at !== -1) dx[at]! += dy[i]!
  })
  return dx
}

/** y: the mean of each window's places within the map. */
export function avgPool(x: Numbers, c: Windows): Float64Array {
  const [sum, count] = [new Float64Array(sizes(c).y), new Float64Array(sizes(c).y)]
  forEachPlace(c, (place, _, window) => {
    for (let i = 0; i < c.inChannels; i++) {
      sum[window * c.inChannels + i]! += x[place * c.inChannels + i]!
      count[window * c.inChannels + i]!++
    }
  })
  return sum.map((total, i) => total / count[i]!)
}

/** dx as tfjs has it: dy over the whole window's size, padding included. */
export function avgPoolGradient(dy: Numbers, c: Windows): Float64Array {
  const dx = new Float64Array(sizes(c).x)
  forEachPlace(c, (place, _, window) => {
    for (let i = 0; i < c.inChannels; i++)
      dx[place * c.inChannels + i]! += dy[window * c.inChannels + i]! / (c.kernel[0] * c.kernel[1])
  })
  return dx
}
