// Gradient of a depthwise convolution with respect to its input; arithmetic in assembly/DepthwiseConv2dNativeBackpropInput.ts.
import type { DepthwiseConv2dNativeBackpropInputAttrs, TensorInfo } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'
import { withOutputSize } from './conv-rewrites.js'
import { depthwiseInfo, windowRecord } from './windows.js'

/** dx [N, H, W, C] of dy [N, OH, OW, C * M] and filter [KH, KW, C, M]. */
function depthwiseConv2dNativeBackpropInput({
  inputs,
  attrs,
  backend,
}: KernelCall<'dy' | 'filter', DepthwiseConv2dNativeBackpropInputAttrs>): TensorInfo {
  const info = depthwiseInfo('DepthwiseConv2dNativeBackpropInput', attrs.inputShape, inputs.filter.shape, attrs)
  return withOutputSize(backend, info, inputs.dy, dy => {
    const dx = backend.output(info.inShape)
    const fields = windowRecord(info)
    const scratch = backend.scratch(backend.kernels.depthwiseConv2dNativeScratch(backend.record(fields)))
    backend.kernels.depthwiseConv2dNativeBackpropInput(
      backend.address(dy),
      backend.address(inputs.filter),
      backend.address(dx),
      backend.record(fields),
      scratch,
    )
    return dx
  })
}

export const depthwiseConv2dNativeBackpropInputConfig = kernel(
  'DepthwiseConv2dNativeBackpropInput',
  depthwiseConv2dNativeBackpropInput,
)
