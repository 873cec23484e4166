// Matrix product, float32, with bias and ReLU; either factor may be stored transposed. Twin: src/kernels/BatchMatMul.ts.
// The second factor is packed into panels of up to six vectors, a part of at most MOST_DEPTH rows at a time; blocks of rows of the first
// run against them in the tiles of inline/product.ts. An element is a sum of such parts, each in the order of its terms: a function of
// the depth alone. Not here: batches and broadcasting (a call for each matrix), int32.
import { RELU } from './inline/geometry'
import { loadLanes, storeLanes } from './inline/lanes'
import { vectorsOf } from './inline/panels'
import { matrixProduct, MOST_DEPTH } from './inline/product'

/** Rows of a block: its part of the first factor and its results stay in the second-level cache. */
const BLOCK: i32 = 256
/** Vectors of a panel, the widest tile. */
const PANEL: i32 = 6
/** Rows of the second factor that are packed at a time. */
const ROWS: i32 = 8
/** Up to this many rows, packing the second factor costs more than it brings. */
const FEW_ROWS: i32 = 8
/** Between two columns of a packed transposed block: their addresses would otherwise lie a power of two apart, in few sets of the cache. */
const COLUMN_GAP: usize = 64

/** What crosses from JavaScript. All fields int32. */
@unmanaged
export class MatMulShape {
  rows: i32 // M
  columns: i32 // N
  depth: i32 // K
  transposeA: i32 // a is [K, M]
  transposeB: i32 // b is [N, K]
  wide: i32 // tile shape: engine fuses pairs of vectors
}

@inline
function blockRows(s: MatMulShape): usize {
  return <usize>((min(BLOCK, s.rows) + 3) & ~3)
}

@inline
function panelsBytes(s: MatMulShape): usize {
  return (<usize>vectorsOf(s.columns) << 4) * <usize>min(MOST_DEPTH, s.depth)
}

@inline
function blockBytes(s: MatMulShape): usize {
  return ((blockRows(s) << 2) + COLUMN_GAP) * <usize>min(MOST_DEPTH, s.depth)
}

/** Bytes of scratch memory that batchMatMul needs. */
export function batchMatMulScratch(s: MatMulShape): usize {
  const rowBytes = <usize>vectorsOf(s.columns) << 4
  return rowBytes + panelsBytes(s) + blockBytes(s) + blockRows(s) * rowBytes
}

export function batchMatMul(
  a: usize, // [M, K], or [K, M]    read
  b: usize, // [K, N], or [N, K]    read
  bias: usize, // [N]               read; 0 for none
  y: usize, // [M, N]               written in full
  s: MatMulShape,
  activation: i32, // LINEAR or RELU
  scratch: usize, // batchMatMulScratch(s) bytes, 16-byte aligned
): void {
  const rowBytes = <usize>vectorsOf(s.columns) << 4
  const yRow = <usize>s.columns << 2
  const panels = scratch + rowBytes
  const packedA = panels + panelsBytes(s)
  const block = packedA + blockBytes(s)
  const parts = (s.depth + MOST_DEPTH - 1) / MOST_DEPTH
  const isInPlace = s.rows <= FEW_ROWS && !s.transposeB && (s.columns & 3) == 0
  if (bias) {
    memory.fill(scratch, 0, rowBytes)
    memory.copy(scratch, bias, yRow)
  }
  for (let first = 0; first < s.rows; first += BLOCK) {
    const rows = min(BLOCK, s.rows - first)
    const isWhole = (s.columns & 3) == 0 && (rows & 3) == 0
    const to = y + <usize>first * yRow
    const c = isWhole ? to : block
    for (let part = 0; part < parts; part++) {
      const from = (s.depth * part) / parts
      const depth = (s.depth * (part + 1)) / parts - from
      if (!isInPlace && (first == 0 || parts > 1)) packPanels(b, panels, from, depth, s)
      const matrix = isInPlace ? b + <usize>from * yRow : panels
      addPart(a, packedA, matrix, c, isWhole ? yRow : rowBytes, first, rows, from, depth, part > 0, isInPlace, s)
    }
    if (parts == 0) memory.fill(c, 0, <usize>rows * (isWhole ? yRow : rowBytes))
    if (!isWhole || bias || activation == RELU) finish(c, isWhole ? yRow : rowBytes, bias ? scratch : 0, to, rows, s.columns, activation)
  }
}

/** Adds to rows of c, or writes, the products of terms `from` to `from + depth`. */
function addPart(a: usize, packedA: usize, b: usize, c: usize, cRow: usize, first: i32, rows: i32, from: i32, depth: i32, isSum: bool, isInPlace: bool, s: MatMulShape): void {
  const whole = (rows + 3) & ~3
  let p = a + ((<usize>first * <usize>s.depth + <usize>from) << 2)
  let row = <usize>s.depth << 2
  let step: usize = 4
  if (s.transposeA) {
    row = 4
    step = (<usize>whole << 2) + COLUMN_GAP
    copyRows(a + ((<usize>from * <usize>s.rows + <usize>first) << 2), <usize>s.rows << 2, packedA, step, depth, <usize>rows << 2)
    p = packedA
  } else if (whole != rows) {
    const bytes = <usize>depth << 2
    copyRows(p, row, packedA, bytes, rows, bytes)
    memory.fill(packedA + <usize>rows * bytes, 0, <usize>(whole - rows) * bytes)
    p = packedA
    row = bytes
  }
  const vectors = vectorsOf(s.columns)
  for (let v = 0; v < vectors; v += PANEL) {
    const panel = min(PANEL, vectors - v)
    const bytes = <usize>panel << 4
    matrixProduct(p, row, step, b, isInPlace ? <usize>s.columns << 2 : bytes, c + (<usize>v << 4), cRow, whole, depth, panel, i32(isSum), s.wide)
    b += isInPlace ? bytes : bytes * <usize>depth
  }
}

