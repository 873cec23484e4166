// Hyperbolic tangent, elementwise, float32. Its gradient is in ActivationBiasGrad.ts.
import { loadLanes, storeLanes } from './inline/lanes'
import { tanh as tanh4 } from './inline/math'

/** y = tanh(x), `size` floats; y may be x. */
export function tanh(x: usize, y: usize, size: i32): void {
  for (let left = size; left > 0; left -= 4) {
    const lanes = min(left, 4)
    storeLanes(y, tanh4(loadLanes(x, lanes)), lanes)
    x += 16
    y += 16
  }
}
