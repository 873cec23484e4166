// Gradient of a 2-D convolution with respect to its filter, NHWC, float32. Twin: src/kernels/Conv2DBackpropFilter.ts.
// dw[tap, c, oc] = sum over pixels of x[pixel + tap, c] * dy[pixel, oc]: tiles of 4 neighbouring (tap, channel) positions by
// two vectors of output channels stay in registers over a few rows, then are added to the sum (blocked summation also keeps
// the rounding error of 50 x 50 x N terms small). Order: images, then rows; a pure function of the geometry.
import { ConvGeometry } from './inline/geometry'
import { loadLanes } from './inline/lanes'
import { padImage } from './inline/pad'
import { panelWidth, vectorsOf } from './inline/panels'

/** Output rows summed in registers before they are added to memory. */
const ROWS: i32 = 2

@inline
function paddedHeight(g: ConvGeometry): i32 {
  return (g.outHeight - 1) * g.strideHeight + g.kernelHeight
}

@inline
function paddedWidth(g: ConvGeometry): i32 {
  return (g.outWidth - 1) * g.strideWidth + g.kernelWidth
}

/** Positions of one filter row, rounded up to tiles of 4. */
@inline
function rowPositions(g: ConvGeometry): i32 {
  return (g.kernelWidth * g.inChannels + 3) & ~3
}

@inline
function sumBytes(g: ConvGeometry): usize {
  return <usize>(g.kernelHeight * rowPositions(g)) * (<usize>vectorsOf(g.outChannels) << 4)
}

@inline
function dyBytes(g: ConvGeometry): usize {
  return (g.outChannels & 3) == 0 ? 0 : <usize>(g.outHeight * g.outWidth) * (<usize>vectorsOf(g.outChannels) << 4)
}

/** Bytes of scratch memory that conv2DBackpropFilter needs. */
export function conv2DBackpropFilterScratch(g: ConvGeometry): usize {
  return sumBytes(g) + dyBytes(g) + ((<usize>(paddedHeight(g) * paddedWidth(g)) * <usize>g.inChannels + 4) << 2)
}

export function conv2DBackpropFilter(
  x: usize, // [N, H, W, C]       read
  dy: usize, // [N, OH, OW, OC]   read
  dw: usize, // [KH, KW, C, OC]   written in full
  g: ConvGeometry,
  scratch: usize, // conv2DBackpropFilterScratch(g) bytes, 16-byte aligned
): void {
  const sums = scratch
  const alignedDy = sums + sumBytes(g)
  const padded = alignedDy + dyBytes(g)
  const width = paddedWidth(g)
  const bottom = paddedHeight(g) - g.padTop - g.inHeight
  const right = width - g.padLeft - g.inWidth
  const pixel = <usize>g.inChannels << 2
  const dyPixel = <usize>g.outChannels << 2
  memory.fill(sums, 0, sumBytes(g))
  for (let n = 0; n < g.batch; n++) {
    padImage(x + <usize>(n * g.inHeight * g.inWidth) * pixel, padded, g.inHeight, g.inWidth, g.inChannels, g.padTop, g.padLeft, bottom, right)
    let dyImage = dy + <usize>(n * g.outHeight * g.outWidth) * dyPixel
    if (dyBytes(g)) {
      padChannels(dyImage, alignedDy, g.outHeight * g.outWidth, g.outChannels)
      dyImage = alignedDy
    }
    for (let row = 0; row < g.outHeight; row += ROWS) addRows(padded, <usize>width * pixel, dyImage, row, min(ROWS, g.outHeight - row), sums, g)
  }
  unpackSums(sums, dw, g)
}

/** [pixels, channels] into [pixels, vectors * 4], zero-padded. */
function padChannels(from: usize, to: usize, pixels: i32, channels: i32): void {
  for (let i = 0; i < pixels; i++) {
    let left = channels
    for (; left >= 4; left -= 4) {
      v128.store(to, v128.load(from))
      from += 16
      to += 16
    }
    // Only called where the last vector is not full.
    v128.store(to, loadLanes(from, left))
    from += <usize>left << 2
    to += 16
  }
}

/** Adds the products of `rows` output rows from `row` on to the sums [KH][positions][vectors * 4]. */
function addRows(padded: usize, rowBytes: usize, dy: usize, row: i32, rows: i32, sums: usize, g: ConvGeometry): void {
  const vectors = vectorsOf(g.outChannels)
  const sumRow = <usize>vectors << 4
  const step = (<usize>g.strideWidth * <usize>g.inChannels) << 2
  const stepRows = <usize>g.strideHeight * rowBytes
  const positions = rowPositions(g)
  const dyFrom = dy + <usize>(row * g.outWidth) * sumRow
  for (let kh = 0; kh < g.kernelHeight; kh++) {
    const source = padded + <usize>(row * g.strideHeight + kh) * rowBytes
    for (let i = 0; i < positions; i += 4) {
      let sum = sums + <usize>(kh * positions + i) * sumRow
      let d = dyFrom
      for (let first = 0; first < vectors; ) {
        const wide = panelWidth(first, vectors)
        const p = source + (<usize>i << 2)
        if (wide == 2) product4x2(p, step, stepRows, d, sumRow, rows, g.outWidth, sum)
        else if (wide == 1) product4x1(p, step, stepRows, d, sumRow, rows, g.outWidth, sum)
        else {
          product2x3(p, step, stepRows, d, sumRow, rows, g.outWidth, sum)
          product2x3(p + 8, step, stepRows, d, sumRow, rows, g.outWidth, sum + 2 * sumRow)
        }
        first += wide
        d += <usize>wide << 4
        sum += <usize>wide << 4
      }
    }
  }
}

