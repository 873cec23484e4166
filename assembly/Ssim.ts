// SSIM of image pairs in float32 and its gradient with respect to the first image: for use as a loss.
// Twin of ImageMetrics.ts, which computes the same in float64 for reports. NHWC, images on [0, 1], sides at least 11.
// Contract: pointers 4-byte aligned; outputs and scratch overlap neither each other nor an input. No memory is kept between calls.
//
// Definition (data range 1): at each of the (H-10)(W-10)C positions where the 11x11 Gaussian window fits, with the window's means mu,
// variances and covariance (population):
//   l = (2 mu_a mu_b + C1) / (mu_a^2 + mu_b^2 + C1),  c = (2 cov_ab + C2) / (var_a + var_b + C2),  C1 = 0.01^2, C2 = 0.03^2
// and SSIM is the mean of q = l c. In terms of s = a + b and d = a - b the same numbers are
//   l = 1 - 2 mu_d^2 / A,  A = mu_s^2 + mu_d^2 + 2 C1;      c = 1 - 2 D / B,  B = S + D + 2 C2,  S = var_s, D = var_d
// which takes four windowed fields instead of five, loses no digits where the images agree, and is exactly 1 where they are equal.
// A variance is the same for t = s - 1, whose values lie around 0: S = E[t^2] - mu_t^2 cancels less. Both are clamped at 0.
//
// Gradient: q depends on a through mu_d, E[d^2], mu_t, E[t^2] (mu_s = mu_t + 1), with
//   dq/dE[d^2] = l (-2 (B - D) / B^2)                        = p_d
//   dq/dE[t^2] = l (2 D / B^2)                               = p_t
//   dq/dmu_d   = c (-4 mu_d (A - mu_d^2) / A^2) - 2 mu_d p_d
//   dq/dmu_t   = c ( 4 mu_d^2 mu_s / A^2)       - 2 mu_t p_t
// A windowed mean's derivative spreads back by the same window (G^T, the window being symmetric: a blur of the zero-padded map), and
// d(d^2)/da = 2 d, d(t^2)/da = 2 t, so for one image with N positions
//   da = dy / N ( G^T[dq/dmu_d + dq/dmu_t] + 2 d G^T[p_d] + 2 t G^T[p_t] )
// Multi-scale SSIM wants c alone of the finer scales: with WITHOUT_LUMINANCE l is 1 everywhere and its derivative 0.
import { blur, border, square } from './inline/gaussian'

const c1: f32 = 0.0001
const c2: f32 = 0.0009

/** Code of q = c; anything else is q = l c. */
const WITHOUT_LUMINANCE: i32 = 1

/** Bytes of scratch for either function below: seven blocks of (H+10)(W+10)C float32. */
export function ssimScratch(height: i32, width: i32, channels: i32): usize {
  return 7 * block(height, width, channels)
}

/** Mean SSIM of each pair, or the mean of its contrast term. */
export function ssim(
  a: usize, // [N, H, W, C]   read
  b: usize, // [N, H, W, C]   read
  y: usize, // [N]            written
  scratch: usize, // ssimScratch(H, W, C)
  count: i32,
  height: i32,
  width: i32,
  channels: i32,
  kind: i32, // WITHOUT_LUMINANCE or 0
): void {
  const imageBytes = (<usize>(height * width * channels)) << 2
  const positions = (height - border) * (width - border) * channels
  const maps = scratch + 3 * block(height, width, channels)
  const mapBytes = (<usize>positions) << 2
  for (let n = 0; n < count; n++) {
    windowedFields(a, b, scratch, maps, height, width, channels)
    store<f32>(y, <f32>(1 - lossSum(maps, mapBytes, kind) / <f64>positions))
    a += imageBytes
    b += imageBytes
    y += 4
  }
}