/** `count` rows of `bytes` each; what lies between them is left as it is. */
function copyRows(from: usize, fromRow: usize, to: usize, toRow: usize, count: i32, bytes: usize): void {
  for (; count > 0; count--) {
    // Rows are short: a loop, as a call of memory.copy takes longer.
    let i: usize = 0
    for (; i + 16 <= bytes; i += 16) v128.store(to + i, v128.load(from + i))
    for (; i < bytes; i += 4) store<f32>(to + i, load<f32>(from + i))
    from += fromRow
    to += toRow
  }
}

/** Rows `from` to `from + depth` of b, [K, N] or [N, K], into panels [vectors / panel][depth][panel * 4], zero-padded. */
function packPanels(b: usize, to: usize, from: i32, depth: i32, s: MatMulShape): void {
  if (s.transposeB == 0) return packRows(b + ((<usize>from * <usize>s.columns) << 2), to, depth, s.columns)
  for (let first = 0; first < s.columns; first += 4 * PANEL) {
    const columns = min(4 * PANEL, s.columns - first)
    const bytes = <usize>vectorsOf(columns) << 4
    packTransposed(b + ((<usize>first * <usize>s.depth + <usize>from) << 2), <usize>s.depth << 2, to, bytes, depth, columns)
    to += bytes * <usize>depth
  }
}

/** A few rows for all panels, then the next: each row is read from one end to the other, and each panel written in pieces of whole lines. */
function packRows(p: usize, to: usize, depth: i32, columns: i32): void {
  const row = <usize>columns << 2
  for (let first = 0; first < depth; first += ROWS) {
    const rows = min(ROWS, depth - first)
    let panel = to
    for (let column = 0; column < columns; column += 4 * PANEL) {
      const width = min(4 * PANEL, columns - column)
      const bytes = <usize>vectorsOf(width) << 4
      packPiece(p + (<usize>column << 2), row, panel + <usize>first * bytes, rows, width)
      panel += bytes * <usize>depth
    }
    p += <usize>rows * row
  }
}

function packPiece(p: usize, row: usize, to: usize, rows: i32, columns: i32): void {
  for (; rows > 0; rows--) {
    let i = columns, q = p
    for (; i >= 4; i -= 4, q += 16, to += 16) v128.store(to, v128.load(q))
    if (i > 0) {
      v128.store(to, loadLanes(q, i))
      to += 16
    }
    p += row
  }
}

/** Matrix [columns, depth] into [depth][columns to whole vectors]. */
function packTransposed(p: usize, row: usize, to: usize, toRow: usize, depth: i32, columns: i32): void {
  for (let i = 0; i < columns; i += 4) {
    const lanes = columns - i
    let q = to + (<usize>i << 2)
    let p0 = p
    let p1 = p + (lanes > 1 ? row : 0), p2 = p + (lanes > 2 ? 2 * row : 0), p3 = p + (lanes > 3 ? 3 * row : 0)
    for (let left = depth; left > 0; left -= 4) {
      const terms = min(4, left)
      // Lanes past the last column repeat the first: they end in columns that nobody reads.
      const a = loadLanes(p0, terms), b = loadLanes(p1, terms), c = loadLanes(p2, terms), d = loadLanes(p3, terms)
      const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
      v128.store(q, v128.shuffle<i64>(ab, cd, 0, 2))
      if (terms > 1) v128.store(q + toRow, v128.shuffle<i64>(ab, cd, 1, 3))
      const above = v128.shuffle<f32>(a, b, 2, 6, 3, 7), cdAbove = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
      if (terms > 2) v128.store(q + 2 * toRow, v128.shuffle<i64>(above, cdAbove, 0, 2))
      if (terms > 3) v128.store(q + 3 * toRow, v128.shuffle<i64>(above, cdAbove, 1, 3))
      p0 += 16
      p1 += 16
      p2 += 16
      p3 += 16
      q += 4 * toRow
    }
    p += 4 * row
  }
}

/** Rows of whole vectors into rows of y, with bias and activation; y may be c. */
function finish(c: usize, cRow: usize, bias: usize, y: usize, rows: i32, columns: i32, activation: i32): void {
  // Nothing is added where there is no bias: -0 + 0 would be 0.
  const floor = f32x4.splat(activation == RELU ? 0 : -Infinity)
  for (; rows > 0; rows--) {
    for (let i = 0, q: usize = 0; i < columns; i += 4, q += 16) {
      let v = v128.load(c + q)
      if (bias) v = f32x4.add(v, v128.load(bias + q))
      // pmax keeps a NaN of v.
      storeLanes(y + q, f32x4.pmax(v, floor), min(4, columns - i))
    }
    c += cRow
    y += <usize>columns << 2
  }
}
