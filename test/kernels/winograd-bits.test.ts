// Winograd's convolutions give the same bits from both tile shapes, for an image alone and in any batch, and again and again; and the
// filters that the backend keeps in the transform domain: computed once, again after a change, each for its own use, and freed.
import { createHash } from 'node:crypto'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { tileSizes } from '../../src/kernels/algorithm.js'
import type { EyesWasmBackend } from '../../src/kernels/backend.js'
import { convolve } from '../../src/kernels/Conv2D.js'
import { filterGradient } from '../../src/kernels/Conv2DBackpropFilter.js'
import { convolveTransposed } from '../../src/kernels/Conv2DBackpropInput.js'
import { type ConvKernel, cutInto, type TileSize } from '../../src/kernels/winograd/plan.js'
import { setVectorMode, wideTiles } from '../../src/wasm/revectorize.js'
import { conv2d } from '../reference/conv2d.js'
import { allowedErrors, type Case, describeCase, infoOf, makeCase } from './conv-cases.js'
import { absolute, expectWithin, itRandom, ourBackend, Random, useBackend } from './harness.js'

useBackend()
afterEach(() => {
  setVectorMode('simd128')
})

type Shape4 = [number, number, number, number]
/** Stands for every bit of the values, without printing them all where they differ. */
const bitsOf = (values: Float32Array) =>
  createHash('sha256').update(new Uint8Array(values.slice().buffer)).digest('hex')

/** A result's values; its memory is given back. */
function take(backend: EyesWasmBackend, result: tf.TensorInfo): Float32Array {
  const values = backend.floats(result).slice()
  backend.disposeData(result.dataId)
  return values
}

interface Tensors {
  readonly x: tf.Tensor4D
  readonly w: tf.Tensor4D
  readonly dy: tf.Tensor4D
}

function draw(c: Case, random: Random): Tensors {
  const tensor = (shape: readonly number[]) =>
    tf.tensor4d(random.floats(tf.util.sizeFromShape([...shape])), shape as Shape4)
  return {
    x: tensor([c.batch, c.height, c.width, c.inChannels]),
    w: tensor([...c.kernel, c.inChannels, c.outChannels]),
    dy: tensor(infoOf(c).outShape),
  }
}

/** Makers of y, dx and dw of a case; a kernel that the tile size cannot do has none. */
function runs(c: Case, { x, w, dy }: Tensors, size: TileSize): (() => Float32Array)[] {
  const backend = ourBackend()
  const info = infoOf(c)
  const run = (kernel: ConvKernel, compute: () => tf.TensorInfo) =>
    cutInto(kernel, info, size) ? [() => take(backend, compute())] : []
  return [
    ...run('Conv2D', () => convolve(backend, info, x, w, undefined, 'linear', size)),
    ...run('Conv2DBackpropInput', () => convolveTransposed(backend, info, dy, w, undefined, 'linear', size)),
    ...run('Conv2DBackpropFilter', () => filterGradient(backend, info, x, dy, size)),
  ]
}

const results = (c: Case, tensors: Tensors, size: TileSize) => runs(c, tensors, size).map(run => run())

/** Channels of 1 to 13 vectors: every remainder of the wide panels of 6 and 4, and channels that do not fill their vectors. */
const channelPairs = [
  [3, 4],
  [8, 12],
  [16, 13],
  [20, 24],
  [28, 33],
  [36, 40],
  [44, 48],
  [52, 5],
] as const

const bitCases = (): Case[] => [
  ...channelPairs.flatMap(([a, b]) => [
    makeCase({ height: 7, width: 9, inChannels: a, outChannels: b })!,
    makeCase({ height: 6, width: 5, inChannels: b, outChannels: a, batch: 2 })!,
  ]),
  makeCase({ height: 9, width: 8, inChannels: 12, outChannels: 24, kernel: [4, 4], stride: [2, 2] })!,
  makeCase({ height: 9, width: 8, inChannels: 8, outChannels: 12, kernel: [9, 9] })!,
  // Tiles past one block: sums of the filter gradient are added to those of the block before.
  makeCase({ batch: 67, height: 3, width: 3, inChannels: 12, outChannels: 24 })!,
]

