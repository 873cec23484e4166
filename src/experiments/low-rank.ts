// A Gaussian of low rank fitted to a model's latents, and draws from it. At the report's sizes a latent has 240,000 values and there are
// 1476 of them, so the covariance lives in the span of the latents, and everything about it is in the n x n matrix of their inner products
// (latent-gram.ts). No principal direction is ever formed: a draw is a weighted sum of the latents themselves, made as they pass by.
import { EigenvalueDecomposition } from 'ml-matrix'
import { inputError } from '../errors.js'
import { encodedBlocks, type EncodedBlock } from './latent-gram.js'
import { centred } from './principal-components.js'

/** Eigenvalues below this share of their sum are rounding: their vectors are any of the null space, the constant one among them. */
const negligible = 1e-12

export interface LowRankGaussian {
  /** Latents that it is fitted to. */
  readonly count: number
  /** Principal directions kept. */
  readonly rank: number
  /** Share of the latents' variance in them, 0 to 1. */
  readonly share: number
  /**
   * Variance that is left out: sum over the latent's values, 1/n. A factor model would put it back as independent noise on each value, the
   * residual diagonal of its covariance. These draws do without: noise that is drawn place by place is what makes the prior's pictures a
   * texture.
   */
  readonly residualVariance: number
  /**
   * Weights of the latents whose sum is a draw, from `rank` standard normal numbers. They add up to 1.
   * @returns [count]
   */
  weights(normals: Float32Array): Float64Array
}

/**
 * Fits mean and covariance (1/n), and keeps the fewest leading principal directions with at least `share` of the variance. With the centred
 * inner products K = V diag(l) V', direction k is u_k = X' v_k / sqrt(l_k) and its variance l_k / n, so that a draw
 * mean + sum_k z_k sqrt(l_k / n) u_k is the sum of the latents with weights 1/n + (V z)_i / sqrt(n).
 * @param products [count, count] inner products of the latents, not centred
 * @throws INPUT when the latents are all the same, or share is not above 0 and at most 1
 */
export function fitLowRank(products: Float64Array, count: number, share: number): LowRankGaussian {
  if (!(share > 0 && share <= 1))
    throw inputError(`variance: found ${share}, wanted a share above 0 and at most 1. The default is 0.95.`)
  const matrix = centred(products, count)
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true })
  // The library's eigenvalues ascend. The centred matrix has one of 0: at most count - 1 directions.
  const values = realEigenvalues.map(value => Math.max(0, value)).reverse()
  const total = values.reduce((sum, value) => sum + value, 0)
  if (!(total > 0))
    throw inputError(`low-rank Gaussian: all ${count} latents are the same, wanted some variance. Use a trained model.`)
  let rank = 0
  let kept = 0
  while (rank < count - 1 && kept < share * total && values[rank]! > negligible * total) kept += values[rank++]!
  const columns = Array.from({ length: rank }, (_, k) => eigenvectorMatrix.getColumn(count - 1 - k))
  return {
    count,
    rank,
    share: Math.min(1, kept / total),
    residualVariance: Math.max(0, total - kept) / count,
    weights(normals) {
      const weights = new Float64Array(count).fill(1 / count)
      columns.forEach((column, k) => {
        const z = normals[k]! / Math.sqrt(count)
        for (let i = 0; i < count; i++) weights[i]! += z * column[i]!
      })
      return weights
    },
  }
}

export interface CombineOptions<T> {
  /** Weights of each sum, [count] each. */
  readonly weights: readonly Float64Array[]
  readonly count: number
  /** Length of one latent. */
  readonly length: number
  /** Latents of the images first to first + many - 1; `mean` is [many, length]. */
  readonly encode: (first: number, many: number) => Promise<T>
  /** Encodings under way while this thread adds up. */
  readonly ahead: number
  readonly signal?: AbortSignal | undefined
}

/** Adds a block's part of one sum. Four latents at a time: the sum is read and written once for all of them. */
function addBlock(
  sum: Float32Array,
  latents: Float32Array,
  weights: Float64Array,
  { first, count }: { first: number; count: number },
) {
  const { length } = sum
  for (let row = 0; row < count; row += 4) {
    const weight = (i: number) => (row + i < count ? weights[first + row + i]! : 0)
    // Rows past the block's end have weight 0; the last one there is stands in for them.
    const at = (i: number) => Math.min(row + i, count - 1) * length
    const [w0, w1, w2, w3] = [weight(0), weight(1), weight(2), weight(3)]
    const [a, b, c, d] = [at(0), at(1), at(2), at(3)]
    for (let k = 0; k < length; k++)
      sum[k] = sum[k]! + w0 * latents[a + k]! + w1 * latents[b + k]! + w2 * latents[c + k]! + w3 * latents[d + k]!
  }
}

/** Weighted sums of all images' latents, [weights.length, length], with one encoding of each image. */
export async function combineLatents<T extends { readonly mean: Float32Array }>(
  options: CombineOptions<T>,
): Promise<Float32Array> {
  const { weights, count, length, signal } = options
  const sums = new Float32Array(weights.length * length)
  for await (const block of encodedBlocks<T>(0, count, options)) {
    signal?.throwIfAborted()
    add(block)
  }
  function add({ latents, ...block }: EncodedBlock<T>): void {
    weights.forEach((own, index) =>
      addBlock(sums.subarray(index * length, (index + 1) * length), latents.mean, own, block),
    )
  }
  return sums
}
