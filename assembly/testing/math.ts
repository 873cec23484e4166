// Test-only entry, in no module of dist/: the functions of inline/math.ts, which are inlined everywhere else, over arrays.
// Compiled by test/kernels/math.test.ts. Sizes are multiples of 4.
import { cosQuarter, exp as exp4, log as log4, sinQuarter, tanh as tanh4 } from '../inline/math'

export function exp(x: usize, y: usize, size: i32): void {
  for (let i: usize = 0; i < <usize>size << 2; i += 16) v128.store(y + i, exp4(v128.load(x + i)))
}

export function log(x: usize, y: usize, size: i32): void {
  for (let i: usize = 0; i < <usize>size << 2; i += 16) v128.store(y + i, log4(v128.load(x + i)))
}

export function tanh(x: usize, y: usize, size: i32): void {
  for (let i: usize = 0; i < <usize>size << 2; i += 16) v128.store(y + i, tanh4(v128.load(x + i)))
}

export function sin(x: usize, y: usize, size: i32): void {
  for (let i: usize = 0; i < <usize>size << 2; i += 16) v128.store(y + i, sinQuarter(v128.load(x + i)))
}

export function cos(x: usize, y: usize, size: i32): void {
  for (let i: usize = 0; i < <usize>size << 2; i += 16) v128.store(y + i, cosQuarter(v128.load(x + i)))
}
