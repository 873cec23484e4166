// Elementwise arithmetic of two float32 tensors with broadcasting. Twin: src/kernels/Binary.ts, which turns two shapes into loops: axes
// that both tensors have are one axis, and so are neighbours that one of them lacks. Not here: other types, and powers or remainders.
import { loadLanes, storeLanes } from './inline/lanes'

/** The operations, in the order of those in src/kernels/Binary.ts. */
const ADD: i32 = 0
const SUB: i32 = 1
const MUL: i32 = 2
const DIV: i32 = 3
const MAX: i32 = 4
const MIN: i32 = 5
const SQUARED_DIFFERENCE: i32 = 6
const PRELU: i32 = 7

// The same as types, told apart by size and sign when the code is made: of loops that differ in the value of a parameter alone, the optimiser
// makes one again, which asks for it at each vector.
type Add = i8
type Sub = i16
type Mul = i32
type Div = i64
type Max = u8
type Min = u16
type SquaredDifference = u32
type Prelu = u64

@inline
function is<A, B>(): bool {
  return sizeof<A>() == sizeof<B>() && isSigned<A>() == isSigned<B>()
}

/** What a row's inner loop reads: both tensors, or one value of a or of b. */
const BOTH: i32 = 0
const ONE_A: i32 = 1
const ONE_B: i32 = 2

/** One loop; strides in bytes, 0 where a tensor is broadcast. */
@unmanaged
class Loop {
  size: i32
  aStride: i32
  bStride: i32
}

const LOOP: usize = 12
/** Rows narrower than this that meet the same row every time are taken several at a time. */
const NARROW: i32 = 32
/** Floats of which such rows make at least one. */
const REPEATED: i32 = 64

/** Bytes of scratch memory that binary needs. */
export function binaryScratch(): usize {
  return <usize>(REPEATED + 4 * NARROW) << 2
}

/** y = a + b, one shape: what a layer read by two others does with their gradients, without a record of loops. */
export function add(
  a: usize, // [size]   read
  b: usize, // [size]   read
  y: usize, // [size]   written in full; may be a or b
  size: i32,
): void {
  both<Add>(a, b, y, size)
}

export function binary(
  a: usize, // read
  b: usize, // read
  y: usize, // written in full; may be a or b where none is broadcast
  operation: i32, // ADD to PRELU
  loops: usize, // [count] Loop, the innermost last: its strides are 4 or 0, not both 0
  count: i32,
  scratch: usize, // binaryScratch() bytes
): void {
  const outer = changetype<Loop>(loops), inner = changetype<Loop>(loops + LOOP)
  if (count == 2 && inner.size < NARROW && inner.aStride != 0 && inner.bStride != 0) narrow(a, b, y, operation, outer, inner.size, scratch)
  else walk(a, b, y, operation, loops, count)
}

/** Narrow rows of one tensor, each with the one row of the other: a bias of few channels. */
function narrow(a: usize, b: usize, y: usize, operation: i32, outer: Loop, size: i32, scratch: usize): void {
  const times = ((REPEATED + size - 1) / size + 3) & ~3
  const bytes = <usize>size << 2
  const isA = outer.aStride == 0
  for (let i = 0; i < times; i++) memory.copy(scratch + <usize>i * bytes, isA ? a : b, bytes)
  for (let left = outer.size; left > 0; left -= times) {
    const count = min(left, times)
    row(isA ? scratch : a, isA ? b : scratch, y, operation, count * size, BOTH)
    if (isA) b += <usize>count * bytes
    else a += <usize>count * bytes
    y += <usize>count * bytes
  }
}

/** Runs the loops from one on, and returns where y goes on. */
function walk(a: usize, b: usize, y: usize, operation: i32, loops: usize, count: i32): usize {
  const loop = changetype<Loop>(loops)
  const size = loop.size
  const aStride = loop.aStride, bStride = loop.bStride
  if (count == 1) {
    row(a, b, y, operation, size, aStride == 0 ? ONE_A : bStride == 0 ? ONE_B : BOTH)
    return y + (<usize>size << 2)
  }
  for (let i = 0; i < size; i++) {
    y = walk(a, b, y, operation, loops + LOOP, count - 1)
    a += aStride
    b += bStride
  }
  return y
}

