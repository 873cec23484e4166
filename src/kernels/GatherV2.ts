// tfjs's gather: slices of a tensor along an axis, by number; an embedding's forward pass. Copied a slice at a time (assembly/GatherV2.ts), where
// tfjs-backend-wasm computes an index for each value.
import { backend_util, type GatherV2Attrs, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { inputError } from '../errors.js'
import { kernel, type KernelCall } from './backend.js'

/**
 * y [batch, outer, ids, slice] of x [batch, outer, rows, slice] and int32 indices [batch, ids], in tfjs's shapes.
 * @throws INPUT for an index that is no row's
 */
function gather({ inputs: { x, indices }, attrs, backend }: KernelCall<'x' | 'indices', GatherV2Attrs>): TensorInfo {
  const [axis] = util.parseAxisParam(attrs.axis, x.shape) as [number]
  if (indices.dtype !== 'int32') throw inputError(`GatherV2: indices are ${indices.dtype}, wanted int32. Cast them.`)
  const rows = x.shape[axis]!
  const wrong = backend.typedArrayFromHeap(indices).find(index => index < 0 || index >= rows)
  if (wrong !== undefined) {
    throw inputError(
      `GatherV2: the index value ${wrong} is not in [0, ${rows - 1}]. Give indices of x [${x.shape.join(', ')}] along axis ${axis}.`,
    )
  }
  // tfjs's older calls have no batchDims.
  const batchDims = (attrs.batchDims as number | undefined) ?? 0
  const info = backend_util.segment_util.collectGatherOpShapeInfo(x, indices, axis, batchDims)
  const y = backend.output(info.outputShape, x.dtype)
  const count = info.batchSize === 0 ? 0 : util.sizeFromShape(indices.shape) / info.batchSize
  const bytes = util.bytesPerElement(x.dtype) * info.sliceSize
  let [from, to] = [backend.address(x), backend.address(y)]
  for (let batch = 0; batch < info.batchSize; batch++) {
    const ids = backend.address(indices) + 4 * batch * count
    for (let outer = 0; outer < info.outerSize; outer++) {
      backend.kernels.gatherRows(from, ids, to, count, bytes)
      from += info.dimSize * bytes
      to += count * bytes
    }
  }
  return y
}

export const gatherV2Config = kernel('GatherV2', gather)
