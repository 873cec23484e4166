// The matrix-product core of the forward convolution and of the input gradient: correlation of a padded image with packed
// weights. In NHWC the taps of one filter row are contiguous over (tap, channel), so a filter row is one long dot product.
// Tiles are 4 pixels x 2 vectors (8 accumulators), 2 x 3 and 4 x 1; inner loops are not unrolled: more values alive at once make
// V8 11 (Node 20) spill and halve the speed. The summation order of an output does not depend on its place in a tile. Not here: padding (pad.ts), packing (each kernel packs its own orientation of the filter).
import { RELU } from './geometry'
import { storeLanes } from './lanes'
import { lastLanes, panelWidth, vectorsOf } from './panels'

/** Where a correlation reads, how far it steps, and where it writes. Strides in bytes. */
@unmanaged
export class Correlation {
  source: usize // first tap of output (0, 0) in the padded image
  rowBytes: usize // one source row
  stepRows: usize // source bytes between output rows
  stepPixels: usize // source bytes between output pixels
  rows: i32 // filter rows
  rowLength: i32 // floats in one filter row: taps * channels
  weights: usize // packed panels, [vectors / panel][rows * rowLength][panel * 4]
  bias: usize // [vectors * 4], zero-padded
  target: usize // output (0, 0)
  targetRow: usize // target bytes between output rows
  targetPixel: usize // target bytes between output pixels
  height: i32 // output rows
  width: i32 // output pixels in a row
  channels: i32 // output channels
  activation: i32 // LINEAR or RELU
}

export function correlate(c: Correlation): void {
  const vectors = vectorsOf(c.channels)
  const taps = <usize>c.rows * <usize>c.rowLength
  for (let y = 0; y < c.height; y++) {
    const source = c.source + <usize>y * c.stepRows
    const target = c.target + <usize>y * c.targetRow
    let weights = c.weights
    for (let first = 0; first < vectors; ) {
      const wide = panelWidth(first, vectors)
      const lanes = lastLanes(first + wide, vectors, c.channels)
      const tilePixels = wide == 3 ? 2 : 4
      const bias = c.bias + (<usize>first << 4)
      const out = target + (<usize>first << 4)
      for (let x = 0; x < c.width; x += tilePixels) {
        const pixels = min(tilePixels, c.width - x)
        const from = source + <usize>x * c.stepPixels
        const to = out + <usize>x * c.targetPixel
        if (wide == 2) tile4x2(c, from, weights, bias, to, pixels, lanes)
        else if (wide == 3) tile2x3(c, from, weights, bias, to, pixels, lanes)
        else tile4x1(c, from, weights, bias, to, pixels, lanes)
      }
      weights += taps * (<usize>wide << 4)
      first += wide
    }
  }
}

@inline
function activate(v: v128, activation: i32): v128 {
  // pmax keeps a NaN of v (max would too, at twice the instructions): a diverged value must stay visible.
  return activation == RELU ? f32x4.pmax(v, f32x4.splat(0)) : v
}

@inline
function madd(acc: v128, a: v128, b: v128): v128 {
  return f32x4.add(acc, f32x4.mul(a, b))
}

function tile4x2(c: Correlation, x: usize, w: usize, bias: usize, y: usize, pixels: i32, lanes: i32): void {
  const step = c.stepPixels
  const rowBytes = c.rowBytes
  const length = <usize>c.rowLength << 2
  let a0 = v128.load(bias), b0 = v128.load(bias, 16)
  let a1 = a0, b1 = b0, a2 = a0, b2 = b0, a3 = a0, b3 = b0
  for (let r = c.rows; r > 0; r--) {
    let p0 = x, p1 = x + step
    let p2 = p1 + step, p3 = p2 + step
    const rowEnd = x + length
    while (p0 < rowEnd) {
      const u = v128.load(w), v = v128.load(w, 16)
      const s0 = v128.load_splat<f32>(p0)
      a0 = madd(a0, s0, u); b0 = madd(b0, s0, v)
      const s1 = v128.load_splat<f32>(p1)
      a1 = madd(a1, s1, u); b1 = madd(b1, s1, v)
      const s2 = v128.load_splat<f32>(p2)
      a2 = madd(a2, s2, u); b2 = madd(b2, s2, v)
      const s3 = v128.load_splat<f32>(p3)
      a3 = madd(a3, s3, u); b3 = madd(b3, s3, v)
      p0 += 4; p1 += 4; p2 += 4; p3 += 4
      w += 32
    }
    x += rowBytes
  }
  const activation = c.activation
  const pixel = c.targetPixel
  storeTwo(y, activate(a0, activation), activate(b0, activation), lanes)
  if (pixels > 1) storeTwo(y + pixel, activate(a1, activation), activate(b1, activation), lanes)
  if (pixels > 2) storeTwo(y + 2 * pixel, activate(a2, activation), activate(b2, activation), lanes)
  if (pixels > 3) storeTwo(y + 3 * pixel, activate(a3, activation), activate(b3, activation), lanes)
}

