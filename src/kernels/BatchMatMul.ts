// Matrix product of batches with broadcasting, either factor transposed: checks, shapes and the walk over the batch here, arithmetic in
// assembly/BatchMatMul.ts. Integers and booleans go through a plain loop. Gradients are products again, by tfjs.
import { type BatchMatMulAttrs, broadcast_util, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { inputError } from '../errors.js'
import { wideTiles } from '../wasm/revectorize.js'
import { type EyesWasmBackend, kernel, type KernelCall } from './backend.js'
import { activations } from './geometry.js'

/** One product of the batch: y [rows, columns] of depth terms each; where its factors stand follows from the batch. */
interface Product {
  readonly rows: number
  readonly columns: number
  readonly depth: number
  readonly transposeA: boolean
  readonly transposeB: boolean
}

/** All products of a call: the output's shape, and for each the number of its matrix in a and in b. */
interface Batch {
  readonly product: Product
  readonly outShape: readonly number[]
  readonly pairs: readonly (readonly [a: number, b: number])[]
}

/** The number of the matrix of `shape` (leading axes) that takes part in each element of the broadcast shape, in its order. */
function matrixNumbers(shape: readonly number[], broadcast: readonly number[]): number[] {
  let numbers = [0]
  const missing = broadcast.length - shape.length
  broadcast.forEach((size, axis) => {
    const own = axis < missing ? 1 : shape[axis - missing]!
    numbers = numbers.flatMap(n => Array.from({ length: size }, (_, i) => n * own + (own === 1 ? 0 : i)))
  })
  return numbers
}

function plan(a: TensorInfo, b: TensorInfo, transposeA: boolean, transposeB: boolean): Batch {
  const [rows, depth] = transposeA ? a.shape.slice(-2).reverse() : a.shape.slice(-2)
  const [depthOfB, columns] = transposeB ? b.shape.slice(-2).reverse() : b.shape.slice(-2)
  if (a.shape.length < 2 || b.shape.length < 2 || depth !== depthOfB) {
    throw inputError(
      `matMul: inner shapes (${depth}) and (${depthOfB}) of Tensors with shapes ${a.shape.join()} and ${b.shape.join()} and ` +
        `transposeA=${transposeA} and transposeB=${transposeB} must match, in tensors of rank 2 or more. Transpose one, or change its shape.`,
    )
  }
  const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)]
  const batch = broadcast_util.assertAndGetBroadcastShape(batchA, batchB)
  const outShape = [...batch, rows!, columns!]
  const product = { rows: rows!, columns: columns!, depth: depth!, transposeA, transposeB }
  if (!transposeA && util.sizeFromShape(batchB) === 1) {
    // One matrix b for all rows of all matrices: one product.
    return { product: { ...product, rows: util.sizeFromShape(batch) * rows! }, outShape, pairs: [[0, 0]] }
  }
  const numbersOfB = matrixNumbers(batchB, batch)
  return { product, outShape, pairs: matrixNumbers(batchA, batch).map((n, i) => [n, numbersOfB[i]!]) }
}

/**
 * y = a b, or y = f(a b + bias) in one pass for float32. a [..., M, K] ([..., K, M] transposed), b [..., K, N] ([..., N, K]), y
 * [..., M, N]; leading axes broadcast; bias [N] values or none. A sum's order depends on K alone.
 * @throws INPUT for depths that differ or a rank below 2; Error for leading axes that do not broadcast
 */
export function matMul(
  backend: EyesWasmBackend,
  a: TensorInfo,
  b: TensorInfo,
  { transposeA, transposeB }: BatchMatMulAttrs,
  bias?: TensorInfo,
  activation: 'linear' | 'relu' = 'linear',
): TensorInfo {
  for (const { dtype } of [a, b]) {
    if (dtype === 'complex64' || dtype === 'string') {
      throw inputError(`matMul: found a tensor of ${dtype}, wanted float32, int32 or bool. Cast it.`)
    }
  }
  const batch = plan(a, b, transposeA, transposeB)
  const y = backend.output(batch.outShape, a.dtype)
  if (a.dtype !== 'float32' || b.dtype !== 'float32') plainProducts(backend, a, b, y, batch)
  else if (util.sizeFromShape(y.shape) > 0) floatProducts(backend, a, b, y, batch, bias, activation)
  return y
}

function floatProducts(
  backend: EyesWasmBackend,
  a: TensorInfo,
  b: TensorInfo,
  y: TensorInfo,
  { product, pairs }: Batch,
  bias: TensorInfo | undefined,
  activation: 'linear' | 'relu',
): void {
  const { rows, columns, depth, transposeA, transposeB } = product
  const fields = [rows, columns, depth, Number(transposeA), Number(transposeB), Number(wideTiles())]
  const scratch = backend.scratch(backend.kernels.batchMatMulScratch(backend.record(fields)))
  const shape = backend.record(fields)
  const [atA, atB, atY] = [backend.address(a), backend.address(b), backend.address(y)]
  pairs.forEach(([inA, inB], i) => {
    backend.kernels.batchMatMul(
      atA + 4 * inA * rows * depth,
      atB + 4 * inB * columns * depth,
      bias ? backend.address(bias) : 0,
      atY + 4 * i * rows * columns,
      shape,
      activations[activation],
      scratch,
    )
  })
}

/** Any element type; sums in float64, as tfjs's cpu backend has them. */
function plainProducts(
  backend: EyesWasmBackend,
  a: TensorInfo,
  b: TensorInfo,
  y: TensorInfo,
  { product, pairs }: Batch,
): void {
  const { rows, columns, depth, transposeA, transposeB } = product
  const [va, vb, vy] = [a, b, y].map(t => backend.typedArrayFromHeap(t)) as [Int32Array, Int32Array, Int32Array]
  const [aRow, aStep] = transposeA ? [1, rows] : [depth, 1]
  const [bColumn, bStep] = transposeB ? [depth, 1] : [1, columns]
  pairs.forEach(([inA, inB], i) => {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        let p = inA * rows * depth + row * aRow
        let q = inB * columns * depth + column * bColumn
        let sum = 0
        for (let k = 0; k < depth; k++, p += aStep, q += bStep) sum += va[p]! * vb[q]!
        vy[(i * rows + row) * columns + column] = sum
      }
    }
  })
}

function batchMatMul({ inputs: { a, b }, attrs, backend }: KernelCall<'a' | 'b', BatchMatMulAttrs>): TensorInfo {
  return matMul(backend, a, b, attrs)
}

export const batchMatMulConfig = kernel('BatchMatMul', batchMatMul)
