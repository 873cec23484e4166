// Windows that slide over a map, NHWC, each channel by itself: what depthwise convolutions and pooling share. A row of the result is
// walked in runs of places that read the same taps; taps beyond the edge are left out, so nothing is padded. Each result is one sum (or
// maximum) in the order of its taps, whatever run or tile it falls into. Geometry comes from src/kernels/windows.ts.
import { loadLanes, storeLanes } from './lanes'

/** The record that crosses from JavaScript: always the forward pass, for gradients as well. All fields int32. */
@unmanaged
export class WindowGeometry {
  batch: i32 // N
  inHeight: i32 // H
  inWidth: i32 // W
  channels: i32 // of the output: C * multiplier
  outHeight: i32 // OH
  outWidth: i32 // OW
  kernelHeight: i32 // KH
  kernelWidth: i32 // KW
  strideHeight: i32
  strideWidth: i32
  dilationHeight: i32
  dilationWidth: i32
  padTop: i32
  padLeft: i32
  multiplier: i32 // outputs of each input channel; 1 for pooling
}

/** Places along one axis of the result: place p reads source places start + p * step + t * tapStep for each tap t, where those exist. */
@unmanaged
export class Axis {
  count: i32 // places
  start: i32
  step: i32 // > 0
  taps: i32
  tapStep: i32 // not 0
  size: i32 // source places
}

/** One map of results from one map of sources. Two axes follow it in memory: rows, columns. */
@unmanaged
export class Walk {
  source: usize
  sourceRow: usize // bytes, as all steps
  sourcePixel: usize
  weights: usize
  weightRow: isize // from tap to tap
  weightColumn: isize
  target: usize
  targetRow: usize
  targetPixel: usize
  channels: i32
  firstRow: i32 // of the taps of the row that was walked last
  endRow: i32
}

export const SUM: i32 = 0
export const MAXIMUM: i32 = 1

/** Bytes of a walk with its two axes. */
export const walkBytes: usize = 112

@inline
export function rowsOf(w: Walk): Axis {
  return changetype<Axis>(changetype<usize>(w) + 64)
}

@inline
export function columnsOf(w: Walk): Axis {
  return changetype<Axis>(changetype<usize>(w) + 88)
}

export function setAxis(axis: Axis, count: i32, start: i32, step: i32, taps: i32, tapStep: i32, size: i32): void {
  axis.count = count
  axis.start = start
  axis.step = step
  axis.taps = taps
  axis.tapStep = tapStep
  axis.size = size
}

/** First tap that lies within the source, for the place that starts at `base`; may be past the last. */
@inline
export function firstTap(axis: Axis, base: i32): i32 {
  const missing = axis.tapStep > 0 ? -base : base - axis.size + 1
  const step = abs(axis.tapStep)
  return missing > 0 ? min(axis.taps, (missing + step - 1) / step) : 0
}

/** One past the last such tap, at least `first`. */
@inline
export function endTap(axis: Axis, base: i32, first: i32): i32 {
  const left = axis.tapStep > 0 ? axis.size - 1 - base : base
  return left < 0 ? first : max(first, min(axis.taps, left / abs(axis.tapStep) + 1))
}

/** How many places from `base` on have all their taps within the source, given that the first has. */
@inline
function wholeRun(axis: Axis, base: i32, places: i32): i32 {
  const highest = base + max(0, (axis.taps - 1) * axis.tapStep)
  return max(1, min(places, (axis.size - 1 - highest) / axis.step + 1))
}

/** Row `row` of the result, all places and channels. `kind`: SUM of weight * source, or MAXIMUM of the source (-Infinity of none). */
export function walkRow(w: Walk, row: i32, kind: i32): void {
  const rows = rowsOf(w), columns = columnsOf(w)
  const rowBase = rows.start + row * rows.step
  w.firstRow = firstTap(rows, rowBase)
  w.endRow = endTap(rows, rowBase, w.firstRow)
  const sourceRow = w.source + <usize>(rowBase + w.firstRow * rows.tapStep) * w.sourceRow
  const weightRow = w.weights + <usize>(<isize>w.firstRow * w.weightRow)
  let target = w.target + <usize>row * w.targetRow
  for (let place = 0; place < columns.count; ) {
    const base = columns.start + place * columns.step
    const first = firstTap(columns, base)
    const end = endTap(columns, base, first)
    const run = first == 0 && end == columns.taps ? wholeRun(columns, base, columns.count - place) : 1
    const source = sourceRow + <usize>(base + first * columns.tapStep) * w.sourcePixel
    if (kind == SUM) sumRun(w, source, weightRow + <usize>(<isize>first * w.weightColumn), target, run, w.endRow - w.firstRow, end - first)
    else maximumRun(w, source, target, run, w.endRow - w.firstRow, end - first)
    target += <usize>run * w.targetPixel
    place += run
  }
}

