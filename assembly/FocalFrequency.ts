// Focal frequency loss of image pairs (Jiang, Dai, Wu & Loy, "Focal frequency loss for image reconstruction and synthesis", ICCV 2021, arXiv
// 2012.12821, alpha = 1, whole pictures) and its gradient with respect to the first image. NHWC.
// With D the orthonormal 2-D Fourier transform of a channel of a - b:
//   w = |D| / max |D|,  loss = mean over frequencies and channels of w |D|^2
// The maximum is over one channel of one image, as in the authors' code; w is held constant in the gradient, as there:
//   da = dy 2 / (H W C) F^-1[w D]
// Otherwise than there, a value that is not finite stays so (their weights turn NaN to 0), and a difference of 0 has weight 0.
import { fourierScratch, inverse, rows, spectrum, tables, transform, up } from './inline/fourier'

/** Bytes of scratch for either function below. */
export function focalFrequencyScratch(height: i32, width: i32, channels: i32): usize {
  return fourierScratch(height, width, channels)
}

/** The loss of each pair. */
export function focalFrequency(
  a: usize, // [N, H, W, C]   read
  b: usize, // [N, H, W, C]   read
  y: usize, // [N]            written
  scratch: usize, // focalFrequencyScratch(H, W, C)
  count: i32,
  height: i32,
  width: i32,
  channels: i32,
): void {
  const size = height * width * channels
  tables(scratch, height, width)
  for (let n = 0; n < count; n++) {
    transform(a, b, scratch, height, width, channels)
    let sum: f64 = 0
    for (let c = 0; c < channels; c++) sum += weightedEnergy(scratch, height, width, channels, c)
    // |D|^2 is without the orthonormal 1 / (H W).
    store<f32>(y, <f32>(sum / (<f64>size * <f64>(height * width))))
    a += <usize>size << 2
    b += <usize>size << 2
    y += 4
  }
}

/** da = dy times the gradient of `focalFrequency` with respect to a; that for b is -da. */
export function focalFrequencyGrad(
  a: usize, // [N, H, W, C]    read
  b: usize, // [N, H, W, C]    read
  dy: usize, // [N]            read
  da: usize, // [N, H, W, C]   written in full
  scratch: usize, // focalFrequencyScratch(H, W, C)
  count: i32,
  height: i32,
  width: i32,
  channels: i32,
): void {
  const size = height * width * channels
  tables(scratch, height, width)
  for (let n = 0; n < count; n++) {
    transform(a, b, scratch, height, width, channels)
    for (let c = 0; c < channels; c++) applyWeights(scratch, height, width, channels, c)
    const scale = <f32>((2 * <f64>load<f32>(dy)) / (<f64>size * <f64>(height * width)))
    inverse(scratch, da, scale, height, width, channels)
    a += <usize>size << 2
    b += <usize>size << 2
    da += <usize>size << 2
    dy += 4
  }
}

@inline
function energy(at: usize, imaginary: usize): v128 {
  const re = v128.load(at), im = v128.load(at + imaginary)
  return f32x4.add(f32x4.mul(re, re), f32x4.mul(im, im))
}

/** 1 / max |D| of a channel; 0 where D is 0, and NaN where it is not finite. */
function inversePeak(scratch: usize, height: i32, width: i32, channels: i32, c: i32): f32 {
  const tableRow = <usize>up(width) << 2
  const imaginary = <usize>(rows(height) * channels) * tableRow
  let most = f32x4.splat(0)
  for (let v = 0; v < rows(height); v++) {
    const from = spectrum(scratch, height, width, channels) + <usize>(v * channels + c) * tableRow
    for (let u: usize = 0; u < tableRow; u += 16) most = f32x4.max(most, energy(from + u, imaginary))
  }
  const ends = max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1))
  const peak = max(ends, max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)))
  // Below, 1 / sqrt would overflow beside products that vanish.
  return peak < 1e-30 ? 0 : <f32>1 / sqrt(peak)
}

/** How often row v stands for itself and its mirror image. */
@inline
function weightOfRow(v: i32, height: i32): i32 {
  return v == 0 || 2 * v == height ? 1 : 2
}

/** Sum of w |D|^2 over all frequencies of a channel. */
function weightedEnergy(scratch: usize, height: i32, width: i32, channels: i32, c: i32): f64 {
  const tableRow = <usize>up(width) << 2
  const imaginary = <usize>(rows(height) * channels) * tableRow
  const factor = f32x4.splat(inversePeak(scratch, height, width, channels, c))
  let sum: f64 = 0
  for (let v = 0; v < rows(height); v++) {
    const from = spectrum(scratch, height, width, channels) + <usize>(v * channels + c) * tableRow
    let low = f64x2.splat(0), high = f64x2.splat(0)
    for (let u: usize = 0; u < tableRow; u += 16) {
      const e = energy(from + u, imaginary)
      const t = f32x4.mul(f32x4.mul(factor, f32x4.sqrt(e)), e)
      low = f64x2.add(low, f64x2.promote_low_f32x4(t))
      high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(t, t, 2, 3, 2, 3)))
    }
    const both = f64x2.add(low, high)
    sum += <f64>weightOfRow(v, height) * (f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1))
  }
  return sum
}

/** D becomes w D, and twice that in rows that stand for two. */
function applyWeights(scratch: usize, height: i32, width: i32, channels: i32, c: i32): void {
  const tableRow = <usize>up(width) << 2
  const imaginary = <usize>(rows(height) * channels) * tableRow
  const peak = inversePeak(scratch, height, width, channels, c)
  for (let v = 0; v < rows(height); v++) {
    const from = spectrum(scratch, height, width, channels) + <usize>(v * channels + c) * tableRow
    const factor = f32x4.splat(peak * <f32>weightOfRow(v, height))
    for (let u: usize = 0; u < tableRow; u += 16) {
      const w = f32x4.mul(factor, f32x4.sqrt(energy(from + u, imaginary)))
      v128.store(from + u, f32x4.mul(w, v128.load(from + u)))
      v128.store(from + imaginary + u, f32x4.mul(w, v128.load(from + imaginary + u)))
    }
  }
}
