// Gradient of a depthwise 2-D convolution with respect to its filter, NHWC, float32. Twin: src/kernels/
// DepthwiseConv2dNativeBackpropFilter.ts, which has checked the geometry. A row of dy is multiplied with the row of x that a tap reads, up
// to three neighbouring taps at a time; rows' sums are added in order, images in order.
import { repeatChannels } from './DepthwiseConv2dNative'
import { loadLanes, storeLanes } from './inline/lanes'
import { Axis, columnsOf, endTap, firstTap, forwardWalk, rowsOf, Walk, walkBytes, WindowGeometry } from './inline/windows'

export function depthwiseConv2dNativeBackpropFilter(
  x: usize, // [N, H, W, C]          read
  dy: usize, // [N, OH, OW, C * M]   read
  dw: usize, // [KH, KW, C, M]       written in full
  g: WindowGeometry,
  scratch: usize, // depthwiseConv2dNativeScratch(g) bytes, 16-byte aligned
): void {
  const walk = changetype<Walk>(scratch)
  forwardWalk(walk, g)
  const rows = rowsOf(walk)
  const image = <usize>(g.inHeight * g.inWidth * (g.channels / g.multiplier)) << 2
  memory.fill(dw, 0, (<usize>(g.kernelHeight * g.kernelWidth) * <usize>g.channels) << 2)
  for (let n = 0; n < g.batch; n++) {
    const source = repeatChannels(x + <usize>n * image, scratch + walkBytes, g)
    for (let row = 0; row < g.outHeight; row++) {
      const base = rows.start + row * rows.step
      const first = firstTap(rows, base)
      const end = endTap(rows, base, first)
      for (let tap = first; tap < end; tap++) {
        walk.source = source + <usize>(base + tap * rows.tapStep) * walk.sourceRow
        tapRow(walk, dy, dw + <usize>(<isize>tap * walk.weightRow))
      }
      dy += walk.targetRow
    }
  }
}

/** Adds one row's products to dw [KW, channels]: dy [OW, channels] with the row of x at walk.source. */
function tapRow(walk: Walk, dy: usize, dw: usize): void {
  const columns = columnsOf(walk)
  let tap = 0
  for (; tap + 3 <= columns.taps; tap += 3) {
    const from = firstPlace(columns, tap), end = endPlace(columns, tap + 2)
    if (from >= end) {
      for (let t = tap; t < tap + 3; t++) single(walk, dy, dw, t, firstPlace(columns, t), endPlace(columns, t))
      continue
    }
    triple(walk, dy, dw, tap, from, end)
    // What only some of the three reach, at either edge.
    for (let t = tap; t < tap + 3; t++) {
      single(walk, dy, dw, t, firstPlace(columns, t), from)
      single(walk, dy, dw, t, end, endPlace(columns, t))
    }
  }
  for (; tap < columns.taps; tap++) single(walk, dy, dw, tap, firstPlace(columns, tap), endPlace(columns, tap))
}

/** First place whose tap lies within the source. */
@inline
function firstPlace(axis: Axis, tap: i32): i32 {
  const base = axis.start + tap * axis.tapStep
  return base >= 0 ? 0 : min(axis.count, (axis.step - 1 - base) / axis.step)
}

@inline
function endPlace(axis: Axis, tap: i32): i32 {
  const left = axis.size - 1 - axis.start - tap * axis.tapStep
  return left < 0 ? 0 : min(axis.count, left / axis.step + 1)
}

@inline
function sourceOf(walk: Walk, tap: i32, place: i32): usize {
  const axis = columnsOf(walk)
  return walk.source + <usize>(axis.start + place * axis.step + tap * axis.tapStep) * walk.sourcePixel
}

@inline
function madd(acc: v128, a: v128, b: v128): v128 {
  return f32x4.add(acc, f32x4.mul(a, b))
}

@inline
function accumulate(p: usize, v: v128): void {
  v128.store(p, f32x4.add(v128.load(p), v))
}

/** Taps tap, tap + 1 and tap + 2 over places from..end, which all of them reach. */
function triple(walk: Walk, dy: usize, dw: usize, tap: i32, from: i32, end: i32): void {
  const pixel = walk.targetPixel, channels = walk.channels
  const step = <usize>columnsOf(walk).step * walk.sourcePixel
  const tapStep = <usize>columnsOf(walk).tapStep * walk.sourcePixel
  const source = sourceOf(walk, tap, from)
  const weight = <usize>channels << 2
  dy += <usize>from * pixel
  dw += <usize>tap * weight
  const zero = f32x4.splat(0)
  let c = 0
  for (; c + 8 <= channels; c += 8) {
    const at = <usize>c << 2
    let a0 = zero, b0 = zero, a1 = zero, b1 = zero, a2 = zero, b2 = zero
    let p = source + at, q = dy + at
    for (let left = end - from; left > 0; left--) {
      const u = v128.load(q), v = v128.load(q, 16)
      a0 = madd(a0, u, v128.load(p)); b0 = madd(b0, v, v128.load(p, 16))
      const p1 = p + tapStep
      a1 = madd(a1, u, v128.load(p1)); b1 = madd(b1, v, v128.load(p1, 16))
      const p2 = p1 + tapStep
      a2 = madd(a2, u, v128.load(p2)); b2 = madd(b2, v, v128.load(p2, 16))
      p += step
      q += pixel
    }
    let to = dw + at
    accumulate(to, a0); accumulate(to + 16, b0)
    to += weight
    accumulate(to, a1); accumulate(to + 16, b1)
    to += weight
    accumulate(to, a2); accumulate(to + 16, b2)
  }
  for (; c < channels; c += 4) {
    for (let t = 0; t < 3; t++) vectors(source + <usize>t * tapStep, step, dy, pixel, dw + <usize>t * weight, end - from, c, min(4, channels - c))
  }
}

/** One tap over places from..end; none when from >= end. */
function single(walk: Walk, dy: usize, dw: usize, tap: i32, from: i32, end: i32): void {
  if (from >= end) return
  const pixel = walk.targetPixel, channels = walk.channels
  const step = <usize>columnsOf(walk).step * walk.sourcePixel
  const source = sourceOf(walk, tap, from)
  dy += <usize>from * pixel
  dw += <usize>tap * (<usize>channels << 2)
  let c = 0
  // At an edge there is one place or two: a loop over them in a call for each vector would be mostly calls.
  for (; c + 8 <= channels; c += 8) {
    const at = <usize>c << 2
    let a = f32x4.splat(0), b = a, p = source + at, q = dy + at
    for (let left = end - from; left > 0; left--) {
      a = madd(a, v128.load(q), v128.load(p)); b = madd(b, v128.load(q, 16), v128.load(p, 16))
      p += step
      q += pixel
    }
    accumulate(dw + at, a); accumulate(dw + at + 16, b)
  }
  for (; c < channels; c += 4) vectors(source, step, dy, pixel, dw, end - from, c, min(4, channels - c))
}

/** Channels c to c + lanes of one tap. */
function vectors(source: usize, step: usize, dy: usize, pixel: usize, dw: usize, places: i32, c: i32, lanes: i32): void {
  const at = <usize>c << 2
  let sum = f32x4.splat(0)
  let p = source + at, q = dy + at
  for (; places > 0; places--) {
    sum = madd(sum, loadLanes(q, lanes), loadLanes(p, lanes))
    p += step
    q += pixel
  }
  storeLanes(dw + at, f32x4.add(loadLanes(dw + at, lanes), sum), lanes)
}
