// Gradient of ResizeNearestNeighbor; arithmetic in assembly/ResizeNearestNeighbor.ts.
import type { ResizeNearestNeighborGradAttrs, TensorInfo } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'
import { gradientAttrs, resizeRecord } from './resize.js'

/** dx [N, H, W, C] of dy [N, OH, OW, C]; of the images only the shape is read. */
function resizeNearestNeighborGrad({
  inputs: { images, dy },
  attrs,
  backend,
}: KernelCall<'images' | 'dy', ResizeNearestNeighborGradAttrs>): TensorInfo {
  const dx = backend.output(images.shape)
  const fields = resizeRecord(images, gradientAttrs(dy, attrs))
  const scratch = backend.scratch(backend.kernels.resizeNearestNeighborScratch(backend.record(fields)))
  const record = backend.record(fields)
  backend.kernels.resizeNearestNeighborGrad(backend.address(dy), backend.address(dx), record, images.shape[3]!, scratch)
  return dx
}

export const resizeNearestNeighborGradConfig = kernel('ResizeNearestNeighborGrad', resizeNearestNeighborGrad)
