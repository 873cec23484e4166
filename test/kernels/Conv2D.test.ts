// Forward convolution through tf.conv2d on our backend, against the float64 reference, over all sizes at which a tail begins.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect } from 'vitest'
import { conv2d, outputSize } from '../reference/conv2d.js'
import {
  allowedErrors,
  type Case,
  channelCases,
  describeCase,
  dilatedCases,
  geometryCases,
  randomCases,
  spanCases,
  tfjsPadding,
  widthCases,
} from './conv-cases.js'
import { absolute, everywhere, expectWithin, itRandom, type Random, useBackend } from './harness.js'

useBackend()

function draw(c: Case, random: Random) {
  const x = random.floats(c.batch * c.height * c.width * c.inChannels)
  const w = random.floats(c.kernel[0] * c.kernel[1] * c.inChannels * c.outChannels)
  const bias = random.floats(c.outChannels)
  return { x, w, bias }
}

const xShape = (c: Case) => [c.batch, c.height, c.width, c.inChannels] as [number, number, number, number]
const wShape = (c: Case) => [...c.kernel, c.inChannels, c.outChannels] as [number, number, number, number]
const pair = (p: readonly [number, number]) => [...p] as [number, number]

function check(c: Case, random: Random, format: 'NHWC' | 'NCHW' = 'NHWC') {
  const { x, w } = draw(c, random)
  const last = tf.tensor4d(x, xShape(c))
  const input: tf.Tensor4D = format === 'NHWC' ? last : tf.transpose(last, [0, 3, 1, 2])
  const output = tf.conv2d(
    input,
    tf.tensor4d(w, wShape(c)),
    pair(c.stride),
    tfjsPadding(c, format),
    format,
    pair(c.dilation),
  )
  const y: tf.Tensor4D = format === 'NHWC' ? output : tf.transpose(output, [0, 2, 3, 1])
  expect(y.shape).toEqual([c.batch, ...outputSize(c), c.outChannels])
  const magnitude = conv2d(absolute(x), absolute(w), c)
  const allowed = allowedErrors('Conv2D', c, { of: [x, w], magnitude })
  expectWithin(y.dataSync(), conv2d(x, w, c), 1, allowed, describeCase(c))
}

function sweep(name: string, cases: (random: Random) => Case[], atLeast: number, format: 'NHWC' | 'NCHW' = 'NHWC') {
  itRandom(name, random => {
    const list = cases(random)
    expect(list.length).toBeGreaterThanOrEqual(atLeast)
    for (const c of list) tf.tidy(() => check(c, random, format))
  })
}

describe('Conv2D', () => {
  sweep('every pair of channel counts', channelCases, 81)
  sweep('every width with every kernel', widthCases, 500)
  sweep('every kernel with every stride, padding and batch', geometryCases, 160)
  sweep('filters as large as the picture', spanCases, 108)
  sweep('random combinations', random => randomCases(random, 250), 250)
  sweep('dilation', dilatedCases, 45)
  sweep('NCHW', random => [...randomCases(random, 60), ...dilatedCases()], 60, 'NCHW')

  itRandom('an image gives the same bits whatever batch it is in', random => {
    for (const c of geometryCases().filter(g => g.batch === 3)) {
      const { x, w } = draw(c, random)
      const filter = tf.tensor4d(w, wShape(c))
      const run = (input: tf.Tensor4D) => tf.conv2d(input, filter, pair(c.stride), tfjsPadding(c))
      const images = tf.tensor4d(x, xShape(c))
      const alone = [0, 1, 2].map(i => run(tf.slice(images, i, 1)))
      expect(run(images).dataSync(), describeCase(c)).toEqual(tf.concat(alone).dataSync())
    }
  })

  itRandom('a NaN or an infinity of the input reaches the output, through ReLU as well', () => {
    const filter = tf.ones<tf.Rank.R4>([1, 1, 1, 1])
    for (const value of [NaN, Infinity]) {
      const x = tf.tensor4d([1, value, -1, 2], [1, 1, 4, 1])
      const relu = tf.fused.conv2d({ x, filter, strides: 1, pad: 'valid', activation: 'relu' })
      expect([...relu.dataSync()]).toEqual([1, value, 0, 2])
    }
  })
})

