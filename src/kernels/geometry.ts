// From a checked tfjs convolution to the record that crosses into WASM (assembly/inline/geometry.ts owns the field order), and the
// rewrites that keep the kernels to one case: NCHW becomes NHWC, and a dilated filter becomes a larger one with zeros.
import { type backend_util, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { EyesWasmBackend } from './backend.js'
import { delegate } from './delegate.js'

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

/** A new float32 tensor of zeros. */
export function zeros(backend: EyesWasmBackend, shape: readonly number[]): TensorInfo {
  const y = backend.output(shape)
  backend.floats(y).fill(0)
  return y
}

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

/** [KH, KW, C, OC] spread to the dilated size with zeros between; the filter itself when there is no dilation. */
export function dilateFilter(backend: EyesWasmBackend, filter: TensorInfo, info: ConvInfo): TensorInfo {
  if (info.dilationHeight === 1 && info.dilationWidth === 1) return filter
  const matrix = filter.shape[2]! * filter.shape[3]!
  const dilated = backend.output([
    info.effectiveFilterHeight,
    info.effectiveFilterWidth,
    filter.shape[2]!,
    filter.shape[3]!,
  ])
  const from = backend.floats(filter)
  const to = backend.floats(dilated).fill(0)
  for (let i = 0; i < info.filterHeight; i++) {
    for (let j = 0; j < info.filterWidth; j++) {
      const tap = i * info.filterWidth + j
      const dilatedTap = i * info.dilationHeight * info.effectiveFilterWidth + j * info.dilationWidth
      to.set(from.subarray(tap * matrix, (tap + 1) * matrix), dilatedTap * matrix)
    }
  }
  return dilated
}

const toChannelsLast = [0, 2, 3, 1]
const toChannelsFirst = [0, 3, 1, 2]

function transpose(backend: EyesWasmBackend, x: TensorInfo, perm: number[]): TensorInfo {
  // tfjs-backend-wasm's divides by the sizes.
  if (util.sizeFromShape(x.shape) === 0) return backend.output(perm.map(axis => x.shape[axis]!))
  return delegate(backend, 'Transpose', { x }, { perm })
}

/**
 * Runs `compute` on the part of dy, [N, H, W, OC], that the convolution has an output for. tfjs lets conv2dTranspose ask for fewer
 * pixels than dy reaches; its kernels then read the top left part of dy. Too small a dy is refused.
 */
export function withOutputSize(
  backend: EyesWasmBackend,
  info: ConvInfo,
  dy: TensorInfo,
  compute: (dy: TensorInfo) => TensorInfo,
): TensorInfo {
  const size = info.outShape
  if (size.every((length, axis) => length === dy.shape[axis])) return compute(dy)
  if (size.some((length, axis) => length > dy.shape[axis]!)) {
    throw new Error(
      `gradient of conv2d: dy is [${dy.shape.join(', ')}], wanted [${size.join(', ')}] for x [${info.inShape.join(', ')}], ` +
        `filter [${info.filterHeight}, ${info.filterWidth}], stride [${info.strideHeight}, ${info.strideWidth}]`,
    )
  }
  const part = delegate(backend, 'Slice', { x: dy }, { begin: [0, 0, 0, 0], size })
  const result = compute(part)
  backend.disposeData(part.dataId)
  return result
}

/**
 * Runs `compute` on NHWC copies of `tensors` when the data format is channels-first, and turns a 4-D map it returns back.
 * With channels-last data nothing is copied.
 */
export function inChannelsLast<T extends TensorInfo[]>(
  backend: EyesWasmBackend,
  info: ConvInfo,
  tensors: T,
  resultIsMap: boolean,
  compute: (info: ConvInfo, ...tensors: T) => TensorInfo,
): TensorInfo {
  if (info.dataFormat === 'channelsLast') return compute(info, ...tensors)
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info
  const last: ConvInfo = {
    ...info,
    dataFormat: 'channelsLast',
    inShape: [batchSize, inHeight, inWidth, inChannels],
    outShape: [batchSize, outHeight, outWidth, outChannels],
  }
  const copies = tensors.map(t => transpose(backend, t, toChannelsLast)) as T
  const result = compute(last, ...copies)
  for (const copy of copies) backend.disposeData(copy.dataId)
  if (!resultIsMap) return result
  const turned = transpose(backend, result, toChannelsFirst)
  backend.disposeData(result.dataId)
  return turned
}
