// Plans of convolutions in Winograd's transform domain: from a checked geometry to the record that assembly/winograd/plan.ts reads.
// Which convolutions are computed so is algorithm.ts.
//
// A stride s cuts the input into s x s phases, and the filter's taps a, a + s, a + 2s … belong to phase a: a sum of s x s convolutions of
// stride 1. The input gradient of such a convolution, turned round, gives s x s phases of its output instead, from the same input. A filter
// of more taps than the tile has is cut into pieces, each a convolution of the input moved by the piece's first tap.
import type { ConvInfo } from '../geometry.js'

export type ConvKernel = 'Conv2D' | 'Conv2DBackpropInput' | 'Conv2DBackpropFilter'

/** F(outputs, taps) of Winograd's notation along one axis, from points = outputs + taps - 1 products. */
export interface TileSize {
  readonly points: number
  readonly outputs: number
}

/** One of the convolutions of stride 1 that are summed, or written side by side: pixel offset and first tap along an axis. */
interface Group {
  readonly offset: number
  readonly tap: number
}

export interface Cut {
  readonly inGroups: readonly Group[]
  readonly outGroups: readonly Group[]
  readonly tilesHigh: number
  readonly tilesWide: number
}

const mostGroups = 6

/**
 * Tiles in a block, a multiple of 4: enough that a filter of some megabytes is not fetched too often. A filter gradient adds to all of its sums
 * for each block, in blocks of this many.
 */
export const mostBlock = 32
const leastBlock = 12
/** Bytes of a block's transformed tiles, read and written: with its filter they should stay in a core's own cache. */
const blockBytes = 192 * 1024

/** Products that are summed in registers before they are added in memory: assembly/inline/product.ts's MOST_DEPTH. */
export const mostDepth = 192

/** How `kernel` is cut into groups and tiles of a size, or undefined where it cannot be: more groups than a plan holds. */
export function cutInto(kernel: ConvKernel, info: ConvInfo, { points, outputs }: TileSize): Cut | undefined {
  const { filterHeight: k, strideHeight: s } = info
  const taps = points + 1 - outputs
  const reach = Math.ceil(k / s)
  const pieces = Array.from({ length: Math.ceil(reach / taps) }, (_, i) => i * taps)
  const phases = Array.from({ length: Math.min(s, k) }, (_, a) => a)
  if (kernel === 'Conv2DBackpropInput') {
    const first = (pad: number) => Math.floor(pad / s)
    const count = (size: number, pad: number) => Math.floor((size - 1 + pad) / s) - first(pad) + 1
    const inGroups = pieces.map(i => ({ offset: i - (reach - 1), tap: s * (reach - 1 - i) }))
    // A phase without a tap is written too: its gradient is zero.
    const outGroups = Array.from({ length: s }, (_, a) => ({ offset: a, tap: a }))
    if (Math.max(inGroups.length, outGroups.length) > mostGroups) return undefined
    return {
      inGroups,
      outGroups,
      tilesHigh: Math.ceil(count(info.inHeight, info.padInfo.top) / outputs),
      tilesWide: Math.ceil(count(info.inWidth, info.padInfo.left) / outputs),
    }
  }
  const inGroups = phases
    .flatMap(a => pieces.map(i => ({ offset: a + s * i, tap: a + s * i })))
    .filter(({ tap }) => tap < k)
  if (inGroups.length > mostGroups) return undefined
  return {
    inGroups,
    outGroups: [{ offset: 0, tap: 0 }],
    tilesHigh: Math.ceil(info.outHeight / outputs),
    tilesWide: Math.ceil(info.outWidth / outputs),
  }
}

/** The record's fields. `wide`: the tile shape for engines that fuse pairs of vectors; it changes no bit of the result. */
export function planRecord(kernel: ConvKernel, info: ConvInfo, size: TileSize, wide: boolean): number[] {
  const cut = cutInto(kernel, info, size)
  if (!cut)
    throw new Error(
      `${kernel}: no plan for kernel ${info.filterHeight}, stride ${info.strideHeight} in tiles of ${size.points} points`,
    )
  const { inGroups, outGroups, tilesHigh, tilesWide } = cut
  const { strideHeight: s, padInfo } = info
  const backwards = kernel === 'Conv2DBackpropInput'
  const small = [info.outHeight, info.outWidth, info.outChannels]
  const large = [info.inHeight, info.inWidth, info.inChannels]
  const [inSize, outSize] = backwards ? [small, large] : [large, small]
  const first = (pad: number) => Math.floor(pad / s)
  const origins = backwards
    ? [
        first(padInfo.top),
        first(padInfo.left),
        s * first(padInfo.top) - padInfo.top,
        s * first(padInfo.left) - padInfo.left,
      ]
    : [-padInfo.top, -padInfo.left, 0, 0]
  const rowBytes =
    16 *
    (inGroups.length * inGroups.length * vectorsOf(inSize[2]!) +
      outGroups.length * outGroups.length * vectorsOf(outSize[2]!))
  const tiles = info.batchSize * tilesHigh * tilesWide
  const table = (groups: readonly Group[], key: keyof Group) =>
    Array.from({ length: mostGroups }, (_, i) => groups[i]?.[key] ?? 0)
  return [
    info.batchSize,
    ...inSize,
    ...outSize,
    info.filterHeight,
    size.points,
    size.outputs,
    tilesHigh,
    tilesWide,
    Math.min(blockOf(kernel, size.points * size.points * rowBytes), Math.ceil(tiles / 4) * 4),
    backwards ? 1 : s,
    backwards ? s : 1,
    ...origins,
    inGroups.length,
    outGroups.length,
    backwards ? -s : s,
    backwards ? 1 : 0,
    wide ? 1 : 0,
    ...table(inGroups, 'offset'),
    ...table(inGroups, 'tap'),
    ...table(outGroups, 'offset'),
    ...table(outGroups, 'tap'),
  ]
}

const vectorsOf = (channels: number) => Math.ceil(channels / 4)

/** The block of maps changes no bit of them; that of a filter gradient is one number, for it decides an order of summation. */
function blockOf(kernel: ConvKernel, bytesPerTile: number): number {
  if (kernel === 'Conv2DBackpropFilter') return mostBlock
  return Math.max(leastBlock, Math.min(mostBlock, 4 * Math.floor(blockBytes / bytesPerTile / 4)))
}
