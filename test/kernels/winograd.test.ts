// Winograd's convolutions, each tile size forced by the `algorithm` parameter, against the float64 reference: every remainder of map by
// tile, of channels by vector and of tiles by block, every kernel size, stride and padding. Direct is swept beside them, because the backend
// may choose it for few of these. Not here: same bits and kept filters (winograd-bits.test.ts), the choice (algorithm.test.ts).
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, describe, expect, it } from 'vitest'
import { type Algorithm, chooseAlgorithm, tileSizes } from '../../src/kernels/algorithm.js'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { convolve } from '../../src/kernels/Conv2D.js'
import { filterGradient } from '../../src/kernels/Conv2DBackpropFilter.js'
import { convolveTransposed } from '../../src/kernels/Conv2DBackpropInput.js'
import { type ConvKernel, cutInto, mostBlock, planRecord } from '../../src/kernels/winograd/plan.js'
import { conv2d, conv2dFilterGradient, conv2dInputGradient, outputSize } from '../reference/conv2d.js'
import {
  allowedErrors,
  type Case,
  channelCases,
  defined,
  describeCase,
  geometryCases,
  infoOf,
  makeCase,
  randomCases,
  widthCases,
} from './conv-cases.js'
import { reportConvolutions } from './report-layers.js'
import { absolute, itRandom, ourBackend, type Random, useBackend, worst } from './harness.js'

useBackend()

const convKernels = ['Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter'] as const
const algorithms: readonly Algorithm[] = ['direct', ...tileSizes]
const nameOf = (a: Algorithm) => (a === 'direct' ? a : `F(${a.outputs},${a.points + 1 - a.outputs})`)

/** The largest error over its bound and over the largest output, by algorithm and kernel, and how many cases there were. */
const table = new Map<string, { overBound: number; overLargest: number; cases: number }>()

function note(algorithm: Algorithm, kernel: ConvKernel, overBound: number, overLargest: number): void {
  const key = `${nameOf(algorithm)} ${kernel}`
  const row = table.get(key) ?? { overBound: 0, overLargest: 0, cases: 0 }
  row.overBound = Math.max(row.overBound, overBound)
  row.overLargest = Math.max(row.overLargest, overLargest)
  row.cases++
  table.set(key, row)
}

interface Run {
  readonly kernel: ConvKernel
  readonly of: readonly [Float32Array, Float32Array]
  readonly bias: Float32Array | undefined
  readonly run: (algorithm: Algorithm) => TensorInfo
}

type Shape4 = [number, number, number, number]
const shapesOf = (c: Case) => ({
  x: [c.batch, c.height, c.width, c.inChannels] as Shape4,
  w: [...c.kernel, c.inChannels, c.outChannels] as Shape4,
  y: [c.batch, ...outputSize(c), c.outChannels] as Shape4,
})

/** The three kernels on a case, without bias and ReLU or with both. */
function runsOf(c: Case, random: Random, withBias: boolean): Run[] {
  const shapes = shapesOf(c)
  const info = infoOf(c)
  const backend = ourBackend()
  const draw = (shape: readonly number[]) => random.floats(tf.util.sizeFromShape([...shape]))
  const [x, w, dy] = [draw(shapes.x), draw(shapes.w), draw(shapes.y)]
  const [tx, tw, ty] = [tf.tensor4d(x, shapes.x), tf.tensor4d(w, shapes.w), tf.tensor4d(dy, shapes.y)]
  const biasOf = (channels: number) => (withBias ? random.floats(channels) : undefined)
  const [by, bx] = [biasOf(c.outChannels), biasOf(c.inChannels)]
  const tensorOf = (bias: Float32Array | undefined) => bias && tf.tensor1d(bias)
  const [tby, tbx] = [tensorOf(by), tensorOf(bx)]
  const activation = withBias ? 'relu' : 'linear'
  return [
    { kernel: 'Conv2D', of: [x, w], bias: by, run: a => convolve(backend, info, tx, tw, tby, activation, a) },
    {
      kernel: 'Conv2DBackpropInput',
      of: [dy, w],
      bias: bx,
      run: a => convolveTransposed(backend, info, ty, tw, tbx, activation, a),
    },
    {
      kernel: 'Conv2DBackpropFilter',
      of: [x, dy],
      bias: undefined,
      run: a => filterGradient(backend, info, tx, ty, a),
    },
  ]
}

type Numbers = ArrayLike<number>

