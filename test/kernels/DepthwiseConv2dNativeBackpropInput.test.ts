// A depthwise convolution's gradient with respect to its input against the float64 reference.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect } from 'vitest'
import { depthwiseInputGradient } from '../reference/windows.js'
import { type Case, describeCase } from './conv-cases.js'
import { absolute, expectWithin, itRandom, type Random, sumBound, useBackend } from './harness.js'
import { convAttrs, multipliedCases, run, sizeOf, windowCases, wShape, xShape, yShape } from './window-cases.js'

useBackend()

function sweep(name: string, cases: (random: Random) => Case[], atLeast: number) {
  itRandom(name, random => {
    const list = cases(random)
    expect(list.length).toBeGreaterThanOrEqual(atLeast)
    for (const c of list) {
      tf.tidy(() => {
        const [dy, w] = [random.floats(sizeOf(yShape(c))), random.floats(sizeOf(wShape(c)))]
        const inputs = { dy: tf.tensor(dy, yShape(c)), filter: tf.tensor(w, wShape(c)) }
        const dx = run('DepthwiseConv2dNativeBackpropInput', inputs, convAttrs(c))
        expect(dx.shape).toEqual(xShape(c))
        const bound = sumBound((c.kernel[0] * c.kernel[1] * c.outChannels) / c.inChannels)
        const magnitude = depthwiseInputGradient(absolute(dy), absolute(w), c)
        expectWithin(dx.dataSync(), depthwiseInputGradient(dy, w, c), bound, magnitude, describeCase(c))
      })
    }
  })
}

describe('DepthwiseConv2dNativeBackpropInput', () => {
  sweep('one output a channel', windowCases, 300)
  sweep('several outputs a channel', multipliedCases, 80)
})
