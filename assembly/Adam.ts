// Adam (Kingma & Ba, arXiv 1412.6980), one update of a range of parameters in place, in the order of operations of PyTorch's
// single-tensor form. Bias corrections come from the integer step, computed by the caller in float64.
import { loadLanes, storeLanes } from './inline/lanes'

export function adam(
  parameters: usize, // [size]    read and written
  m: usize, // [size]             first moment, read and written
  v: usize, // [size]             second moment, read and written
  gradient: usize, // [size]      read
  size: i32,
  beta1: f32,
  oneMinusBeta1: f32, // rounded once, from float64: 1 - beta in float32 would be off by 1e-5
  beta2: f32,
  oneMinusBeta2: f32,
  epsilon: f32,
  stepSize: f32, // lr / (1 - beta1^t)
  rootCorrection2: f32, // sqrt(1 - beta2^t)
): void {
  const b1 = f32x4.splat(beta1), c1 = f32x4.splat(oneMinusBeta1)
  const b2 = f32x4.splat(beta2), c2 = f32x4.splat(oneMinusBeta2)
  const eps = f32x4.splat(epsilon), step = f32x4.splat(stepSize), root = f32x4.splat(rootCorrection2)
  for (let left = size; left > 0; left -= 4) {
    const lanes = min(left, 4)
    const g = loadLanes(gradient, lanes)
    const m1 = f32x4.add(f32x4.mul(b1, loadLanes(m, lanes)), f32x4.mul(c1, g))
    const v1 = f32x4.add(f32x4.mul(b2, loadLanes(v, lanes)), f32x4.mul(c2, f32x4.mul(g, g)))
    const denominator = f32x4.add(f32x4.div(f32x4.sqrt(v1), root), eps)
    const p = f32x4.sub(loadLanes(parameters, lanes), f32x4.mul(step, f32x4.div(m1, denominator)))
    storeLanes(m, m1, lanes)
    storeLanes(v, v1, lanes)
    storeLanes(parameters, p, lanes)
    parameters += 16
    m += 16
    v += 16
    gradient += 16
  }
}
