// A map held within [-10, 10]: what a VAE's linear head does to its log variance, whose exponential would overflow outside float32. The
// standard deviation then lies between e^-5 = 0.0067 and e^5 = 148. The backward pass is ActivationBiasGrad.ts's.
import { loadLanes, storeLanes } from './inline/lanes'

/** Twin: logVarianceLimit of src/models/geometry.ts, which exported models take. */
export const clampLimit: f32 = 10

/** y = max(-10, min(10, x)), [size]; y may be x. NaN stays NaN. */
export function clamp(x: usize, y: usize, size: i32): void {
  const low = f32x4.splat(-clampLimit), high = f32x4.splat(clampLimit)
  for (let left = size; left > 0; left -= 4) {
    const lanes = min(left, 4)
    storeLanes(y, f32x4.max(low, f32x4.min(high, loadLanes(x, lanes))), lanes)
    x += 16
    y += 16
  }
}
