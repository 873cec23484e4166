// What tfjs's computeConv2DInfo gives for a square convolution, without tfjs, which the command's own thread does not load: for the
// model summary and the checks. A map, its filter and its padding may not be square in tfjs; here only the map may not.
import type { ConvInfo } from './geometry.js'

export interface SquareConvolution {
  readonly height: number
  readonly width: number
  readonly kernel: number
  readonly stride: number
  /** Zeros on each side. */
  readonly padding: number
  readonly inChannels: number
  readonly outChannels: number
}

/** The geometry of x [1, height, width, inChannels] to y [1, OH, OW, outChannels], OH = floor((height + 2 padding - kernel) / stride) + 1. */
export function squareConvInfo(convolution: SquareConvolution): ConvInfo {
  const { height, width, kernel, stride, padding, inChannels, outChannels } = convolution
  const out = (size: number) => Math.floor((size + 2 * padding - kernel) / stride) + 1
  return {
    batchSize: 1,
    dataFormat: 'channelsLast',
    inShape: [1, height, width, inChannels],
    inHeight: height,
    inWidth: width,
    inChannels,
    outShape: [1, out(height), out(width), outChannels],
    outHeight: out(height),
    outWidth: out(width),
    outChannels,
    strideHeight: stride,
    strideWidth: stride,
    dilationHeight: 1,
    dilationWidth: 1,
    filterShape: [kernel, kernel, inChannels, outChannels],
    filterHeight: kernel,
    filterWidth: kernel,
    effectiveFilterHeight: kernel,
    effectiveFilterWidth: kernel,
    padInfo: { top: padding, left: padding, right: padding, bottom: padding, type: 'NUMBER' },
  }
}
