// Gradient of the convolution with respect to its input, through tf.grad and tf.conv2dTranspose on our backend, against the float64
// reference. Each case's geometry is that of the forward convolution.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect } from 'vitest'
import { conv2dInputGradient, outputSize } from '../reference/conv2d.js'
import {
  allowedErrors,
  type Case,
  channelCases,
  describeCase,
  geometryCases,
  randomCases,
  spanCases,
  tfjsPadding,
  widthCases,
} from './conv-cases.js'
import { absolute, expectWithin, itRandom, type Random, useBackend } from './harness.js'

useBackend()

type Shape4 = [number, number, number, number]
const pair = (p: readonly [number, number]) => [...p] as [number, number]

function draw(c: Case, random: Random) {
  const size = outputSize(c)
  const dy = random.floats(c.batch * size[0] * size[1] * c.outChannels)
  const w = random.floats(c.kernel[0] * c.kernel[1] * c.inChannels * c.outChannels)
  return { dy, w, dyShape: [c.batch, ...size, c.outChannels] as Shape4 }
}

function check(c: Case, random: Random, format: 'NHWC' | 'NCHW') {
  const { dy, w, dyShape } = draw(c, random)
  const toFormat = (t: tf.Tensor4D): tf.Tensor4D => (format === 'NHWC' ? t : tf.transpose(t, [0, 3, 1, 2]))
  const filter = tf.tensor4d(w, [...c.kernel, c.inChannels, c.outChannels] as Shape4)
  const x = toFormat(tf.zeros<tf.Rank.R4>([c.batch, c.height, c.width, c.inChannels]))
  const gradient = tf.grad((input: tf.Tensor) =>
    tf.conv2d(input as tf.Tensor4D, filter, pair(c.stride), tfjsPadding(c, format), format),
  )(x, toFormat(tf.tensor4d(dy, dyShape)))
  const dx = format === 'NHWC' ? gradient : tf.transpose(gradient, [0, 2, 3, 1])
  expect(dx.shape).toEqual([c.batch, c.height, c.width, c.inChannels])
  const magnitude = conv2dInputGradient(absolute(dy), absolute(w), c)
  const allowed = allowedErrors('Conv2DBackpropInput', c, { of: [dy, w], magnitude })
  expectWithin(dx.dataSync(), conv2dInputGradient(dy, w, c), 1, allowed, describeCase(c))
}

function sweep(name: string, cases: (random: Random) => Case[], atLeast: number, format: 'NHWC' | 'NCHW' = 'NHWC') {
  itRandom(name, random => {
    const list = cases(random)
    expect(list.length).toBeGreaterThanOrEqual(atLeast)
    for (const c of list) tf.tidy(() => check(c, random, format))
  })
}

describe('Conv2DBackpropInput', () => {
  sweep('every pair of channel counts', channelCases, 81)
  sweep('every width with every kernel', widthCases, 500)
  sweep('every kernel with every stride, padding and batch', geometryCases, 160)
  sweep('filters as large as the picture', spanCases, 108)
  sweep('random combinations', random => randomCases(random, 250), 250)
  sweep('NCHW', random => randomCases(random, 60), 60, 'NCHW')

  itRandom('is tf.conv2dTranspose', random => {
    for (const c of geometryCases()) {
      tf.tidy(() => {
        const { dy, w, dyShape } = draw(c, random)
        const filter = tf.tensor4d(w, [...c.kernel, c.inChannels, c.outChannels] as Shape4)
        const shape: Shape4 = [c.batch, c.height, c.width, c.inChannels]
        const y = tf.conv2dTranspose(tf.tensor4d(dy, dyShape), filter, shape, pair(c.stride), tfjsPadding(c))
        const magnitude = conv2dInputGradient(absolute(dy), absolute(w), c)
        const allowed = allowedErrors('Conv2DBackpropInput', c, { of: [dy, w], magnitude })
        expectWithin(y.dataSync(), conv2dInputGradient(dy, w, c), 1, allowed, describeCase(c))
      })
    }
  })

  itRandom('reads the top left part of a larger dy, as tfjs does, and refuses a smaller one', random => {
    const dy = tf.tensor4d(random.floats(6 * 7 * 3), [1, 6, 7, 3])
    const filter = tf.tensor4d(random.floats(3 * 3 * 2 * 3), [3, 3, 2, 3])
    const part = tf.slice(dy, [0, 0, 0, 0], [1, 4, 5, 3])
    const transposed = (input: tf.Tensor4D) => tf.conv2dTranspose(input, filter, [1, 4, 5, 2], 1, 'same').dataSync()
    expect(transposed(dy)).toEqual(transposed(part))
    expect(() => tf.conv2dTranspose(part, filter, [1, 6, 7, 2], 1, 'same')).toThrow(
      'dy is [1, 4, 5, 3], wanted [1, 6, 7, 3]',
    )
  })

  itRandom('an image gives the same bits whatever batch it is in', random => {
    for (const c of geometryCases().filter(g => g.batch === 3)) {
      const { dy, w, dyShape } = draw(c, random)
      const filter = tf.tensor4d(w, [...c.kernel, c.inChannels, c.outChannels] as Shape4)
      const run = (input: tf.Tensor4D) => {
        const shape: Shape4 = [input.shape[0], c.height, c.width, c.inChannels]
        return tf.conv2dTranspose(input, filter, shape, pair(c.stride), tfjsPadding(c))
      }
      const images = tf.tensor4d(dy, dyShape)
      const alone = [0, 1, 2].map(i => run(tf.slice(images, i, 1)))
      expect(run(images).dataSync(), describeCase(c)).toEqual(tf.concat(alone).dataSync())
    }
  })
})
