// From a checked tfjs convolution to the record that crosses into WASM (assembly/inline/geometry.ts owns the field order). Types of tfjs's
// alone: models/ asks for a layer's algorithm through this, and the library is imported without tfjs. What computes is conv-rewrites.ts.
import type { backend_util } from '@tensorflow/tfjs-core'

/** tfjs's checked description of a convolution: shapes, strides, padding. */
export type ConvInfo = backend_util.Conv2DInfo

/** Refuses a window that is larger than the padded picture by more than its stride: tfjs's formula then gives a negative size. */
export function checkOutput(name: string, info: ConvInfo): ConvInfo {
  if (info.outHeight < 0 || info.outWidth < 0) {
    throw new Error(
      `${name}: a window of ${info.effectiveFilterHeight} x ${info.effectiveFilterWidth} does not fit x [${info.inShape.join(', ')}]. ` +
        "Pad x, take pad 'same', or a smaller window.",
    )
  }
  return info
}

/** Whether a convolution has no output place: an empty batch, or a window of just one stride more than fits. The kernels expect one. */
export const isEmpty = ({ batchSize, outHeight, outWidth }: ConvInfo) => batchSize * outHeight * outWidth === 0

export const activations = { linear: 0, relu: 1, tanh: 2, clamp: 3 } as const
export type LayerActivation = keyof typeof activations

/** The record's fields, for a convolution whose filter has been expanded (dilation 1). */
export function geometryRecord(info: ConvInfo): number[] {
  return [
    info.batchSize,
    info.inHeight,
    info.inWidth,
    info.inChannels,
    info.outHeight,
    info.outWidth,
    info.outChannels,
    info.effectiveFilterHeight,
    info.effectiveFilterWidth,
    info.strideHeight,
    info.strideWidth,
    info.padInfo.top,
    info.padInfo.left,
  ]
}