/** da = dy times the gradient of `ssim` with respect to a. */
export function ssimGradient(
  a: usize, // [N, H, W, C]   read
  b: usize, // [N, H, W, C]   read
  dy: usize, // [N]           read
  da: usize, // [N, H, W, C]  written in full
  scratch: usize, // ssimScratch(H, W, C)
  count: i32,
  height: i32,
  width: i32,
  channels: i32,
  kind: i32, // WITHOUT_LUMINANCE or 0
): void {
  const pixels = height * width * channels
  const positions = (height - border) * (width - border) * channels
  const blockBytes = block(height, width, channels)
  const maps = scratch + 3 * blockBytes
  const mapBytes = (<usize>positions) << 2
  const spread = scratch + 2 * blockBytes // [H, W, C]
  for (let n = 0; n < count; n++) {
    windowedFields(a, b, scratch, maps, height, width, channels)
    fieldGradients(maps, mapBytes, load<f32>(dy) / <f32>positions, kind)
    spreadBack(maps, scratch, da, height, width, channels)
    spreadBack(maps + mapBytes, scratch, spread, height, width, channels)
    addProduct(da, spread, a, b, -1, 0, pixels)
    spreadBack(maps + 2 * mapBytes, scratch, spread, height, width, channels)
    addProduct(da, spread, a, b, 1, -1, pixels)
    a += (<usize>pixels) << 2
    b += (<usize>pixels) << 2
    da += (<usize>pixels) << 2
    dy += 4
  }
}

function block(height: i32, width: i32, channels: i32): usize {
  return (<usize>((height + border) * (width + border) * channels)) << 2
}

/** Leaves mu_t, E[t^2], mu_d, E[d^2] in `maps`, each [H-10, W-10, C], one after another. Uses the first two blocks of scratch. */
function windowedFields(a: usize, b: usize, scratch: usize, maps: usize, height: i32, width: i32, channels: i32): void {
  const pixels = height * width * channels
  const mapBytes = (<usize>((height - border) * (width - border) * channels)) << 2
  const rows = scratch + block(height, width, channels)
  combine(a, b, 1, -1, scratch, pixels)
  blur<f32>(scratch, rows, maps, height, width, channels)
  square<f32>(scratch, pixels)
  blur<f32>(scratch, rows, maps + mapBytes, height, width, channels)
  combine(a, b, -1, 0, scratch, pixels)
  blur<f32>(scratch, rows, maps + 2 * mapBytes, height, width, channels)
  square<f32>(scratch, pixels)
  blur<f32>(scratch, rows, maps + 3 * mapBytes, height, width, channels)
}

/** field = a + sign * b + shift */
function combine(a: usize, b: usize, sign: f32, shift: f32, field: usize, count: i32): void {
  const bytes = (<usize>count) << 2
  const vectorBytes = bytes & ~(<usize>15)
  const signs = f32x4.splat(sign)
  const shifts = f32x4.splat(shift)
  let at: usize = 0
  for (; at < vectorBytes; at += 16) {
    const sum = f32x4.add(v128.load(a + at), f32x4.mul(signs, v128.load(b + at)))
    v128.store(field + at, f32x4.add(sum, shifts))
  }
  for (; at < bytes; at += 4) store<f32>(field + at, load<f32>(a + at) + sign * load<f32>(b + at) + shift)
}

/** Sum over positions of 1 - q = u + v - u v with u = 1 - l, v = 1 - c; added up in float64. */
function lossSum(maps: usize, mapBytes: usize, kind: i32): f64 {
  const vectorBytes = mapBytes & ~(<usize>15)
  let sums = f64x2.splat(0)
  let at: usize = 0
  for (; at < vectorBytes; at += 16) {
    const lost = lossAt(
      v128.load(maps + at),
      v128.load(maps + mapBytes + at),
      v128.load(maps + 2 * mapBytes + at),
      v128.load(maps + 3 * mapBytes + at),
      kind,
    )
    const high = i8x16.shuffle(lost, lost, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15)
    sums = f64x2.add(sums, f64x2.add(f64x2.promote_low_f32x4(lost), f64x2.promote_low_f32x4(high)))
  }
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1)
  for (; at < mapBytes; at += 4) {
    const lost = lossAt(
      v128.load32_zero(maps + at),
      v128.load32_zero(maps + mapBytes + at),
      v128.load32_zero(maps + 2 * mapBytes + at),
      v128.load32_zero(maps + 3 * mapBytes + at),
      kind,
    )
    sum += <f64>f32x4.extract_lane(lost, 0)
  }
  return sum
}