function row(a: usize, b: usize, y: usize, operation: i32, size: i32, kind: i32): void {
  switch (operation) {
    case ADD: rowOf<Add>(a, b, y, size, kind); break
    case SUB: rowOf<Sub>(a, b, y, size, kind); break
    case MUL: rowOf<Mul>(a, b, y, size, kind); break
    case DIV: rowOf<Div>(a, b, y, size, kind); break
    case MAX: rowOf<Max>(a, b, y, size, kind); break
    case MIN: rowOf<Min>(a, b, y, size, kind); break
    case SQUARED_DIFFERENCE: rowOf<SquaredDifference>(a, b, y, size, kind); break
    default: rowOf<Prelu>(a, b, y, size, kind)
  }
}

function rowOf<Of>(a: usize, b: usize, y: usize, size: i32, kind: i32): void {
  if (kind == BOTH) both<Of>(a, b, y, size)
  else if (kind == ONE_A) oneA<Of>(v128.load_splat<f32>(a), b, y, size)
  else oneB<Of>(a, v128.load_splat<f32>(b), y, size)
}

/** NaN in, NaN out: max and min are WebAssembly's, which keep it. */
@inline
function apply<Of>(a: v128, b: v128): v128 {
  if (is<Of, Add>()) return f32x4.add(a, b)
  if (is<Of, Sub>()) return f32x4.sub(a, b)
  if (is<Of, Mul>()) return f32x4.mul(a, b)
  if (is<Of, Div>()) return f32x4.div(a, b)
  if (is<Of, Max>()) return f32x4.max(a, b)
  if (is<Of, Min>()) return f32x4.min(a, b)
  // Below 0, a times b.
  if (is<Of, Prelu>()) return v128.bitselect(f32x4.mul(a, b), a, f32x4.lt(a, f32x4.splat(0)))
  const d = f32x4.sub(a, b)
  return f32x4.mul(d, d)
}

@inline
function both<Of>(a: usize, b: usize, y: usize, size: i32): void {
  for (; size >= 16; size -= 16) {
    const p = apply<Of>(v128.load(a), v128.load(b)), q = apply<Of>(v128.load(a, 16), v128.load(b, 16))
    const r = apply<Of>(v128.load(a, 32), v128.load(b, 32)), s = apply<Of>(v128.load(a, 48), v128.load(b, 48))
    v128.store(y, p)
    v128.store(y, q, 16)
    v128.store(y, r, 32)
    v128.store(y, s, 48)
    a += 64
    b += 64
    y += 64
  }
  for (; size >= 4; size -= 4, a += 16, b += 16, y += 16) v128.store(y, apply<Of>(v128.load(a), v128.load(b)))
  if (size > 0) storeLanes(y, apply<Of>(loadLanes(a, size), loadLanes(b, size)), size)
}

@inline
function oneA<Of>(a: v128, b: usize, y: usize, size: i32): void {
  for (; size >= 16; size -= 16) {
    const p = apply<Of>(a, v128.load(b)), q = apply<Of>(a, v128.load(b, 16))
    const r = apply<Of>(a, v128.load(b, 32)), s = apply<Of>(a, v128.load(b, 48))
    v128.store(y, p)
    v128.store(y, q, 16)
    v128.store(y, r, 32)
    v128.store(y, s, 48)
    b += 64
    y += 64
  }
  for (; size >= 4; size -= 4, b += 16, y += 16) v128.store(y, apply<Of>(a, v128.load(b)))
  if (size > 0) storeLanes(y, apply<Of>(a, loadLanes(b, size)), size)
}

@inline
function oneB<Of>(a: usize, b: v128, y: usize, size: i32): void {
  for (; size >= 16; size -= 16) {
    const p = apply<Of>(v128.load(a), b), q = apply<Of>(v128.load(a, 16), b)
    const r = apply<Of>(v128.load(a, 32), b), s = apply<Of>(v128.load(a, 48), b)
    v128.store(y, p)
    v128.store(y, q, 16)
    v128.store(y, r, 32)
    v128.store(y, s, 48)
    a += 64
    y += 64
  }
  for (; size >= 4; size -= 4, a += 16, y += 16) v128.store(y, apply<Of>(v128.load(a), b))
  if (size > 0) storeLanes(y, apply<Of>(loadLanes(a, size), b), size)
}
