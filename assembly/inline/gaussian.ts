// The 11x11 Gaussian window of SSIM, sigma 1.5, as 11 + 11 taps; for float32 and float64 alike (T).
// Sits under Ssim.ts and ImageMetrics.ts. Valid positions only: a caller that wants more pads its own buffer with zeros.
// The taps are exp(-i^2 / 4.5) / sum, i = 0 (centre) to 5, computed with 40 digits and rounded to float64.

const tap0: f64 = 0.26601172486179436
const tap1: f64 = 0.2130055377112537
const tap2: f64 = 0.10936068950970002
const tap3: f64 = 0.03600077212843082
const tap4: f64 = 0.007598758135239184
const tap5: f64 = 0.0010283800844791099

/** Window side minus 1: what each side of a map loses under the window. */
export const border: i32 = 10

/**
 * Both passes over one image: along rows, then along columns.
 * Bytes read: `height * width * channels` elements. `rows` and `dst` overlap neither each other nor `src`.
 */
export function blur<T>(
  src: usize, // [H, W, C]           read
  rows: usize, // [H, W-10, C]        scratch
  dst: usize, // [H-10, W-10, C]     written in full
  height: i32,
  width: i32,
  channels: i32,
): void {
  const inRow = width * channels
  const outRow = (width - border) * channels
  for (let y = 0; y < height; y++) {
    const from = src + ((<usize>(y * inRow)) << alignof<T>())
    const to = rows + ((<usize>(y * outRow)) << alignof<T>())
    weightedSum<T>(from, to, outRow, (<usize>channels) << alignof<T>())
  }
  weightedSum<T>(rows, dst, (height - border) * outRow, (<usize>outRow) << alignof<T>())
}

/** dst[i] = sum over k of tap[k] * src[i + k * step]; `step` in bytes. Equal taps are added first: 6 products instead of 11. */
function weightedSum<T>(src: usize, dst: usize, count: i32, step: usize): void {
  const lanes = 16 >> (<i32>alignof<T>())
  const end = dst + ((<usize>count) << alignof<T>())
  const vectorEnd = dst + ((<usize>(count - (count % lanes))) << alignof<T>())
  while (dst < vectorEnd) {
    let sum = v128.mul<T>(v128.splat<T>(<T>tap0), v128.load(src + 5 * step))
    sum = v128.add<T>(sum, pair<T>(<T>tap1, src + 4 * step, src + 6 * step))
    sum = v128.add<T>(sum, pair<T>(<T>tap2, src + 3 * step, src + 7 * step))
    sum = v128.add<T>(sum, pair<T>(<T>tap3, src + 2 * step, src + 8 * step))
    sum = v128.add<T>(sum, pair<T>(<T>tap4, src + step, src + 9 * step))
    sum = v128.add<T>(sum, pair<T>(<T>tap5, src, src + 10 * step))
    v128.store(dst, sum)
    src += 16
    dst += 16
  }
  while (dst < end) {
    let sum: T = (<T>tap0) * load<T>(src + 5 * step)
    sum += (<T>tap1) * (load<T>(src + 4 * step) + load<T>(src + 6 * step))
    sum += (<T>tap2) * (load<T>(src + 3 * step) + load<T>(src + 7 * step))
    sum += (<T>tap3) * (load<T>(src + 2 * step) + load<T>(src + 8 * step))
    sum += (<T>tap4) * (load<T>(src + step) + load<T>(src + 9 * step))
    sum += (<T>tap5) * (load<T>(src) + load<T>(src + 10 * step))
    store<T>(dst, sum)
    src += sizeof<T>()
    dst += sizeof<T>()
  }
}

// @inline: one product for two positions at equal distance from the centre.
@inline
function pair<T>(tap: T, left: usize, right: usize): v128 {
  return v128.mul<T>(v128.splat<T>(tap), v128.add<T>(v128.load(left), v128.load(right)))
}

/** Replaces `count` elements by their squares. */
export function square<T>(values: usize, count: i32): void {
  const lanes = 16 >> (<i32>alignof<T>())
  const end = values + ((<usize>count) << alignof<T>())
  const vectorEnd = values + ((<usize>(count - (count % lanes))) << alignof<T>())
  for (; values < vectorEnd; values += 16) {
    const value = v128.load(values)
    v128.store(values, v128.mul<T>(value, value))
  }
  for (; values < end; values += sizeof<T>()) {
    const value = load<T>(values)
    store<T>(values, value * value)
  }
}
