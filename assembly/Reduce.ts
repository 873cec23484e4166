// Weighted sum of the micro-batches' gradients, always in micro-batch order, so that it does not matter who computed them.
import { loadLanes, storeLanes } from './inline/lanes'

export function reduce(
  slots: usize, // [count, size]  read: one gradient a micro-batch
  weights: usize, // [count]      read: share of the batch's images in each
  gradient: usize, // [size]      written in full
  count: i32,
  size: i32,
): void {
  const slotBytes = <usize>size << 2
  for (let left = size; left > 0; left -= 4) {
    const lanes = min(left, 4)
    let sum = f32x4.mul(f32x4.splat(load<f32>(weights)), loadLanes(slots, lanes))
    for (let k = 1; k < count; k++) {
      const weight = f32x4.splat(load<f32>(weights + (<usize>k << 2)))
      sum = f32x4.add(sum, f32x4.mul(weight, loadLanes(slots + <usize>k * slotBytes, lanes)))
    }
    storeLanes(gradient, sum, lanes)
    slots += 16
    gradient += 16
  }
}
