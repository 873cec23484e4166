// The difference between two pictures' edges: mean of |Sx d| and |Sy d| with d = a - b and Sobel's operators, over both directions, all
// positions where the 3x3 operator fits, and channels; and its gradient. NHWC, sides at least 3.
// Sobel's operators (Sobel & Feldman 1968) are not normalised:
//   Sx = [1 2 1]^T [-1 0 1],  Sy = [-1 0 1]^T [1 2 1]
// They are linear, so that the edges' difference is the difference's edges; and odd, so that their transpose is minus themselves: with
// P = sign(S d) in a frame of zeros, da = -dy / (2 positions) (Sx Px + Sy Py).
import { loadLanes, storeLanes } from './inline/lanes'

/** Bytes of scratch for either function below: the difference, and two framed maps. */
export function edgeLossScratch(height: i32, width: i32, channels: i32): usize {
  return <usize>(height * width * channels + 2 * (height + 2) * (width + 2) * channels) << 2
}

/** Sx at `lanes` elements from p on; `row` and `pixel` are the strides in bytes. */
@inline
function sobelX(p: usize, row: usize, pixel: usize, lanes: i32): v128 {
  const above = f32x4.sub(loadLanes(p - row + pixel, lanes), loadLanes(p - row - pixel, lanes))
  const here = f32x4.sub(loadLanes(p + pixel, lanes), loadLanes(p - pixel, lanes))
  const below = f32x4.sub(loadLanes(p + row + pixel, lanes), loadLanes(p + row - pixel, lanes))
  return f32x4.add(f32x4.add(above, below), f32x4.add(here, here))
}

@inline
function sobelY(p: usize, row: usize, pixel: usize, lanes: i32): v128 {
  const left = f32x4.sub(loadLanes(p + row - pixel, lanes), loadLanes(p - row - pixel, lanes))
  const here = f32x4.sub(loadLanes(p + row, lanes), loadLanes(p - row, lanes))
  const right = f32x4.sub(loadLanes(p + row + pixel, lanes), loadLanes(p - row + pixel, lanes))
  return f32x4.add(f32x4.add(left, right), f32x4.add(here, here))
}

/** -1, 0 or 1, or NaN where s is not finite. */
@inline
function sign(s: v128): v128 {
  const one = f32x4.splat(1), zero = f32x4.splat(0)
  const sign = f32x4.sub(v128.and(one, f32x4.gt(s, zero)), v128.and(one, f32x4.lt(s, zero)))
  return f32x4.add(sign, f32x4.sub(s, s))
}

function subtract(a: usize, b: usize, d: usize, size: i32): void {
  for (let left = size; left > 0; left -= 4) {
    const lanes = min(left, 4)
    storeLanes(d, f32x4.sub(loadLanes(a, lanes), loadLanes(b, lanes)), lanes)
    a += 16
    b += 16
    d += 16
  }
}

/** The loss of each pair. */
export function edgeLoss(
  a: usize, // [N, H, W, C]   read
  b: usize, // [N, H, W, C]   read
  y: usize, // [N]            written
  scratch: usize, // edgeLossScratch(H, W, C)
  count: i32,
  height: i32,
  width: i32,
  channels: i32,
): void {
  const size = height * width * channels
  const pixel = <usize>channels << 2
  const row = <usize>width * pixel
  const inner = (width - 2) * channels
  for (let n = 0; n < count; n++) {
    subtract(a, b, scratch, size)
    let low = f64x2.splat(0), high = f64x2.splat(0)
    for (let i = 1; i < height - 1; i++) {
      let at = scratch + <usize>i * row + pixel
      for (let left = inner; left > 0; left -= 4) {
        const lanes = min(left, 4)
        const t = f32x4.add(f32x4.abs(sobelX(at, row, pixel, lanes)), f32x4.abs(sobelY(at, row, pixel, lanes)))
        low = f64x2.add(low, f64x2.promote_low_f32x4(t))
        high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(t, t, 2, 3, 2, 3)))
        at += 16
      }
    }
    const sum = f64x2.add(low, high)
    const terms = 2 * <f64>((height - 2) * inner)
    store<f32>(y, <f32>((f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)) / terms))
    a += <usize>size << 2
    b += <usize>size << 2
    y += 4
  }
}

/** da = dy times the gradient of `edgeLoss` with respect to a; that for b is -da. */
export function edgeLossGrad(
  a: usize, // [N, H, W, C]    read
  b: usize, // [N, H, W, C]    read
  dy: usize, // [N]            read
  da: usize, // [N, H, W, C]   written in full
  scratch: usize, // edgeLossScratch(H, W, C)
  count: i32,
  height: i32,
  width: i32,
  channels: i32,
): void {
  const size = height * width * channels
  const pixel = <usize>channels << 2
  const row = <usize>width * pixel
  const frameRow = row + 2 * pixel
  const terms = 2 * (height - 2) * (width - 2) * channels
  const signX = scratch + (<usize>size << 2) // [H+2, W+2, C], as the next
  const signY = signX + <usize>(height + 2) * frameRow
  for (let n = 0; n < count; n++) {
    subtract(a, b, scratch, size)
    memory.fill(signX, 0, 2 * <usize>(height + 2) * frameRow)
    signs(scratch, signX, signY, height, width, channels)
    const scale = f32x4.splat(-load<f32>(dy) / <f32>terms)
    for (let i = 0; i < height; i++) {
      const frame = <usize>(i + 1) * frameRow + pixel
      for (let j = 0; j < width * channels; j += 4) {
        const lanes = min(width * channels - j, 4)
        const at = frame + (<usize>j << 2)
        const spread = f32x4.add(sobelX(signX + at, frameRow, pixel, lanes), sobelY(signY + at, frameRow, pixel, lanes))
        storeLanes(da, f32x4.mul(scale, spread), lanes)
        da += <usize>lanes << 2
      }
    }
    a += <usize>size << 2
    b += <usize>size << 2
    dy += 4
  }
}

/** Signs of both edge maps of d [H, W, C], each in its frame [H+2, W+2, C]. */
function signs(d: usize, signX: usize, signY: usize, height: i32, width: i32, channels: i32): void {
  const pixel = <usize>channels << 2
  const row = <usize>width * pixel
  for (let i = 1; i < height - 1; i++) {
    let at = d + <usize>i * row + pixel
    let to = <usize>(i + 1) * (row + 2 * pixel) + 2 * pixel
    for (let left = (width - 2) * channels; left > 0; left -= 4) {
      const lanes = min(left, 4)
      storeLanes(signX + to, sign(sobelX(at, row, pixel, lanes)), lanes)
      storeLanes(signY + to, sign(sobelY(at, row, pixel, lanes)), lanes)
      at += 16
      to += 16
    }
  }
}
