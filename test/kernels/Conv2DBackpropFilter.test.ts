// Gradient of the convolution with respect to its filter, through tf.grad on our backend, against the float64 reference.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect } from 'vitest'
import { conv2dFilterGradient, outputSize } from '../reference/conv2d.js'
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

function check(c: Case, random: Random, format: 'NHWC' | 'NCHW') {
  const size = outputSize(c)
  const x = random.floats(c.batch * c.height * c.width * c.inChannels)
  const dy = random.floats(c.batch * size[0] * size[1] * c.outChannels)
  const toFormat = (t: tf.Tensor4D): tf.Tensor4D => (format === 'NHWC' ? t : tf.transpose(t, [0, 3, 1, 2]))
  const input = toFormat(tf.tensor4d(x, [c.batch, c.height, c.width, c.inChannels]))
  const filter = tf.zeros<tf.Rank.R4>([...c.kernel, c.inChannels, c.outChannels] as Shape4)
  const dw = tf.grad((w: tf.Tensor) =>
    tf.conv2d(input, w as tf.Tensor4D, pair(c.stride), tfjsPadding(c, format), format),
  )(filter, toFormat(tf.tensor4d(dy, [c.batch, ...size, c.outChannels])))
  expect(dw.shape).toEqual(filter.shape)
  const magnitude = conv2dFilterGradient(absolute(x), absolute(dy), c)
  const allowed = allowedErrors('Conv2DBackpropFilter', c, { of: [x, dy], magnitude })
  expectWithin(dw.dataSync(), conv2dFilterGradient(x, dy, c), 1, allowed, describeCase(c))
}

function sweep(name: string, cases: (random: Random) => Case[], atLeast: number, format: 'NHWC' | 'NCHW' = 'NHWC') {
  itRandom(name, random => {
    const list = cases(random)
    expect(list.length).toBeGreaterThanOrEqual(atLeast)
    for (const c of list) tf.tidy(() => check(c, random, format))
  })
}

/** Sums as long as the models', where a plain running sum would lose digits. */
const longCases = (): Case[] =>
  channelCases()
    .filter(c => c.inChannels === 3 && c.outChannels <= 4)
    .map(c => ({ ...c, batch: 3, height: 50, width: 50 }))

describe('Conv2DBackpropFilter', () => {
  sweep('every pair of channel counts', channelCases, 81)
  sweep('every width with every kernel', widthCases, 500)
  sweep('every kernel with every stride, padding and batch', geometryCases, 160)
  sweep('filters as large as the picture', spanCases, 108)
  sweep('random combinations', random => randomCases(random, 250), 250)
  sweep('long sums', longCases, 4)
  sweep('NCHW', random => randomCases(random, 60), 60, 'NCHW')
})
