// Gradients of functions of one element, in one sweep, float32: what tfjs composes of a mask, a cast and two products over whole maps.
// Twin: src/kernels/ElementwiseGrad.ts. The same bits as those ops give, a NaN of x included.
import { loadLanes, storeLanes } from './inline/lanes'

export const RELU_GRAD: i32 = 0
export const RELU6_GRAD: i32 = 1
export const SQUARE_GRAD: i32 = 2
export const SIGMOID_GRAD: i32 = 3

/** 1 where x is above 0, else 0; NaN where x is. */
@inline
function step(x: v128): v128 {
  const one = v128.and(f32x4.splat(1), f32x4.gt(x, f32x4.splat(0)))
  return v128.bitselect(x, one, f32x4.ne(x, x))
}

@inline
function derivative(x: v128, kind: i32): v128 {
  if (kind == RELU_GRAD) return step(x)
  if (kind == RELU6_GRAD) return f32x4.mul(v128.and(f32x4.splat(1), f32x4.le(x, f32x4.splat(6))), step(x))
  if (kind == SQUARE_GRAD) return f32x4.add(x, x)
  return f32x4.mul(x, f32x4.sub(f32x4.splat(1), x))
}

@inline
function sweep(dy: usize, x: usize, dx: usize, size: i32, kind: i32): void {
  let left = size
  for (; left >= 8; left -= 8) {
    const a = f32x4.mul(v128.load(dy), derivative(v128.load(x), kind))
    const b = f32x4.mul(v128.load(dy, 16), derivative(v128.load(x, 16), kind))
    v128.store(dx, a)
    v128.store(dx, b, 16)
    dy += 32
    x += 32
    dx += 32
  }
  for (; left > 0; left -= 4) {
    const lanes = min(4, left)
    storeLanes(dx, f32x4.mul(loadLanes(dy, lanes), derivative(loadLanes(x, lanes), kind)), lanes)
    dy += 16
    x += 16
    dx += 16
  }
}

export function elementwiseGrad(
  dy: usize, // [size]   read
  x: usize, // [size]    read: the function's input, or of SIGMOID_GRAD its output
  dx: usize, // [size]   written in full; may be dy or x
  size: i32,
  kind: i32, // RELU_GRAD, RELU6_GRAD, SQUARE_GRAD or SIGMOID_GRAD
): void {
  if (kind == RELU_GRAD) sweep(dy, x, dx, size, RELU_GRAD)
  else if (kind == RELU6_GRAD) sweep(dy, x, dx, size, RELU6_GRAD)
  else if (kind == SQUARE_GRAD) sweep(dy, x, dx, size, SQUARE_GRAD)
  else sweep(dy, x, dx, size, SIGMOID_GRAD)
}
