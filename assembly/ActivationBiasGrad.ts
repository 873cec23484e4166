// Backward pass of a layer's activation and bias in one sweep: dz = dy * activation'(z), written through the output y, and
// db = sum of dz over pixels. Summed in blocks of 64 pixels, so that rounding stays small over 50 x 50 x N of them.
import { clampLimit } from './Clamp'
import { loadLanes, storeLanes } from './inline/lanes'

/** Activation codes; LINEAR and RELU are those of inline/geometry.ts. */
const RELU: i32 = 1
const TANH: i32 = 2
const CLAMP: i32 = 3
const BLOCK: i32 = 64

@inline
function derivative(y: v128, dy: v128, activation: i32): v128 {
  // Not `and y > 0`: where y is NaN, dy (NaN too, as a rule) must go through.
  if (activation == RELU) return v128.andnot(dy, f32x4.le(y, f32x4.splat(0)))
  if (activation == CLAMP) {
    // At a limit only what leads back into the range goes through: a descent step is against dy.
    const zero = f32x4.splat(0)
    const outAbove = v128.and(f32x4.ge(y, f32x4.splat(clampLimit)), f32x4.lt(dy, zero))
    const outBelow = v128.and(f32x4.le(y, f32x4.splat(-clampLimit)), f32x4.gt(dy, zero))
    return v128.andnot(dy, v128.or(outAbove, outBelow))
  }
  if (activation == TANH) return f32x4.mul(dy, f32x4.sub(f32x4.splat(1), f32x4.mul(y, y)))
  return dy
}

export function activationBiasGrad(
  y: usize, // [pixels, C]        read: the layer's output
  dy: usize, // [pixels, C]       read
  dz: usize, // [pixels, C]       written in full; may be dy
  db: usize, // [C]               written in full
  pixels: i32,
  channels: i32,
  activation: i32, // LINEAR, RELU, TANH or CLAMP
): void {
  const pixelBytes = <usize>channels << 2
  memory.fill(db, 0, pixelBytes)
  for (let first = 0; first < pixels; first += BLOCK) {
    const count = min(BLOCK, pixels - first)
    const start = <usize>first * pixelBytes
    let c = 0
    if (activation == RELU) for (; c + 8 <= channels; c += 8) reluPair(y + start, dy + start, dz + start, db, <usize>c << 2, pixelBytes, count)
    for (; c < channels; c += 4) {
      const lanes = min(4, channels - c)
      let at = start + (<usize>c << 2)
      let sum = f32x4.splat(0)
      for (let i = 0; i < count; i++) {
        const d = derivative(loadLanes(y + at, lanes), loadLanes(dy + at, lanes), activation)
        storeLanes(dz + at, d, lanes)
        sum = f32x4.add(sum, d)
        at += pixelBytes
      }
      const total = db + (<usize>c << 2)
      storeLanes(total, f32x4.add(loadLanes(total, lanes), sum), lanes)
    }
  }
}

/** The same for ReLU and eight whole channels from byte `at` of each pixel on: nearly all there is to do in a training. */
function reluPair(y: usize, dy: usize, dz: usize, db: usize, at: usize, pixelBytes: usize, count: i32): void {
  const zero = f32x4.splat(0)
  let a = zero, b = zero
  y += at
  dy += at
  dz += at
  for (; count > 0; count--) {
    const da = v128.andnot(v128.load(dy), f32x4.le(v128.load(y), zero))
    const d = v128.andnot(v128.load(dy, 16), f32x4.le(v128.load(y, 16), zero))
    v128.store(dz, da)
    v128.store(dz, d, 16)
    a = f32x4.add(a, da)
    b = f32x4.add(b, d)
    y += pixelBytes
    dy += pixelBytes
    dz += pixelBytes
  }
  db += at
  v128.store(db, f32x4.add(v128.load(db), a))
  v128.store(db, f32x4.add(v128.load(db, 16), b), 16)
}
