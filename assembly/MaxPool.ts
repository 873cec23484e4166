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
  // The pooling of most networks: windows of 2 x 2 side by side, all within the map.
  const isQuarter = rows.taps == 2 && rows.step == 2 && rows.start == 0 && 2 * rows.count <= rows.size && columns.taps == 2 && columns.step == 2 && columns.start == 0 && 2 * columns.count <= columns.size && g.dilationHeight == 1 && g.dilationWidth == 1
  memory.fill(dx, 0, <usize>g.batch * image)
  for (let n = 0; n < g.batch; n++) {
    for (let i = 0; i < rows.count; i++) {
      const top = rows.start + i * rows.step
      const firstRow = firstTap(rows, top), endRow = endTap(rows, top, firstRow)
      for (let j = 0; j < columns.count; j++) {
        const left = columns.start + j * columns.step
        const firstColumn = firstTap(columns, left), endColumn = endTap(columns, left, firstColumn)
        const from = <usize>(top + firstRow * rows.tapStep) * walk.sourceRow + <usize>(left + firstColumn * columns.tapStep) * walk.sourcePixel
        if (isQuarter) scatterQuarter(walk, x + from, dy, dx + from)
        else scatter(walk, x + from, dy, dx + from, endRow - firstRow, endColumn - firstColumn)
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

/** As scatter, for a window of 2 x 2 that shares no place with another. */
function scatterQuarter(walk: Walk, x: usize, dy: usize, dx: usize): void {
  const row = walk.sourceRow, pixel = walk.sourcePixel
  let left = walk.channels
  for (; left >= 4; left -= 4) {
    quarterVector(x, dy, dx, row, pixel, 4)
    x += 16
    dy += 16
    dx += 16
  }
  if (left > 0) quarterVector(x, dy, dx, row, pixel, left)
}

@inline
function quarterVector(x: usize, dy: usize, dx: usize, row: usize, pixel: usize, lanes: i32): void {
  const lowest = f32x4.splat(-f32(Infinity))
  const a = loadLanes(x, lanes), b = loadLanes(x + pixel, lanes)
  const c = loadLanes(x + row, lanes), d = loadLanes(x + row + pixel, lanes)
  const isA = f32x4.gt(a, lowest)
  const upToA = v128.bitselect(a, lowest, isA)
  const isB = f32x4.gt(b, upToA)
  const upToB = v128.bitselect(b, upToA, isB)
  const isC = f32x4.gt(c, upToB)
  const isD = f32x4.gt(d, v128.bitselect(c, upToB, isC))
  // + 0: a gradient of -0 comes out as 0, as a sum does.
  const g = f32x4.add(loadLanes(dy, lanes), f32x4.splat(0))
  const gC = v128.andnot(g, isD), gB = v128.andnot(gC, isC)
  storeLanes(dx, v128.and(v128.andnot(gB, isB), isA), lanes)
  storeLanes(dx + pixel, v128.and(gB, isB), lanes)
  storeLanes(dx + row, v128.and(gC, isC), lanes)
  storeLanes(dx + row + pixel, v128.and(g, isD), lanes)
}
