// How a convolution is computed: directly, or in Winograd's transform domain with one of the tile sizes that assembly/ has. A pure function
// of the geometry, never of a timing or the number of threads, because it decides the last bits of the result.
import type { ConvInfo } from './geometry.js'
import { Memo } from './memo.js'
import { cutInto, type ConvKernel, type Cut, mostDepth, type TileSize } from './winograd/plan.js'

export type Algorithm = 'direct' | TileSize

/** The sizes that tools/transforms.js generates, and which of its exact points they use. */
export const tileSizes: readonly TileSize[] = [
  { points: 5, outputs: 4 },
  { points: 6, outputs: 4 },
  { points: 6, outputs: 5 },
  { points: 7, outputs: 5 },
  { points: 8, outputs: 4 },
  { points: 8, outputs: 5 },
  { points: 8, outputs: 7 },
]

// Costs in multiply-adds of one vector in the matrix product, from timings of the report's layers (npm run bench -- --only kernels shows
// both algorithms of each). They only rank the candidates.
const directProduct = 1.4
/** A direct tile of one output vector has half the accumulators that the units could use. */
const directNarrow = 1.7
const productEnds = 8
const productCall = 10
const inTransform = 9
const outTransform = 5
/** A pixel whose channels do not fill their vectors goes through a patch. */
const patchPixel = 20

const square = (n: number) => n * n
const vectorsOf = (channels: number) => Math.ceil(channels / 4)

function directCost(kernel: ConvKernel, info: ConvInfo): number {
  const { filterHeight, filterWidth, outHeight, outWidth, inChannels, outChannels, strideHeight, strideWidth } = info
  const isTransposed = kernel === 'Conv2DBackpropInput'
  const [splat, lanes] = isTransposed ? [outChannels, inChannels] : [inChannels, outChannels]
  // Each input pixel's gradient is a sum over the taps of its phase, those that lie beyond dy among them.
  const places = isTransposed ? (info.inHeight * info.inWidth) / (strideHeight * strideWidth) : outHeight * outWidth
  const vectors = vectorsOf(lanes)
  const products = places * filterHeight * filterWidth * splat * vectors
  return products * directProduct * (vectors === 1 ? directNarrow : 1)
}

function winogradCost(kernel: ConvKernel, info: ConvInfo, cut: Cut, { points }: TileSize): number {
  const { inChannels, outChannels } = info
  const [read, written] = kernel === 'Conv2DBackpropInput' ? [outChannels, inChannels] : [inChannels, outChannels]
  const inVectors = square(cut.inGroups.length) * vectorsOf(read)
  const outVectors = square(cut.outGroups.length) * vectorsOf(written)
  const perPoint =
    (4 * inVectors + productEnds * Math.ceil((4 * inVectors) / mostDepth)) * outVectors +
    productCall +
    inVectors * (inTransform + (read % 4 ? patchPixel : 0)) +
    outVectors * (outTransform + (written % 4 ? patchPixel : 0))
  return cut.tilesHigh * cut.tilesWide * square(points) * perPoint
}

/** The cheapest algorithm for a convolution of one image; dilated and non-square ones, and single windows, are computed directly. */
export function chooseAlgorithm(kernel: ConvKernel, info: ConvInfo): Algorithm {
  return choices.of(info, kernel, () => cheapest(kernel, info))
}

const choices = new Memo<Algorithm>()

function cheapest(kernel: ConvKernel, info: ConvInfo): Algorithm {
  const isSquare = info.filterHeight === info.filterWidth && info.strideHeight === info.strideWidth
  const dilated = info.effectiveFilterHeight !== info.filterHeight || info.effectiveFilterWidth !== info.filterWidth
  // One place, as in a bottleneck: no tile to share work in.
  const isOnePlace = info.outHeight * info.outWidth === 1
  if (!isSquare || dilated || isOnePlace) return 'direct'
  let best: Algorithm = 'direct'
  let least = directCost(kernel, info)
  for (const size of tileSizes) {
    const cut = cutInto(kernel, info, size)
    const cost = cut ? winogradCost(kernel, info, cut, size) : Infinity
    if (cost < least) [best, least] = [size, cost]
  }
  return best
}

/** `direct`, `F(4,3)`, or with several groups of tiles summed or side by side `4 F(5,2)`. */
export function algorithmName(kernel: ConvKernel, info: ConvInfo, algorithm = chooseAlgorithm(kernel, info)): string {
  if (algorithm === 'direct') return 'direct'
  const { inGroups, outGroups } = cutInto(kernel, info, algorithm)!
  const groups = square(inGroups.length * outGroups.length)
  const name = `F(${algorithm.outputs},${algorithm.points + 1 - algorithm.outputs})`
  return groups === 1 ? name : `${groups} ${name}`
}
