// A tensor cut along an axis: SplitV, the gradient of a concatenation, and Unpack, the steps of an RNN; arithmetic in assembly/CopyRows.ts. In
// place of tfjs-backend-wasm's, which copy the whole tensor out of memory for each part.
import { backend_util, type SplitVAttrs, type TensorInfo, type UnpackAttrs, util } from '@tensorflow/tfjs-core'
import { type EyesWasmBackend, kernel, type KernelCall } from './backend.js'

/** Parts of x of the given sizes along `axis`, in order; `shapeOf` gives a part's shape. */
function cut(
  backend: EyesWasmBackend,
  x: TensorInfo,
  axis: number,
  sizes: readonly number[],
  shapeOf: (size: number) => number[],
): TensorInfo[] {
  const rows = util.sizeFromShape(x.shape.slice(0, axis))
  const unit = util.bytesPerElement(x.dtype) * util.sizeFromShape(x.shape.slice(axis + 1))
  const pitch = unit * x.shape[axis]!
  let before = 0
  return sizes.map(size => {
    const part = backend.output(shapeOf(size), x.dtype)
    const bytes = unit * size
    backend.kernels.copyRows(backend.address(x) + before, pitch, backend.address(part), bytes, bytes, rows)
    before += bytes
    return part
  })
}

function splitV({ inputs: { x }, attrs, backend }: KernelCall<'x', SplitVAttrs>): TensorInfo[] {
  const axis = util.parseAxisParam(attrs.axis, x.shape)[0]!
  // tfjs asks for a tensor, and reads its shape.
  const sizes = backend_util.prepareSplitSize(x, attrs.numOrSizeSplits, axis)
  return cut(backend, x, axis, sizes, size => x.shape.with(axis, size))
}

/** The slices of x along an axis, which their shape has not. */
function unpack({ inputs: { value }, attrs, backend }: KernelCall<'value', UnpackAttrs>): TensorInfo[] {
  const axis = util.parseAxisParam(attrs.axis, value.shape)[0]!
  const sizes = new Array<number>(value.shape[axis]!).fill(1)
  return cut(backend, value, axis, sizes, () => value.shape.toSpliced(axis, 1))
}

export const splitConfigs = [kernel('SplitV', splitV), kernel('Unpack', unpack)] as const
