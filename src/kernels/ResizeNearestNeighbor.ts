// Images at another size, each pixel the nearest old one; arithmetic in assembly/ResizeNearestNeighbor.ts.
import { type ResizeNearestNeighborAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'
import { resizedShape, resizeRecord } from './resize.js'

/** y [N, OH, OW, C] of images [N, H, W, C], of their type. */
function resizeNearestNeighbor({
  inputs: { images },
  attrs,
  backend,
}: KernelCall<'images', ResizeNearestNeighborAttrs>): TensorInfo {
  const y = backend.output(resizedShape(images, attrs.size), images.dtype)
  const fields = resizeRecord(images, attrs)
  const scratch = backend.scratch(backend.kernels.resizeNearestNeighborScratch(backend.record(fields)))
  backend.kernels.resizeNearestNeighbor(
    backend.address(images),
    backend.address(y),
    backend.record(fields),
    images.shape[3]! * util.bytesPerElement(images.dtype),
    scratch,
  )
  return y
}

export const resizeNearestNeighborConfig = kernel('ResizeNearestNeighbor', resizeNearestNeighbor)
