// Kullback-Leibler divergence of N(mu, exp(logVar)) from N(0, 1), mean over latent elements (Kingma & Welling, "Auto-encoding
// variational Bayes", appendix B, arXiv 1312.6114): -1/2 mean(1 + logVar - mu^2 - exp(logVar)); and its gradients.
import { loadLanes, storeLanes } from './inline/lanes'
import { exp } from './inline/math'

@inline
function upper(t: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(t, t, 2, 3, 2, 3))
}

/** The mean over `size` elements, as float64. */
export function klDivergence(mu: usize, logVar: usize, size: i32): f64 {
  let low = f64x2.splat(0), high = f64x2.splat(0)
  let left = size
  // Two vectors at a time where there are two: exp is a long chain, and V8 makes its constants anew in every round of a loop.
  for (; left >= 8; left -= 8) {
    const l = v128.load(logVar), k = v128.load(logVar, 16)
    const m = v128.load(mu), n = v128.load(mu, 16)
    const e = exp(l), f = exp(k)
    const t = f32x4.add(f32x4.sub(f32x4.sub(e, f32x4.splat(1)), l), f32x4.mul(m, m))
    const u = f32x4.add(f32x4.sub(f32x4.sub(f, f32x4.splat(1)), k), f32x4.mul(n, n))
    low = f64x2.add(f64x2.add(low, f64x2.promote_low_f32x4(t)), f64x2.promote_low_f32x4(u))
    high = f64x2.add(f64x2.add(high, upper(t)), upper(u))
    mu += 32
    logVar += 32
  }
  for (; left > 0; left -= 4) {
    const lanes = min(left, 4)
    const m = loadLanes(mu, lanes)
    const l = loadLanes(logVar, lanes)
    // expm1 - logVar + mu^2; lanes past the end hold exactly 0.
    const t = f32x4.add(f32x4.sub(f32x4.sub(exp(l), f32x4.splat(1)), l), f32x4.mul(m, m))
    low = f64x2.add(low, f64x2.promote_low_f32x4(t))
    high = f64x2.add(high, upper(t))
    mu += 16
    logVar += 16
  }
  const sum = f64x2.add(low, high)
  return (0.5 * (f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1))) / <f64>size
}

/** dMu = scale * mu / size; dLogVar = scale * (exp(logVar) - 1) / (2 size). Both written in full. */
export function klDivergenceGrad(mu: usize, logVar: usize, dMu: usize, dLogVar: usize, size: i32, scale: f32): void {
  const whole = f32x4.splat(scale / <f32>size)
  const half = f32x4.splat(scale / (<f32>2 * <f32>size))
  let left = size
  for (; left >= 8; left -= 8) {
    const l = v128.load(logVar), k = v128.load(logVar, 16)
    const e = exp(l), f = exp(k)
    v128.store(dMu, f32x4.mul(whole, v128.load(mu)))
    v128.store(dMu, f32x4.mul(whole, v128.load(mu, 16)), 16)
    v128.store(dLogVar, f32x4.mul(half, f32x4.sub(e, f32x4.splat(1))))
    v128.store(dLogVar, f32x4.mul(half, f32x4.sub(f, f32x4.splat(1))), 16)
    mu += 32
    logVar += 32
    dMu += 32
    dLogVar += 32
  }
  for (; left > 0; left -= 4) {
    const lanes = min(left, 4)
    storeLanes(dMu, f32x4.mul(whole, loadLanes(mu, lanes)), lanes)
    storeLanes(dLogVar, f32x4.mul(half, f32x4.sub(exp(loadLanes(logVar, lanes)), f32x4.splat(1))), lanes)
    mu += 16
    logVar += 16
    dMu += 16
    dLogVar += 16
  }
}
