// Forward depthwise convolution on our backend against the float64 reference, and the fused one with biases and activations.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { depthwise } from '../reference/windows.js'
import { type Case, describeCase, makeCase } from './conv-cases.js'
import { absolute, everywhere, expectWithin, itRandom, type Random, sumBound, useBackend } from './harness.js'
import { convAttrs, multipliedCases, run, sizeOf, windowCases, wShape, xShape, yShape } from './window-cases.js'

useBackend()

const draw = (c: Case, random: Random) => ({
  x: random.floats(sizeOf(xShape(c))),
  w: random.floats(sizeOf(wShape(c))),
})

const boundOf = (c: Case) => sumBound(c.kernel[0] * c.kernel[1])

function sweep(name: string, cases: (random: Random) => Case[], atLeast: number) {
  itRandom(name, random => {
    const list = cases(random)
    expect(list.length).toBeGreaterThanOrEqual(atLeast)
    for (const c of list) {
      tf.tidy(() => {
        const { x, w } = draw(c, random)
        const inputs = { x: tf.tensor(x, xShape(c)), filter: tf.tensor(w, wShape(c)) }
        const y = run('DepthwiseConv2dNative', inputs, convAttrs(c))
        expect(y.shape).toEqual(yShape(c))
        const magnitude = depthwise(absolute(x), absolute(w), c)
        expectWithin(y.dataSync(), depthwise(x, w, c), boundOf(c), magnitude, describeCase(c))
      })
    }
  })
}

describe('DepthwiseConv2dNative', () => {
  sweep('one output a channel', windowCases, 300)
  sweep('several outputs a channel', multipliedCases, 80)

  it('refuses NCHW, and a stride and a dilation at once, by name', () => {
    const [x, filter] = [tf.ones([1, 4, 4, 4]), tf.ones([2, 2, 4, 1])]
    const call = (attrs: object) => () =>
      run(
        'DepthwiseConv2dNative',
        { x, filter },
        { strides: 1, dilations: 1, pad: 'same', dataFormat: 'NHWC', ...attrs },
      )
    expect(call({ dataFormat: 'NCHW' })).toThrow('DepthwiseConv2dNative: dataFormat is NCHW, wanted NHWC')
    expect(call({ strides: 2, dilations: 2 })).toThrow('strides are 2 and dilations 2, one of the two must be 1')
  })

  it('lets a NaN through to the windows that hold it, and ReLU too', () => {
    const x = tf.tensor4d([1, NaN, -1, 2], [1, 1, 4, 1])
    const filter = tf.ones<tf.Rank.R4>([1, 1, 1, 1])
    const options = { x, filter, strides: 1, pad: 'valid' as const }
    expect([...tf.fused.depthwiseConv2d({ ...options, activation: 'relu' }).dataSync()]).toEqual([1, NaN, 0, 2])
    expect([...tf.fused.depthwiseConv2d({ ...options, activation: 'relu6' }).dataSync()]).toEqual([1, NaN, 0, 2])
  })

  it('gives an empty result of an empty input', () => {
    const shapeOf = (x: [number, number, number, number]) =>
      tf.depthwiseConv2d(tf.zeros<tf.Rank.R4>(x), tf.zeros<tf.Rank.R4>([3, 3, x[3], 1]), 1, 'same').shape
    expect(shapeOf([0, 4, 4, 3])).toEqual([0, 4, 4, 3])
    expect(shapeOf([1, 4, 4, 0])).toEqual([1, 4, 4, 0])
  })
})

describe('FusedDepthwiseConv2D', () => {
  const activations: Record<string, (z: tf.Tensor, alpha: tf.Tensor) => tf.Tensor> = {
    linear: z => z,
    relu: z => tf.relu(z),
    relu6: z => tf.relu6(z),
    elu: z => tf.elu(z),
    sigmoid: z => tf.sigmoid(z),
    leakyrelu: z => tf.leakyRelu(z, 0.3),
    prelu: (z, alpha) => tf.add(tf.relu(z), tf.mul(alpha, tf.minimum(z, 0))),
  }

  itRandom('adds a bias of any rank and applies every activation', random => {
    let checked = 0
    for (const inChannels of [3, 8, 13]) {
      for (const multiplier of [1, 2]) {
        const c: Case = { ...makeCase({ inChannels, batch: 3 })!, outChannels: inChannels * multiplier }
        const [, oh, ow, channels] = yShape(c) as [number, number, number, number]
        for (const shape of [undefined, [], [channels], [1, channels], [oh, ow, channels], yShape(c)]) {
          for (const activation of Object.keys(activations)) {
            tf.tidy(() => checkFused(c, random, shape, activation))
            checked++
          }
        }
      }
    }
    expect(checked).toBe(3 * 2 * 6 * 7)
  })

  function checkFused(c: Case, random: Random, biasShape: number[] | undefined, activation: string) {
    const { x, w } = draw(c, random)
    // So that six is reached.
    const bias = biasShape && tf.tensor(random.floats(sizeOf(biasShape), 8), biasShape)
    const alpha = tf.tensor1d(random.floats(c.outChannels))
    const y = tf.fused.depthwiseConv2d({
      x: tf.tensor4d(x, xShape(c) as [number, number, number, number]),
      filter: tf.tensor4d(w, wShape(c) as [number, number, number, number]),
      strides: 1,
      pad: 'same',
      ...(bias && { bias }),
      activation: activation as 'relu',
      leakyreluAlpha: 0.3,
      ...(activation === 'prelu' && { preluActivationWeights: alpha }),
    })
    const z = tf.tensor(Float32Array.from(depthwise(x, w, c)), yShape(c))
    const expected = activations[activation]!(bias ? tf.add(z, bias) : z, alpha)
    const what = `${activation}, bias ${biasShape ? `[${biasShape.join(', ')}]` : 'none'}, ${describeCase(c)}`
    expectWithin(y.dataSync(), expected.dataSync(), boundOf(c), everywhere(17, expected.size), what)
  }
})
