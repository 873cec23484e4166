// A tensor with a border of one value; arithmetic in assembly/CopyRows.ts. In place of tfjs-backend-wasm's, which looks for a border of NaN in a
// sorted list of those that it has made, finds another, and from then on gives wrong ones for every value.
import { type PadV2Attrs, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { KernelCall } from './backend.js'
import { copyBlock, stepsOf } from './copy-block.js'
import { delegatingKernel } from './delegate.js'

/** y [before + size + after, ...], of x's type; of a bool tensor, the border is 1 for every value but 0, as Cast makes it. */
function pad({ inputs: { x }, attrs: { paddings, constantValue }, backend }: KernelCall<'x', PadV2Attrs>): TensorInfo {
  const shape = x.shape.map((side, axis) => paddings[axis]![0] + side + paddings[axis]![1])
  const y = backend.output(shape, x.dtype)
  if (!util.arraysEqual(shape, x.shape))
    backend.typedArrayFromHeap(y).fill(x.dtype === 'bool' ? Number(constantValue !== 0) : constantValue)
  if (util.sizeFromShape(x.shape) === 0) return y
  const bytes = util.bytesPerElement(x.dtype)
  const steps = stepsOf(shape)
  let first = 0
  paddings.forEach(([before], axis) => (first += before * steps[axis]!))
  const to = { at: backend.address(y) + bytes * first, steps }
  copyBlock(backend, x.shape, bytes, { at: backend.address(x), steps: stepsOf(x.shape) }, to)
  return y
}

/** Their SpaceToBatchND calls theirs. */
export const padV2Config = delegatingKernel('PadV2', pad)
