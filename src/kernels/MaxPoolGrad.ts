// Gradient of MaxPool on the backend; arithmetic in assembly/MaxPool.ts. Of equal values the first in the window gets the gradient.
import type { MaxPoolGradAttrs, TensorInfo } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'
import { delegate } from './delegate.js'
import { withOutputSize } from './conv-rewrites.js'
import { poolInfo, windowRecord } from './windows.js'

/** dx [N, H, W, C] of dy [N, OH, OW, C] and the pooling's input. */
function maxPoolGrad({ inputs, attrs, backend }: KernelCall<'dy' | 'input', MaxPoolGradAttrs>): TensorInfo {
  const { input } = inputs
  const info = poolInfo('MaxPoolGrad', input.shape, attrs)
  const x = input.dtype === 'float32' ? input : delegate(backend, 'Cast', { x: input }, { dtype: 'float32' })
  const result = withOutputSize(backend, info, inputs.dy, dy => {
    const dx = backend.output(info.inShape)
    const scratch = backend.scratch(backend.kernels.maxPoolScratch())
    const [dyAt, xAt, dxAt] = [backend.address(dy), backend.address(x), backend.address(dx)]
    backend.kernels.maxPoolGrad(dyAt, xAt, dxAt, backend.record(windowRecord(info)), scratch)
    return dx
  })
  if (x !== input) backend.disposeData(x.dataId)
  return result
}

export const maxPoolGradConfig = kernel('MaxPoolGrad', maxPoolGrad)
