// Gradient of a convolution with respect to its input, and the forward pass of conv2dTranspose; arithmetic in
// assembly/Conv2DBackpropInput.ts. No dilation: tfjs's gradient of a dilated conv2d is an error, before it gets here.
import { backend_util, type Conv2DBackpropInputAttrs, type TensorInfo } from '@tensorflow/tfjs-core'
import { type Algorithm, chooseAlgorithm } from './algorithm.js'
import { type EyesWasmBackend, kernel, type KernelCall } from './backend.js'
import { inChannelsLast, withOutputSize, zeros } from './conv-rewrites.js'
import { activations, type ConvInfo, geometryRecord, isEmpty } from './geometry.js'
import { isPointwise, pointwiseConvolution } from './pointwise.js'
import { winogradConvolution } from './winograd/convolution.js'

/** dx [N, H, W, C] of dy [N, OH, OW, OC] and filter [KH, KW, C, OC]; as a transposed layer with bias [C] and ReLU. Channels last. */
export function convolveTransposed(
  backend: EyesWasmBackend,
  info: ConvInfo,
  dy: TensorInfo,
  filter: TensorInfo,
  bias: TensorInfo | undefined,
  activation: 'linear' | 'relu',
  algorithm: Algorithm = chooseAlgorithm('Conv2DBackpropInput', info),
): TensorInfo {
  if (isEmpty(info)) return zeros(backend, info.inShape)
  if (algorithm !== 'direct') {
    return winogradConvolution(backend, 'Conv2DBackpropInput', info, algorithm, dy, filter, bias, activation)
  }
  if (isPointwise(info)) return pointwiseConvolution(backend, info, true, dy, filter, bias, activation)
  const dx = backend.output(info.inShape)
  const fields = geometryRecord(info)
  const scratch = backend.scratch(backend.kernels.conv2DBackpropInputScratch(backend.record(fields)))
  backend.kernels.conv2DBackpropInput(
    backend.address(dy),
    backend.address(filter),
    bias ? backend.address(bias) : 0,
    backend.address(dx),
    backend.record(fields),
    activations[activation],
    scratch,
  )
  return dx
}

function conv2DBackpropInput({
  inputs,
  attrs,
  backend,
}: KernelCall<'dy' | 'filter', Conv2DBackpropInputAttrs>): TensorInfo {
  const info = backend_util.computeConv2DInfo(
    attrs.inputShape,
    inputs.filter.shape as [number, number, number, number],
    attrs.strides,
    1,
    attrs.pad,
    attrs.dimRoundingMode,
    false,
    backend_util.convertConv2DDataFormat(attrs.dataFormat),
  )
  return inChannelsLast(backend, info, [inputs.dy], true, (last, dy) =>
    withOutputSize(backend, last, dy, part =>
      convolveTransposed(backend, last, part, inputs.filter, undefined, 'linear'),
    ),
  )
}

export const conv2DBackpropInputConfig = kernel('Conv2DBackpropInput', conv2DBackpropInput)
