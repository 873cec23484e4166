// Forward depthwise convolution on the backend: checks and shapes here, arithmetic in assembly/DepthwiseConv2dNative.ts. In place of
// tfjs-backend-wasm's, which is slower and wrong for some strided windows (tfjs #6629).
import type { DepthwiseConv2dNativeAttrs, TensorInfo } from '@tensorflow/tfjs-core'
import { type EyesWasmBackend, kernel, type KernelCall } from './backend.js'
import type { ConvInfo } from './geometry.js'
import { depthwiseInfo, windowRecord } from './windows.js'

export const depthwiseActivations = { linear: 0, relu: 1, relu6: 2 } as const
export type DepthwiseActivation = keyof typeof depthwiseActivations

/** y [N, OH, OW, C * M] of x [N, H, W, C] and filter [KH, KW, C, M], bias [C * M] or none. */
export function depthwiseConvolve(
  backend: EyesWasmBackend,
  info: ConvInfo,
  x: TensorInfo,
  filter: TensorInfo,
  bias: TensorInfo | undefined,
  activation: DepthwiseActivation,
): TensorInfo {
  const y = backend.output(info.outShape)
  const fields = windowRecord(info)
  const scratch = backend.scratch(backend.kernels.depthwiseConv2dNativeScratch(backend.record(fields)))
  backend.kernels.depthwiseConv2dNative(
    backend.address(x),
    backend.address(filter),
    bias ? backend.address(bias) : 0,
    backend.address(y),
    backend.record(fields),
    depthwiseActivations[activation],
    scratch,
  )
  return y
}

/** The attributes' geometry; tfjs has no depthwise convolution of NCHW on any backend's CPU path, and its gradient ignores the format. */
export function checkedDepthwiseInfo(
  name: string,
  x: TensorInfo,
  filter: TensorInfo,
  attrs: DepthwiseConv2dNativeAttrs,
): ConvInfo {
  if (attrs.dataFormat === 'NCHW') {
    throw new Error(`${name}: dataFormat is NCHW, wanted NHWC. Transpose x by [0, 2, 3, 1].`)
  }
  return depthwiseInfo(name, x.shape, filter.shape, attrs)
}

function depthwiseConv2dNative({
  inputs,
  attrs,
  backend,
}: KernelCall<'x' | 'filter', DepthwiseConv2dNativeAttrs>): TensorInfo {
  const info = checkedDepthwiseInfo('DepthwiseConv2dNative', inputs.x, inputs.filter, attrs)
  return depthwiseConvolve(backend, info, inputs.x, inputs.filter, undefined, 'linear')
}

export const depthwiseConv2dNativeConfig = kernel('DepthwiseConv2dNative', depthwiseConv2dNative)
