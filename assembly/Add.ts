// Sum of two tensors of one shape, float32: what a layer read by two others does with their gradients. Twin: src/kernels/Binary.ts.
import { loadLanes, storeLanes } from './inline/lanes'

/** y = a + b, `size` floats; y may be a or b. */
export function add(a: usize, b: usize, y: usize, size: i32): void {
  for (let left = size; left > 0; left -= 4) {
    const lanes = min(left, 4)
    storeLanes(y, f32x4.add(loadLanes(a, lanes), loadLanes(b, lanes)), lanes)
    a += 16
    b += 16
    y += 16
  }
}
