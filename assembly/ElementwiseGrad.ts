// Gradients of functions of one element, in one sweep, float32: what tfjs composes of a mask, a cast and two products over whole maps.
// Twin: src/kernels/ElementwiseGrad.ts. The same bits as those ops give, a NaN of x included.
import { loadLanes, storeLanes } from './inline/lanes'

export const RELU_GRAD: i32 = 0
export const RELU6_GRAD: i32 = 1
export const SQUARE_GRAD: i32 = 2
export const SIGMOID_GRAD: i32 = 3

// The same as types, told apart by their sizes when the code is made: of loops that differ in the value of a parameter alone, the optimiser
// makes one again, which asks for it at each vector.
type Relu = i8
type Relu6 = i16
type Square = i32
type Sigmoid = i64

/** 1 where the mask is set, else 0; NaN where x is. */
@inline
function one(x: v128, mask: v128): v128 {
  return v128.bitselect(x, v128.and(f32x4.splat(1), mask), f32x4.ne(x, x))
}

@inline
function derivative<Of>(x: v128): v128 {
  const isPositive = f32x4.gt(x, f32x4.splat(0))
  if (sizeof<Of>() == sizeof<Relu>()) return one(x, isPositive)
  if (sizeof<Of>() == sizeof<Relu6>()) return one(x, v128.and(isPositive, f32x4.le(x, f32x4.splat(6))))
  if (sizeof<Of>() == sizeof<Square>()) return f32x4.add(x, x)
  return f32x4.mul(x, f32x4.sub(f32x4.splat(1), x))
}

function sweep<Of>(dy: usize, x: usize, dx: usize, size: i32): void {
  let left = size
  for (; left >= 16; left -= 16) {
    const a = f32x4.mul(v128.load(dy), derivative<Of>(v128.load(x)))
    const b = f32x4.mul(v128.load(dy, 16), derivative<Of>(v128.load(x, 16)))
    const c = f32x4.mul(v128.load(dy, 32), derivative<Of>(v128.load(x, 32)))
    const d = f32x4.mul(v128.load(dy, 48), derivative<Of>(v128.load(x, 48)))
    v128.store(dx, a)
    v128.store(dx, b, 16)
    v128.store(dx, c, 32)
    v128.store(dx, d, 48)
    dy += 64
    x += 64
    dx += 64
  }
  for (; left > 0; left -= 4) {
    const lanes = min(4, left)
    storeLanes(dx, f32x4.mul(loadLanes(dy, lanes), derivative<Of>(loadLanes(x, lanes))), lanes)
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
  if (kind == RELU_GRAD) sweep<Relu>(dy, x, dx, size)
  else if (kind == RELU6_GRAD) sweep<Relu6>(dy, x, dx, size)
  else if (kind == SQUARE_GRAD) sweep<Square>(dy, x, dx, size)
  else sweep<Sigmoid>(dy, x, dx, size)
}
