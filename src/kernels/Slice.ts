// Parts of a tensor: Slice and StridedSlice; arithmetic in assembly/CopyRows.ts. In place of tfjs-backend-wasm's, which copy the whole tensor
// out of memory for each part, take a slice beyond the end, and answer a strided one as float32 whatever it was.
import { slice_util, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { type EyesWasmBackend, kernel, type KernelCall } from './backend.js'
import { copyBlock, stepsOf } from './copy-block.js'

/** Values at begin + i stride, i below size, along each axis; a tensor of shape `size`. */
function part(
  backend: EyesWasmBackend,
  x: TensorInfo,
  begin: readonly number[],
  size: readonly number[],
  stride?: readonly number[],
): TensorInfo {
  const y = backend.output(size, x.dtype)
  if (util.sizeFromShape(y.shape) === 0) return y
  const bytes = util.bytesPerElement(x.dtype)
  const steps = stepsOf(x.shape)
  let first = 0
  begin.forEach((start, axis) => (first += start * steps[axis]!))
  const from = {
    at: backend.address(x) + bytes * first,
    steps: stride ? steps.map((step, axis) => step * stride[axis]!) : steps,
  }
  copyBlock(backend, size, bytes, from, { at: backend.address(y), steps: stepsOf(size) })
  return y
}
interface SliceAttrs {
  begin: number | number[]
  size: number | number[]
}

/** @throws Error when the part reaches beyond x */
function slice({ inputs: { x }, attrs, backend }: KernelCall<'x', SliceAttrs>): TensorInfo {
  const [begin, size] = slice_util.parseSliceParams(x, attrs.begin, attrs.size) as [number[], number[]]
  slice_util.assertParamsValid(x, begin, size)
  return part(backend, x, begin, size)
}

interface StridedAttrs {
  begin: number[]
  end: number[]
  strides: number[]
  beginMask: number
  endMask: number
  ellipsisMask: number
  newAxisMask: number
  shrinkAxisMask: number
}

function stridedSlice({ inputs: { x }, attrs, backend }: KernelCall<'x', StridedAttrs>): TensorInfo {
  const { beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attrs
  const masks = [beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask] as const
  const info = slice_util.sliceInfo(x.shape, attrs.begin, attrs.end, attrs.strides, ...masks)
  const shape = info.finalShape
  if (info.isIdentity) {
    backend.incRef(x.dataId)
    return { dataId: x.dataId, shape, dtype: x.dtype }
  }
  // A part that ends before it begins is empty.
  const size = slice_util.computeOutShape(info.begin, info.end, info.strides).map(side => Math.max(0, side))
  return { ...part(backend, x, info.begin, size, info.strides), shape }
}

export const sliceConfigs = [kernel('Slice', slice), kernel('StridedSlice', stridedSlice)] as const
