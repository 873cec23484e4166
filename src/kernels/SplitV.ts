// A tensor cut along an axis, the gradient of a concatenation; arithmetic in assembly/CopyRows.ts. In place of tfjs-backend-wasm's, which
// copies the whole tensor out of memory for each part.
import { backend_util, type SplitVAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'

/** Parts of x of the given sizes along `axis`, in order. */
function splitV({ inputs: { x }, attrs, backend }: KernelCall<'x', SplitVAttrs>): TensorInfo[] {
  const axis = util.parseAxisParam(attrs.axis, x.shape)[0]!
  // tfjs asks for a tensor, and reads its shape.
  const sizes = backend_util.prepareSplitSize(x, attrs.numOrSizeSplits, axis)
  const rows = util.sizeFromShape(x.shape.slice(0, axis))
  const unit = util.bytesPerElement(x.dtype) * util.sizeFromShape(x.shape.slice(axis + 1))
  const pitch = unit * x.shape[axis]!
  let before = 0
  return sizes.map(size => {
    const part = backend.output(x.shape.with(axis, size), x.dtype)
    const bytes = unit * size
    backend.kernels.copyRows(backend.address(x) + before, pitch, backend.address(part), bytes, bytes, rows)
    before += bytes
    return part
  })
}

export const splitVConfig = kernel('SplitV', splitV)
