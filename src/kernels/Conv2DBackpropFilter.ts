// Gradient of a convolution with respect to its filter; arithmetic in assembly/Conv2DBackpropFilter.ts.
// No dilation: tfjs's gradient of a dilated conv2d is an error, before it gets here.
import { backend_util, type Conv2DBackpropFilterAttrs, type TensorInfo } from '@tensorflow/tfjs-core'
import { type Algorithm, chooseAlgorithm } from './algorithm.js'
import { type EyesWasmBackend, kernel, type KernelCall } from './backend.js'
import { inChannelsLast, withOutputSize, zeros } from './conv-rewrites.js'
import { type ConvInfo, geometryRecord, isEmpty } from './geometry.js'
import { isPointwise, pointwiseFilterGradient } from './pointwise.js'
import { winogradFilterGradient } from './winograd/convolution.js'

/** dw [KH, KW, C, OC] of x [N, H, W, C] and dy [N, OH, OW, OC]. Channels last. */
export function filterGradient(
  backend: EyesWasmBackend,
  info: ConvInfo,
  x: TensorInfo,
  dy: TensorInfo,
  algorithm: Algorithm = chooseAlgorithm('Conv2DBackpropFilter', info),
): TensorInfo {
  if (isEmpty(info)) return zeros(backend, [info.filterHeight, info.filterWidth, info.inChannels, info.outChannels])
  if (algorithm !== 'direct') return winogradFilterGradient(backend, info, algorithm, x, dy)
  if (isPointwise(info)) return pointwiseFilterGradient(backend, x, dy)
  const { filterHeight, filterWidth, inChannels, outChannels } = info
  const dw = backend.output([filterHeight, filterWidth, inChannels, outChannels])
  const fields = geometryRecord(info)
  const scratch = backend.scratch(backend.kernels.conv2DBackpropFilterScratch(backend.record(fields)))
  backend.kernels.conv2DBackpropFilter(
    backend.address(x),
    backend.address(dy),
    backend.address(dw),
    backend.record(fields),
    scratch,
  )
  return dw
}

function conv2DBackpropFilter({
  inputs,
  attrs,
  backend,
}: KernelCall<'x' | 'dy', Conv2DBackpropFilterAttrs>): TensorInfo {
  const info = backend_util.computeConv2DInfo(
    inputs.x.shape as [number, number, number, number],
    attrs.filterShape,
    attrs.strides,
    1,
    attrs.pad,
    attrs.dimRoundingMode,
    false,
    backend_util.convertConv2DDataFormat(attrs.dataFormat),
  )
  return inChannelsLast(backend, info, [inputs.x, inputs.dy], false, (last, x, dy) =>
    withOutputSize(backend, last, dy, part => filterGradient(backend, last, x, part)),
  )
}

export const conv2DBackpropFilterConfig = kernel('Conv2DBackpropFilter', conv2DBackpropFilter)