describe('same bits', () => {
  itRandom('from the tile shape of 128-bit vectors and the wide one', random => {
    let compared = 0
    for (const c of bitCases())
      tf.tidy(() => {
        const tensors = draw(c, random)
        for (const size of tileSizes) {
          setVectorMode('simd128')
          expect(wideTiles()).toBe(false)
          const narrow = results(c, tensors, size)
          setVectorMode('revectorized')
          expect(wideTiles()).toBe(true)
          ourBackend().changed(tensors.w)
          const wide = results(c, tensors, size)
          wide.forEach((values, i) => expect(bitsOf(values), describeCase(c)).toEqual(bitsOf(narrow[i]!)))
          compared += wide.length
        }
      })
    expect(compared).toBeGreaterThan(bitCases().length * tileSizes.length * 2)
  })

  itRandom('again and again', random => {
    for (const c of bitCases().slice(-4))
      tf.tidy(() => {
        const tensors = draw(c, random)
        for (const size of tileSizes) {
          const first = results(c, tensors, size)
          for (let i = 0; i < 3; i++) expect(results(c, tensors, size).map(bitsOf)).toEqual(first.map(bitsOf))
        }
      })
  })

  itRandom('for an image alone and in a batch', random => {
    const backend = ourBackend()
    // 9 tiles an image or more: images begin anywhere in a block, and blocks in an image.
    for (const shape of [{ kernel: [3, 3] }, { kernel: [4, 4], stride: [2, 2] }, { kernel: [9, 9] }] as const) {
      const c = makeCase({ ...shape, batch: 9, height: 13, width: 11, inChannels: 5, outChannels: 12 })!
      tf.tidy(() => {
        const { x, w, dy } = draw(c, random)
        const one: Case = { ...c, batch: 1 }
        for (const size of tileSizes.filter(s => cutInto('Conv2D', infoOf(c), s))) {
          const forward = (of: Case, t: tf.Tensor4D) =>
            take(backend, convolve(backend, infoOf(of), t, w, undefined, 'relu', size))
          const backward = (of: Case, t: tf.Tensor4D) =>
            take(backend, convolveTransposed(backend, infoOf(of), t, w, undefined, 'linear', size))
          for (const [run, tensor] of [
            [forward, x],
            [backward, dy],
          ] as const) {
            const all = run(c, tensor)
            const each = all.length / c.batch
            for (let n = 0; n < c.batch; n++) {
              const alone = bitsOf(run(one, tf.slice(tensor, n, 1)))
              expect(alone, describeCase(c)).toBe(bitsOf(all.subarray(n * each, (n + 1) * each)))
            }
          }
        }
      })
    }
  })
})

