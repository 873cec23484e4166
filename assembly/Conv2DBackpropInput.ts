// Gradient of a 2-D convolution with respect to its input, NHWC, float32; with bias and ReLU it is the forward pass of a
// transposed convolution. Twin: src/kernels/Conv2DBackpropInput.ts, which has checked the geometry (the forward one).
// Input pixels that share (position + pad) mod stride see the same taps, so each such phase is a stride-1 correlation of the
// padded dy with a flipped part of the filter (Dumoulin & Visin, "A guide to convolution arithmetic", arXiv 1603.07285).
import { packBias } from './Conv2D'
import { Correlation, correlate } from './inline/correlate'
import { ConvGeometry } from './inline/geometry'
import { padImage } from './inline/pad'
import { panelWidth, vectorsOf } from './inline/panels'

const RECORD: usize = 128

/** Taps of one phase along one axis: those k = phase + stride * t below `kernel`. */
@inline
function phaseTaps(kernel: i32, stride: i32, phase: i32): i32 {
  return phase < kernel ? (kernel - phase + stride - 1) / stride : 0
}

// Border of zeros before and after dy along one axis: the first input pixel of a phase reads dy from (pad / stride) - taps + 1 on.
@inline
function border(kernel: i32, stride: i32): i32 {
  return (kernel + stride - 1) / stride
}

@inline
function borderAfter(inSize: i32, outSize: i32, kernel: i32, stride: i32, pad: i32): i32 {
  return max(0, (inSize - 1 + pad) / stride - (outSize - 1)) + border(kernel, stride)
}

@inline
function paddedHeight(g: ConvGeometry): i32 {
  return border(g.kernelHeight, g.strideHeight) + g.outHeight + borderAfter(g.inHeight, g.outHeight, g.kernelHeight, g.strideHeight, g.padTop)
}

@inline
function paddedWidth(g: ConvGeometry): i32 {
  return border(g.kernelWidth, g.strideWidth) + g.outWidth + borderAfter(g.inWidth, g.outWidth, g.kernelWidth, g.strideWidth, g.padLeft)
}

/** Bytes of scratch memory that conv2DBackpropInput needs. */
export function conv2DBackpropInputScratch(g: ConvGeometry): usize {
  const taps = <usize>(g.kernelHeight * g.kernelWidth * g.outChannels)
  const padded = (<usize>(paddedHeight(g) * paddedWidth(g) + 4) * <usize>g.outChannels + 4) << 2
  return RECORD + (<usize>vectorsOf(g.inChannels) << 4) * (taps + 1) + padded
}

