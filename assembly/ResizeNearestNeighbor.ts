// Pictures at another size, each pixel the nearest of the old ones, NHWC, and the gradient. Twins: src/kernels/ResizeNearestNeighbor.ts and
// ResizeNearestNeighborGrad.ts. A pixel is so many bytes going forward, and floats going back.
import { loadLanes, storeLanes } from './inline/lanes'
import { nearest, ResizeGeometry, stepOf } from './inline/resize'

/** Bytes of scratch memory for either: the old column of each new one. */
export function resizeNearestNeighborScratch(g: ResizeGeometry): usize {
  return <usize>g.outWidth << 2
}

@inline
function setColumns(g: ResizeGeometry, columns: usize): void {
  const step = stepOf(g.inWidth, g.outWidth, g.alignCorners)
  for (let j = 0; j < g.outWidth; j++) store<i32>(columns + (<usize>j << 2), nearest(j, step, g.inWidth, g))
}

export function resizeNearestNeighbor(
  x: usize, // [N, H, W, pixelBytes]     read
  y: usize, // [N, OH, OW, pixelBytes]   written in full
  g: ResizeGeometry,
  pixelBytes: i32,
  scratch: usize, // resizeNearestNeighborScratch(g) bytes
): void {
  const pixel = <usize>pixelBytes
  const row = <usize>g.inWidth * pixel, outRow = <usize>g.outWidth * pixel
  const step = stepOf(g.inHeight, g.outHeight, g.alignCorners)
  setColumns(g, scratch)
  for (let n = 0; n < g.batch; n++) {
    let last = -1
    for (let i = 0; i < g.outHeight; i++) {
      const from = nearest(i, step, g.inHeight, g)
      if (from == last) memory.copy(y, y - outRow, outRow)
      else gatherRow(x + <usize>from * row, y, g.outWidth, pixel, scratch)
      last = from
      y += outRow
    }
    x += <usize>g.inHeight * row
  }
}

function gatherRow(x: usize, y: usize, places: i32, pixel: usize, columns: usize): void {
  const isVectors = (pixel & 15) == 0 && pixel <= 1024
  for (; places > 0; places--) {
    const from = x + <usize>load<i32>(columns) * pixel
    if (isVectors) for (let i: usize = 0; i < pixel; i += 16) v128.store(y + i, v128.load(from + i))
    else if (pixel == 4) store<u32>(y, load<u32>(from))
    else memory.copy(y, from, pixel)
    y += pixel
    columns += 4
  }
}

/** dx: the sum of dy of the pixels that came from there, in their order. */
export function resizeNearestNeighborGrad(
  dy: usize, // [N, OH, OW, C]   read
  dx: usize, // [N, H, W, C]     written in full
  g: ResizeGeometry,
  channels: i32,
  scratch: usize, // resizeNearestNeighborScratch(g) bytes
): void {
  const pixel = <usize>channels << 2
  const row = <usize>g.inWidth * pixel
  const step = stepOf(g.inHeight, g.outHeight, g.alignCorners)
  setColumns(g, scratch)
  memory.fill(dx, 0, <usize>(g.batch * g.inHeight) * row)
  for (let n = 0; n < g.batch; n++) {
    for (let i = 0; i < g.outHeight; i++) {
      const target = dx + <usize>nearest(i, step, g.inHeight, g) * row
      for (let j = 0; j < g.outWidth; j++) {
        const to = target + <usize>load<i32>(scratch + (<usize>j << 2)) * pixel
        addPixel(dy, to, channels)
        dy += pixel
      }
    }
    dx += <usize>g.inHeight * row
  }
}

function addPixel(dy: usize, dx: usize, channels: i32): void {
  let left = channels
  for (; left >= 4; left -= 4) {
    v128.store(dx, f32x4.add(v128.load(dx), v128.load(dy)))
    dy += 16
    dx += 16
  }
  if (left > 0) storeLanes(dx, f32x4.add(loadLanes(dx, left), loadLanes(dy, left)), left)
}
