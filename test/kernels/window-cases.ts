// The windows that depthwise convolutions and pooling are swept over: channels below, at and above each lane (4) and pair (8), widths
// around the tile of four places, every kernel with every stride, dilation and padding, windows larger than the map, and multipliers.
import { backend_util, engine, type NamedAttrMap, type Tensor } from '@tensorflow/tfjs-core'
import { outputSize } from '../reference/conv2d.js'
import { type Case, dilatedCases, geometryCases, kernels, makeCase, randomCases, tfjsPadding } from './conv-cases.js'
import type { Random } from './harness.js'

const channelCounts = [1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 19] as const

const each = (choice: Parameters<typeof makeCase>[0]): Case[] => {
  const made = makeCase(choice)
  return made ? [made] : []
}

/** As many outputs as inputs. */
const same = (c: Case): Case => ({ ...c, outChannels: c.inChannels })

/** Windows with stride 1 or dilation 1. */
export function windowCases(random: Random): Case[] {
  const channels = channelCounts.flatMap(inChannels =>
    [1, 2].flatMap(stride => each({ inChannels, width: 9, stride: [stride, stride] })),
  )
  const widths = [1, 3, 4, 5, 6, 7, 11].flatMap(width =>
    kernels.flatMap(kernel => each({ width, kernel, inChannels: 9 })),
  )
  // Larger than the map: only padding makes room for them.
  const large = [
    ...each({ height: 2, width: 3, kernel: [5, 7], inChannels: 9 }),
    ...each({ height: 1, width: 1, kernel: [3, 3], stride: [2, 2], inChannels: 8 }),
    ...each({ height: 2, width: 3, kernel: [5, 5], stride: [3, 2], padding: 'explicit', inChannels: 4 }),
    // Windows that lie in the padding altogether.
    ...each({
      height: 3,
      width: 4,
      kernel: [2, 2],
      padding: 'explicit',
      borders: [
        [3, 4],
        [5, 2],
      ],
      inChannels: 9,
    }),
  ]
  return [...channels, ...widths, ...large, ...geometryCases(), ...dilatedCases(), ...randomCases(random, 60)].map(same)
}

/** The same with several outputs of each input channel. */
export function multipliedCases(random: Random): Case[] {
  const some = [
    ...geometryCases().filter((_, i) => i % 3 === 0),
    ...dilatedCases().slice(0, 12),
    ...randomCases(random, 40),
  ]
  return some.map((c, i) => ({ ...c, outChannels: c.inChannels * (2 + (i % 3)) }))
}

export const xShape = (c: Case) => [c.batch, c.height, c.width, c.inChannels]
export const yShape = (c: Case) => [c.batch, ...outputSize(c), c.outChannels]
export const wShape = (c: Case) => [...c.kernel, c.inChannels, c.outChannels / c.inChannels]
export const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)

/** tfjs's attributes of a depthwise convolution. */
export const convAttrs = (c: Case) => ({
  strides: [...c.stride],
  dilations: [...c.dilation],
  pad: tfjsPadding(c),
  dataFormat: 'NHWC',
  inputShape: xShape(c),
  filterShape: wShape(c),
})

/** tfjs's attributes of a pooling, which has no dilation. */
export const poolAttrs = (c: Case) => ({ filterSize: [...c.kernel], strides: [...c.stride], pad: tfjsPadding(c) })

export const isPool = (c: Case) => backend_util.tupleValuesAreOne([...c.dilation])

/** A kernel of the backend in use, called as tfjs's ops call it. */
export function run(kernel: string, inputs: Record<string, Tensor>, attrs: object): Tensor {
  return engine().runKernel(kernel, inputs, attrs as NamedAttrMap)
}