function sumRun(w: Walk, source: usize, weights: usize, target: usize, places: i32, rows: i32, columns: i32): void {
  let c = 0
  for (; c + 8 <= w.channels; c += 8) {
    const at = <usize>c << 2
    sumPairs(w, source + at, weights + at, target + at, places, rows, columns)
  }
  for (; c < w.channels; c += 4) {
    const at = <usize>c << 2
    sumVectors(w, source + at, weights + at, target + at, places, rows, columns, min(4, w.channels - c))
  }
}

@inline
function madd(acc: v128, a: v128, b: v128): v128 {
  return f32x4.add(acc, f32x4.mul(a, b))
}

/** Eight channels: tiles of four places, then single ones. */
function sumPairs(w: Walk, source: usize, weights: usize, target: usize, places: i32, rows: i32, columns: i32): void {
  const rowStep = <usize>(<isize>rowsOf(w).tapStep * <isize>w.sourceRow)
  const tapStep = <usize>(<isize>columnsOf(w).tapStep * <isize>w.sourcePixel)
  const step = <usize>columnsOf(w).step * w.sourcePixel
  const weightRow = <usize>w.weightRow, weightColumn = <usize>w.weightColumn, targetPixel = w.targetPixel
  const zero = f32x4.splat(0)
  for (; places >= 4; places -= 4) {
    let a0 = zero, b0 = zero, a1 = zero, b1 = zero, a2 = zero, b2 = zero, a3 = zero, b3 = zero
    let line = source, weightLine = weights
    for (let i = rows; i > 0; i--) {
      let p0 = line, p1 = p0 + step, p2 = p1 + step, p3 = p2 + step, q = weightLine
      for (let j = columns; j > 0; j--) {
        const u = v128.load(q), v = v128.load(q, 16)
        a0 = madd(a0, u, v128.load(p0)); b0 = madd(b0, v, v128.load(p0, 16))
        a1 = madd(a1, u, v128.load(p1)); b1 = madd(b1, v, v128.load(p1, 16))
        a2 = madd(a2, u, v128.load(p2)); b2 = madd(b2, v, v128.load(p2, 16))
        a3 = madd(a3, u, v128.load(p3)); b3 = madd(b3, v, v128.load(p3, 16))
        p0 += tapStep; p1 += tapStep; p2 += tapStep; p3 += tapStep; q += weightColumn
      }
      line += rowStep; weightLine += weightRow
    }
    v128.store(target, a0); v128.store(target, b0, 16)
    target += targetPixel
    v128.store(target, a1); v128.store(target, b1, 16)
    target += targetPixel
    v128.store(target, a2); v128.store(target, b2, 16)
    target += targetPixel
    v128.store(target, a3); v128.store(target, b3, 16)
    target += targetPixel
    source += 4 * step
  }
  for (; places > 0; places--) {
    let a = zero, b = zero
    let line = source, weightLine = weights
    for (let i = rows; i > 0; i--) {
      let p = line, q = weightLine
      for (let j = columns; j > 0; j--) {
        a = madd(a, v128.load(q), v128.load(p)); b = madd(b, v128.load(q, 16), v128.load(p, 16))
        p += tapStep; q += weightColumn
      }
      line += rowStep; weightLine += weightRow
    }
    v128.store(target, a); v128.store(target, b, 16)
    target += targetPixel
    source += step
  }
}

/** Up to four channels. */
function sumVectors(w: Walk, source: usize, weights: usize, target: usize, places: i32, rows: i32, columns: i32, lanes: i32): void {
  const rowStep = <usize>(<isize>rowsOf(w).tapStep * <isize>w.sourceRow)
  const tapStep = <usize>(<isize>columnsOf(w).tapStep * <isize>w.sourcePixel)
  const step = <usize>columnsOf(w).step * w.sourcePixel
  for (; places > 0; places--) {
    let a = f32x4.splat(0)
    let line = source, weightLine = weights
    for (let i = rows; i > 0; i--) {
      let p = line, q = weightLine
      for (let j = columns; j > 0; j--) {
        a = madd(a, loadLanes(q, lanes), loadLanes(p, lanes))
        p += tapStep; q += <usize>w.weightColumn
      }
      line += rowStep; weightLine += <usize>w.weightRow
    }
    storeLanes(target, a, lanes)
    target += w.targetPixel
    source += step
  }
}

