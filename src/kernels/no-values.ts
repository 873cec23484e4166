// Reductions of tensors without values, which tfjs-backend-wasm's leave as they found them, or end in a trap: they are what nothing
// adds up to, 0 for a sum and 1 for a product, as in NumPy and TensorFlow. And Softmax, which takes a scalar for a row.
import { backend_util, type DataType, util } from '@tensorflow/tfjs-core'
import { inputError } from '../errors.js'
import type { Compute } from './backend.js'

/** A reduction of nothing. cpu's Max and Min of nothing are NaN. */
const values: Readonly<Partial<Record<string, (isFloat: boolean) => number>>> = {
  All: () => 1,
  Any: () => 0,
  ArgMax: () => 0,
  ArgMin: () => 0,
  Max: isFloat => (isFloat ? -Infinity : -(2 ** 31)),
  Mean: () => NaN,
  Min: isFloat => (isFloat ? Infinity : 2 ** 31 - 1),
  Prod: () => 1,
  Sum: () => 0,
}

const types: Readonly<Partial<Record<string, DataType>>> = { ArgMax: 'int32', ArgMin: 'int32', Mean: 'float32' }

/** The kernel `name` with results for empty tensors; of most names, the kernel as it is. */
export function ofNothing(name: string, compute: Compute): Compute {
  if (name === 'Softmax') return ofAxis(compute)
  const value = values[name]
  if (!value) return compute
  return call => {
    const x = call.inputs.x!
    if (util.sizeFromShape(x.shape) > 0) return compute(call)
    const {
      axis,
      reductionIndices = axis,
      keepDims = false,
    } = call.attrs as {
      axis?: number | number[]
      reductionIndices?: number | number[]
      keepDims?: boolean
    }
    const axes = util.parseAxisParam(reductionIndices!, x.shape)
    const [shape] = backend_util.computeOutAndReduceShapes(x.shape, axes)
    const y = call.backend.output(
      keepDims ? backend_util.expandShapeToKeepDim(shape, axes) : shape,
      types[name] ?? x.dtype,
    )
    call.backend.typedArrayFromHeap(y).fill(value(x.dtype === 'float32'))
    return y
  }
}

/** tfjs's softmax does not refuse a scalar, whose values then stay what lay in memory. */
function ofAxis(compute: Compute): Compute {
  return call => {
    if (call.inputs.logits!.shape.length === 0)
      throw inputError('Softmax: logits are a scalar, wanted rank 1 or more. Reshape them to [1].')
    return compute(call)
  }
}
