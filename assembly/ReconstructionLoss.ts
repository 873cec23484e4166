// Mean squared, mean absolute and Charbonnier's error between two tensors, with their gradients. Sums run in float64, so that a loss of
// 75,000 terms is as exact as its float32 result can be.
// Charbonnier: sqrt(d^2 + epsilon^2), a differentiable |d| (Charbonnier et al., "Two deterministic half-quadratic regularization algorithms
// for computed imaging", ICIP 1994), with the epsilon 1e-3 of Lai et al., "Fast and accurate image super-resolution with deep Laplacian
// pyramid networks", arXiv 1710.01992.
import { loadLanes, storeLanes } from './inline/lanes'

/** Codes of the losses; 1 is the absolute error. */
const SQUARED: i32 = 0
const CHARBONNIER: i32 = 2
const epsilon2: f32 = 1e-6

@inline
function term(a: v128, b: v128, kind: i32): v128 {
  const d = f32x4.sub(a, b)
  if (kind == CHARBONNIER) return smooth(d)
  return kind == SQUARED ? f32x4.mul(d, d) : f32x4.abs(d)
}

@inline
function smooth(d: v128): v128 {
  return f32x4.sqrt(f32x4.add(f32x4.mul(d, d), f32x4.splat(epsilon2)))
}

/** Mean over `size` elements of (a - b)^2, of |a - b|, or of sqrt((a - b)^2 + epsilon^2), as float64. */
export function reconstructionLoss(a: usize, b: usize, size: i32, kind: i32): f64 {
  let low = f64x2.splat(0), high = f64x2.splat(0)
  for (let left = size; left > 0; left -= 4) {
    const lanes = min(left, 4)
    let t = term(loadLanes(a, lanes), loadLanes(b, lanes), kind)
    // Lanes past the end have a difference of 0, of which Charbonnier's error is epsilon.
    if (kind == CHARBONNIER) t = v128.and(t, i32x4.gt_s(i32x4.splat(lanes), i32x4(0, 1, 2, 3)))
    low = f64x2.add(low, f64x2.promote_low_f32x4(t))
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(t, t, 2, 3, 2, 3)))
    a += 16
    b += 16
  }
  const sum = f64x2.add(low, high)
  return (f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)) / <f64>size
}

/**
 * da = scale * d(mean)/da, `size` floats written in full: 2 (a - b) / size, sign(a - b) / size, or the
 * difference over Charbonnier's error and size. The gradient for b is -da.
 */
export function reconstructionLossGrad(a: usize, b: usize, da: usize, size: i32, kind: i32, scale: f32): void {
  const factor = f32x4.splat((kind == SQUARED ? <f32>2 : <f32>1) * scale / <f32>size)
  const one = f32x4.splat(1), zero = f32x4.splat(0)
  for (let left = size; left > 0; left -= 4) {
    const lanes = min(left, 4)
    const d = f32x4.sub(loadLanes(a, lanes), loadLanes(b, lanes))
    // (d - d) is 0, or NaN where d is not finite: a diverged element must not look like a zero gradient.
    const sign = f32x4.sub(v128.and(one, f32x4.gt(d, zero)), v128.and(one, f32x4.lt(d, zero)))
    let g = kind == SQUARED ? d : f32x4.add(sign, f32x4.sub(d, d))
    if (kind == CHARBONNIER) g = f32x4.div(d, smooth(d))
    storeLanes(da, f32x4.mul(g, factor), lanes)
    a += 16
    b += 16
    da += 16
  }
}