describe('FusedConv2D', () => {
  itRandom('adds a bias per channel and applies ReLU in the same pass', random => {
    const cases = [...channelCases(), ...randomCases(random, 60)]
    for (const c of cases) {
      const { x, w, bias } = draw(c, random)
      const y = tf.fused.conv2d({
        x: tf.tensor4d(x, xShape(c)),
        filter: tf.tensor4d(w, wShape(c)),
        strides: pair(c.stride),
        pad: tfjsPadding(c),
        bias: tf.tensor1d(bias),
        activation: 'relu',
      })
      const expected = conv2d(x, w, c, bias).map(v => Math.max(0, v))
      const magnitude = conv2d(absolute(x), absolute(w), c, absolute(bias))
      const allowed = allowedErrors('Conv2D', c, { of: [x, w], magnitude, moreTerms: 1 })
      expectWithin(y.dataSync(), expected, 1, allowed, describeCase(c))
    }
  })

  /** tfjs's own unfused ops on the reference's result. */
  const activations: Record<string, (z: tf.Tensor4D, alpha: tf.Tensor) => tf.Tensor> = {
    linear: z => z,
    relu: z => tf.relu(z),
    relu6: z => tf.relu6(z),
    elu: z => tf.elu(z),
    sigmoid: z => tf.sigmoid(z),
    leakyrelu: z => tf.leakyRelu(z, 0.3),
    prelu: (z, alpha) => tf.add(tf.relu(z), tf.mul(alpha, tf.minimum(z, 0))),
  }
  /** Shapes of [bias, PReLU weights] that tfjs allows. */
  const shapesOf = (c: Case, format: 'NHWC' | 'NCHW', activation: string): [number[], number[]][] => {
    const [oh, ow] = outputSize(c)
    const channels = [c.outChannels]
    const map = [oh, ow, c.outChannels]
    if (activation === 'prelu') {
      // tfjs 4.22.0 checks full maps of weights against the NHWC output even in NCHW.
      return (format === 'NHWC' ? [[], channels, map] : [[], channels]).map(weights => [channels, weights])
    }
    return (format === 'NHWC' ? [[], channels, map, [1, ...map]] : [[], channels]).map(bias => [bias, []])
  }

  function checkFallback(
    c: Case,
    random: Random,
    format: 'NHWC' | 'NCHW',
    name: string,
    biasShape: number[],
    alphaShape: number[],
  ) {
    const { x, w } = draw(c, random)
    const toFormat = (t: tf.Tensor4D): tf.Tensor4D => (format === 'NHWC' ? t : tf.transpose(t, [0, 3, 1, 2]))
    const tensor = (shape: number[]) => tf.tensor(random.floats(tf.util.sizeFromShape(shape)), shape)
    // A vector runs along the channels, wherever they are.
    const align = (t: tf.Tensor) => (format === 'NCHW' && t.rank === 1 ? tf.reshape(t, [-1, 1, 1]) : t)
    const [bias, alpha] = [tensor(biasShape), tensor(alphaShape)]
    const y = tf.fused.conv2d({
      x: toFormat(tf.tensor4d(x, xShape(c))),
      filter: tf.tensor4d(w, wShape(c)),
      strides: pair(c.stride),
      pad: tfjsPadding(c, format),
      dataFormat: format,
      bias,
      activation: name as 'relu',
      leakyreluAlpha: 0.3,
      ...(name === 'prelu' ? { preluActivationWeights: alpha } : {}),
    })
    const z = toFormat(tf.tensor4d(Float32Array.from(conv2d(x, w, c)), [c.batch, ...outputSize(c), c.outChannels]))
    const expected = activations[name]!(tf.add(z, align(bias)), align(alpha))
    const scale = conv2d(absolute(x), absolute(w), c).reduce((a, b) => Math.max(a, b), 1) + 1
    const magnitude = everywhere(scale, expected.size)
    const allowed = allowedErrors('Conv2D', c, { of: [x, w], magnitude, moreTerms: 4 })
    const what = `${format} ${name}, bias [${biasShape.join(', ')}], weights [${alphaShape.join(', ')}], ${describeCase(c)}`
    expectWithin(y.dataSync(), expected.dataSync(), 1, allowed, what)
  }

  itRandom('falls back for other activations, other biases and NCHW', random => {
    let checked = 0
    for (const format of ['NHWC', 'NCHW'] as const) {
      for (const name of Object.keys(activations)) {
        for (const c of randomCases(random, 4)) {
          for (const [bias, alpha] of shapesOf(c, format, name)) {
            tf.tidy(() => checkFallback(c, random, format, name, bias, alpha))
            checked++
          }
        }
      }
    }
    expect(checked).toBe(4 * (6 * 4 + 3 + 6 * 2 + 2))
  })
})
