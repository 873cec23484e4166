// A tensor backwards along some axes; arithmetic in assembly/CopyRows.ts. In place of tfjs-backend-wasm's, which takes four bytes for each value
// of a bool tensor, and so writes beyond the end of its memory.
import { type ReverseAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'
import { copyBlock, stepsOf } from './copy-block.js'

function reverse({ inputs: { x }, attrs, backend }: KernelCall<'x', ReverseAttrs>): TensorInfo {
  const y = backend.output(x.shape, x.dtype)
  if (util.sizeFromShape(x.shape) === 0) return y
  const steps = stepsOf(x.shape)
  const from = { at: backend.address(x), steps: [...steps] }
  const bytes = util.bytesPerElement(x.dtype)
  // An axis that is named twice is turned once, as elsewhere in tfjs.
  for (const axis of new Set(util.parseAxisParam(attrs.dims, x.shape))) {
    from.at += bytes * steps[axis]! * (x.shape[axis]! - 1)
    from.steps[axis] = -steps[axis]!
  }
  copyBlock(backend, x.shape, bytes, from, { at: backend.address(y), steps })
  return y
}

export const reverseConfig = kernel('Reverse', reverse)
