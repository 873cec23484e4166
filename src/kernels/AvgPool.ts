// Mean of each window on the backend, over the places within the picture; arithmetic in assembly/AvgPool.ts. In place of
// tfjs-backend-wasm's, which is wrong for windows of one place (tfjs #5355).
import type { AvgPoolAttrs, TensorInfo } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'
import { delegate } from './delegate.js'
import { isCopy, poolInfo, windowRecord } from './windows.js'

/** y [N, OH, OW, C] of x [N, H, W, C]; tfjs has made x float32. */
function avgPool({ inputs: { x }, attrs, backend }: KernelCall<'x', AvgPoolAttrs>): TensorInfo {
  const info = poolInfo('AvgPool', x.shape, attrs)
  if (isCopy(info)) return delegate(backend, 'Identity', { x })
  const y = backend.output(info.outShape)
  const fields = windowRecord(info)
  const scratch = backend.scratch(backend.kernels.avgPoolScratch(backend.record(fields)))
  backend.kernels.avgPool(backend.address(x), backend.address(y), backend.record(fields), scratch)
  return y
}

export const avgPoolConfig = kernel('AvgPool', avgPool)
