// Forward depthwise 2-D convolution, NHWC, float32, with bias and ReLU or ReLU6. Twin: src/kernels/DepthwiseConv2dNative.ts, which has
// checked the geometry. Several outputs of a channel (multiplier M > 1) are one output each of channels that are repeated M times.
// Contract: pointers 8-byte aligned; y does not overlap x or w; any channel count, stride, dilation and padding.
import { loadLanes, storeLanes } from './inline/lanes'
import { forwardWalk, SUM, Walk, walkBytes, walkRow, WindowGeometry } from './inline/windows'

const LINEAR: i32 = 0
const RELU6: i32 = 2

/** Bytes of scratch memory that depthwiseConv2dNative needs, and that its gradients need. */
export function depthwiseConv2dNativeScratch(g: WindowGeometry): usize {
  return walkBytes + (g.multiplier == 1 ? 0 : <usize>(g.inHeight * g.inWidth) * (<usize>g.channels << 2))
}

export function depthwiseConv2dNative(
  x: usize, // [N, H, W, C]         read
  w: usize, // [KH, KW, C, M]       read
  bias: usize, // [C * M]           read; 0 for none
  y: usize, // [N, OH, OW, C * M]   written in full
  g: WindowGeometry,
  activation: i32, // 0 linear, 1 ReLU, 2 ReLU6
  scratch: usize, // depthwiseConv2dNativeScratch(g) bytes, 16-byte aligned
): void {
  const walk = changetype<Walk>(scratch)
  forwardWalk(walk, g)
  walk.weights = w
  const image = <usize>(g.inHeight * g.inWidth * (g.channels / g.multiplier)) << 2
  for (let n = 0; n < g.batch; n++) {
    walk.source = repeatChannels(x + <usize>n * image, scratch + walkBytes, g)
    walk.target = y + <usize>(n * g.outHeight) * walk.targetRow
    for (let row = 0; row < g.outHeight; row++) {
      walkRow(walk, row, SUM)
      if (bias || activation != LINEAR) finish(walk.target + <usize>row * walk.targetRow, bias, g.outWidth, g.channels, activation)
    }
  }
}

/** The image [H, W, C] itself when M is 1, else its copy [H, W, C * M] at `target` with each channel M times. */
export function repeatChannels(image: usize, target: usize, g: WindowGeometry): usize {
  if (g.multiplier == 1) return image
  let to = target
  for (let left = g.inHeight * g.inWidth * (g.channels / g.multiplier); left > 0; left--) {
    const value = load<f32>(image)
    for (let m = 0; m < g.multiplier; m++) {
      store<f32>(to, value)
      to += 4
    }
    image += 4
  }
  return target
}

/** Bias and activation of one row [places, channels], in place. */
function finish(row: usize, bias: usize, places: i32, channels: i32, activation: i32): void {
  const zero = f32x4.splat(0), six = f32x4.splat(6)
  for (; places > 0; places--) {
    for (let c = 0; c < channels; c += 4) {
      const lanes = min(4, channels - c), at = <usize>c << 2
      let v = loadLanes(row + at, lanes)
      if (bias) v = f32x4.add(v, loadLanes(bias + at, lanes))
      // pmax and pmin keep a NaN of v.
      if (activation != LINEAR) v = f32x4.pmax(v, zero)
      if (activation == RELU6) v = f32x4.pmin(v, six)
      storeLanes(row + at, v, lanes)
    }
    row += <usize>channels << 2
  }
}
