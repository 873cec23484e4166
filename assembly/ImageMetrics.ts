// Mean squared error and SSIM of image pairs in float64, from float32 pixels on [0, 1]: the numbers that tables report.
// Twin of Ssim.ts, which is the float32 loss with its gradient. PSNR is taken from the error in src/training/metrics.ts.
// Definition: shared with Ssim.ts, see there; population covariance, mean over all positions of the window and all channels.
import { blur, border, square } from './inline/gaussian'

/** Bytes of scratch that `imageMetrics` needs: one field, its rows, and four maps, each at most H * W * C float64. */
export function imageMetricsScratch(height: i32, width: i32, channels: i32): usize {
  return 6 * (<usize>(height * width * channels)) * sizeof<f64>()
}

/** Sides are at least 11 (the caller has checked); values far outside [0, 1] lose digits but do no harm. */
export function imageMetrics(
  a: usize, // [N, H, W, C] float32   read
  b: usize, // [N, H, W, C] float32   read
  mse: usize, // [N] float64          written
  ssim: usize, // [N] float64         written
  scratch: usize, // imageMetricsScratch(H, W, C), 8-byte aligned
  count: i32,
  height: i32,
  width: i32,
  channels: i32,
): void {
  const pixels = height * width * channels
  for (let n = 0; n < count; n++) {
    store<f64>(mse, squaredError(a, b, pixels) / <f64>pixels)
    store<f64>(ssim, similarity(a, b, scratch, height, width, channels))
    mse += sizeof<f64>()
    ssim += sizeof<f64>()
    a += (<usize>pixels) * sizeof<f32>()
    b += (<usize>pixels) * sizeof<f32>()
  }
}

function squaredError(a: usize, b: usize, count: i32): f64 {
  let sums = f64x2.splat(0)
  let i = 0
  for (; i + 2 <= count; i += 2) {
    const difference = f64x2.sub(twoFloats(a, i), twoFloats(b, i))
    sums = f64x2.add(sums, f64x2.mul(difference, difference))
  }
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1)
  for (; i < count; i++) {
    const difference = oneFloat(a, i) - oneFloat(b, i)
    sum += difference * difference
  }
  return sum
}

/** SSIM of one pair. The window runs over s = a + b and d = a - b; Ssim.ts says why. */
function similarity(a: usize, b: usize, scratch: usize, height: i32, width: i32, channels: i32): f64 {
  const pixels = height * width * channels
  const positions = (height - border) * (width - border) * channels
  const block = (<usize>pixels) * sizeof<f64>()
  const field = scratch // [H, W, C]
  const rows = scratch + block // [H, W-10, C]
  const meanS = scratch + 2 * block // [H-10, W-10, C], as the next three
  const squareS = scratch + 3 * block
  const meanD = scratch + 4 * block
  const squareD = scratch + 5 * block
  combine(a, b, 1, field, pixels)
  blur<f64>(field, rows, meanS, height, width, channels)
  square<f64>(field, pixels)
  blur<f64>(field, rows, squareS, height, width, channels)
  combine(a, b, -1, field, pixels)
  blur<f64>(field, rows, meanD, height, width, channels)
  square<f64>(field, pixels)
  blur<f64>(field, rows, squareD, height, width, channels)
  return 1 - lossSum(meanS, squareS, meanD, squareD, positions) / <f64>positions
}

/** field = a + sign * b */
function combine(a: usize, b: usize, sign: f64, field: usize, count: i32): void {
  const signs = f64x2.splat(sign)
  let i = 0
  for (; i + 2 <= count; i += 2) {
    v128.store(field + ((<usize>i) << 3), f64x2.add(twoFloats(a, i), f64x2.mul(signs, twoFloats(b, i))))
  }
  for (; i < count; i++) store<f64>(field + ((<usize>i) << 3), oneFloat(a, i) + sign * oneFloat(b, i))
}

/** Sum over positions of 1 - luminance * contrast-structure. */
function lossSum(meanS: usize, squareS: usize, meanD: usize, squareD: usize, count: i32): f64 {
  let sums = f64x2.splat(0)
  const bytes = (<usize>count) * sizeof<f64>()
  const vectorBytes = bytes & ~(<usize>15)
  for (let at: usize = 0; at < vectorBytes; at += 16) {
    const mu = v128.load(meanS + at)
    const nu = v128.load(meanD + at)
    const lost = lossAt(mu, v128.load(squareS + at), nu, v128.load(squareD + at))
    sums = f64x2.add(sums, lost)
  }
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1)
  if (vectorBytes < bytes) {
    const mu = v128.load64_zero(meanS + vectorBytes)
    const nu = v128.load64_zero(meanD + vectorBytes)
    const lost = lossAt(mu, v128.load64_zero(squareS + vectorBytes), nu, v128.load64_zero(squareD + vectorBytes))
    sum += f64x2.extract_lane(lost, 0)
  }
  return sum
}

// @inline: 1 - l * c = u + v - u * v with u = 1 - l and v = 1 - c.
@inline
function lossAt(meanS: v128, squareS: v128, meanD: v128, squareD: v128): v128 {
  const zero = f64x2.splat(0)
  const muS2 = f64x2.mul(meanS, meanS)
  const muD2 = f64x2.mul(meanD, meanD)
  const varianceS = f64x2.max(zero, f64x2.sub(squareS, muS2))
  const varianceD = f64x2.max(zero, f64x2.sub(squareD, muD2))
  const a = f64x2.add(f64x2.add(muS2, muD2), f64x2.splat(2 * 0.0001))
  const b = f64x2.add(f64x2.add(varianceS, varianceD), f64x2.splat(2 * 0.0009))
  const u = f64x2.div(f64x2.add(muD2, muD2), a)
  const v = f64x2.div(f64x2.add(varianceD, varianceD), b)
  return f64x2.sub(f64x2.add(u, v), f64x2.mul(u, v))
}

@inline
function twoFloats(pointer: usize, index: i32): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(pointer + ((<usize>index) << 2)))
}

@inline
function oneFloat(pointer: usize, index: i32): f64 {
  return <f64>load<f32>(pointer + ((<usize>index) << 2))
}
