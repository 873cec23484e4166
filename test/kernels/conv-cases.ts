// The convolutions that all three convolution kernels are swept over: sizes below, at and above each lane (4), panel (4, 8, 12
// channels) and tile (2 and 4 pixels, 2 rows), each kernel size with each stride and padding, and random combinations of everything.
// And how far a result may be from the reference, by the algorithm that the backend takes. Winograd's own sizes: winograd.test.ts.
import { backend_util } from '@tensorflow/tfjs-core'
import { type Algorithm, chooseAlgorithm } from '../../src/kernels/algorithm.js'
import type { ConvInfo } from '../../src/kernels/geometry.js'
import { winogradErrorBound } from '../../src/kernels/winograd/error-bound.js'
import type { ConvKernel } from '../../src/kernels/winograd/plan.js'
import { type Convolution, outputSize, samePadding } from '../reference/conv2d.js'
import { type Random, sumBound, unitRoundoff } from './harness.js'

export const channelCounts = [1, 2, 3, 4, 5, 8, 12, 13, 24] as const
export const widths = [1, 2, 3, 4, 5, 6, 7, 8, 9, 50] as const
type Pair = readonly [number, number]
export const kernels: readonly Pair[] = [
  [1, 1],
  [2, 2],
  [3, 3],
  [5, 5],
  [2, 3],
  [5, 1],
]
export const strides: readonly Pair[] = [
  [1, 1],
  [2, 2],
  [3, 3],
  [1, 2],
  [3, 1],
]
const batches = [1, 3] as const
export type Padding = 'same' | 'valid' | 'explicit'
export const paddings: readonly Padding[] = ['same', 'valid', 'explicit']

/** A convolution as tfjs is asked for it, and as the reference is. */
export interface Case extends Convolution {
  readonly padding: Padding
}

interface Choice {
  batch?: number
  height?: number
  width?: number
  inChannels?: number
  outChannels?: number
  kernel?: Pair
  stride?: Pair
  dilation?: Pair
  padding?: Padding
  /** [top, bottom], [left, right] of explicit padding. */
  borders?: Convolution['pad']
}

/** Explicit borders: all four different. */
const explicit = [
  [2, 1],
  [0, 3],
] as const

/** The case, or undefined where the filter is larger than the padded image. */
export function makeCase(choice: Choice): Case | undefined {
  const { batch = 1, height = 5, width = 6, inChannels = 3, outChannels = 5, padding = 'same' } = choice
  const { kernel = [3, 3], stride = [1, 1], dilation = [1, 1] } = choice
  const same = (axis: 0 | 1, size: number) => samePadding(size, kernel[axis], stride[axis], dilation[axis])
  const none = [0, 0] as const
  const { borders = explicit } = choice
  const pads = { same: [same(0, height), same(1, width)], valid: [none, none], explicit: borders } as const
  const pad: Convolution['pad'] = pads[padding]
  const made: Case = { batch, height, width, inChannels, outChannels, kernel, stride, dilation, pad, padding }
  return outputSize(made).every(size => size > 0) ? made : undefined
}

export const defined = (cases: (Case | undefined)[]) => cases.filter(c => c !== undefined)

/** Every pair of channel counts, below, at and above the panels. */
export function channelCases(): Case[] {
  return defined(
    channelCounts.flatMap(inChannels => channelCounts.map(outChannels => makeCase({ inChannels, outChannels }))),
  )
}

/** Every width with every kernel, for outputs of one, two, three and four vectors, with and without a tail. */
export function widthCases(): Case[] {
  return defined(
    widths.flatMap(width =>
      kernels.flatMap(kernel =>
        [4, 7, 12, 13].flatMap(channels =>
          paddings.map(padding => makeCase({ width, kernel, inChannels: channels, outChannels: channels, padding })),
        ),
      ),
    ),
  )
}

/** Every kernel with every stride, padding and batch. */
export function geometryCases(): Case[] {
  return defined(
    kernels.flatMap(kernel =>
      strides.flatMap(stride =>
        paddings.flatMap(padding =>
          batches.map(batch =>
            makeCase({ kernel, stride, padding, batch, height: 8, width: 9, inChannels: 2, outChannels: 4 }),
          ),
        ),
      ),
    ),
  )
}