function maximumRun(w: Walk, source: usize, target: usize, places: i32, rows: i32, columns: i32): void {
  const rowStep = <usize>(<isize>rowsOf(w).tapStep * <isize>w.sourceRow)
  const tapStep = <usize>(<isize>columnsOf(w).tapStep * <isize>w.sourcePixel)
  const step = <usize>columnsOf(w).step * w.sourcePixel
  const channels = w.channels
  const lowest = f32x4.splat(-f32(Infinity))
  for (; places > 0; places--) {
    let c = 0
    for (; c + 8 <= channels; c += 8) {
      const at = <usize>c << 2
      let a = lowest, b = lowest, line = source + at
      for (let i = rows; i > 0; i--) {
        let p = line
        for (let j = columns; j > 0; j--) {
          a = f32x4.pmax(a, v128.load(p)); b = f32x4.pmax(b, v128.load(p, 16))
          p += tapStep
        }
        line += rowStep
      }
      v128.store(target + at, a); v128.store(target + at, b, 16)
    }
    for (; c < channels; c += 4) {
      const lanes = min(4, channels - c), at = <usize>c << 2
      let a = lowest, line = source + at
      for (let i = rows; i > 0; i--) {
        let p = line
        for (let j = columns; j > 0; j--) {
          a = f32x4.pmax(a, loadLanes(p, lanes))
          p += tapStep
        }
        line += rowStep
      }
      storeLanes(target + at, a, lanes)
    }
    target += w.targetPixel
    source += step
  }
}

/** Sets a walk up for the forward pass over the images at `source` [H, W, channels]; source, weights and target are the caller's. */
export function forwardWalk(w: Walk, g: WindowGeometry): void {
  w.channels = g.channels
  w.sourcePixel = <usize>g.channels << 2
  w.targetPixel = w.sourcePixel
  w.sourceRow = <usize>g.inWidth * w.sourcePixel
  w.targetRow = <usize>g.outWidth * w.targetPixel
  w.weightColumn = <isize>g.channels << 2
  w.weightRow = <isize>g.kernelWidth * w.weightColumn
  setAxis(rowsOf(w), g.outHeight, -g.padTop, g.strideHeight, g.kernelHeight, g.dilationHeight, g.inHeight)
  setAxis(columnsOf(w), g.outWidth, -g.padLeft, g.strideWidth, g.kernelWidth, g.dilationWidth, g.inWidth)
}

/**
 * The transposed pass over one image: dx [H, W, channels], written in full, each element the sum of weight * dy over the windows it is in,
 * in the order of the taps. Weights by steps `weightRow` and `weightColumn` in bytes, 0 where all taps share one row [channels].
 * Input places that share (place + pad) mod stride see the same taps; a stride and a dilation are not both above 1.
 */
export function transposedWalk(w: Walk, g: WindowGeometry, dy: usize, weights: usize, weightRow: isize, weightColumn: isize, dx: usize): void {
  const pixel = <usize>g.channels << 2
  w.channels = g.channels
  w.sourcePixel = pixel
  w.source = dy
  w.sourceRow = <usize>g.outWidth * pixel
  w.targetRow = <usize>(g.strideHeight * g.inWidth) * pixel
  w.targetPixel = <usize>g.strideWidth * pixel
  w.weightRow = weightRow * <isize>g.strideHeight
  w.weightColumn = weightColumn * <isize>g.strideWidth
  const rows = rowsOf(w), columns = columnsOf(w)
  for (let a = 0; a < g.strideHeight; a++) {
    const row = setPhase(rows, a, g.inHeight, g.outHeight, g.kernelHeight, g.strideHeight, g.dilationHeight, g.padTop)
    for (let b = 0; b < g.strideWidth; b++) {
      const column = setPhase(columns, b, g.inWidth, g.outWidth, g.kernelWidth, g.strideWidth, g.dilationWidth, g.padLeft)
      w.target = dx + <usize>(row * g.inWidth + column) * pixel
      w.weights = weights + <usize>(<isize>a * weightRow + <isize>b * weightColumn)
      for (let i = 0; i < rows.count; i++) walkRow(w, i, SUM)
    }
  }
}

/** The axis of a phase of input places; its first place. */
function setPhase(axis: Axis, phase: i32, inSize: i32, outSize: i32, kernel: i32, stride: i32, dilation: i32, pad: i32): i32 {
  const first = (((phase - pad) % stride) + stride) % stride
  const count = first < inSize ? (inSize - first + stride - 1) / stride : 0
  const taps = phase < kernel ? (kernel - phase + stride - 1) / stride : 0
  setAxis(axis, count, (first + pad - phase) / stride, 1, taps, -dilation, outSize)
  return first
}
