// The matrix-product core of all convolutions in the transform domain and of BatchMatMul.ts: c = a b, or c += a b, over float32
// matrices in strides. Every result is one sum in the order of k, whatever tile it falls into, so both tile shapes give the same bits.
// Tiles are 4 rows x 2 vectors where an instruction has 128 bits: eight accumulators are what V8's register allocator holds without
// spilling. Where the engine fuses pairs of neighbouring vectors (`wide`) they are 2 rows x 6 vectors, 6 registers of 256 bits.

/** Rows are computed in tiles of up to this many: matrices have a multiple of it. */
export const ROW_TILE: i32 = 4

/** Terms of a sum that are added up in registers before they go to memory: longer sums would round worse, and b not stay in the cache. */
export const MOST_DEPTH: i32 = 192

@inline
function madd(acc: v128, a: v128, b: v128): v128 {
  return f32x4.add(acc, f32x4.mul(a, b))
}

@inline
function accumulate(p: usize, v: v128): void {
  v128.store(p, f32x4.add(v128.load(p), v))
}

/**
 * c[row, :] = sum over k < depth of a[row, k] * b[k, :], added to c where `add` is set. `rows` is a multiple of 4. Strides in bytes; the
 * rows of b and c are whole vectors.
 */
export function matrixProduct(
  a: usize, // [rows, depth], a[row, k] at row * aRow + k * aStep
  aRow: usize,
  aStep: usize,
  b: usize, // [depth, vectors * 4]
  bStep: usize,
  c: usize, // [rows, vectors * 4]
  cRow: usize,
  rows: i32,
  depth: i32,
  vectors: i32,
  add: i32,
  wide: i32,
): void {
  const parts = (depth + MOST_DEPTH - 1) / MOST_DEPTH
  for (let part = 0; part < parts; part++) {
    const from = (depth * part) / parts
    const count = (depth * (part + 1)) / parts - from
    panels(a + <usize>from * aStep, aRow, aStep, b + <usize>from * bStep, bStep, c, cRow, rows, count, vectors, add | i32(part > 0), wide)
  }
}

function panels(a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize, rows: i32, depth: i32, vectors: i32, add: i32, wide: i32): void {
  for (let left = vectors; left > 0; ) {
    const panel = wide && left >= 6 ? 6 : wide && left >= 4 ? 4 : left == 3 || left == 1 ? left : 2
    if (panel == 2) tiles4x2(a, aRow, aStep, b, bStep, c, cRow, rows, depth, add)
    else if (panel == 6) tiles2x6(a, aRow, aStep, b, bStep, c, cRow, rows, depth, add)
    else if (panel == 4) tiles2x4(a, aRow, aStep, b, bStep, c, cRow, rows, depth, add)
    else if (panel == 3) tiles2x3(a, aRow, aStep, b, bStep, c, cRow, rows, depth, add)
    else tiles4x1(a, aRow, aStep, b, bStep, c, cRow, rows, depth, add)
    b += <usize>panel << 4
    c += <usize>panel << 4
    left -= panel
  }
}

// One panel of b against all rows of a, a tile at a time: the panel stays in the first-level cache, and a call is made once a panel.