@inline
function lossAt(meanT: v128, squareT: v128, meanD: v128, squareD: v128, kind: i32): v128 {
  const meanS = f32x4.add(meanT, f32x4.splat(1))
  const muD2 = f32x4.mul(meanD, meanD)
  const varianceD = variance(squareD, meanD)
  const a = luminanceSum(meanS, muD2)
  const b = contrastSum(variance(squareT, meanT), varianceD)
  const u = f32x4.div(f32x4.add(muD2, muD2), a)
  const v = f32x4.div(f32x4.add(varianceD, varianceD), b)
  if (kind == WITHOUT_LUMINANCE) return v
  return f32x4.sub(f32x4.add(u, v), f32x4.mul(u, v))
}

/** Replaces mu_t, E[t^2], mu_d, E[d^2] by scale times dq/dmu_d + dq/dmu_t, p_d, p_t; the fourth map is left as it is. */
function fieldGradients(maps: usize, mapBytes: usize, scale: f32, kind: i32): void {
  const vectorBytes = mapBytes & ~(<usize>15)
  const scales = f32x4.splat(scale)
  let at: usize = 0
  for (; at < vectorBytes; at += 16) {
    const meanT = v128.load(maps + at)
    const squareT = v128.load(maps + mapBytes + at)
    const meanD = v128.load(maps + 2 * mapBytes + at)
    const squareD = v128.load(maps + 3 * mapBytes + at)
    v128.store(maps + at, f32x4.mul(scales, meanGradient(meanT, squareT, meanD, squareD, kind)))
    v128.store(maps + mapBytes + at, f32x4.mul(scales, squareGradientD(meanT, squareT, meanD, squareD, kind)))
    v128.store(maps + 2 * mapBytes + at, f32x4.mul(scales, squareGradientT(meanT, squareT, meanD, squareD, kind)))
  }
  for (; at < mapBytes; at += 4) {
    const meanT = v128.load32_zero(maps + at)
    const squareT = v128.load32_zero(maps + mapBytes + at)
    const meanD = v128.load32_zero(maps + 2 * mapBytes + at)
    const squareD = v128.load32_zero(maps + 3 * mapBytes + at)
    store<f32>(maps + at, scale * f32x4.extract_lane(meanGradient(meanT, squareT, meanD, squareD, kind), 0))
    store<f32>(maps + mapBytes + at, scale * f32x4.extract_lane(squareGradientD(meanT, squareT, meanD, squareD, kind), 0))
    store<f32>(maps + 2 * mapBytes + at, scale * f32x4.extract_lane(squareGradientT(meanT, squareT, meanD, squareD, kind), 0))
  }
}

// dq/dmu_d + dq/dmu_t = 4 c mu_d (mu_d mu_s - (A - mu_d^2)) / A^2 - 2 (mu_d p_d + mu_t p_t)
@inline
function meanGradient(meanT: v128, squareT: v128, meanD: v128, squareD: v128, kind: i32): v128 {
  const meanS = f32x4.add(meanT, f32x4.splat(1))
  const muD2 = f32x4.mul(meanD, meanD)
  const varianceD = variance(squareD, meanD)
  const a = luminanceSum(meanS, muD2)
  const b = contrastSum(variance(squareT, meanT), varianceD)
  const c = f32x4.sub(f32x4.splat(1), f32x4.div(f32x4.add(varianceD, varianceD), b))
  const inner = f32x4.sub(f32x4.mul(meanD, meanS), f32x4.sub(a, muD2))
  const whole = f32x4.div(f32x4.mul(f32x4.mul(f32x4.splat(4), c), f32x4.mul(meanD, inner)), f32x4.mul(a, a))
  const luminance = kind == WITHOUT_LUMINANCE ? f32x4.splat(0) : whole
  const fromD = f32x4.mul(meanD, squareGradientD(meanT, squareT, meanD, squareD, kind))
  const fromT = f32x4.mul(meanT, squareGradientT(meanT, squareT, meanD, squareD, kind))
  return f32x4.sub(luminance, f32x4.mul(f32x4.splat(2), f32x4.add(fromD, fromT)))
}

