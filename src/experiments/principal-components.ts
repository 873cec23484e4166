// Principal components through the Gram matrix: n samples of any length have their coordinates in the eigenvectors of the n x n matrix of
// centred inner products (Gower 1966). Pure functions of numbers; how the matrix comes about is latent-gram.ts.
import { EigenvalueDecomposition, Matrix, QrDecomposition } from 'ml-matrix'
import { streams, uniforms } from '../random/philox.js'

export interface Components {
  /** Coordinates of the samples on the leading components, [sample][component]. */
  readonly coordinates: readonly (readonly number[])[]
  /** Share of the total variance on each component, 0 to 1, descending. */
  readonly explained: readonly number[]
  /** Sum over dimensions of the samples' variances (1/n). */
  readonly totalVariance: number
}

/** Vectors that are iterated beyond those wanted: with them an iteration gains their eigenvalues' ratio. */
const extra = 10
const mostIterations = 300
/** Largest change of an eigenvalue, relative, at which the iteration ends. */
const tolerance = 1e-10

/** Inner products of samples about their mean, from those about the origin: rows and columns lose their means. */
export function centred(products: Float64Array, count: number): Matrix {
  const means = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) means[i]! += products[i * count + j]!
    means[i]! /= count
  }
  const mean = means.reduce((sum, value) => sum + value, 0) / count
  const matrix = new Matrix(count, count)
  for (let i = 0; i < count; i++)
    for (let j = 0; j < count; j++) matrix.set(i, j, products[i * count + j]! - means[i]! - means[j]! + mean)
  return matrix
}

/**
 * The `wanted` largest eigenvalues of a symmetric positive semidefinite matrix and their eigenvectors (columns), by subspace iteration with
 * a Rayleigh-Ritz step (Saad, "Numerical Methods for Large Eigenvalue Problems", 2011, 5.2): the full decomposition takes n^3 steps for two
 * vectors of interest. Starts from the same random vectors each time.
 */
export function leadingEigenpairs(matrix: Matrix, wanted: number): { values: number[]; vectors: Matrix } {
  const n = matrix.rows
  const width = Math.min(n, wanted + extra)
  const random = new Float32Array(n * width)
  uniforms(0, streams.figure, 0, random)
  let basis = new QrDecomposition(
    Matrix.from1DArray(
      n,
      width,
      Array.from(random, value => value - 0.5),
    ),
  ).orthogonalMatrix
  let values: number[] = []
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const product = matrix.mmul(basis)
    const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(basis.transpose().mmul(product), {
      assumeSymmetric: true,
    })
    // The library's eigenvalues ascend.
    const descending = Array.from({ length: width }, (_, index) => width - 1 - index)
    const found = descending.slice(0, wanted).map(index => realEigenvalues[index]!)
    const rotation = eigenvectorMatrix.subMatrixColumn(descending)
    const scale = Math.max(Math.abs(found[0] ?? 0), Number.MIN_VALUE)
    const change = Math.max(...found.map((value, index) => Math.abs(value - (values[index] ?? Infinity))))
    values = found
    if (change <= tolerance * scale || found[0] === 0)
      return { values, vectors: basis.mmul(rotation).subMatrix(0, n - 1, 0, Math.min(wanted, width) - 1) }
    basis = new QrDecomposition(product.mmul(rotation)).orthogonalMatrix
  }
  return { values, vectors: basis.subMatrix(0, n - 1, 0, Math.min(wanted, width) - 1) }
}

/**
 * Coordinates of n samples on their `wanted` leading principal components. Signs are settled: the sample farthest out on a component has
 * a positive coordinate there.
 * @param products [count, count] inner products of the samples, not centred
 */
export function principalComponents(products: Float64Array, count: number, wanted: number): Components {
  const matrix = centred(products, count)
  const total = matrix.trace()
  const { values, vectors } = leadingEigenpairs(matrix, Math.min(wanted, count))
  const lengths = values.map((value, component) => {
    const column = vectors.getColumn(component)
    const farthest = column.reduce((most, entry) => (Math.abs(entry) > Math.abs(most) ? entry : most), 0)
    return Math.sqrt(Math.max(0, value)) * (farthest < 0 ? -1 : 1)
  })
  return {
    coordinates: Array.from({ length: count }, (_, sample) =>
      lengths.map((length, component) => length * vectors.get(sample, component)),
    ),
    explained: values.map(value => (total > 0 ? Math.max(0, value) / total : 0)),
    totalVariance: total / count,
  }
}
