// How far a convolution in the transform domain may be from the exact one: its products are of sums and differences, larger than the result.
//
// Every product's rounding errors are independent, so their squares add (Higham & Mary, "A new approach to probabilistic rounding error
// analysis", SIAM J. Sci. Comput. 2019). Over x and w of size 1, point i of y = A^T [(G g) * (B^T d)] has a product of size |G_i| |B_i|, the
// Euclidean norms of their rows, which reaches output j times A_ji. Along one axis the error of the worst output is thus
//   u sqrt(roundings) sqrt(S),  S = max_j sum_i A_ji^2 |G_i|^2 |B_i|^2,
// in two axes with S in place of sqrt(S), and sqrt(terms) times that for a sum of as many products. For filter gradients A and G change places.
import type { ConvInfo } from '../geometry.js'
import { type ConvKernel, cutInto, mostBlock, mostDepth, type TileSize } from './plan.js'

/** S of maps and of filter gradients, by `points, outputs`; test/kernels/winograd-transforms.test.ts computes them from the matrices. */
const amplifications: Readonly<Record<string, readonly [maps: number, filters: number]>> = {
  '5,4': [90.2, 96.8],
  '6,4': [94.3, 96.8],
  '6,5': [90.2, 98.8],
  '7,5': [138.8, 148.8],
  '8,4': [148.8, 143.8],
  '8,5': [143.8, 148.8],
  '8,7': [131.4, 173.4],
}

const unitRoundoff = 1 / 2 ** 24
/** Standard deviations that the worst of some million results stays within. */
const deviations = 6

export function amplification({ points, outputs }: TileSize, ofFilter: boolean): number {
  return amplifications[`${points},${outputs}`]![ofFilter ? 1 : 0]
}

/** Bound of the error of any element of the result. `largest`: the product of the largest absolute values of both inputs. */
export function winogradErrorBound(kernel: ConvKernel, info: ConvInfo, size: TileSize, largest: number): number {
  const { inGroups, tilesHigh, tilesWide } = cutInto(kernel, info, size)!
  const ofFilter = kernel === 'Conv2DBackpropFilter'
  const channels = kernel === 'Conv2D' ? info.inChannels : info.outChannels
  const terms = ofFilter ? info.batchSize * tilesHigh * tilesWide : inGroups.length * inGroups.length * channels
  // Both transforms and the one back, along both axes; then the sum, in parts, which are blocks where it runs over tiles.
  const part = ofFilter ? mostBlock : mostDepth
  const sums = Math.min(terms, part) + terms / part
  const roundings = 2 * size.points + sums
  return deviations * unitRoundoff * Math.sqrt(roundings * terms) * amplification(size, ofFilter) * largest
}