// p_d = -2 l (B - D) / B^2
@inline
function squareGradientD(meanT: v128, squareT: v128, meanD: v128, squareD: v128, kind: i32): v128 {
  const varianceD = variance(squareD, meanD)
  const b = contrastSum(variance(squareT, meanT), varianceD)
  const l = kind == WITHOUT_LUMINANCE ? f32x4.splat(1) : luminance(meanT, meanD)
  return f32x4.div(f32x4.mul(f32x4.mul(f32x4.splat(-2), l), f32x4.sub(b, varianceD)), f32x4.mul(b, b))
}

// p_t = 2 l D / B^2
@inline
function squareGradientT(meanT: v128, squareT: v128, meanD: v128, squareD: v128, kind: i32): v128 {
  const varianceD = variance(squareD, meanD)
  const b = contrastSum(variance(squareT, meanT), varianceD)
  const l = kind == WITHOUT_LUMINANCE ? f32x4.splat(1) : luminance(meanT, meanD)
  return f32x4.div(f32x4.mul(f32x4.mul(f32x4.splat(2), l), varianceD), f32x4.mul(b, b))
}

// l = 1 - 2 mu_d^2 / A
@inline
function luminance(meanT: v128, meanD: v128): v128 {
  const muD2 = f32x4.mul(meanD, meanD)
  const a = luminanceSum(f32x4.add(meanT, f32x4.splat(1)), muD2)
  return f32x4.sub(f32x4.splat(1), f32x4.div(f32x4.add(muD2, muD2), a))
}

// A = mu_s^2 + mu_d^2 + 2 C1
@inline
function luminanceSum(meanS: v128, muD2: v128): v128 {
  return f32x4.add(f32x4.add(f32x4.mul(meanS, meanS), muD2), f32x4.splat(2 * c1))
}

// B = S + D + 2 C2
@inline
function contrastSum(varianceS: v128, varianceD: v128): v128 {
  return f32x4.add(f32x4.add(varianceS, varianceD), f32x4.splat(2 * c2))
}

@inline
function variance(meanOfSquares: v128, mean: v128): v128 {
  return f32x4.max(f32x4.splat(0), f32x4.sub(meanOfSquares, f32x4.mul(mean, mean)))
}

/** G^T: dst [H, W, C] from one map [H-10, W-10, C], set in a frame of 10 zeros and blurred. Uses the first two blocks of scratch. */
function spreadBack(map: usize, scratch: usize, dst: usize, height: i32, width: i32, channels: i32): void {
  const blockBytes = block(height, width, channels)
  const mapRow = (<usize>((width - border) * channels)) << 2
  const frameRow = (<usize>((width + border) * channels)) << 2
  const left = (<usize>(border * channels)) << 2
  memory.fill(scratch, 0, blockBytes)
  for (let y = 0; y < height - border; y++) {
    memory.copy(scratch + <usize>(y + border) * frameRow + left, map + <usize>y * mapRow, mapRow)
  }
  blur<f32>(scratch, scratch + blockBytes, dst, height + border, width + border, channels)
}

/** da += 2 * (a + sign * b + shift) * spread */
function addProduct(da: usize, spread: usize, a: usize, b: usize, sign: f32, shift: f32, count: i32): void {
  const bytes = (<usize>count) << 2
  const vectorBytes = bytes & ~(<usize>15)
  const signs = f32x4.splat(sign)
  const shifts = f32x4.splat(shift)
  let at: usize = 0
  for (; at < vectorBytes; at += 16) {
    const sum = f32x4.add(f32x4.add(v128.load(a + at), f32x4.mul(signs, v128.load(b + at))), shifts)
    const product = f32x4.mul(f32x4.add(sum, sum), v128.load(spread + at))
    v128.store(da + at, f32x4.add(v128.load(da + at), product))
  }
  for (; at < bytes; at += 4) {
    const sum = load<f32>(a + at) + sign * load<f32>(b + at) + shift
    store<f32>(da + at, load<f32>(da + at) + (sum + sum) * load<f32>(spread + at))
  }
}
