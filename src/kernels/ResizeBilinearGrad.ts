// Gradient of ResizeBilinear; arithmetic in assembly/ResizeBilinear.ts.
import type { ResizeBilinearGradAttrs, TensorInfo } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'
import { gradientAttrs, resizeRecord } from './resize.js'

/** dx [N, H, W, C] of dy [N, OH, OW, C]; of the images only the shape is read. */
function resizeBilinearGrad({
  inputs: { images, dy },
  attrs,
  backend,
}: KernelCall<'images' | 'dy', ResizeBilinearGradAttrs>): TensorInfo {
  const dx = backend.output(images.shape)
  const fields = resizeRecord(images, gradientAttrs(dy, attrs))
  const scratch = backend.scratch(backend.kernels.resizeBilinearScratch(backend.record(fields)))
  const record = backend.record(fields)
  backend.kernels.resizeBilinearGrad(backend.address(dy), backend.address(dx), record, images.shape[3]!, scratch)
  return dx
}

export const resizeBilinearGradConfig = kernel('ResizeBilinearGrad', resizeBilinearGrad)
