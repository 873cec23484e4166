// Maximum of each window, NHWC, float32, and its gradient. Twins: src/kernels/MaxPool.ts and MaxPoolGrad.ts. A NaN never is the maximum, and
// of equal values the first one in the window gets the gradient, as on tfjs's cpu backend; a window without a number gives -Infinity.
import { loadLanes, storeLanes } from './inline/lanes'
import { columnsOf, endTap, firstTap, forwardWalk, MAXIMUM, rowsOf, Walk, walkBytes, walkRow, WindowGeometry } from './inline/windows'

/** Bytes of scratch memory that maxPool and maxPoolGrad need. */
export function maxPoolScratch(): usize {
  return walkBytes
}

export function maxPool(
  x: usize, // [N, H, W, C]     read
  y: usize, // [N, OH, OW, C]   written in full
  g: WindowGeometry,
  scratch: usize, // maxPoolScratch() bytes, 16-byte aligned
): void {
  const walk = changetype<Walk>(scratch)
  forwardWalk(walk, g)
  walk.source = x
  walk.target = y
  for (let n = 0; n < g.batch; n++) {
    for (let row = 0; row < g.outHeight; row++) walkRow(walk, row, MAXIMUM)
    walk.source += <usize>g.inHeight * walk.sourceRow
    walk.target += <usize>g.outHeight * walk.targetRow
  }
}

/** dx: the sum of dy of those windows that have their maximum there, in the order of the windows. */
export function maxPoolGrad(
  dy: usize, // [N, OH, OW, C]   read
  x: usize, // [N, H, W, C]      read
  dx: usize, // [N, H, W, C]     written in full
  g: WindowGeometry,
  scratch: usize, // maxPoolScratch() bytes, 16-byte aligned
): void {
  const walk = changetype<Walk>(scratch)
  forwardWalk(walk, g)
  const rows = rowsOf(walk), columns = columnsOf(walk)
  const image = <usize>g.inHeight * walk.sourceRow
  memory.fill(dx, 0, <usize>g.batch * image)
  for (let n = 0; n < g.batch; n++) {
    for (let i = 0; i < rows.count; i++) {
      const top = rows.start + i * rows.step
      const firstRow = firstTap(rows, top), endRow = endTap(rows, top, firstRow)
      for (let j = 0; j < columns.count; j++) {
        const left = columns.start + j * columns.step
        const firstColumn = firstTap(columns, left), endColumn = endTap(columns, left, firstColumn)
        const from = <usize>(top + firstRow * rows.tapStep) * walk.sourceRow + <usize>(left + firstColumn * columns.tapStep) * walk.sourcePixel
        scatter(walk, x + from, dy, dx + from, endRow - firstRow, endColumn - firstColumn)
        dy += walk.targetPixel
      }
    }
    x += image
    dx += image
  }
}

/** One window's dy [C] goes to the place of its maximum, each channel by itself. */
function scatter(walk: Walk, x: usize, dy: usize, dx: usize, rows: i32, columns: i32): void {
  const rowStep = <usize>rowsOf(walk).tapStep * walk.sourceRow
  const tapStep = <usize>columnsOf(walk).tapStep * walk.sourcePixel
  let left = walk.channels
  for (; left >= 4; left -= 4) {
    scatterVector(x, dy, dx, rows, columns, rowStep, tapStep, 4)
    x += 16
    dy += 16
    dx += 16
  }
  if (left > 0) scatterVector(x, dy, dx, rows, columns, rowStep, tapStep, left)
}

// Inlined twice, so that whole vectors are not asked for their lanes.
@inline
function scatterVector(x: usize, dy: usize, dx: usize, rows: i32, columns: i32, rowStep: usize, tapStep: usize, lanes: i32): void {
  let best = f32x4.splat(-f32(Infinity)), where = i32x4.splat(-1)
  let line = x, tap = 0
  for (let i = rows; i > 0; i--) {
    let p = line
    for (let j = columns; j > 0; j--) {
      const v = loadLanes(p, lanes)
      const isMore = f32x4.gt(v, best)
      best = v128.bitselect(v, best, isMore)
      where = v128.bitselect(i32x4.splat(tap), where, isMore)
      p += tapStep
      tap++
    }
    line += rowStep
  }
  const d = loadLanes(dy, lanes)
  line = dx
  tap = 0
  for (let i = rows; i > 0; i--) {
    let p = line
    for (let j = columns; j > 0; j--) {
      storeLanes(p, f32x4.add(loadLanes(p, lanes), v128.and(d, i32x4.eq(where, i32x4.splat(tap)))), lanes)
      p += tapStep
      tap++
    }
    line += rowStep
  }
}
