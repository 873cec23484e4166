// Maximum of each window on the backend; arithmetic in assembly/MaxPool.ts. In place of tfjs-backend-wasm's, which is wrong for windows of
// one place (tfjs #5355) and of some strides (#6629), and takes no int32.
import type { MaxPoolAttrs, TensorInfo } from '@tensorflow/tfjs-core'
import { type EyesWasmBackend, kernel, type KernelCall } from './backend.js'
import { delegate } from './delegate.js'
import { isCopy, poolInfo, windowRecord } from './windows.js'

/** y [N, OH, OW, C] of x [N, H, W, C], of x's type. A whole number above 2^24 is rounded to float32. */
export function maxPool({ inputs: { x }, attrs, backend }: KernelCall<'x', MaxPoolAttrs>): TensorInfo {
  if (x.dtype === 'float32') return maximum(backend, x, attrs)
  const floats = delegate(backend, 'Cast', { x }, { dtype: 'float32' })
  const y = maximum(backend, floats, attrs)
  const whole = delegate(backend, 'Cast', { x: y }, { dtype: x.dtype })
  backend.disposeData(floats.dataId)
  backend.disposeData(y.dataId)
  return whole
}

function maximum(backend: EyesWasmBackend, x: TensorInfo, attrs: MaxPoolAttrs): TensorInfo {
  const info = poolInfo('MaxPool', x.shape, attrs)
  if (isCopy(info)) return delegate(backend, 'Identity', { x })
  const y = backend.output(info.outShape)
  const scratch = backend.scratch(backend.kernels.maxPoolScratch())
  backend.kernels.maxPool(backend.address(x), backend.address(y), backend.record(windowRecord(info)), scratch)
  return y
}

export const maxPoolConfig = kernel('MaxPool', maxPool)
