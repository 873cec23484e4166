// Weighted sum of the micro-batches' gradients, always in micro-batch order, so that it does not matter who computed them; and whether
// values are finite. Over any range of the parameters: an element's sum does not depend on where the range begins.
import { loadLanes, storeLanes } from './inline/lanes'

export function reduce(
  slots: usize, // [count, stride]  read: one gradient a micro-batch, from the range's first parameter on
  weights: usize, // [count]        read: share of the batch's images in each
  gradient: usize, // [size]        written in full
  count: i32,
  stride: i32, // floats from one micro-batch's gradient to the next one's
  size: i32,
): void {
  const slotBytes = <usize>stride << 2
  // A cache line of every slot at a time: four sums that do not wait for one another.
  for (; size >= 16; size -= 16) {
    const first = f32x4.splat(load<f32>(weights))
    let a = f32x4.mul(first, v128.load(slots)), b = f32x4.mul(first, v128.load(slots, 16))
    let c = f32x4.mul(first, v128.load(slots, 32)), d = f32x4.mul(first, v128.load(slots, 48))
    for (let k = 1, slot = slots + slotBytes; k < count; k++, slot += slotBytes) {
      const weight = f32x4.splat(load<f32>(weights + (<usize>k << 2)))
      a = f32x4.add(a, f32x4.mul(weight, v128.load(slot)))
      b = f32x4.add(b, f32x4.mul(weight, v128.load(slot, 16)))
      c = f32x4.add(c, f32x4.mul(weight, v128.load(slot, 32)))
      d = f32x4.add(d, f32x4.mul(weight, v128.load(slot, 48)))
    }
    v128.store(gradient, a)
    v128.store(gradient, b, 16)
    v128.store(gradient, c, 32)
    v128.store(gradient, d, 48)
    slots += 64
    gradient += 64
  }
  for (; size > 0; size -= 4) {
    const lanes = min(size, 4)
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

/** 1 where all `size` floats are finite, else 0. */
export function allFinite(values: usize, size: i32): i32 {
  // x - x is 0 for every finite x and NaN for all others, and a NaN stays in the sum.
  let zero = f32x4.splat(0)
  for (; size > 0; size -= 4) {
    const x = loadLanes(values, min(size, 4))
    zero = f32x4.add(zero, f32x4.sub(x, x))
    values += 16
  }
  return i32(i32x4.all_true(f32x4.eq(zero, zero)))
}
