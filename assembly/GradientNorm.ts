// The gradient's norm for clipping (Pascanu, Mikolov & Bengio, "On the difficulty of training recurrent neural networks", ICML 2013),
// in float64: squares summed in blocks, then the blocks' sums in their order. Blocks are fixed places of the parameter vector, so that the
// norm does not depend on which thread sums which of them. Not here: the root and the threshold (src/parallel/update.ts).
import { loadLanes, storeLanes } from './inline/lanes'

/** Sum of squares of each block of `block` values; the last one may be shorter. */
export function blockSquares(
  values: usize, // [size]                 read
  sums: usize, // [ceil(size / block)]     float64, written in full
  size: i32,
  block: i32, // a multiple of 4
): void {
  for (; size > 0; size -= block) {
    let low = f64x2.splat(0), high = f64x2.splat(0)
    for (let left = min(size, block); left > 0; left -= 4) {
      const x = loadLanes(values, min(left, 4))
      const a = f64x2.promote_low_f32x4(x)
      const b = f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3))
      low = f64x2.add(low, f64x2.mul(a, a))
      high = f64x2.add(high, f64x2.mul(b, b))
      values += 16
    }
    const sum = f64x2.add(low, high)
    store<f64>(sums, f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1))
    sums += 8
  }
}

/** Sum of `count` float64 values, first to last. */
export function sumDoubles(values: usize, count: i32): f64 {
  let sum: f64 = 0
  for (let i = 0; i < count; i++) sum += load<f64>(values + (<usize>i << 3))
  return sum
}

/** `size` floats times `factor`, in place. */
export function scale(values: usize, size: i32, factor: f32): void {
  const f = f32x4.splat(factor)
  for (let left = size; left > 0; left -= 4) {
    const lanes = min(left, 4)
    storeLanes(values, f32x4.mul(loadLanes(values, lanes), f), lanes)
    values += 16
  }
}
