// tfjs's fused matrix product, bias and activation. A bias per column with ReLU or no activation runs in one pass
// (assembly/BatchMatMul.ts); everything else is a product of ours followed by the elementwise kernels.
import { type _FusedMatMulAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'
import { matMul } from './BatchMatMul.js'
import { delegate } from './delegate.js'
import { activate } from './FusedConv2D.js'

interface OptionalInputs {
  bias?: TensorInfo
  preluActivationWeights?: TensorInfo
}

/** activation(a b + bias), bias of any shape that broadcasts over the product, or none. */
function fusedMatMul({ inputs, attrs, backend }: KernelCall<'a' | 'b', _FusedMatMulAttrs>): TensorInfo {
  const { a, b } = inputs
  const { bias, preluActivationWeights } = inputs as OptionalInputs
  const { activation, transposeB, leakyreluAlpha } = attrs
  const columns = b.shape[b.shape.length - (transposeB ? 2 : 1)]
  const isPerColumn = !bias || (bias.dtype === 'float32' && isRow(bias.shape, columns))
  const isFused = isPerColumn && a.dtype === 'float32' && b.dtype === 'float32'
  if (isFused && (activation === 'linear' || activation === 'relu'))
    return matMul(backend, a, b, attrs, bias, activation)
  let z = matMul(backend, a, b, attrs, isFused ? bias : undefined)
  if (bias && !isFused) {
    const product = z
    z = delegate(backend, 'Add', { a: product, b: bias })
    backend.disposeData(product.dataId)
  }
  return activate(
    '_FusedMatMul',
    backend,
    z,
    { activation, leakyreluAlpha, dataFormat: 'NHWC' },
    preluActivationWeights,
  )
}

/** Whether a shape is one row of `columns` values, whose leading axes of 1 change nothing of the product's shape. */
function isRow(shape: readonly number[], columns: number | undefined): boolean {
  return shape.length <= 2 && shape.at(-1) === columns && util.sizeFromShape([...shape]) === columns
}

export const fusedMatMulConfig = kernel('_FusedMatMul', fusedMatMul)
