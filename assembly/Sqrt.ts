// Square roots, float32: tfjs's Adam takes one of every parameter in every step. Twin: src/kernels/Sqrt.ts. Correctly rounded, as IEEE 754
// wants it, so that all engines have the same bits. Not here: its gradient, which tfjs composes.
import { loadLanes, storeLanes } from './inline/lanes'

export function sqrt(
  x: usize, // [size]   read
  y: usize, // [size]   written in full; may be x
  size: i32,
): void {
  for (; size >= 16; size -= 16, x += 64, y += 64) {
    const a = f32x4.sqrt(v128.load(x)), b = f32x4.sqrt(v128.load(x, 16)), c = f32x4.sqrt(v128.load(x, 32)), d = f32x4.sqrt(v128.load(x, 48))
    v128.store(y, a)
    v128.store(y, b, 16)
    v128.store(y, c, 32)
    v128.store(y, d, 48)
  }
  for (; size > 0; size -= 4, x += 16, y += 16) {
    const lanes = min(4, size)
    storeLanes(y, f32x4.sqrt(loadLanes(x, lanes)), lanes)
  }
}
