// Maximum of each window of volumes, and its gradient. In place of tfjs-backend-wasm's, whose maxima start from the least positive number: wrong
// where all of a window is negative. Two poolings of maps by assembly/MaxPool.ts, over height and width and then over depth, are the same:
// of equal values the first in the window comes first in both.
import { backend_util, type MaxPool3DAttrs, type MaxPool3DGradAttrs, type TensorInfo } from '@tensorflow/tfjs-core'
import { type EyesWasmBackend, kernel, type KernelCall } from './backend.js'
import { castTo } from './Cast.js'
import { checkVolume, type Shape5, type VolumeInfo } from './volumes.js'

/** The records of the two poolings, fields as assembly/inline/windows.ts has them. */
function records(info: VolumeInfo): { plane: number[]; depth: number[]; between: number[] } {
  const { batchSize, inChannels: channels, inDepth, outDepth, inHeight, inWidth, outHeight, outWidth, padInfo } = info
  const pixels = outHeight * outWidth * channels
  const plane = [
    batchSize * inDepth,
    inHeight,
    inWidth,
    channels,
    outHeight,
    outWidth,
    info.filterHeight,
    info.filterWidth,
  ]
  plane.push(info.strideHeight, info.strideWidth, info.dilationHeight, info.dilationWidth, padInfo.top, padInfo.left, 1)
  const depth = [batchSize, inDepth, 1, pixels, outDepth, 1, info.filterDepth, 1]
  depth.push(info.strideDepth, 1, info.dilationDepth, 1, padInfo.front, 0, 1)
  return { plane, depth, between: [batchSize, inDepth, outHeight, outWidth, channels] }
}

function infoOf(name: string, shape: readonly number[], attrs: MaxPool3DAttrs | MaxPool3DGradAttrs): VolumeInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attrs
  return checkVolume(
    name,
    backend_util.computePool3DInfo(shape as Shape5, filterSize, strides, 1, pad, dimRoundingMode),
  )
}

function pool(
  backend: EyesWasmBackend,
  x: TensorInfo,
  shape: readonly number[],
  record: readonly number[],
): TensorInfo {
  const y = backend.output(shape)
  const scratch = backend.scratch(backend.kernels.maxPoolScratch())
  backend.kernels.maxPool(backend.address(x), backend.address(y), backend.record(record), scratch)
  return y
}

/** y [N, OD, OH, OW, C], float32, of x [N, D, H, W, C] of any type. */
function maxPool3D({ inputs, attrs, backend }: KernelCall<'x', MaxPool3DAttrs>): TensorInfo {
  const info = infoOf('MaxPool3D', inputs.x.shape, attrs)
  const x = castTo(backend, inputs.x, 'float32')
  const { plane, depth, between } = records(info)
  const planes = pool(backend, x, between, plane)
  const y = pool(backend, planes, info.outShape, depth)
  for (const { dataId } of [x, planes]) backend.disposeData(dataId)
  return y
}

export const maxPool3DConfig = kernel('MaxPool3D', maxPool3D)

/** dx [N, D, H, W, C] of dy [N, OD, OH, OW, C] and the pooling's input. */
function maxPool3DGrad({ inputs, attrs, backend }: KernelCall<'dy' | 'input', MaxPool3DGradAttrs>): TensorInfo {
  const { dy } = inputs
  const input = castTo(backend, inputs.input, 'float32')
  const info = infoOf('MaxPool3DGrad', input.shape, attrs)
  const { plane, depth, between } = records(info)
  const back = (gradient: TensorInfo, x: TensorInfo, record: readonly number[]): TensorInfo => {
    const dx = backend.output(x.shape)
    const scratch = backend.scratch(backend.kernels.maxPoolScratch())
    const [dyAt, xAt, dxAt] = [backend.address(gradient), backend.address(x), backend.address(dx)]
    backend.kernels.maxPoolGrad(dyAt, xAt, dxAt, backend.record(record), scratch)
    return dx
  }
  const planes = pool(backend, input, between, plane)
  const dPlanes = back(dy, planes, depth)
  const dx = back(dPlanes, input, plane)
  for (const { dataId } of [input, planes, dPlanes]) backend.disposeData(dataId)
  return dx
}

export const maxPool3DGradConfig = kernel('MaxPool3DGrad', maxPool3DGrad)
