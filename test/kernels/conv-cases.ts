// The convolutions that all three convolution kernels are swept over: sizes below, at and above each lane (4), panel (4, 8, 12
// channels) and tile (2 and 4 pixels, 2 rows), each kernel size with each stride and padding, and random combinations of everything.
import { type Convolution, outputSize, samePadding } from '../reference/conv2d.js'
import type { Random } from './harness.js'

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
}

/** Explicit borders: all four different. */
const explicit = [
  [2, 1],
  [0, 3],
] as const

/** The case, or undefined where the filter is larger than the padded image. */
function makeCase(choice: Choice): Case | undefined {
  const { batch = 1, height = 5, width = 6, inChannels = 3, outChannels = 5, padding = 'same' } = choice
  const { kernel = [3, 3], stride = [1, 1], dilation = [1, 1] } = choice
  const same = (axis: 0 | 1, size: number) => samePadding(size, kernel[axis], stride[axis], dilation[axis])
  const none = [0, 0] as const
  const pad = { same: [same(0, height), same(1, width)], valid: [none, none], explicit }[padding] as Convolution['pad']
  const made: Case = { batch, height, width, inChannels, outChannels, kernel, stride, dilation, pad, padding }
  return outputSize(made).every(size => size > 0) ? made : undefined
}

const defined = (cases: (Case | undefined)[]) => cases.filter(c => c !== undefined)

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
