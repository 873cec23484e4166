// Which old pixels a new one comes from when a picture is resized: tfjs's rules, in float64 as tfjs computes them. The record's writer is
// src/kernels/resize.ts.

@unmanaged
export class ResizeGeometry {
  batch: i32
  inHeight: i32
  inWidth: i32
  outHeight: i32
  outWidth: i32
  alignCorners: i32 // the corners' pixels lie on each other
  halfPixelCenters: i32 // a pixel's place is its middle
}

/** Old pixels from one new pixel to the next. */
@inline
export function stepOf(inSize: i32, outSize: i32, alignCorners: i32): f64 {
  const inner = i32(alignCorners && outSize > 1)
  return <f64>(inSize - inner) / <f64>(outSize - inner)
}

/** The old pixel nearest to new pixel i. */
@inline
export function nearest(i: i32, step: f64, inSize: i32, g: ResizeGeometry): i32 {
  const place = g.halfPixelCenters ? step * (<f64>i + 0.5) : step * <f64>i
  return max(0, min(inSize - 1, <i32>floor(g.alignCorners ? place + 0.5 : place)))
}

/** The place of new pixel i between old ones, for bilinear interpolation; below 0 before the first one's middle. */
@inline
export function between(i: i32, step: f64, g: ResizeGeometry): f64 {
  return g.halfPixelCenters ? step * (<f64>i + 0.5) - 0.5 : step * <f64>i
}

@inline
export function lower(place: f64): i32 {
  return max(0, <i32>floor(place))
}

@inline
export function upper(place: f64, inSize: i32): i32 {
  return min(inSize - 1, max(0, <i32>ceil(place)))
}
