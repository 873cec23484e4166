// Exponential moving average of the weights (Polyak & Juditsky, "Acceleration of stochastic approximation by averaging", 1992, in the
// form of Mean Teacher and of most trainers since): one step of a range, in place. The decay of a step is the caller's.
import { loadLanes, storeLanes } from './inline/lanes'

/** average += rate (value - average): an average that is equal to its values stays so to the bit. */
export function movingAverage(
  average: usize, // [size]  read and written
  values: usize, // [size]   read
  size: i32,
  rate: f32, // 1 - decay
): void {
  const r = f32x4.splat(rate)
  for (let left = size; left > 0; left -= 4) {
    const lanes = min(left, 4)
    const a = loadLanes(average, lanes)
    storeLanes(average, f32x4.add(a, f32x4.mul(r, f32x4.sub(loadLanes(values, lanes), a))), lanes)
    average += 16
    values += 16
  }
}