function tiles4x2(a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize, rows: i32, depth: i32, add: i32): void {
  for (; rows > 0; rows -= 4) {
    let a0 = f32x4.splat(0), b0 = a0, a1 = a0, b1 = a0, a2 = a0, b2 = a0, a3 = a0, b3 = a0
    let p0 = a, p1 = p0 + aRow, p2 = p1 + aRow, p3 = p2 + aRow, q = b
    for (let k = depth; k > 0; k--) {
      const u = v128.load(q), v = v128.load(q, 16)
      const s0 = v128.load_splat<f32>(p0)
      a0 = madd(a0, s0, u); b0 = madd(b0, s0, v)
      const s1 = v128.load_splat<f32>(p1)
      a1 = madd(a1, s1, u); b1 = madd(b1, s1, v)
      const s2 = v128.load_splat<f32>(p2)
      a2 = madd(a2, s2, u); b2 = madd(b2, s2, v)
      const s3 = v128.load_splat<f32>(p3)
      a3 = madd(a3, s3, u); b3 = madd(b3, s3, v)
      p0 += aStep; p1 += aStep; p2 += aStep; p3 += aStep; q += bStep
    }
    if (add) {
      accumulate(c, a0); accumulate(c + 16, b0)
      c += cRow
      accumulate(c, a1); accumulate(c + 16, b1)
      c += cRow
      accumulate(c, a2); accumulate(c + 16, b2)
      c += cRow
      accumulate(c, a3); accumulate(c + 16, b3)
      c += cRow
    } else {
      v128.store(c, a0); v128.store(c, b0, 16)
      c += cRow
      v128.store(c, a1); v128.store(c, b1, 16)
      c += cRow
      v128.store(c, a2); v128.store(c, b2, 16)
      c += cRow
      v128.store(c, a3); v128.store(c, b3, 16)
      c += cRow
    }
    a += 4 * aRow
  }
}

function tiles2x6(a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize, rows: i32, depth: i32, add: i32): void {
  for (; rows > 0; rows -= 2) {
    let a0 = f32x4.splat(0), b0 = a0, c0 = a0, d0 = a0, e0 = a0, f0 = a0, a1 = a0, b1 = a0, c1 = a0, d1 = a0, e1 = a0, f1 = a0
    let p0 = a, p1 = p0 + aRow, q = b
    for (let k = depth; k > 0; k--) {
      const u = v128.load(q), v = v128.load(q, 16), w = v128.load(q, 32), x = v128.load(q, 48), y = v128.load(q, 64), z = v128.load(q, 80)
      const s0 = v128.load_splat<f32>(p0)
      a0 = madd(a0, s0, u); b0 = madd(b0, s0, v); c0 = madd(c0, s0, w); d0 = madd(d0, s0, x); e0 = madd(e0, s0, y); f0 = madd(f0, s0, z)
      const s1 = v128.load_splat<f32>(p1)
      a1 = madd(a1, s1, u); b1 = madd(b1, s1, v); c1 = madd(c1, s1, w); d1 = madd(d1, s1, x); e1 = madd(e1, s1, y); f1 = madd(f1, s1, z)
      p0 += aStep; p1 += aStep; q += bStep
    }
    if (add) {
      accumulate(c, a0); accumulate(c + 16, b0); accumulate(c + 32, c0); accumulate(c + 48, d0); accumulate(c + 64, e0); accumulate(c + 80, f0)
      c += cRow
      accumulate(c, a1); accumulate(c + 16, b1); accumulate(c + 32, c1); accumulate(c + 48, d1); accumulate(c + 64, e1); accumulate(c + 80, f1)
      c += cRow
    } else {
      v128.store(c, a0); v128.store(c, b0, 16); v128.store(c, c0, 32); v128.store(c, d0, 48); v128.store(c, e0, 64); v128.store(c, f0, 80)
      c += cRow
      v128.store(c, a1); v128.store(c, b1, 16); v128.store(c, c1, 32); v128.store(c, d1, 48); v128.store(c, e1, 64); v128.store(c, f1, 80)
      c += cRow
    }
    a += 2 * aRow
  }
}

