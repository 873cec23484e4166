// The Frechet distance between two sets of pictures, by a Gaussian fitted to the features of each. Pure functions of numbers. Which
// features is the caller's choice; ours are an encoder's channel means (channelMeans), so no number of it can stand beside a published FID.
import { EigenvalueDecomposition, Matrix } from 'ml-matrix'
import { inputError } from '../errors.js'
import type { LatentShape } from './study.js'

/** What is known of a set of feature vectors. */
export interface FeatureGaussian {
  readonly count: number
  /** [d] */
  readonly mean: Float64Array
  /** [d, d], with count - 1 in its denominator. */
  readonly covariance: Matrix
}

/** Features of n pictures: the latents' means over the places of each channel. [n, size] in, [n, channels] out, in float64. */
export function channelMeans(latents: Float32Array, { size, channels }: LatentShape): Float64Array {
  const places = size / channels
  const features = new Float64Array((latents.length / size) * channels)
  for (let i = 0; i < latents.length; i++) features[Math.floor(i / size) * channels + (i % channels)]! += latents[i]!
  return features.map(sum => sum / places)
}

/**
 * Mean and sample covariance of n feature vectors of length d.
 * @param features [n, d]
 * @throws INPUT for fewer than 2 vectors
 */
export function featureGaussian(features: Float64Array, d: number): FeatureGaussian {
  const count = features.length / d
  if (count < 2)
    throw inputError(`Frechet distance: found ${count} pictures, wanted 2 or more for a covariance. Use more pictures.`)
  const mean = new Float64Array(d)
  for (let i = 0; i < features.length; i++) mean[i % d]! += features[i]! / count
  const covariance = Matrix.zeros(d, d)
  for (let n = 0; n < count; n++)
    for (let i = 0; i < d; i++) {
      const difference = features[n * d + i]! - mean[i]!
      for (let j = 0; j <= i; j++)
        covariance.set(i, j, covariance.get(i, j) + difference * (features[n * d + j]! - mean[j]!))
    }
  for (let i = 0; i < d; i++)
    for (let j = 0; j <= i; j++) {
      const value = covariance.get(i, j) / (count - 1)
      covariance.set(i, j, value)
      covariance.set(j, i, value)
    }
  return { count, mean, covariance }
}

/** Eigenvalues and eigenvectors of a symmetric positive semidefinite matrix; what rounding left below 0 is 0. */
function eigen(matrix: Matrix) {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true })
  return { values: realEigenvalues.map(value => Math.max(0, value)), vectors: eigenvectorMatrix }
}

/** The symmetric square root. */
function squareRoot(matrix: Matrix): Matrix {
  const { values, vectors } = eigen(matrix)
  return vectors.mmul(Matrix.diag(values.map(Math.sqrt))).mmul(vectors.transpose())
}

/**
 * The square of the Frechet distance between two Gaussians, which FID prints too:
 * d^2 = |m1 - m2|^2 + tr(C1 + C2 - 2 (C1^1/2 C2 C1^1/2)^1/2)
 * (Dowson and Landau, "The Frechet distance between multivariate normal distributions", J. Multivariate Analysis 12, 1982; the matrix
 * under the root is written symmetrically, with the eigenvalues of C1 C2, so that the root is real).
 * Its unit is the features' squared: comparable for one encoder alone. From few pictures it comes out too large.
 */
export function squaredFrechetDistance(a: FeatureGaussian, b: FeatureGaussian): number {
  const means = a.mean.reduce((sum, value, i) => sum + (value - b.mean[i]!) * (value - b.mean[i]!), 0)
  const root = squareRoot(a.covariance)
  const product = root.mmul(b.covariance).mmul(root)
  // Rounding makes it a little asymmetric, and the decomposition reads one half of it.
  const symmetric = product.add(product.transpose()).mul(0.5)
  const overlap = eigen(symmetric).values.reduce((sum, value) => sum + Math.sqrt(value), 0)
  return Math.max(0, means + a.covariance.trace() + b.covariance.trace() - 2 * overlap)
}
