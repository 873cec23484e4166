// Gradient of a depthwise 2-D convolution with respect to its input, NHWC, float32: the transposed walk of inline/windows.ts. Twin:
// src/kernels/DepthwiseConv2dNativeBackpropInput.ts, which has checked the geometry (the forward one).
import { transposedWalk, Walk, walkBytes, WindowGeometry } from './inline/windows'

export function depthwiseConv2dNativeBackpropInput(
  dy: usize, // [N, OH, OW, C * M]   read
  w: usize, // [KH, KW, C, M]        read
  dx: usize, // [N, H, W, C]         written in full
  g: WindowGeometry, // a stride and a dilation are not both above 1
  scratch: usize, // depthwiseConv2dNativeScratch(g) bytes, 16-byte aligned
): void {
  const walk = changetype<Walk>(scratch)
  const tap = <isize>g.channels << 2
  const image = <usize>(g.inHeight * g.inWidth * (g.channels / g.multiplier)) << 2
  const map = (<usize>(g.outHeight * g.outWidth) * <usize>g.channels) << 2
  for (let n = 0; n < g.batch; n++) {
    const target = g.multiplier == 1 ? dx : scratch + walkBytes
    transposedWalk(walk, g, dy, w, <isize>g.kernelWidth * tap, tap, target)
    if (g.multiplier != 1) addRepeated(target, dx, g)
    dy += map
    dx += image
  }
}

/** dx [H, W, C]: the sum of each channel's M gradients [H, W, C * M]. */
function addRepeated(gradients: usize, dx: usize, g: WindowGeometry): void {
  for (let left = g.inHeight * g.inWidth * (g.channels / g.multiplier); left > 0; left--) {
    let sum: f32 = 0
    for (let m = 0; m < g.multiplier; m++) {
      sum += load<f32>(gradients)
      gradients += 4
    }
    store<f32>(dx, sum)
    dx += 4
  }
}
