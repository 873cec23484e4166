// A depthwise convolution's gradient with respect to its filter against the float64 reference.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect } from 'vitest'
import { depthwiseFilterGradient } from '../reference/windows.js'
import { type Case, describeCase, makeCase } from './conv-cases.js'
import { absolute, expectWithin, itRandom, type Random, sumBound, useBackend } from './harness.js'
import { convAttrs, multipliedCases, run, sizeOf, windowCases, wShape, xShape, yShape } from './window-cases.js'

useBackend()

function sweep(name: string, cases: (random: Random) => Case[], atLeast: number) {
  itRandom(name, random => {
    const list = cases(random)
    expect(list.length).toBeGreaterThanOrEqual(atLeast)
    for (const c of list) {
      tf.tidy(() => {
        const [x, dy] = [random.floats(sizeOf(xShape(c))), random.floats(sizeOf(yShape(c)))]
        const inputs = { x: tf.tensor(x, xShape(c)), dy: tf.tensor(dy, yShape(c)) }
        const dw = run('DepthwiseConv2dNativeBackpropFilter', inputs, convAttrs(c))
        expect(dw.shape).toEqual(wShape(c))
        const bound = sumBound(sizeOf(yShape(c)) / c.outChannels)
        const magnitude = depthwiseFilterGradient(absolute(x), absolute(dy), c)
        expectWithin(dw.dataSync(), depthwiseFilterGradient(x, dy, c), bound, magnitude, describeCase(c))
      })
    }
  })
}

/** Taps are taken three at a time: rows of one to seven, and more than two threes. */
const rows = () =>
  [1, 2, 3, 4, 5, 6, 7].flatMap(taps =>
    [1, 2, 3].flatMap(stride =>
      [8, 11].map(channels => ({
        ...makeCase({ kernel: [2, taps], stride: [1, stride], width: 10, inChannels: channels })!,
        outChannels: channels,
      })),
    ),
  )

describe('DepthwiseConv2dNativeBackpropFilter', () => {
  sweep('one output a channel', windowCases, 300)
  sweep('several outputs a channel', multipliedCases, 80)
  sweep('rows of taps', rows, 42)
})
