// Sum of two tensors of one shape, float32: what a layer read by two others does with their gradients. Twin: src/kernels/Binary.ts.
import { loadLanes, storeLanes } from './inline/lanes'

/** y = a + b, `size` floats; y may be a or b. */
export function add(a: usize, b: usize, y: usize, size: i32): void {
  let left = size
  for (; left >= 16; left -= 16) {
    const p = f32x4.add(v128.load(a), v128.load(b)), q = f32x4.add(v128.load(a, 16), v128.load(b, 16))
    const r = f32x4.add(v128.load(a, 32), v128.load(b, 32)), s = f32x4.add(v128.load(a, 48), v128.load(b, 48))
    v128.store(y, p)
    v128.store(y, q, 16)
    v128.store(y, r, 32)
    v128.store(y, s, 48)
    a += 64
    b += 64
    y += 64
  }
  for (; left > 0; left -= 4) {
    const lanes = min(left, 4)
    storeLanes(y, f32x4.add(loadLanes(a, lanes), loadLanes(b, lanes)), lanes)
    a += 16
    b += 16
    y += 16
  }
}
