// From a checked tfjs depthwise convolution or pooling to the record that crosses into WASM; assembly/inline/windows.ts owns the field
// order. Both are windows that slide over each channel by itself. Not here: convolutions that mix channels (geometry.ts).
import { backend_util, util } from '@tensorflow/tfjs-core'
import { checkOutput, type ConvInfo } from './geometry.js'

type Shape4 = [number, number, number, number]

/** The record's fields. `multiplier`: outputs of each input channel. */
export function windowRecord(info: ConvInfo): number[] {
  return [
    info.batchSize,
    info.inHeight,
    info.inWidth,
    info.outChannels,
    info.outHeight,
    info.outWidth,
    info.filterHeight,
    info.filterWidth,
    info.strideHeight,
    info.strideWidth,
    info.dilationHeight,
    info.dilationWidth,
    info.padInfo.top,
    info.padInfo.left,
    info.inChannels === 0 ? 1 : info.outChannels / info.inChannels,
  ]
}

/** The geometry of a pooling of x [N, H, W, C]. */
export function poolInfo(
  name: string,
  shape: readonly number[],
  attrs: {
    filterSize: [number, number] | number
    strides: [number, number] | number
    pad: ConvPadding
    dimRoundingMode?: 'floor' | 'round' | 'ceil'
  },
): ConvInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attrs
  return checkOutput(
    name,
    backend_util.computePool2DInfo(shape as Shape4, filterSize, strides, 1, pad, dimRoundingMode),
  )
}

/** A window of one place and a result of x's shape: tfjs takes it for a copy, whatever stride and padding are. */
export const isCopy = (info: ConvInfo) =>
  info.filterHeight === 1 && info.filterWidth === 1 && util.arraysEqual(info.inShape, info.outShape)

/** tfjs's paddings. */
export type ConvPadding = Parameters<typeof backend_util.computePool2DInfo>[4]

/** The geometry of a depthwise convolution of x [N, H, W, C] with filter [KH, KW, C, M]. A stride and a dilation above 1 are refused. */
export function depthwiseInfo(
  name: string,
  shape: readonly number[],
  filterShape: readonly number[],
  attrs: {
    strides: [number, number] | number
    /** tfjs-layers hands null on where a layer has no `dilationRate`. */
    dilations?: [number, number] | number | null
    pad: ConvPadding
    dimRoundingMode?: 'floor' | 'round' | 'ceil'
  },
): ConvInfo {
  const { strides, pad, dimRoundingMode } = attrs
  const dilations = attrs.dilations ?? 1
  if (!backend_util.eitherStridesOrDilationsAreOne(strides, dilations)) {
    throw new Error(
      `${name}: strides are ${String(strides)} and dilations ${String(dilations)}, one of the two must be 1`,
    )
  }
  return checkOutput(
    name,
    backend_util.computeConv2DInfo(
      shape as Shape4,
      filterShape as Shape4,
      strides,
      dilations,
      pad,
      dimRoundingMode,
      true,
    ),
  )
}
