// Pictures at another size, each pixel interpolated between four old ones, NHWC, float32, and the gradient. Twins:
// src/kernels/ResizeBilinear.ts and ResizeBilinearGrad.ts.
import { loadLanes, storeLanes } from './inline/lanes'
import { between, lower, ResizeGeometry, stepOf, upper } from './inline/resize'

/** The old columns of a new one, as byte offsets in a row, and the share of the right one. */
@unmanaged
class Column {
  left: usize
  right: usize
  share: f32
  padding: i32
}

const COLUMN: usize = offsetof<Column>()

/** Bytes of scratch memory for either. */
export function resizeBilinearScratch(g: ResizeGeometry): usize {
  return <usize>g.outWidth * COLUMN
}

function setColumns(g: ResizeGeometry, columns: usize, pixel: usize): void {
  const step = stepOf(g.inWidth, g.outWidth, g.alignCorners)
  for (let j = 0; j < g.outWidth; j++) {
    const place = between(j, step, g)
    const column = changetype<Column>(columns + <usize>j * COLUMN)
    column.left = <usize>lower(place) * pixel
    column.right = <usize>upper(place, g.inWidth) * pixel
    column.share = <f32>(place - <f64>lower(place))
  }
}

export function resizeBilinear(
  x: usize, // [N, H, W, C]     read
  y: usize, // [N, OH, OW, C]   written in full
  g: ResizeGeometry,
  channels: i32,
  scratch: usize, // resizeBilinearScratch(g) bytes
): void {
  const pixel = <usize>channels << 2
  const row = <usize>g.inWidth * pixel
  const step = stepOf(g.inHeight, g.outHeight, g.alignCorners)
  setColumns(g, scratch, pixel)
  for (let n = 0; n < g.batch; n++) {
    for (let i = 0; i < g.outHeight; i++) {
      const place = between(i, step, g)
      const top = x + <usize>lower(place) * row, bottom = x + <usize>upper(place, g.inHeight) * row
      const share = f32x4.splat(<f32>(place - <f64>lower(place)))
      for (let j = 0; j < g.outWidth; j++) {
        const column = changetype<Column>(scratch + <usize>j * COLUMN)
        blend(top + column.left, top + column.right, bottom + column.left, bottom + column.right, y, f32x4.splat(column.share), share, channels)
        y += pixel
      }
    }
    x += <usize>g.inHeight * row
  }
}

@inline
function mix(a: v128, b: v128, share: v128): v128 {
  return f32x4.add(a, f32x4.mul(f32x4.sub(b, a), share))
}

/** One new pixel. Whole vectors apart from the tail: a test of the lanes in the loop costs as much as the arithmetic. */
function blend(a: usize, b: usize, c: usize, d: usize, y: usize, across: v128, down: v128, channels: i32): void {
  let i = channels
  for (; i >= 4; i -= 4) {
    v128.store(y, mix(mix(v128.load(a), v128.load(b), across), mix(v128.load(c), v128.load(d), across), down))
    a += 16
    b += 16
    c += 16
    d += 16
    y += 16
  }
  if (i > 0) {
    const top = mix(loadLanes(a, i), loadLanes(b, i), across)
    storeLanes(y, mix(top, mix(loadLanes(c, i), loadLanes(d, i), across), down), i)
  }
}

/** dx: the sum of dy by the four shares of each pixel, in the order of dy. */
export function resizeBilinearGrad(
  dy: usize, // [N, OH, OW, C]   read
  dx: usize, // [N, H, W, C]     written in full
  g: ResizeGeometry,
  channels: i32,
  scratch: usize, // resizeBilinearScratch(g) bytes
): void {
  const pixel = <usize>channels << 2
  const row = <usize>g.inWidth * pixel
  const step = stepOf(g.inHeight, g.outHeight, g.alignCorners)
  setColumns(g, scratch, pixel)
  memory.fill(dx, 0, <usize>(g.batch * g.inHeight) * row)
  for (let n = 0; n < g.batch; n++) {
    for (let i = 0; i < g.outHeight; i++) {
      const place = between(i, step, g)
      const top = dx + <usize>lower(place) * row, bottom = dx + <usize>upper(place, g.inHeight) * row
      const down = <f32>(place - <f64>lower(place))
      for (let j = 0; j < g.outWidth; j++) {
        const column = changetype<Column>(scratch + <usize>j * COLUMN)
        const across = column.share
        // A pixel on an old row or column has one neighbour there: nothing is added to the other.
        addShare(dy, top + column.left, (1 - down) * (1 - across), channels)
        if (across != 0) addShare(dy, top + column.right, (1 - down) * across, channels)
        if (down != 0) addShare(dy, bottom + column.left, down * (1 - across), channels)
        if (down != 0 && across != 0) addShare(dy, bottom + column.right, down * across, channels)
        dy += pixel
      }
    }
    dx += <usize>g.inHeight * row
  }
}

function addShare(dy: usize, dx: usize, share: f32, channels: i32): void {
  const s = f32x4.splat(share)
  let i = channels
  for (; i >= 4; i -= 4) {
    v128.store(dx, f32x4.add(v128.load(dx), f32x4.mul(v128.load(dy), s)))
    dy += 16
    dx += 16
  }
  if (i > 0) storeLanes(dx, f32x4.add(loadLanes(dx, i), f32x4.mul(loadLanes(dy, i), s)), i)
}
