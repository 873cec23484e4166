// Forward 2-D convolution on the backend: checks and shapes here, arithmetic in assembly/Conv2D.ts.
import { backend_util, type Conv2DAttrs, type TensorInfo } from '@tensorflow/tfjs-core'
import { type Algorithm, chooseAlgorithm } from './algorithm.js'
import { type EyesWasmBackend, kernel, type KernelCall } from './backend.js'
import { dilateFilter, inChannelsLast } from './conv-rewrites.js'
import { activations, checkOutput, type ConvInfo, geometryRecord, isEmpty } from './geometry.js'
import { isPointwise, pointwiseConvolution } from './pointwise.js'
import { winogradConvolution } from './winograd/convolution.js'

type Shape4 = [number, number, number, number]

/**
 * y [N, OH, OW, OC] of x [N, H, W, C] and filter [KH, KW, C, OC], bias [OC] or none; ReLU where asked. Channels last.
 * A NaN or an infinity of x or the filter is seen in every element that depends on it. In Winograd's domain it spreads to others of the
 * same tile, and an infinity becomes NaN there.
 */
export function convolve(
  backend: EyesWasmBackend,
  info: ConvInfo,
  x: TensorInfo,
  filter: TensorInfo,
  bias: TensorInfo | undefined,
  activation: 'linear' | 'relu',
  algorithm: Algorithm = chooseAlgorithm('Conv2D', info),
): TensorInfo {
  if (isEmpty(info)) return backend.output(info.outShape)
  if (algorithm !== 'direct') {
    return winogradConvolution(backend, 'Conv2D', info, algorithm, x, filter, bias, activation)
  }
  if (isPointwise(info)) return pointwiseConvolution(backend, info, false, x, filter, bias, activation)
  const y = backend.output(info.outShape)
  const dilated = dilateFilter(backend, filter, info)
  const fields = geometryRecord(info)
  const scratch = backend.scratch(backend.kernels.conv2DScratch(backend.record(fields)))
  backend.kernels.conv2D(
    backend.address(x),
    backend.address(dilated),
    bias ? backend.address(bias) : 0,
    backend.address(y),
    backend.record(fields),
    activations[activation],
    scratch,
  )
  if (dilated !== filter) backend.disposeData(dilated.dataId)
  return y
}

/** The kernel itself, in either data format, for FusedConv2D.ts as well. */
export function conv2D({ inputs, attrs, backend }: KernelCall<'x' | 'filter', Conv2DAttrs>): TensorInfo {
  const checked = backend_util.computeConv2DInfo(
    inputs.x.shape as Shape4,
    inputs.filter.shape as Shape4,
    attrs.strides,
    attrs.dilations,
    attrs.pad,
    attrs.dimRoundingMode,
    false,
    backend_util.convertConv2DDataFormat(attrs.dataFormat),
  )
  const info = checkOutput('Conv2D', checked)
  return inChannelsLast(backend, info, [inputs.x], true, (last, x) =>
    convolve(backend, last, x, inputs.filter, undefined, 'linear'),
  )
}

export const conv2DConfig = kernel('Conv2D', conv2D)
