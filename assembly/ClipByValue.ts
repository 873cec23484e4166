// Each value held between two bounds, NaN stays NaN: tfjs-backend-wasm's gives the lower bound for it, which hides a training gone wrong.
// Twin: src/kernels/ClipByValue.ts. Not here: the layer's activation of that kind, which is Clamp.ts.
import { loadLanes, storeLanes } from './inline/lanes'

/** y = min(max(x, low), high) */
export function clipByValue(
  x: usize, // [size]   read
  y: usize, // [size]   written in full; may be x
  size: i32,
  low: f32,
  high: f32,
): void {
  const least = f32x4.splat(low), most = f32x4.splat(high)
  for (let left = size; left > 0; left -= 4) {
    const lanes = min(left, 4)
    // f32x4.min and f32x4.max hand NaN on; pmin and pmax would not.
    storeLanes(y, f32x4.min(f32x4.max(loadLanes(x, lanes), least), most), lanes)
    x += 16
    y += 16
  }
}