export function conv2DBackpropInput(
  dy: usize, // [N, OH, OW, OC]   read
  w: usize, // [KH, KW, C, OC]    read
  bias: usize, // [C]             read; 0 for none
  dx: usize, // [N, H, W, C]      written in full
  g: ConvGeometry,
  activation: i32, // LINEAR or RELU
  scratch: usize, // conv2DBackpropInputScratch(g) bytes, 16-byte aligned
): void {
  const vectors = vectorsOf(g.inChannels)
  const biasPanel = scratch + RECORD
  const packed = biasPanel + (<usize>vectors << 4)
  const padded = packed + (<usize>vectors << 4) * <usize>(g.kernelHeight * g.kernelWidth * g.outChannels)
  packBias(bias, biasPanel, g.inChannels)
  packPhases(w, packed, g)

  const top = border(g.kernelHeight, g.strideHeight)
  const left = border(g.kernelWidth, g.strideWidth)
  const bottom = borderAfter(g.inHeight, g.outHeight, g.kernelHeight, g.strideHeight, g.padTop)
  const right = borderAfter(g.inWidth, g.outWidth, g.kernelWidth, g.strideWidth, g.padLeft)
  const pixel = <usize>g.outChannels << 2
  const c = changetype<Correlation>(scratch)
  c.rowBytes = <usize>paddedWidth(g) * pixel
  c.stepRows = c.rowBytes
  c.stepPixels = pixel
  c.bias = biasPanel
  c.channels = g.inChannels
  c.activation = activation
  const dxPixel = <usize>g.inChannels << 2
  const dxRow = <usize>g.inWidth * dxPixel
  c.targetPixel = <usize>g.strideWidth * dxPixel
  c.targetRow = <usize>g.strideHeight * dxRow
  for (let n = 0; n < g.batch; n++) {
    padImage(dy + <usize>(n * g.outHeight * g.outWidth) * pixel, padded, g.outHeight, g.outWidth, g.outChannels, top, left, bottom, right)
    const image = dx + <usize>(n * g.inHeight) * dxRow
    let weights = packed
    for (let a = 0; a < g.strideHeight; a++) {
      const tapRows = phaseTaps(g.kernelHeight, g.strideHeight, a)
      const firstRow = firstOf(a, g.padTop, g.strideHeight)
      for (let b = 0; b < g.strideWidth; b++) {
        const tapColumns = phaseTaps(g.kernelWidth, g.strideWidth, b)
        const firstColumn = firstOf(b, g.padLeft, g.strideWidth)
        c.rows = tapColumns ? tapRows : 0
        c.rowLength = tapColumns * g.outChannels
        c.weights = weights
        c.height = countFrom(firstRow, g.inHeight, g.strideHeight)
        c.width = countFrom(firstColumn, g.inWidth, g.strideWidth)
        const row = top + (firstRow + g.padTop) / g.strideHeight - (tapRows - 1)
        const column = left + (firstColumn + g.padLeft) / g.strideWidth - (tapColumns - 1)
        c.source = padded + <usize>row * c.rowBytes + <usize>column * pixel
        c.target = image + <usize>firstRow * dxRow + <usize>firstColumn * dxPixel
        correlate(c)
        weights += (<usize>vectors << 4) * <usize>(tapRows * tapColumns * g.outChannels)
      }
    }
  }
}

/** First input position whose (position + pad) mod stride is `phase`. */
@inline
function firstOf(phase: i32, pad: i32, stride: i32): i32 {
  return (((phase - pad) % stride) + stride) % stride
}

@inline
function countFrom(first: i32, size: i32, stride: i32): i32 {
  return first < size ? (size - first + stride - 1) / stride : 0
}

/** Filter [KH, KW, C, OC] into panels over C for each phase: [phase][vectors / panel][taps, flipped][OC][panel * 4]. */
function packPhases(w: usize, packed: usize, g: ConvGeometry): void {
  const vectors = vectorsOf(g.inChannels)
  for (let a = 0; a < g.strideHeight; a++) {
    const tapRows = phaseTaps(g.kernelHeight, g.strideHeight, a)
    for (let b = 0; b < g.strideWidth; b++) {
      const tapColumns = phaseTaps(g.kernelWidth, g.strideWidth, b)
      for (let first = 0; first < vectors; ) {
        const wide = panelWidth(first, vectors)
        const used = min(wide << 2, g.inChannels - (first << 2))
        for (let i = tapRows - 1; i >= 0; i--) {
          for (let j = tapColumns - 1; j >= 0; j--) {
            const tap = (a + i * g.strideHeight) * g.kernelWidth + b + j * g.strideWidth
            const from = w + (<usize>((tap * g.inChannels + (first << 2)) * g.outChannels) << 2)
            packed = packTransposed(from, packed, g.outChannels, used, wide)
          }
        }
        first += wide
      }
    }
  }
}

/** Matrix [used, OC] into [OC][wide * 4], zero-padded. */
function packTransposed(from: usize, packed: usize, outChannels: i32, used: i32, wide: i32): usize {
  const row = <usize>outChannels << 2
  for (let oc = 0; oc < outChannels; oc++) {
    memory.fill(packed, 0, <usize>wide << 4)
    let p = from + (<usize>oc << 2)
    for (let i = 0; i < used; i++) {
      store<f32>(packed + (<usize>i << 2), load<f32>(p))
      p += row
    }
    packed += <usize>wide << 4
  }
  return packed
}
