// Slow, plain losses of single images in float64: the definitions, sums over sums. The yardstick of assembly/EdgeLoss.ts, FocalFrequency.ts,
// SigmaLoss.ts, FreeBits.ts and Halve.ts, and of the multi-scale loss; imports nothing from src, and stays. Images are [H, W, C].
import { referenceSsim, type Shape } from './ssim.js'

type Numbers = ArrayLike<number>

const sobel = [
  [-1, 0, 1],
  [-2, 0, 2],
  [-1, 0, 1],
]

/** Mean over directions, inner positions and channels of |Sobel(a) - Sobel(b)|. */
export function edgeLoss(a: Numbers, b: Numbers, { height, width, channels }: Shape): number {
  const edges = (x: Numbers, i: number, j: number, c: number) => {
    let [across, down] = [0, 0]
    for (let p = 0; p < 3; p++)
      for (let q = 0; q < 3; q++) {
        const value = x[((i + p - 1) * width + j + q - 1) * channels + c]!
        across += sobel[p]![q]! * value
        down += sobel[q]![p]! * value
      }
    return [across, down] as const
  }
  let sum = 0
  for (let i = 1; i < height - 1; i++)
    for (let j = 1; j < width - 1; j++)
      for (let c = 0; c < channels; c++) {
        const [first, second] = [edges(a, i, j, c), edges(b, i, j, c)]
        sum += Math.abs(first[0] - second[0]) + Math.abs(first[1] - second[1])
      }
  return sum / (2 * (height - 2) * (width - 2) * channels)
}

/** Orthonormal 2-D Fourier transform of one channel: [H][W] of [re, im]. */
function fourier(x: Numbers, c: number, { height, width, channels }: Shape): [number, number][] {
  const out: [number, number][] = []
  for (let v = 0; v < height; v++)
    for (let u = 0; u < width; u++) {
      let [re, im] = [0, 0]
      for (let i = 0; i < height; i++)
        for (let j = 0; j < width; j++) {
          const angle = -2 * Math.PI * ((v * i) / height + (u * j) / width)
          re += x[(i * width + j) * channels + c]! * Math.cos(angle)
          im += x[(i * width + j) * channels + c]! * Math.sin(angle)
        }
      out.push([re / Math.sqrt(height * width), im / Math.sqrt(height * width)])
    }
  return out
}

/** The weights |Fa - Fb| / max |Fa - Fb| of each channel, [C][H W]. */
export function focalWeights(a: Numbers, b: Numbers, shape: Shape): number[][] {
  return Array.from({ length: shape.channels }, (_, c) => {
    const [fa, fb] = [fourier(a, c, shape), fourier(b, c, shape)]
    const sizes = fa.map(([re, im], k) => Math.hypot(re - fb[k]![0], im - fb[k]![1]))
    const most = Math.max(...sizes)
    return sizes.map(size => (most === 0 ? 0 : size / most))
  })
}

/** Mean over frequencies and channels of w |Fa - Fb|^2; the weights are a's own unless they are given. */
export function focalFrequency(a: Numbers, b: Numbers, shape: Shape, weights = focalWeights(a, b, shape)): number {
  let sum = 0
  for (let c = 0; c < shape.channels; c++) {
    const [fa, fb] = [fourier(a, c, shape), fourier(b, c, shape)]
    fa.forEach(([re, im], k) => (sum += weights[c]![k]! * ((re - fb[k]![0]) ** 2 + (im - fb[k]![1]) ** 2)))
  }
  return sum / (shape.channels * shape.height * shape.width)
}

export function meanSquare(a: Numbers, b: Numbers): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2
  return sum / a.length
}

/** 1/2 log(MSE + 1e-8). */
export const sigmaLoss = (a: Numbers, b: Numbers): number => Math.log(meanSquare(a, b) + 1e-8) / 2

/** KL divergence of each element's N(mu, exp(logVar)) from N(0, 1), in nats. */
export const klElements = (mu: Numbers, logVar: Numbers): Float64Array =>
  Float64Array.from(mu, (m, i) => (Math.expm1(logVar[i]!) - logVar[i]! + m * m) / 2)

/** Mean of max(floor, KL_j). */
export const freeBits = (mu: Numbers, logVar: Numbers, floor: number): number =>
  klElements(mu, logVar).reduce((sum, kl) => sum + Math.max(floor, kl), 0) / mu.length

/** Means of 2 x 2 pixels, [H/2, W/2, C]. */
export function halve(x: Numbers, { height, width, channels }: Shape): Float64Array {
  const [h, w] = [Math.floor(height / 2), Math.floor(width / 2)]
  return Float64Array.from({ length: h * w * channels }, (_, k) => {
    const [i, j, c] = [Math.floor(k / (w * channels)), Math.floor(k / channels) % w, k % channels]
    const at = (p: number, q: number) => x[((2 * i + p) * width + 2 * j + q) * channels + c]!
    return (at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4
  })
}

/** 0.84 (1 - MS-SSIM) + 0.16 L1 of images on [-1, 1], taken to [0, 1]. */
export function msSsimWithL1(a: Numbers, b: Numbers, shape: Shape, scales: number): number {
  const unit = (x: Numbers) => Float64Array.from(x, value => (value + 1) / 2)
  let x: Float64Array = unit(a)
  let y: Float64Array = unit(b)
  let size = shape
  const l1 = x.reduce((sum, value, i) => sum + Math.abs(value - y[i]!), 0) / x.length
  let product = 1
  for (let scale = 1; scale <= scales; scale++) {
    const { ssim, contrast } = referenceSsim(x, y, size)
    product *= Math.max(0, scale === scales ? ssim : contrast)
    ;[x, y] = [halve(x, size), halve(y, size)]
    size = { ...size, height: Math.floor(size.height / 2), width: Math.floor(size.width / 2) }
  }
  return 0.84 * (1 - product) + 0.16 * l1
}

/** Derivatives of `value` for each element of `a`, by central differences; a function of only some of them where `indices` says so. */
export function numericGradient(
  a: Numbers,
  value: (moved: Float64Array) => number,
  step = 1e-5,
  indices = Array.from({ length: a.length }, (_, i) => i),
): Float64Array {
  const moved = Float64Array.from(a)
  return Float64Array.from(indices, i => {
    const here = moved[i]!
    moved[i] = here + step
    const above = value(moved)
    moved[i] = here - step
    const below = value(moved)
    moved[i] = here
    return (above - below) / (2 * step)
  })
}
