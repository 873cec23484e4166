// Forward 2-D convolution, NHWC, float32, with bias and ReLU. Twin: src/kernels/Conv2D.ts, which has checked the geometry.
// Contract: pointers 8-byte aligned (tfjs's allocator); y does not overlap x or w; any channel count (tails in panels.ts).
// Not here: dilation and NCHW (the backend rewrites both), other activations.
import { Correlation, correlate } from './inline/correlate'
import { ConvGeometry } from './inline/geometry'
import { padImage } from './inline/pad'
import { panelWidth, vectorsOf } from './inline/panels'

const RECORD: usize = 128

// The padded image is read up to three pixels and three floats past its end by the last tile of its last row.
@inline
function paddedBytes(g: ConvGeometry): usize {
  const height = (g.outHeight - 1) * g.strideHeight + g.kernelHeight
  const width = paddedWidth(g)
  return (<usize>(height * width + 4 * g.strideWidth) * <usize>g.inChannels + 4) << 2
}

@inline
function paddedWidth(g: ConvGeometry): i32 {
  return (g.outWidth - 1) * g.strideWidth + g.kernelWidth
}

/** Bytes of scratch memory that conv2D needs. */
export function conv2DScratch(g: ConvGeometry): usize {
  const taps = <usize>(g.kernelHeight * g.kernelWidth * g.inChannels)
  return RECORD + (<usize>vectorsOf(g.outChannels) << 4) * (taps + 1) + paddedBytes(g)
}

export function conv2D(
  x: usize, // [N, H, W, C]       read
  w: usize, // [KH, KW, C, OC]    read
  bias: usize, // [OC]            read; 0 for none
  y: usize, // [N, OH, OW, OC]    written in full
  g: ConvGeometry,
  activation: i32, // LINEAR or RELU
  scratch: usize, // conv2DScratch(g) bytes, 16-byte aligned
): void {
  const taps = g.kernelHeight * g.kernelWidth * g.inChannels
  const vectors = vectorsOf(g.outChannels)
  const biasPanel = scratch + RECORD
  const packed = biasPanel + (<usize>vectors << 4)
  const padded = packed + (<usize>vectors << 4) * <usize>taps
  packBias(bias, biasPanel, g.outChannels)
  packFilter(w, packed, taps, g.outChannels)

  const width = paddedWidth(g)
  const height = (g.outHeight - 1) * g.strideHeight + g.kernelHeight
  const pixel = <usize>g.inChannels << 2
  const c = changetype<Correlation>(scratch)
  c.source = padded
  c.rowBytes = <usize>width * pixel
  c.stepRows = <usize>g.strideHeight * c.rowBytes
  c.stepPixels = <usize>g.strideWidth * pixel
  c.rows = g.kernelHeight
  c.rowLength = g.kernelWidth * g.inChannels
  c.weights = packed
  c.bias = biasPanel
  c.targetPixel = <usize>g.outChannels << 2
  c.targetRow = <usize>g.outWidth * c.targetPixel
  c.height = g.outHeight
  c.width = g.outWidth
  c.channels = g.outChannels
  c.activation = activation
  const imageBytes = <usize>(g.inHeight * g.inWidth) * pixel
  const bottom = height - g.padTop - g.inHeight
  const right = width - g.padLeft - g.inWidth
  for (let n = 0; n < g.batch; n++) {
    padImage(x + <usize>n * imageBytes, padded, g.inHeight, g.inWidth, g.inChannels, g.padTop, g.padLeft, bottom, right)
    c.target = y + <usize>n * <usize>g.outHeight * c.targetRow
    correlate(c)
  }
}

/** bias [channels], or 0, into panel [vectors * 4], zero-padded. */
export function packBias(bias: usize, panel: usize, channels: i32): void {
  memory.fill(panel, 0, <usize>vectorsOf(channels) << 4)
  if (bias) memory.copy(panel, bias, <usize>channels << 2)
}

/** Filter matrix [taps, channels] into panels [vectors / panel][taps][panel * 4], zero-padded. */
function packFilter(w: usize, packed: usize, taps: i32, channels: i32): void {
  const vectors = vectorsOf(channels)
  for (let first = 0; first < vectors; ) {
    const wide = panelWidth(first, vectors)
    const used = min(wide << 2, channels - (first << 2))
    for (let t = 0; t < taps; t++) {
      const from = w + ((<usize>(t * channels) + <usize>(first << 2)) << 2)
      memory.fill(packed, 0, <usize>wide << 4)
      for (let i = 0; i < used; i++) store<f32>(packed + (<usize>i << 2), load<f32>(from + (<usize>i << 2)))
      packed += <usize>wide << 4
    }
    first += wide
  }
}
