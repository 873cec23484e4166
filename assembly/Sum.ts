// Sum, or mean, of a float32 tensor over one block of neighbouring axes. Twin: src/kernels/Sum.ts, which turns axes into such blocks.
// Order: blocks of rows in registers, then the blocks; along a contiguous axis lane by lane, then the lanes, blocks in float64.
// A function of the sizes alone.
import { loadLanes, storeLanes } from './inline/lanes'

/** Rows, or floats of a contiguous axis, whose sum stays in registers. */
const BLOCK_ROWS: i32 = 64
const BLOCK_FLOATS: i32 = 1024
/** Rows narrower than this are taken four at a time, as one row of whole vectors. */
const NARROW: i32 = 32
const FOLD: i32 = 4

/** Bytes of scratch memory that sum needs. */
export function sumScratch(inner: i32): usize {
  return inner > 1 && inner < NARROW ? <usize>(inner * FOLD) << 2 : 16
}

export function sum(
  x: usize, // [outer, count, inner]    read
  y: usize, // [outer, inner]           written in full
  outer: i32,
  count: i32,
  inner: i32,
  divisor: f32, // 1 for the sum, count for the mean
  scratch: usize, // sumScratch(inner) bytes
): void {
  for (let n = 0; n < outer; n++) {
    if (inner == 1) {
      store<f32>(y, <f32>(contiguous(x, count) / <f64>divisor))
    } else {
      if (inner < NARROW && count >= FOLD) narrow(x, y, count, inner, scratch)
      else rows(x, y, count, inner)
      if (divisor != 1) divide(y, inner, divisor)
    }
    x += (<usize>count * <usize>inner) << 2
    y += <usize>inner << 2
  }
}

function contiguous(x: usize, count: i32): f64 {
  let total: f64 = 0
  for (; count > 0; count -= BLOCK_FLOATS) {
    let size = min(count, BLOCK_FLOATS)
    let a = f32x4.splat(0), b = a, c = a, d = a
    for (; size >= 16; size -= 16) {
      a = f32x4.add(a, v128.load(x)); b = f32x4.add(b, v128.load(x, 16))
      c = f32x4.add(c, v128.load(x, 32)); d = f32x4.add(d, v128.load(x, 48))
      x += 64
    }
    for (; size > 0; size -= 4) {
      a = f32x4.add(a, loadLanes(x, min(size, 4)))
      x += 16
    }
    const s = f32x4.add(f32x4.add(a, b), f32x4.add(c, d))
    total += <f64>f32x4.extract_lane(s, 0) + <f64>f32x4.extract_lane(s, 1) + (<f64>f32x4.extract_lane(s, 2) + <f64>f32x4.extract_lane(s, 3))
  }
  return total
}

/** Four rows at a time, then their four sums and the rows left over. */
function narrow(x: usize, y: usize, count: i32, inner: i32, scratch: usize): void {
  const folded = count / FOLD
  rows(x, scratch, folded, inner * FOLD)
  const rest = x + ((<usize>(folded * FOLD) * <usize>inner) << 2)
  for (let i = 0; i < inner; i++) {
    let total: f32 = 0
    for (let k = 0; k < FOLD; k++) total += load<f32>(scratch + (<usize>(k * inner + i) << 2))
    for (let k = 0; k < count - folded * FOLD; k++) total += load<f32>(rest + (<usize>(k * inner + i) << 2))
    store<f32>(y + (<usize>i << 2), total)
  }
}

function rows(x: usize, y: usize, count: i32, inner: i32): void {
  const row = <usize>inner << 2
  memory.fill(y, 0, row)
  for (; count > 0; count -= BLOCK_ROWS) {
    const size = min(count, BLOCK_ROWS)
    let column = 0
    for (; column + 16 <= inner; column += 16) {
      let p = x + (<usize>column << 2)
      let a = f32x4.splat(0), b = a, c = a, d = a
      for (let k = size; k > 0; k--) {
        a = f32x4.add(a, v128.load(p)); b = f32x4.add(b, v128.load(p, 16))
        c = f32x4.add(c, v128.load(p, 32)); d = f32x4.add(d, v128.load(p, 48))
        p += row
      }
      const q = y + (<usize>column << 2)
      v128.store(q, f32x4.add(v128.load(q), a)); v128.store(q, f32x4.add(v128.load(q, 16), b), 16)
      v128.store(q, f32x4.add(v128.load(q, 32), c), 32); v128.store(q, f32x4.add(v128.load(q, 48), d), 48)
    }
    for (; column < inner; column += 4) {
      const lanes = min(4, inner - column)
      let p = x + (<usize>column << 2)
      let a = f32x4.splat(0)
      for (let k = size; k > 0; k--) {
        a = f32x4.add(a, loadLanes(p, lanes))
        p += row
      }
      const q = y + (<usize>column << 2)
      storeLanes(q, f32x4.add(loadLanes(q, lanes), a), lanes)
    }
    x += <usize>size * row
  }
}

function divide(y: usize, size: i32, divisor: f32): void {
  for (; size > 0; size--, y += 4) store<f32>(y, load<f32>(y) / divisor)
}
