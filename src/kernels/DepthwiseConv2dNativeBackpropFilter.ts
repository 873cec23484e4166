// Gradient of a depthwise convolution with respect to its filter; arithmetic in assembly/DepthwiseConv2dNativeBackpropFilter.ts.
import type { DepthwiseConv2dNativeBackpropFilterAttrs, TensorInfo } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'
import { withOutputSize } from './conv-rewrites.js'
import { depthwiseInfo, windowRecord } from './windows.js'

/** dw [KH, KW, C, M] of x [N, H, W, C] and dy [N, OH, OW, C * M]. */
function depthwiseConv2dNativeBackpropFilter({
  inputs,
  attrs,
  backend,
}: KernelCall<'x' | 'dy', DepthwiseConv2dNativeBackpropFilterAttrs>): TensorInfo {
  const { filterShape } = attrs
  const info = depthwiseInfo('DepthwiseConv2dNativeBackpropFilter', inputs.x.shape, filterShape, attrs)
  return withOutputSize(backend, info, inputs.dy, dy => {
    const dw = backend.output(filterShape)
    const fields = windowRecord(info)
    const scratch = backend.scratch(backend.kernels.depthwiseConv2dNativeScratch(backend.record(fields)))
    backend.kernels.depthwiseConv2dNativeBackpropFilter(
      backend.address(inputs.x),
      backend.address(dy),
      backend.address(dw),
      backend.record(fields),
      scratch,
    )
    return dw
  })
}

export const depthwiseConv2dNativeBackpropFilterConfig = kernel(
  'DepthwiseConv2dNativeBackpropFilter',
  depthwiseConv2dNativeBackpropFilter,
)