/** The reference's result, before ReLU. */
function reference(kernel: ConvKernel, a: Numbers, b: Numbers, c: Case, bias: Numbers | undefined): Float64Array {
  if (kernel === 'Conv2D') return conv2d(a, b, c, bias)
  return kernel === 'Conv2DBackpropInput' ? conv2dInputGradient(a, b, c, bias) : conv2dFilterGradient(a, b, c)
}

/** Whether an algorithm can do the case at all: Winograd's are for square ones, of not too many pieces. */
function isPossible(algorithm: Algorithm, kernel: ConvKernel, c: Case): boolean {
  if (algorithm === 'direct') return true
  const square = c.kernel[0] === c.kernel[1] && c.stride[0] === c.stride[1]
  return square && cutInto(kernel, infoOf(c), algorithm) !== undefined
}

/** Every algorithm and kernel on one case; returns how many Winograd ones there were. */
function check(c: Case, random: Random, withBias: boolean): number {
  const backend = ourBackend()
  let count = 0
  for (const { kernel, of, bias, run } of runsOf(c, random, withBias)) {
    const linear = reference(kernel, ...of, c, bias)
    const expected = bias ? linear.map(v => Math.max(0, v)) : linear
    const magnitude = reference(kernel, absolute(of[0]), absolute(of[1]), c, bias && absolute(bias))
    const largest = expected.reduce((a, b) => Math.max(a, Math.abs(b)), 0)
    for (const algorithm of algorithms.filter(a => isPossible(a, kernel, c))) {
      const result = run(algorithm)
      const actual = backend.floats(result).slice()
      backend.disposeData(result.dataId)
      const allowed = allowedErrors(kernel, c, { of, magnitude, moreTerms: withBias ? 1 : 0 }, algorithm)
      const overBound = worst(actual, expected, 1, allowed)
      const what = `${kernel} by ${nameOf(algorithm)}${withBias ? ', bias and ReLU' : ''}, ${describeCase(c)}`
      expect(overBound, `${what}: error over bound`).toBeLessThanOrEqual(1)
      const error = actual.reduce((a, v, i) => Math.max(a, Math.abs(v - expected[i]!)), 0)
      note(algorithm, kernel, overBound, largest > 0 ? error / largest : 0)
      if (algorithm !== 'direct') count++
    }
  }
  return count
}

/** Sweeps a list; `atLeast` is how many runs of Winograd kernels it must come to: a sweep that ran none would say nothing. */
function sweep(name: string, cases: (random: Random) => Case[], atLeast: number, withBias: boolean) {
  itRandom(`${name}${withBias ? ', with bias and ReLU' : ''}`, random => {
    let count = 0
    for (const c of cases(random)) tf.tidy(() => (count += check(c, random, withBias)))
    expect(count).toBeGreaterThanOrEqual(atLeast)
  })
}

const most = Math.max(...tileSizes.map(size => size.outputs))
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

/** Every map size from 1x1 to past two of the largest tiles: all residues, each height with two widths. */
const mapCases = (): Case[] =>
  defined(
    range(1, 2 * most + 2).flatMap(height =>
      [1 + ((height * 5) % (2 * most + 2)), height].flatMap(width =>
        [
          [3, 5],
          [8, 4],
        ].map(([inChannels, outChannels]) =>
          makeCase({ height, width, inChannels: inChannels!, outChannels: outChannels! }),
        ),
      ),
    ),
  )

/** Maps of one tile, so that images are tiles: numbers of them around one block, and around two. */
const blockCases = (): Case[] =>
  defined(
    [mostBlock - 1, mostBlock, mostBlock + 1, mostBlock + 3, 2 * mostBlock + 1].map(batch =>
      makeCase({ batch, height: 3, width: 3, inChannels: 4, outChannels: 5 }),
    ),
  )

/** Every square kernel to 9x9, which the small sizes cut into pieces, with every stride and padding. */
function kernelCases(): Case[] {
  const kernels = range(1, 9).flatMap(kernel => [1, 2, 3].map(stride => [kernel, stride] as const))
  return defined(
    kernels.flatMap(([kernel, stride]) => {
      const shared = { kernel: [kernel, kernel], stride: [stride, stride], height: 9, width: 11 } as const
      const explicit = (borders: Case['pad']) => ({ ...shared, padding: 'explicit', borders }) as const
      const choices = [
        { ...shared, padding: 'same' } as const,
        { ...shared, padding: 'valid' } as const,
        // Different at top and left; larger than the kernel.
        explicit([
          [2, 1],
          [0, 3],
        ]),
        explicit([
          [kernel + 2, kernel],
          [kernel + 1, kernel + 3],
        ]),
      ]
      return choices.flatMap((choice, i) => [
        makeCase({ ...choice, batch: 1 + 2 * (i % 2), inChannels: 2, outChannels: 4 }),
        makeCase({ ...choice, batch: 3 - 2 * (i % 2), inChannels: 5, outChannels: 3 }),
      ])
    }),
  )
}

