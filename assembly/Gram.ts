// Inner products of every row of one matrix with every row of another, float32 in, added up in float64: the Gram matrix that a
// principal component analysis of long vectors goes through. Twin: src/kernels/Gram.ts, which pads the rows and owns the memory.

/** Columns taken at once, so that the rows in hand stay in the first cache levels; partial sums of this length are float32. */
const strip = 512

/**
 * out[i, j] = sum over k of a[i, k] * b[j, k]. Rows are `stride` floats apart, a multiple of 4, zeros after the last value; `rowsA` is a
 * multiple of 2, `rowsB` of 4 (the caller adds rows of any numbers and ignores their products).
 */
export function gram(
  a: usize, // [rowsA, stride] float32   read
  b: usize, // [rowsB, stride] float32   read
  out: usize, // [rowsA, rowsB] float64  written in full; 8-byte aligned
  rowsA: i32,
  rowsB: i32,
  stride: i32,
): void {
  memory.fill(out, 0, (<usize>rowsA * <usize>rowsB) << 3)
  for (let start = 0; start < stride; start += strip) {
    const columns = min(strip, stride - start)
    for (let i = 0; i < rowsA; i += 2) {
      const row = a + ((<usize>i * <usize>stride + <usize>start) << 2)
      for (let j = 0; j < rowsB; j += 4) {
        const column = b + ((<usize>j * <usize>stride + <usize>start) << 2)
        tile(row, column, out + ((<usize>i * <usize>rowsB + <usize>j) << 3), columns, <usize>stride << 2, <usize>rowsB << 3)
      }
    }
  }
}

/** Adds the products of 2 rows of a and 4 rows of b over `columns` values to a 2 x 4 part of out. */
@inline
function tile(a: usize, b: usize, out: usize, columns: i32, rowBytes: usize, outBytes: usize): void {
  const a1 = a + rowBytes
  const b1 = b + rowBytes, b2 = b1 + rowBytes, b3 = b2 + rowBytes
  let s00 = f32x4.splat(0), s01 = s00, s02 = s00, s03 = s00
  let s10 = s00, s11 = s00, s12 = s00, s13 = s00
  const end = <usize>columns << 2
  for (let at: usize = 0; at < end; at += 16) {
    const x0 = v128.load(a + at), x1 = v128.load(a1 + at)
    const y0 = v128.load(b + at), y1 = v128.load(b1 + at)
    s00 = f32x4.add(s00, f32x4.mul(x0, y0))
    s10 = f32x4.add(s10, f32x4.mul(x1, y0))
    s01 = f32x4.add(s01, f32x4.mul(x0, y1))
    s11 = f32x4.add(s11, f32x4.mul(x1, y1))
    const y2 = v128.load(b2 + at), y3 = v128.load(b3 + at)
    s02 = f32x4.add(s02, f32x4.mul(x0, y2))
    s12 = f32x4.add(s12, f32x4.mul(x1, y2))
    s03 = f32x4.add(s03, f32x4.mul(x0, y3))
    s13 = f32x4.add(s13, f32x4.mul(x1, y3))
  }
  accumulate(out, s00, s01)
  accumulate(out + 16, s02, s03)
  accumulate(out + outBytes, s10, s11)
  accumulate(out + outBytes + 16, s12, s13)
}

/** Adds the lanes of p and of q, in float64, to the two numbers at `out`. */
@inline
function accumulate(out: usize, p: v128, q: v128): void {
  const sums = f64x2.add(v128.load(out), f64x2.replace_lane(f64x2.splat(laneSum(p)), 1, laneSum(q)))
  v128.store(out, sums)
}

@inline
function laneSum(v: v128): f64 {
  const pairs = f64x2.add(f64x2.promote_low_f32x4(v), f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3)))
  return f64x2.extract_lane(pairs, 0) + f64x2.extract_lane(pairs, 1)
}