describe('a filter in the transform domain', () => {
  const size = tileSizes.find(({ points, outputs }) => points + 1 - outputs === 3)!
  const layer = makeCase({ height: 7, width: 7, inChannels: 4, outChannels: 8 })!
  const strided = makeCase({ height: 7, width: 7, inChannels: 4, outChannels: 8, stride: [2, 2] })!
  const transforms = () => vi.spyOn(ourBackend().kernels, 'winogradFilter')

  function forward(c: Case, x: tf.Tensor4D, w: tf.Tensor4D, algorithm: TileSize = size): Float32Array {
    const backend = ourBackend()
    return take(backend, convolve(backend, infoOf(c), x, w, undefined, 'linear', algorithm))
  }

  function expectRight(c: Case, x: tf.Tensor4D, w: tf.Tensor4D, algorithm: TileSize = size): void {
    const [vx, vw] = [x.dataSync(), w.dataSync()]
    const magnitude = conv2d(absolute(vx), absolute(vw), c)
    const allowed = allowedErrors('Conv2D', c, { of: [vx, vw], magnitude }, algorithm)
    expectWithin(forward(c, x, w, algorithm), conv2d(vx, vw, c), 1, allowed, describeCase(c))
  }

  itRandom('is computed once, and again after its values were written over', random => {
    const { x, w } = draw(layer, random)
    const spy = transforms()
    for (let i = 0; i < 3; i++) expectRight(layer, x, w)
    expect(spy).toHaveBeenCalledTimes(1)
    const backend = ourBackend()
    backend.floats(w).set(random.floats(w.size))
    backend.changed(w)
    for (let i = 0; i < 3; i++) expectRight(layer, x, w)
    expect(spy).toHaveBeenCalledTimes(2)
    spy.mockRestore()
  })

  itRandom('is another for each kernel, stride, tile size and shape that use it, in any order', random => {
    const { x, w } = draw(layer, random)
    // The same memory under another shape, as tf.reshape gives it.
    const turned = makeCase({ height: 7, width: 7, inChannels: 8, outChannels: 4 })!
    const other = draw(turned, random)
    const reshaped = tf.reshape<tf.Rank.R4>(w, [3, 3, 8, 4])
    expect(reshaped.dataId).toBe(w.dataId)
    const uses = [
      [layer, w],
      [strided, w],
      [turned, reshaped],
    ] as const
    const all = uses.flatMap(([c, filter]) => tileSizes.flatMap(s => runs(c, { ...draw(c, random), w: filter }, s)))
    expect(all).toHaveLength(3 * 3 * tileSizes.length)
    // Each as it is when nothing has been kept.
    const alone = all.map(run => {
      ourBackend().changed(w)
      return bitsOf(run())
    })
    expect(all.map(run => bitsOf(run()))).toEqual(alone)
    const backwards = all.toReversed().map(run => bitsOf(run()))
    expect(backwards).toEqual(alone.toReversed())
    for (const s of tileSizes) {
      expectRight(layer, x, w, s)
      expectRight(turned, other.x, reshaped, s)
    }
  })

  it('is freed with its tensor: 1000 new filters take no more memory than one', () => {
    const backend = ourBackend()
    const round = (seed: number) =>
      tf.tidy(() => {
        const tensors = draw(layer, new Random(seed))
        results(layer, tensors, size)
        results(strided, draw(strided, new Random(seed)), size)
      })
    const state = () => {
      const probe = tf.zeros([50_000])
      const at = backend.address(probe)
      probe.dispose()
      return { bytes: backend.memoryBytes, ids: backend.numDataIds(), tensors: tf.memory().numTensors, next: at }
    }
    for (let i = 0; i < 3; i++) round(i)
    const before = state()
    for (let i = 0; i < 1000; i++) round(i)
    expect(state()).toEqual(before)
  })

  itRandom('lives as long as the last tensor of its values', random => {
    const { x, w } = draw(layer, random)
    const wanted = forward(layer, x, w)
    const clone = tf.clone(w)
    w.dispose()
    const spy = transforms()
    expect(bitsOf(forward(layer, x, clone))).toEqual(bitsOf(wanted))
    expect(spy).not.toHaveBeenCalled()
    spy.mockRestore()
  })
})

describe('a NaN or an infinity', () => {
  itRandom('in either input is seen in every element that depends on it, through ReLU as well', random => {
    const backend = ourBackend()
    for (const stride of [1, 2]) {
      const c = makeCase({ height: 8, width: 9, inChannels: 4, outChannels: 5, stride: [stride, stride] })!
      const info = infoOf(c)
      for (const size of tileSizes)
        for (const value of [NaN, Infinity, -Infinity])
          for (const inFilter of [false, true])
            tf.tidy(() => {
              const { x, w } = draw(c, random)
              const [vx, vw] = [x.dataSync().slice(), w.dataSync().slice()]
              const values = inFilter ? vw : vx
              values[Math.floor(random.next() * values.length)] = value
              const expected = conv2d(vx, vw, c)
              const result = convolve(
                backend,
                info,
                tf.tensor4d(vx, x.shape),
                tf.tensor4d(vw, w.shape),
                undefined,
                'relu',
                size,
              )
              const actual = take(backend, result)
              // -Infinity is 0 after ReLU where the sum is exact, and may be so or not a number here.
              const lost = expected.findIndex((v, i) => !(v < 0) && !Number.isFinite(v) && Number.isFinite(actual[i]!))
              expect(lost, `${value} in ${inFilter ? 'filter' : 'x'}`).toBe(-1)
              expect(expected.some(v => !Number.isFinite(v))).toBe(true)
            })
    }
  })
})
