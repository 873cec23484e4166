// Images at another size, each pixel interpolated between four old ones; arithmetic in assembly/ResizeBilinear.ts.
import type { ResizeBilinearAttrs, TensorInfo } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'
import { delegate } from './delegate.js'
import { resizedShape, resizeRecord } from './resize.js'

/** y [N, OH, OW, C], float32, of images [N, H, W, C] of any type. */
function resizeBilinear({ inputs: { images }, attrs, backend }: KernelCall<'images', ResizeBilinearAttrs>): TensorInfo {
  const isFloat = images.dtype === 'float32'
  const x = isFloat ? images : delegate(backend, 'Cast', { x: images }, { dtype: 'float32' })
  const y = backend.output(resizedShape(images, attrs.size))
  const fields = resizeRecord(images, attrs)
  const scratch = backend.scratch(backend.kernels.resizeBilinearScratch(backend.record(fields)))
  const record = backend.record(fields)
  backend.kernels.resizeBilinear(backend.address(x), backend.address(y), record, images.shape[3]!, scratch)
  if (!isFloat) backend.disposeData(x.dataId)
  return y
}

export const resizeBilinearConfig = kernel('ResizeBilinear', resizeBilinear)
