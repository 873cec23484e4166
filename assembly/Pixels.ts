// Pictures onto a model's scale: value = low + range x, x a pixel on [0, 1]. Twin: src/kernels/Pixels.ts.
// Not here: where the pictures come from (the caller copies them in, below).
import { loadLanes, storeLanes } from './inline/lanes'

/**
 * Bytes 0 to 255, x = byte / 255. `bytes` may be the last `size` bytes of `out` itself: what is written never reaches a byte that is
 * still to be read, because 4 (i + n) <= 3 size + i + n for every i + n <= size.
 */
export function bytePixels(
  bytes: usize, // [size]  read
  out: usize, // [size]    float32, written in full
  size: i32,
  range: f32,
  low: f32,
): void {
  const whole = f32x4.splat(255), r = f32x4.splat(range), l = f32x4.splat(low)
  for (let left = size; left > 0; left -= 4) {
    const lanes = min(left, 4)
    let four = <u32>load<u8>(bytes)
    if (lanes == 4) {
      four = load<u32>(bytes)
    } else {
      if (lanes > 1) four |= <u32>load<u8>(bytes, 1) << 8
      if (lanes > 2) four |= <u32>load<u8>(bytes, 2) << 16
    }
    const words = i16x8.extend_low_i8x16_u(i32x4.splat(four))
    // A float32 quotient is the float64 one rounded: the same bits as pictures that were stored as float32.
    const x = f32x4.div(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(words)), whole)
    storeLanes(out, f32x4.add(f32x4.mul(x, r), l), lanes)
    bytes += 4
    out += 16
  }
}

/** Floats on [0, 1], in place. */
export function floatPixels(x: usize, size: i32, range: f32, low: f32): void {
  const r = f32x4.splat(range), l = f32x4.splat(low)
  for (let left = size; left > 0; left -= 4) {
    const lanes = min(left, 4)
    storeLanes(x, f32x4.add(f32x4.mul(loadLanes(x, lanes), r), l), lanes)
    x += 16
  }
}
