// Concatenation along any axis, in place of tfjs-backend-wasm's, which calls JavaScript for every row: a skip connection of a U-Net joins channels,
// whose rows are short. Arithmetic in assembly/CopyRows.ts. Strings are theirs.
import { backend_util, type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { type EyesWasmBackend, kernel } from './backend.js'
import { castTo } from './Cast.js'
import { delegate } from './delegate.js'

interface ConcatCall {
  inputs: TensorInfo[]
  attrs: { axis: number }
  backend: EyesWasmBackend
}

/** @throws Error when shapes differ along another axis */
function concat({ inputs, attrs, backend }: ConcatCall): TensorInfo {
  const { dtype } = inputs[0]!
  if (dtype === 'string') return delegate(backend, 'Concat', inputs as never, { ...attrs })
  const axis = util.parseAxisParam(attrs.axis, inputs[0]!.shape)[0]!
  const shapes = inputs.map(({ shape }) => shape)
  backend_util.assertParamsConsistent(shapes, axis)
  const y = backend.output(backend_util.computeOutShape(shapes, axis), dtype)
  const element = util.bytesPerElement(dtype)
  /** Bytes of one row: along the axis and all behind it. */
  const rowOf = ({ shape }: TensorInfo) => util.sizeFromShape(shape.slice(axis)) * element
  const [rows, step] = [util.sizeFromShape(y.shape.slice(0, axis)), rowOf(y)]
  let to = backend.address(y)
  for (const one of inputs) {
    const [x, row] = [castTo(backend, one, dtype), rowOf(one)]
    backend.kernels.copyRows(backend.address(x), to, rows, row, row, step)
    backend.disposeData(x.dataId)
    to += row
  }
  return y
}

export const concatConfig: KernelConfig = kernel('Concat', concat as unknown as Parameters<typeof kernel>[1])
