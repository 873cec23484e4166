// Bugs of tfjs-backend-wasm 4.22.0 that its users reported, by number: on our backend they are not there. Convolution and pooling only;
// expected values by the plain references, not by another backend.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { conv2d } from '../reference/conv2d.js'
import { avgPool, depthwise, maxPool } from '../reference/windows.js'
import { type Case, describeCase, makeCase, tfjsPadding } from './conv-cases.js'
import { absolute, expectWithin, itRandom, type Random, sumBound, unitRoundoff, useBackend } from './harness.js'
import { convAttrs, poolAttrs, run, sizeOf, wShape, xShape, yShape } from './window-cases.js'

useBackend()

type Shape4 = [number, number, number, number]
type Pair = [number, number]

function checkConv2D(c: Case, random: Random, scale = 1): void {
  const filterShape = [...c.kernel, c.inChannels, c.outChannels] as Shape4
  const [x, w] = [random.floats(sizeOf(xShape(c)), scale), random.floats(sizeOf(filterShape), scale)]
  const y = tf.conv2d(
    tf.tensor4d(x, xShape(c) as Shape4),
    tf.tensor4d(w, filterShape),
    [...c.stride],
    tfjsPadding(c),
    'NHWC',
    [...c.dilation],
  )
  expect(y.shape).toEqual(yShape(c))
  const magnitude = conv2d(absolute(x), absolute(w), c)
  // Winograd's sizes round worse than a plain sum; none of these cases is long.
  expectWithin(y.dataSync(), conv2d(x, w, c), 64 * unitRoundoff, magnitude, describeCase(c))
}

function checkWindows(c: Case, random: Random): void {
  const [x, w] = [random.floats(sizeOf(xShape(c))), random.floats(sizeOf(wShape(c)))]
  const input = tf.tensor(x, xShape(c))
  const bound = sumBound(c.kernel[0] * c.kernel[1] + 1)
  const y = run('DepthwiseConv2dNative', { x: input, filter: tf.tensor(w, wShape(c)) }, convAttrs(c))
  expectWithin(y.dataSync(), depthwise(x, w, c), bound, depthwise(absolute(x), absolute(w), c), describeCase(c))
  const pooled = { ...c, outChannels: c.inChannels }
  expect([...run('MaxPool', { x: input }, poolAttrs(c)).dataSync()], describeCase(c)).toEqual([...maxPool(x, pooled)])
  const means = run('AvgPool', { x: input }, poolAttrs(c)).dataSync()
  expectWithin(means, avgPool(x, pooled), bound, avgPool(absolute(x), pooled), describeCase(c))
}

const definedCase = (choice: Parameters<typeof makeCase>[0]) => [makeCase(choice)].filter(c => c !== undefined)

describe('tfjs #8405, #5907: conv2d was all 0 where kernel or stride are larger than the input', () => {
  const cases = (
    [
      [1, 1],
      [2, 1],
      [3, 4],
      [5, 5],
      [7, 2],
    ] as Pair[]
  ).flatMap(kernel =>
    (
      [
        [1, 1],
        [2, 3],
        [5, 2],
        [7, 7],
      ] as Pair[]
    ).flatMap(stride => {
      const shape = { batch: 3, height: 2, width: 3, inChannels: 1, outChannels: 2 }
      return definedCase({ ...shape, kernel, stride, padding: 'same' })
    }),
  )

  itRandom('conv2d', random => {
    expect(cases.length).toBe(20)
    for (const c of cases) checkConv2D(c, random, 2 ** 31) // their numbers are of that size
  })

  itRandom('depthwise convolution and pooling', random => {
    for (const c of cases) checkWindows(c, random)
  })
})

