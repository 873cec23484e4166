// The KL divergence of KlDivergence.ts with a floor under each latent element: mean of max(floor, KL_j), so that an element is not pressed
// below what is free (Kingma et al., "Improving variational inference with inverse autoregressive flow", arXiv 1606.04934, appendix C.8).
// There KL_j is a mean over the minibatch; here it is of one element of one image, so that an image's loss is its own.
//   KL_j = (exp(logVar) - 1 - logVar + mu^2) / 2
import { loadLanes, storeLanes } from './inline/lanes'
import { exp } from './inline/math'

/** 2 KL_j */
@inline
function twice(m: v128, l: v128): v128 {
  return f32x4.add(f32x4.sub(f32x4.sub(exp(l), f32x4.splat(1)), l), f32x4.mul(m, m))
}

/** Mean over `size` elements, as float64; `floor` in nats. */
export function freeBits(mu: usize, logVar: usize, size: i32, floor: f32): f64 {
  const least = f32x4.splat(2 * floor)
  let low = f64x2.splat(0), high = f64x2.splat(0)
  for (let left = size; left > 0; left -= 4) {
    const lanes = min(left, 4)
    const t = f32x4.max(least, twice(loadLanes(mu, lanes), loadLanes(logVar, lanes)))
    // Lanes past the end would count as elements at the floor.
    const there = v128.and(t, i32x4.gt_s(i32x4.splat(lanes), i32x4(0, 1, 2, 3)))
    low = f64x2.add(low, f64x2.promote_low_f32x4(there))
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(there, there, 2, 3, 2, 3)))
    mu += 16
    logVar += 16
  }
  const sum = f64x2.add(low, high)
  return (0.5 * (f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1))) / <f64>size
}

/** dMu and dLogVar as klDivergenceGrad's, but 0 where KL_j is at or below the floor. Both [size], written in full. */
export function freeBitsGrad(
  mu: usize, // [size]        read
  logVar: usize, // [size]    read
  dMu: usize, // [size]       written
  dLogVar: usize, // [size]   written
  size: i32,
  floor: f32,
  scale: f32,
): void {
  const least = f32x4.splat(2 * floor)
  const whole = f32x4.splat(scale / <f32>size)
  const half = f32x4.splat(scale / (<f32>2 * <f32>size))
  for (let left = size; left > 0; left -= 4) {
    const lanes = min(left, 4)
    const m = loadLanes(mu, lanes)
    const l = loadLanes(logVar, lanes)
    // Not `and t > floor`: NaN must go through.
    const isFree = f32x4.le(twice(m, l), least)
    storeLanes(dMu, v128.andnot(f32x4.mul(whole, m), isFree), lanes)
    storeLanes(dLogVar, v128.andnot(f32x4.mul(half, f32x4.sub(exp(l), f32x4.splat(1))), isFree), lanes)
    mu += 16
    logVar += 16
    dMu += 16
    dLogVar += 16
  }
}
