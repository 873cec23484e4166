// Moves tiles between maps and their transforms. A tile inside the map is read or written in place; one that reaches over the edge, or
// whose channels do not fill their vectors, goes through a small patch with zeros around it.
import { outputTransform, dataTransform, outputGradientTransform } from '../generated/transforms'
import { loadLanes, storeLanes } from '../inline/lanes'
import { inOffset, inRow, outOffset, outRow, pointBytes, vectorsOf, WinogradPlan } from './plan'

/** Bytes of a patch for tiles of `points` x `points` pixels. */
export function patchBytes(points: i32, channels: i32): usize {
  return <usize>(points * points * vectorsOf(channels)) << 4
}

// Where in a map the square of `side` pixels lies whose first pixel is (top, left), `stride` pixels between its neighbours.
@inline
function isInside(top: i32, left: i32, side: i32, stride: i32, height: i32, width: i32): bool {
  const reach = (side - 1) * stride
  return top >= 0 && left >= 0 && top + reach < height && left + reach < width
}

/** First and end of the places 0 .. side - 1 whose pixel `first + place * stride` lies in 0 .. size - 1. */
@inline
function firstInside(first: i32, stride: i32): i32 {
  return first < 0 ? (stride - 1 - first) / stride : 0
}

@inline
function endInside(first: i32, stride: i32, side: i32, size: i32): i32 {
  return first < size ? min(side, (size - 1 - first) / stride + 1) : 0
}

@inline
function clear(from: usize, to: usize): void {
  for (; from < to; from += 16) v128.store(from, f32x4.splat(0))
}

/** Pixels of the square into patch [side, side, vectors * 4], zero where there is no pixel or channel. */
function fillPatch(image: usize, height: i32, width: i32, channels: i32, top: i32, left: i32, stride: i32, side: i32, patch: usize): void {
  const pixel = <usize>channels << 2
  const patchPixel = <usize>vectorsOf(channels) << 4
  const patchRow = <usize>side * patchPixel
  const firstColumn = firstInside(left, stride), columns = max(0, endInside(left, stride, side, width) - firstColumn)
  const lastRow = endInside(top, stride, side, height)
  for (let i = 0; i < side; i++) {
    const y = top + i * stride
    const end = patch + patchRow
    if (y < 0 || i >= lastRow || columns == 0) clear(patch, end)
    else {
      let to = patch + <usize>firstColumn * patchPixel
      clear(patch, to)
      let from = image + <usize>(y * width + left + firstColumn * stride) * pixel
      for (let j = columns; j > 0; j--) {
        copyPixel(from, to, channels)
        from += <usize>stride * pixel
        to += patchPixel
      }
      clear(to, end)
    }
    patch = end
  }
}

/** A pixel to whole vectors, zero behind its channels. */
@inline
function copyPixel(from: usize, to: usize, channels: i32): void {
  let more = channels
  for (; more >= 4; more -= 4) {
    v128.store(to, v128.load(from))
    from += 16
    to += 16
  }
  if (more) v128.store(to, loadLanes(from, more))
}

/** Pixels of patch [side, side, vectors * 4] to the map, those that it has. */
function emptyPatch(patch: usize, image: usize, height: i32, width: i32, channels: i32, top: i32, left: i32, stride: i32, side: i32): void {
  const pixel = <usize>channels << 2
  const patchPixel = <usize>vectorsOf(channels) << 4
  const firstColumn = firstInside(left, stride), columns = endInside(left, stride, side, width) - firstColumn
  const lastRow = endInside(top, stride, side, height)
  for (let i = firstInside(top, stride); i < lastRow; i++) {
    let from = patch + <usize>(i * side + firstColumn) * patchPixel
    let to = image + <usize>((top + i * stride) * width + left + firstColumn * stride) * pixel
    for (let j = columns; j > 0; j--) {
      let p = from, q = to
      let more = channels
      for (; more >= 4; more -= 4) {
        v128.store(q, v128.load(p))
        p += 16
        q += 16
      }
      if (more) storeLanes(q, v128.load(p), more)
      from += patchPixel
      to += <usize>stride * pixel
    }
  }
}