describe('tfjs #7612, #5904, #7617: a kernel that does not fit the input crashed', () => {
  const x = () => tf.ones<tf.Rank.R4>([1, 3, 5, 2])
  const misfits: [string, () => tf.Tensor][] = [
    ['Conv2D', () => tf.conv2d(x(), tf.ones([5, 3, 2, 2]), 1, 'valid')],
    [
      'FusedConv2D',
      () => tf.fused.conv2d({ x: x(), filter: tf.ones([5, 3, 2, 2]), strides: 1, pad: 'valid', activation: 'relu' }),
    ],
    ['DepthwiseConv2dNative', () => tf.depthwiseConv2d(x(), tf.ones([3, 7, 2, 1]), 1, 'valid')],
    ['MaxPool', () => tf.maxPool(x(), [5, 5], 1, 'valid')],
    ['AvgPool', () => tf.avgPool(x(), [5, 5], 1, 'valid')],
  ]

  it.each(misfits)('%s refuses it by name', (name, call) => {
    expect(() => tf.tidy(call)).toThrow(
      new RegExp(`^${name}: a window of \\d x \\d does not fit x \\[1, 3, 5, 2\\]. Pad x`),
    )
  })

  it('gives an empty result where the size comes to 0, as cpu does', () => {
    const y = tf.conv2d(tf.ones<tf.Rank.R4>([1, 2, 5, 2]), tf.ones<tf.Rank.R4>([3, 3, 2, 4]), 1, 'valid')
    expect([y.shape, y.size]).toEqual([[1, 0, 3, 4], 0])
  })

  it('one with no column, and one of an empty batch in either format, have gradients of zeros', () => {
    for (const [shape, format] of [
      [[2, 8, 1, 3], 'NHWC'], // windows of two columns, three apart: none
      [[0, 8, 6, 3], 'NHWC'],
      [[0, 3, 8, 6], 'NCHW'],
    ] as [[number, number, number, number], 'NHWC' | 'NCHW'][])
      tf.tidy(() => {
        const [x, filter] = [tf.ones<tf.Rank.R4>(shape), tf.ones<tf.Rank.R4>([2, 2, 3, 4])]
        const convolve = (a: tf.Tensor, b: tf.Tensor) =>
          tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, [2, 3], 'valid', format)
        const y = convolve(x, filter)
        expect(y.size).toBe(0)
        const [dx, dw] = tf.grads(convolve)([x, filter], y)
        expect([dx!.shape, dw!.shape]).toEqual([shape, filter.shape])
        expect([...dx!.dataSync(), ...dw!.dataSync()].every(value => value === 0)).toBe(true)
      })
  })
})

describe('tfjs #7605, #7621: a kernel far larger than the input wrote beyond its memory', () => {
  itRandom('conv2d and depthwise, padded and dilated', random => {
    const large: Case = {
      ...{ batch: 2, height: 3, width: 4, inChannels: 2, outChannels: 2, kernel: [5, 4], stride: [1, 1] },
      ...{
        dilation: [4, 3],
        pad: [
          [9, 9],
          [9, 9],
        ],
        padding: 'explicit',
      },
    }
    checkConv2D(large, random)
    const [x, w] = [random.floats(sizeOf(xShape(large))), random.floats(sizeOf(wShape(large)))]
    const inputs = { x: tf.tensor(x, xShape(large)), filter: tf.tensor(w, wShape(large)) }
    const y = run('DepthwiseConv2dNative', inputs, convAttrs(large))
    expectWithin(
      y.dataSync(),
      depthwise(x, w, large),
      sumBound(20),
      depthwise(absolute(x), absolute(w), large),
      'depthwise',
    )
  })
})

describe('tfjs #5355, #5920, #6629: windows of one place or one row, strided', () => {
  itRandom('depthwise convolution and pooling', random => {
    const kernels: Pair[] = [
      [1, 1],
      [1, 2],
      [2, 1],
      [1, 3],
      [3, 1],
    ]
    const cases = kernels.flatMap(kernel =>
      [1, 2, 3, 4].flatMap(height =>
        [1, 2, 4].flatMap(width =>
          [1, 4].flatMap(inChannels => {
            const shape = { height, width, inChannels, outChannels: inChannels }
            return definedCase({ ...shape, kernel, stride: [2, 2], padding: 'same' })
          }),
        ),
      ),
    )
    expect(cases.length).toBe(120)
    for (const c of cases) tf.tidy(() => checkWindows(c, random))
  })
})

describe("tfjs #8474: Kernel 'Conv2DBackpropFilter' not registered", () => {
  it('conv2d and depthwiseConv2d have gradients with respect to filter and input', () => {
    const x = tf.ones<tf.Rank.R4>([1, 4, 4, 2])
    const filter = tf.ones<tf.Rank.R4>([3, 3, 2, 1])
    const sums = (f: (x: tf.Tensor4D, filter: tf.Tensor4D) => tf.Tensor) =>
      tf
        .grads((a, b) => tf.sum(f(a as tf.Tensor4D, b as tf.Tensor4D)))([x, filter])
        .map(gradient => tf.sum(gradient).dataSync()[0])
    // 4 windows of 9 places and 2 channels: each product is one term of either gradient.
    expect(sums((a, b) => tf.conv2d(a, b, 1, 'valid'))).toEqual([72, 72])
    expect(sums((a, b) => tf.depthwiseConv2d(a, b, 1, 'valid'))).toEqual([72, 72])
  })
})
