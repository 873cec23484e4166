// Mean of each window, NHWC, float32, and its gradient. Twins: src/kernels/AvgPool.ts and AvgPoolGrad.ts. The mean is over the places within
// the picture; the gradient divides by the whole window's size, padding included, as tfjs's cpu backend does.
import { loadLanes, storeLanes } from './inline/lanes'
import { columnsOf, endTap, firstTap, forwardWalk, SUM, transposedWalk, Walk, walkBytes, walkRow, WindowGeometry } from './inline/windows'

/** Bytes of scratch memory that avgPool and avgPoolGrad need. */
export function avgPoolScratch(g: WindowGeometry): usize {
  return walkBytes + (<usize>g.channels << 2)
}

export function avgPool(
  x: usize, // [N, H, W, C]     read
  y: usize, // [N, OH, OW, C]   written in full
  g: WindowGeometry,
  scratch: usize, // avgPoolScratch(g) bytes, 16-byte aligned
): void {
  const walk = changetype<Walk>(scratch)
  forwardWalk(walk, g)
  walk.weights = scratch + walkBytes
  walk.weightRow = 0
  walk.weightColumn = 0
  fillChannels(walk.weights, g.channels, 1)
  walk.source = x
  walk.target = y
  for (let n = 0; n < g.batch; n++) {
    for (let row = 0; row < g.outHeight; row++) {
      walkRow(walk, row, SUM)
      divideRow(walk, row)
    }
    walk.source += <usize>g.inHeight * walk.sourceRow
    walk.target += <usize>g.outHeight * walk.targetRow
  }
}

/** Sums of a row into means; 0 / 0, NaN, of a window that lies in the padding. */
function divideRow(walk: Walk, row: i32): void {
  const columns = columnsOf(walk)
  let at = walk.target + <usize>row * walk.targetRow
  for (let place = 0; place < columns.count; place++) {
    const base = columns.start + place * columns.step
    const first = firstTap(columns, base)
    const count = f32x4.splat(<f32>((walk.endRow - walk.firstRow) * (endTap(columns, base, first) - first)))
    for (let c = 0; c < walk.channels; c += 4) {
      const lanes = min(4, walk.channels - c)
      const p = at + (<usize>c << 2)
      storeLanes(p, f32x4.div(loadLanes(p, lanes), count), lanes)
    }
    at += walk.targetPixel
  }
}

export function avgPoolGrad(
  dy: usize, // [N, OH, OW, C]   read
  dx: usize, // [N, H, W, C]     written in full
  g: WindowGeometry, // a stride and a dilation are not both above 1
  scratch: usize, // avgPoolScratch(g) bytes, 16-byte aligned
): void {
  const walk = changetype<Walk>(scratch)
  const weights = scratch + walkBytes
  fillChannels(weights, g.channels, <f32>1 / <f32>(g.kernelHeight * g.kernelWidth))
  for (let n = 0; n < g.batch; n++) {
    transposedWalk(walk, g, dy, weights, 0, 0, dx)
    dy += <usize>(g.outHeight * g.outWidth) * (<usize>g.channels << 2)
    dx += <usize>(g.inHeight * g.inWidth) * (<usize>g.channels << 2)
  }
}

function fillChannels(p: usize, channels: i32, value: f32): void {
  for (let c = 0; c < channels; c++) store<f32>(p + (<usize>c << 2), value)
}