function tiles2x4(a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize, rows: i32, depth: i32, add: i32): void {
  for (; rows > 0; rows -= 2) {
    let a0 = f32x4.splat(0), b0 = a0, c0 = a0, d0 = a0, a1 = a0, b1 = a0, c1 = a0, d1 = a0
    let p0 = a, p1 = p0 + aRow, q = b
    for (let k = depth; k > 0; k--) {
      const u = v128.load(q), v = v128.load(q, 16), w = v128.load(q, 32), x = v128.load(q, 48)
      const s0 = v128.load_splat<f32>(p0)
      a0 = madd(a0, s0, u); b0 = madd(b0, s0, v); c0 = madd(c0, s0, w); d0 = madd(d0, s0, x)
      const s1 = v128.load_splat<f32>(p1)
      a1 = madd(a1, s1, u); b1 = madd(b1, s1, v); c1 = madd(c1, s1, w); d1 = madd(d1, s1, x)
      p0 += aStep; p1 += aStep; q += bStep
    }
    if (add) {
      accumulate(c, a0); accumulate(c + 16, b0); accumulate(c + 32, c0); accumulate(c + 48, d0)
      c += cRow
      accumulate(c, a1); accumulate(c + 16, b1); accumulate(c + 32, c1); accumulate(c + 48, d1)
      c += cRow
    } else {
      v128.store(c, a0); v128.store(c, b0, 16); v128.store(c, c0, 32); v128.store(c, d0, 48)
      c += cRow
      v128.store(c, a1); v128.store(c, b1, 16); v128.store(c, c1, 32); v128.store(c, d1, 48)
      c += cRow
    }
    a += 2 * aRow
  }
}

function tiles2x3(a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize, rows: i32, depth: i32, add: i32): void {
  for (; rows > 0; rows -= 2) {
    let a0 = f32x4.splat(0), b0 = a0, c0 = a0, a1 = a0, b1 = a0, c1 = a0
    let p0 = a, p1 = p0 + aRow, q = b
    for (let k = depth; k > 0; k--) {
      const u = v128.load(q), v = v128.load(q, 16), w = v128.load(q, 32)
      const s0 = v128.load_splat<f32>(p0)
      a0 = madd(a0, s0, u); b0 = madd(b0, s0, v); c0 = madd(c0, s0, w)
      const s1 = v128.load_splat<f32>(p1)
      a1 = madd(a1, s1, u); b1 = madd(b1, s1, v); c1 = madd(c1, s1, w)
      p0 += aStep; p1 += aStep; q += bStep
    }
    if (add) {
      accumulate(c, a0); accumulate(c + 16, b0); accumulate(c + 32, c0)
      c += cRow
      accumulate(c, a1); accumulate(c + 16, b1); accumulate(c + 32, c1)
      c += cRow
    } else {
      v128.store(c, a0); v128.store(c, b0, 16); v128.store(c, c0, 32)
      c += cRow
      v128.store(c, a1); v128.store(c, b1, 16); v128.store(c, c1, 32)
      c += cRow
    }
    a += 2 * aRow
  }
}

function tiles4x1(a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize, rows: i32, depth: i32, add: i32): void {
  for (; rows > 0; rows -= 4) {
    let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0
    let p0 = a, p1 = p0 + aRow, p2 = p1 + aRow, p3 = p2 + aRow, q = b
    for (let k = depth; k > 0; k--) {
      const u = v128.load(q)
      const s0 = v128.load_splat<f32>(p0)
      a0 = madd(a0, s0, u)
      const s1 = v128.load_splat<f32>(p1)
      a1 = madd(a1, s1, u)
      const s2 = v128.load_splat<f32>(p2)
      a2 = madd(a2, s2, u)
      const s3 = v128.load_splat<f32>(p3)
      a3 = madd(a3, s3, u)
      p0 += aStep; p1 += aStep; p2 += aStep; p3 += aStep; q += bStep
    }
    if (add) {
      accumulate(c, a0)
      c += cRow
      accumulate(c, a1)
      c += cRow
      accumulate(c, a2)
      c += cRow
      accumulate(c, a3)
      c += cRow
    } else {
      v128.store(c, a0)
      c += cRow
      v128.store(c, a1)
      c += cRow
      v128.store(c, a2)
      c += cRow
      v128.store(c, a3)
      c += cRow
    }
    a += 4 * aRow
  }
}
