// Tensors without values, of which tfjs-backend-wasm's kernels leave results as they found them, divide by the length of an axis or end in a
// trap. A reduction of nothing is what nothing adds up to, 0 for a sum and 1 for a product, as in NumPy and TensorFlow; other results are
// empty. Called by number-types.ts, for all of their kernels; inputs have types that these know.
import { backend_util, type DataType, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { Compute } from './backend.js'

type Attrs = Record<string, unknown>

/** Reductions of nothing. cpu's Max and Min of nothing are NaN. */
const values: Readonly<Partial<Record<string, (dtype: DataType) => number>>> = {
  All: () => 1,
  Any: () => 0,
  ArgMax: () => 0,
  ArgMin: () => 0,
  Max: dtype => (dtype === 'float32' ? -Infinity : dtype === 'int32' ? -(2 ** 31) : 0),
  Mean: () => NaN,
  Min: dtype => (dtype === 'float32' ? Infinity : dtype === 'int32' ? 2 ** 31 - 1 : 1),
  Prod: () => 1,
  Sum: () => 0,
}

const types: Readonly<Partial<Record<string, DataType>>> = { ArgMax: 'int32', ArgMin: 'int32', Mean: 'float32' }

/** Shapes of the other kernels' results. */
const shapes: Readonly<Partial<Record<string, (shape: number[], attrs: Attrs) => number[]>>> = {
  Cumprod: shape => shape,
  Cumsum: shape => shape,
  TopK: (shape, { k }) => shape.with(-1, k as number),
  Transpose: (shape, { perm }) => (perm as number[]).map(axis => shape[axis]!),
}

/** The kernel `name` with results for empty tensors; of most names, the kernel as it is. */
export function ofNothing(name: string, compute: Compute): Compute {
  const value = values[name]
  if (value) return call => (util.sizeFromShape(call.inputs.x!.shape) > 0 ? compute(call) : reduced(name, value, call))
  const shapeOf = shapes[name]
  if (!shapeOf) return compute
  return ({ inputs, attrs, backend }) => {
    const { shape, dtype } = inputs.x!
    const made = shapeOf(shape, attrs)
    if (util.sizeFromShape(made) > 0) return compute({ inputs, attrs, backend })
    const y = backend.output(made, dtype)
    return name === 'TopK' ? [y, backend.output(made, 'int32')] : y
  }
}

/** The reduction of a tensor without values over any axes. */
function reduced(
  name: string,
  value: (dtype: DataType) => number,
  { inputs, attrs, backend }: Parameters<Compute>[0],
): TensorInfo {
  const x = inputs.x!
  const {
    axis,
    reductionIndices = axis,
    keepDims = false,
  } = attrs as {
    axis?: number | number[]
    reductionIndices?: number | number[]
    keepDims?: boolean
  }
  const axes = util.parseAxisParam(reductionIndices!, x.shape)
  const [shape] = backend_util.computeOutAndReduceShapes(x.shape, axes)
  const y = backend.output(keepDims ? backend_util.expandShapeToKeepDim(shape, axes) : shape, types[name] ?? x.dtype)
  backend.typedArrayFromHeap(y).fill(value(x.dtype))
  return y
}