@inline
function madd(acc: v128, a: v128, b: v128): v128 {
  return f32x4.add(acc, f32x4.mul(a, b))
}

@inline
function accumulate(p: usize, v: v128): void {
  v128.store(p, f32x4.add(v128.load(p), v))
}

function product4x2(x: usize, step: usize, stepRows: usize, d: usize, dStep: usize, rows: i32, pixels: i32, sum: usize): void {
  let a0 = f32x4.splat(0), b0 = a0, a1 = a0, b1 = a0, a2 = a0, b2 = a0, a3 = a0, b3 = a0
  for (; rows > 0; rows--) {
    let p = x
    for (let n = pixels; n > 0; n--) {
      const u = v128.load(d), v = v128.load(d, 16)
      const s0 = v128.load_splat<f32>(p)
      a0 = madd(a0, s0, u); b0 = madd(b0, s0, v)
      const s1 = v128.load_splat<f32>(p, 4)
      a1 = madd(a1, s1, u); b1 = madd(b1, s1, v)
      const s2 = v128.load_splat<f32>(p, 8)
      a2 = madd(a2, s2, u); b2 = madd(b2, s2, v)
      const s3 = v128.load_splat<f32>(p, 12)
      a3 = madd(a3, s3, u); b3 = madd(b3, s3, v)
      p += step; d += dStep
    }
    x += stepRows
  }
  accumulate(sum, a0); accumulate(sum + 16, b0)
  sum += dStep
  accumulate(sum, a1); accumulate(sum + 16, b1)
  sum += dStep
  accumulate(sum, a2); accumulate(sum + 16, b2)
  sum += dStep
  accumulate(sum, a3); accumulate(sum + 16, b3)
}

function product2x3(x: usize, step: usize, stepRows: usize, d: usize, dStep: usize, rows: i32, pixels: i32, sum: usize): void {
  let a0 = f32x4.splat(0), b0 = a0, c0 = a0, a1 = a0, b1 = a0, c1 = a0
  for (; rows > 0; rows--) {
    let p = x
    for (let n = pixels; n > 0; n--) {
      const t = v128.load(d), u = v128.load(d, 16), v = v128.load(d, 32)
      let s = v128.load_splat<f32>(p)
      a0 = madd(a0, s, t); b0 = madd(b0, s, u); c0 = madd(c0, s, v)
      s = v128.load_splat<f32>(p, 4)
      a1 = madd(a1, s, t); b1 = madd(b1, s, u); c1 = madd(c1, s, v)
      p += step; d += dStep
    }
    x += stepRows
  }
  accumulate(sum, a0); accumulate(sum + 16, b0); accumulate(sum + 32, c0)
  sum += dStep
  accumulate(sum, a1); accumulate(sum + 16, b1); accumulate(sum + 32, c1)
}

function product4x1(x: usize, step: usize, stepRows: usize, d: usize, dStep: usize, rows: i32, pixels: i32, sum: usize): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0
  for (; rows > 0; rows--) {
    let p = x
    for (let n = pixels; n > 0; n--) {
      const u = v128.load(d)
      a0 = madd(a0, v128.load_splat<f32>(p), u)
      a1 = madd(a1, v128.load_splat<f32>(p, 4), u)
      a2 = madd(a2, v128.load_splat<f32>(p, 8), u)
      a3 = madd(a3, v128.load_splat<f32>(p, 12), u)
      p += step; d += dStep
    }
    x += stepRows
  }
  accumulate(sum, a0)
  accumulate(sum + dStep, a1)
  accumulate(sum + 2 * dStep, a2)
  accumulate(sum + 3 * dStep, a3)
}

/** Sums [KH][positions][vectors * 4] into dw [KH][KW * C][OC]. */
function unpackSums(sums: usize, dw: usize, g: ConvGeometry): void {
  const length = g.kernelWidth * g.inChannels
  const positions = rowPositions(g)
  const sumRow = <usize>vectorsOf(g.outChannels) << 4
  const bytes = <usize>g.outChannels << 2
  for (let kh = 0; kh < g.kernelHeight; kh++) {
    for (let i = 0; i < length; i++) {
      memory.copy(dw, sums + <usize>(kh * positions + i) * sumRow, bytes)
      dw += bytes
    }
  }
}