/** Filters as large as the picture, so that there is one output place: the layers of a bottleneck. */
export function spanCases(): Case[] {
  return defined(
    [2, 5, 8].flatMap(side =>
      [1, 4, 13].flatMap(inChannels =>
        [1, 3, 4, 5, 12, 13].flatMap(outChannels =>
          batches.map(batch =>
            makeCase({
              ...{ batch, inChannels, outChannels },
              height: side,
              width: side,
              kernel: [side, side],
              padding: 'valid',
            }),
          ),
        ),
      ),
    ),
  )
}

/** Combinations that the sweeps above leave out. */
export function randomCases(random: Random, count: number): Case[] {
  const draw = () =>
    makeCase({
      batch: random.pick(batches),
      height: random.pick([1, 2, 3, 4, 5, 8]),
      width: random.pick(widths),
      inChannels: random.pick(channelCounts),
      outChannels: random.pick(channelCounts),
      kernel: random.pick(kernels),
      stride: random.pick(strides),
      padding: random.pick(paddings),
    })
  const cases: Case[] = []
  while (cases.length < count) cases.push(...defined([draw()]))
  return cases
}

/** Dilated convolutions: tfjs wants stride 1 for them. */
export function dilatedCases(): Case[] {
  const dilations: Pair[] = [
    [2, 2],
    [3, 1],
    [1, 2],
  ]
  return defined(
    dilations.flatMap(dilation =>
      kernels.flatMap(kernel => paddings.map(padding => makeCase({ dilation, kernel, padding, height: 9, width: 10 }))),
    ),
  )
}

export const describeCase = (c: Case) =>
  `x [${c.batch}, ${c.height}, ${c.width}, ${c.inChannels}], filter [${c.kernel.join(', ')}] to ${c.outChannels}, ` +
  `stride ${c.stride.join(', ')}, dilation ${c.dilation.join(', ')}, pad ${c.padding}`

/** tfjs's form of a case's padding. */
export function tfjsPadding(c: Case, format: 'NHWC' | 'NCHW' = 'NHWC') {
  if (c.padding !== 'explicit') return c.padding
  type ExplicitPadding = [[number, number], [number, number], [number, number], [number, number]]
  const borders = c.pad.map(side => [...side] as [number, number])
  const none: [number, number] = [0, 0]
  return (format === 'NHWC' ? [none, ...borders, none] : [none, none, ...borders]) as ExplicitPadding
}

/** A case as the backend has it. */
export function infoOf({ batch, height, width, inChannels, outChannels, kernel, stride, dilation, pad }: Convolution) {
  const borders = pad.map(side => [...side] as [number, number]) as [[number, number], [number, number]]
  return backend_util.computeConv2DInfo(
    [batch, height, width, inChannels],
    [...kernel, inChannels, outChannels],
    [...stride],
    [...dilation],
    [[0, 0], ...borders, [0, 0]],
  )
}

/** Products in each sum of a direct convolution. */
function termsOf(kernel: ConvKernel, info: ConvInfo): number {
  const { filterHeight, filterWidth, batchSize, outHeight, outWidth, inChannels, outChannels } = info
  if (kernel === 'Conv2DBackpropFilter') return batchSize * outHeight * outWidth
  return filterHeight * filterWidth * (kernel === 'Conv2D' ? inChannels : outChannels)
}

const largestOf = (values: ArrayLike<number>) => {
  let largest = 0
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]!))
  return largest
}

export interface Inputs {
  /** The two tensors that are multiplied. */
  readonly of: readonly [ArrayLike<number>, ArrayLike<number>]
  /** For each element of the result, the sum of the absolute values of its terms, bias included. */
  readonly magnitude: ArrayLike<number>
  /** Terms besides the products: a bias is one, as is each rounding of what comes after. */
  readonly moreTerms?: number
}

/**
 * How far each element of `kernel`'s result on a case may be from the reference's. Direct: the bound of its own sum. In Winograd's
 * domain the errors are those of the whole tile, so that one bound holds for all.
 */
export function allowedErrors(
  kernel: ConvKernel,
  c: Convolution,
  { of, magnitude, moreTerms = 0 }: Inputs,
  algorithm?: Algorithm,
): Float64Array {
  const info = infoOf(c)
  const chosen = algorithm ?? chooseAlgorithm(kernel, info)
  if (chosen === 'direct') {
    const share = sumBound(termsOf(kernel, info) + moreTerms)
    return Float64Array.from(magnitude, m => share * m)
  }
  const bound = winogradErrorBound(kernel, info, chosen, largestOf(of[0]) * largestOf(of[1]))
  return Float64Array.from(magnitude, m => bound + moreTerms * unitRoundoff * m)
}