/** B^T of `count` tiles from number `first` on: v [points, points][tile][group][channel]. */
export function transformData(x: usize, v: usize, plan: WinogradPlan, first: i32, count: i32, patch: usize, scratch: usize): void {
  const height = plan.inHeight, width = plan.inWidth, channels = plan.inChannels, stride = plan.inStride
  const points = plan.points, outputs = plan.outputs, wide = plan.wide
  const pixel = <usize>channels << 2
  const vectors = vectorsOf(channels)
  const row = inRow(plan)
  const point = pointBytes(plan, row)
  const perImage = plan.tilesHigh * plan.tilesWide
  for (let t = 0; t < count; t++) {
    const n = (first + t) / perImage
    const inImage = (first + t) - n * perImage
    const tileY = inImage / plan.tilesWide
    const tileX = inImage - tileY * plan.tilesWide
    const image = x + <usize>(n * height * width) * pixel
    let to = v + <usize>t * row
    for (let a = 0; a < plan.inGroups; a++) {
      const top = plan.inTop + tileY * outputs * stride + inOffset(plan, a)
      for (let b = 0; b < plan.inGroups; b++) {
        const left = plan.inLeft + tileX * outputs * stride + inOffset(plan, b)
        if ((channels & 3) == 0 && isInside(top, left, points, stride, height, width)) {
          const from = image + <usize>(top * width + left) * pixel
          dataTransform(points, from, <usize>(stride * width) * pixel, <usize>stride * pixel, to, <usize>points * point, point, vectors, scratch, wide)
        } else {
          fillPatch(image, height, width, channels, top, left, stride, points, patch)
          const patchPixel = <usize>vectors << 4
          dataTransform(points, patch, <usize>points * patchPixel, patchPixel, to, <usize>points * point, point, vectors, scratch, wide)
        }
        to += <usize>vectors << 4
      }
    }
  }
}

/** A^T of `count` tiles, bias added, not below `floor`: m [points, points][tile][group][channel] to the map y. */
export function transformOutput(m: usize, y: usize, plan: WinogradPlan, first: i32, count: i32, bias: usize, floor: f32, patch: usize, scratch: usize): void {
  const height = plan.outHeight, width = plan.outWidth, channels = plan.outChannels, stride = plan.outStride
  const points = plan.points, outputs = plan.outputs, wide = plan.wide
  const pixel = <usize>channels << 2
  const vectors = vectorsOf(channels)
  const row = outRow(plan)
  const point = pointBytes(plan, row)
  const perImage = plan.tilesHigh * plan.tilesWide
  for (let t = 0; t < count; t++) {
    const n = (first + t) / perImage
    const inImage = (first + t) - n * perImage
    const tileY = inImage / plan.tilesWide
    const tileX = inImage - tileY * plan.tilesWide
    const image = y + <usize>(n * height * width) * pixel
    let from = m + <usize>t * row
    for (let a = 0; a < plan.outGroups; a++) {
      const top = plan.outTop + tileY * outputs * stride + outOffset(plan, a)
      for (let b = 0; b < plan.outGroups; b++) {
        const left = plan.outLeft + tileX * outputs * stride + outOffset(plan, b)
        if ((channels & 3) == 0 && isInside(top, left, outputs, stride, height, width)) {
          const to = image + <usize>(top * width + left) * pixel
          outputTransform(points, outputs, from, <usize>points * point, point, to, <usize>(stride * width) * pixel, <usize>stride * pixel, vectors, scratch, wide, bias, floor)
        } else {
          const patchPixel = <usize>vectors << 4
          outputTransform(points, outputs, from, <usize>points * point, point, patch, <usize>outputs * patchPixel, patchPixel, vectors, scratch, wide, bias, floor)
          emptyPatch(patch, image, height, width, channels, top, left, stride, outputs)
        }
        from += <usize>vectors << 4
      }
    }
  }
}

/** A of `count` tiles of the gradient dy [N, OH, OW, OC]: d [points, points][tile][channel]. */
export function transformOutputGradient(dy: usize, d: usize, plan: WinogradPlan, first: i32, count: i32, patch: usize, scratch: usize): void {
  const height = plan.outHeight, width = plan.outWidth, channels = plan.outChannels
  const points = plan.points, outputs = plan.outputs, wide = plan.wide
  const pixel = <usize>channels << 2
  const vectors = vectorsOf(channels)
  const row = outRow(plan)
  const point = pointBytes(plan, row)
  const perImage = plan.tilesHigh * plan.tilesWide
  for (let t = 0; t < count; t++) {
    const n = (first + t) / perImage
    const inImage = (first + t) - n * perImage
    const tileY = inImage / plan.tilesWide
    const tileX = inImage - tileY * plan.tilesWide
    const image = dy + <usize>(n * height * width) * pixel
    const top = tileY * outputs
    const left = tileX * outputs
    const to = d + <usize>t * row
    if ((channels & 3) == 0 && isInside(top, left, outputs, 1, height, width)) {
      const from = image + <usize>(top * width + left) * pixel
      outputGradientTransform(points, outputs, from, <usize>width * pixel, pixel, to, <usize>points * point, point, vectors, scratch, wide)
    } else {
      const patchPixel = <usize>vectors << 4
      fillPatch(image, height, width, channels, top, left, 1, outputs, patch)
      outputGradientTransform(points, outputs, patch, <usize>outputs * patchPixel, patchPixel, to, <usize>points * point, point, vectors, scratch, wide)
    }
  }
}