describe('every algorithm', () => {
  for (const withBias of [false, true]) {
    sweep('on maps of every size by tile', mapCases, 1340, withBias)
    sweep('with every pair of channel counts', channelCases, 1700, withBias)
    sweep('on numbers of tiles around a block', blockCases, 105, withBias)
    sweep('with kernels 1 to 9, strides 1 to 3 and every padding', kernelCases, 4500, withBias)
  }
  sweep(
    'in one layer of the report',
    () => defined([makeCase({ height: 50, width: 50, inChannels: 12, outChannels: 24 })]),
    3 * tileSizes.length,
    false,
  )
  sweep(
    'on the cases of the other convolution tests',
    random => [...widthCases(), ...geometryCases(), ...randomCases(random, 250)],
    8000,
    false,
  )
})

describe("the report's layers", () => {
  itRandom(
    'are within their bound of direct ones, and the bound is small enough to see a wrong coefficient',
    random => {
      const backend = ourBackend()
      const lines: string[] = []
      for (const convolution of reportConvolutions()) {
        const c: Case = { ...convolution, padding: 'explicit' }
        const [k, s] = [c.kernel[0], c.stride[0]]
        const errors = tf.tidy(() =>
          runsOf(c, random, false).map(({ kernel, of, run }) => {
            const algorithm = chooseAlgorithm(kernel, infoOf(c))
            if (algorithm === 'direct') return 'direct'
            const [actual, direct] = [algorithm, 'direct' as const].map(a => {
              const result = run(a)
              const values = backend.floats(result).slice()
              backend.disposeData(result.dataId)
              return values
            }) as [Float32Array, Float32Array]
            const largest = direct.reduce((a, v) => Math.max(a, Math.abs(v)), 0)
            const bound = allowedErrors(kernel, c, { of, magnitude: [0] }, algorithm)[0]!
            const what = `${kernel} by ${nameOf(algorithm)}, ${describeCase(c)}`
            // A direct sum of thousands of products is itself off by less than this share of the largest output.
            const ofDirect = 1e-5 * largest
            const error = actual.reduce((a, v, i) => Math.max(a, Math.abs(v - direct[i]!)), 0)
            expect(error, what).toBeLessThanOrEqual(bound + ofDirect)
            expect(bound / largest, `${what}: bound over largest output`).toBeLessThan(5e-4)
            return `${nameOf(algorithm)} ${(error / largest).toExponential(0)} ${(bound / largest).toExponential(0)}`
          }),
        )
        const layer = `${k}x${k} stride ${s} ${c.inChannels}->${c.outChannels}`
        lines.push([layer.padEnd(22), ...errors.map(text => text.padEnd(20))].join(''))
      }
      expect(lines).toHaveLength(24)
      expect(lines.filter(line => line.includes('F(')).length).toBeGreaterThan(12)
      console.log(['chosen, error/largest, bound/largest: Conv2D, BackpropInput, BackpropFilter', ...lines].join('\n'))
    },
  )
})

describe('what no tile size can do', () => {
  it('is refused by the plan and computed directly', () => {
    for (const stride of [7, 8]) {
      const c = makeCase({
        kernel: [stride, stride],
        stride: [stride, stride],
        height: 20,
        width: 20,
        inChannels: 24,
        outChannels: 24,
      })!
      for (const kernel of convKernels) {
        for (const size of tileSizes) {
          expect(cutInto(kernel, infoOf(c), size)).toBeUndefined()
          expect(() => planRecord(kernel, infoOf(c), size, false)).toThrow(`${kernel}: no plan for kernel ${stride}`)
        }
        expect(chooseAlgorithm(kernel, infoOf(c))).toBe('direct')
      }
    }
  })
})

afterAll(() => {
  const columns = (a: Algorithm) =>
    convKernels.map(kernel => {
      const row = table.get(`${nameOf(a)} ${kernel}`)
      return row
        ? `${row.overBound.toFixed(3)} ${row.overLargest.toExponential(1)} ${String(row.cases).padStart(5)}`
        : '-'
    })
  const lines = algorithms.map(a => [nameOf(a).padEnd(7), ...columns(a).map(text => text.padEnd(21))].join(''))
  console.log(['        Conv2D: error/bound, error/largest, runs; BackpropInput; BackpropFilter', ...lines].join('\n'))
})
