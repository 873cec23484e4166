// Gradient of AvgPool on the backend; arithmetic in assembly/AvgPool.ts. At an edge it is that of tfjs's cpu backend: dy over the whole
// window's size, although the mean there was over fewer places.
import type { AvgPoolGradAttrs, TensorInfo } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'
import { withOutputSize } from './conv-rewrites.js'
import { poolInfo, windowRecord } from './windows.js'

/** dx [N, H, W, C] of dy [N, OH, OW, C]; of the pooling's input only the shape is read. */
function avgPoolGrad({ inputs, attrs, backend }: KernelCall<'dy' | 'input', AvgPoolGradAttrs>): TensorInfo {
  const info = poolInfo('AvgPoolGrad', inputs.input.shape, attrs)
  return withOutputSize(backend, info, inputs.dy, dy => {
    const dx = backend.output(info.inShape)
    const fields = windowRecord(info)
    const scratch = backend.scratch(backend.kernels.avgPoolScratch(backend.record(fields)))
    backend.kernels.avgPoolGrad(backend.address(dy), backend.address(dx), backend.record(fields), scratch)
    return dx
  })
}

export const avgPoolGradConfig = kernel('AvgPoolGrad', avgPoolGrad)