@inline
function storeTwo(y: usize, a: v128, b: v128, lanes: i32): void {
  v128.store(y, a)
  storeLanes(y + 16, b, lanes)
}

function tile2x3(c: Correlation, x: usize, w: usize, bias: usize, y: usize, pixels: i32, lanes: i32): void {
  const step = c.stepPixels
  const rowBytes = c.rowBytes
  const length = <usize>c.rowLength << 2
  let a0 = v128.load(bias), b0 = v128.load(bias, 16), c0 = v128.load(bias, 32)
  let a1 = a0, b1 = b0, c1 = c0
  for (let r = c.rows; r > 0; r--) {
    let p0 = x, p1 = x + step
    const rowEnd = x + length
    while (p0 < rowEnd) {
      const t = v128.load(w), u = v128.load(w, 16), v = v128.load(w, 32)
      const s0 = v128.load_splat<f32>(p0)
      a0 = madd(a0, s0, t); b0 = madd(b0, s0, u); c0 = madd(c0, s0, v)
      const s1 = v128.load_splat<f32>(p1)
      a1 = madd(a1, s1, t); b1 = madd(b1, s1, u); c1 = madd(c1, s1, v)
      p0 += 4; p1 += 4
      w += 48
    }
    x += rowBytes
  }
  const activation = c.activation
  storeThree(y, activate(a0, activation), activate(b0, activation), activate(c0, activation), lanes)
  if (pixels > 1) storeThree(y + c.targetPixel, activate(a1, activation), activate(b1, activation), activate(c1, activation), lanes)
}

@inline
function storeThree(y: usize, a: v128, b: v128, c: v128, lanes: i32): void {
  v128.store(y, a)
  v128.store(y, b, 16)
  storeLanes(y + 32, c, lanes)
}

function tile4x1(c: Correlation, x: usize, w: usize, bias: usize, y: usize, pixels: i32, lanes: i32): void {
  const step = c.stepPixels
  const rowBytes = c.rowBytes
  const length = <usize>c.rowLength << 2
  let a0 = v128.load(bias)
  let a1 = a0, a2 = a0, a3 = a0
  for (let r = c.rows; r > 0; r--) {
    let p0 = x, p1 = x + step
    let p2 = p1 + step, p3 = p2 + step
    const rowEnd = x + length
    while (p0 < rowEnd) {
      const u = v128.load(w)
      a0 = madd(a0, v128.load_splat<f32>(p0), u)
      a1 = madd(a1, v128.load_splat<f32>(p1), u)
      a2 = madd(a2, v128.load_splat<f32>(p2), u)
      a3 = madd(a3, v128.load_splat<f32>(p3), u)
      p0 += 4; p1 += 4; p2 += 4; p3 += 4
      w += 16
    }
    x += rowBytes
  }
  const activation = c.activation
  const pixel = c.targetPixel
  storeLanes(y, activate(a0, activation), lanes)
  if (pixels > 1) storeLanes(y + pixel, activate(a1, activation), lanes)
  if (pixels > 2) storeLanes(y + 2 * pixel, activate(a2, activation), lanes)
  if (pixels > 3) storeLanes(y + 3 * pixel, activate(a3, activation), lanes)
}
