// The rewrites that keep the convolution kernels to one case: NCHW becomes NHWC, a dilated filter a larger one with zeros, and of a dy that is
// too large its part is taken. Used by the kernels of conv2d and its gradients.
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { EyesWasmBackend } from './backend.js'
import { delegate } from './delegate.js'
import type { ConvInfo } from './geometry.js'

/** A new float32 tensor of zeros. */
export function zeros(backend: EyesWasmBackend, shape: readonly number[]): TensorInfo {
  const y = backend.output(shape)
  backend.floats(y).fill(0)
  return y
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

const transpose = (backend: EyesWasmBackend, x: TensorInfo, perm: number[]): TensorInfo =>
  delegate(backend, 'Transpose', { x }, { perm })

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
