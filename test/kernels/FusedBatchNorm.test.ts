// Batch normalisation and its gradient on our backend, against plain float64 loops and against tfjs's own gradient, which is what our
// backend's stands in for.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import {
  absolute,
  everywhere,
  expectWithin,
  itRandom,
  ourBackend,
  type Random,
  sumBound,
  unitRoundoff,
  useBackend,
} from './harness.js'

useBackend()

const epsilon = 1e-3
const channelCounts = [1, 3, 4, 5, 8, 9, 12, 16, 19]
/** Around the number from which rows are taken as they come. */
const manyChannels = [184, 192, 197, 200]
/** Below, at and above a block of 64 pixels. */
const shapes = [[1], [3], [2, 4, 8], [65], [2, 7, 9]]

interface Data {
  x: Float32Array
  dy: Float32Array
  mean: Float32Array
  variance: Float32Array
  scale: Float32Array
  offset: Float32Array
}

const draw = (random: Random, pixels: number, channels: number): Data => ({
  x: random.floats(pixels * channels),
  dy: random.floats(pixels * channels),
  mean: random.floats(channels),
  variance: random.floats(channels).map(v => v + 1.25),
  scale: random.floats(channels, 2),
  offset: random.floats(channels),
})

const forEachSize = (test: (shape: number[], channels: number) => void) => {
  for (const leading of shapes) for (const channels of channelCounts) test([...leading, channels], channels)
  for (const channels of manyChannels) test([3, channels], channels)
}

/** Each of the optional vectors there and not. */
const choices = [
  [true, true],
  [true, false],
  [false, true],
  [false, false],
] as const

describe('FusedBatchNorm', () => {
  itRandom('normalises over the last axis, with and without scale and offset', random => {
    let checked = 0
    forEachSize((shape, channels) => {
      const d = draw(random, tf.util.sizeFromShape(shape) / channels, channels)
      for (const [hasScale, hasOffset] of choices) {
        tf.tidy(() => {
          const scale = hasScale ? tf.tensor1d(d.scale) : undefined
          const offset = hasOffset ? tf.tensor1d(d.offset) : undefined
          const y = tf.batchNorm(
            tf.tensor(d.x, shape),
            tf.tensor1d(d.mean),
            tf.tensor1d(d.variance),
            offset,
            scale,
            epsilon,
          )
          expect(y.shape).toEqual(shape)
          const expected = Float64Array.from(d.x, (v, i) => {
            const c = i % channels
            const factor = (hasScale ? d.scale[c]! : 1) / Math.sqrt(d.variance[c]! + epsilon)
            return (v - d.mean[c]!) * factor + (hasOffset ? d.offset[c]! : 0)
          })
          // |x - mean| < 2, scale / root < 4, offset < 1; seven roundings.
          expectWithin(
            y.dataSync(),
            expected,
            7 * unitRoundoff,
            everywhere(9, expected.length),
            `[${shape.join(', ')}]`,
          )
          checked++
        })
      }
    })
    expect(checked).toBe((shapes.length * channelCounts.length + manyChannels.length) * choices.length)
  })

  itRandom('takes statistics of the whole shape', random => {
    const [x, mean, scale] = [1, 2, 3].map(() => tf.tensor(random.floats(24), [2, 3, 4])) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ]
    const y = tf.batchNorm(x, mean, tf.ones([2, 3, 4]), tf.zeros([2, 3, 4]), scale, 0)
    const expected = tf.mul(tf.sub(x, mean), scale).dataSync()
    expectWithin(y.dataSync(), expected, 4 * unitRoundoff, everywhere(2, 24), 'whole shape')
  })
})

describe('FusedBatchNormGrad', () => {
  const names = ['x', 'mean', 'variance', 'scale', 'offset'] as const

  itRandom('is the gradient with respect to each input', random => {
    forEachSize((shape, channels) => {
      tf.tidy(() => {
        const pixels = tf.util.sizeFromShape(shape) / channels
        const d = draw(random, pixels, channels)
        const gradients = tf.grads(
          (x: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor) =>
            tf.batchNorm(x, mean, variance, offset, scale, epsilon),
        )(
          [
            tf.tensor(d.x, shape),
            tf.tensor1d(d.mean),
            tf.tensor1d(d.variance),
            tf.tensor1d(d.scale),
            tf.tensor1d(d.offset),
          ],
          tf.tensor(d.dy, shape),
        )
        const expected = plainGradients(d, channels)
        gradients.forEach((gradient, i) => {
          const { values, magnitude } = expected[names[i]!]
          const what = `d${names[i]} of [${shape.join(', ')}]`
          expectWithin(gradient.dataSync(), values, sumBound(pixels + 8), magnitude, what)
        })
      })
    })
  })

  /** All five, and the sums of the terms' sizes. */
  function plainGradients(d: Data, channels: number) {
    const make = (size: number) => ({ values: new Float64Array(size), magnitude: new Float64Array(size) })
    const all = {
      x: make(d.x.length),
      mean: make(channels),
      variance: make(channels),
      scale: make(channels),
      offset: make(channels),
    }
    const add = (target: ReturnType<typeof make>, i: number, term: number, magnitude = Math.abs(term)) => {
      target.values[i]! += term
      target.magnitude[i]! += magnitude
    }
    d.dy.forEach((dy, i) => {
      const c = i % channels
      const [r, s] = [1 / Math.sqrt(d.variance[c]! + epsilon), d.scale[c]!]
      // x - mean may cancel: its rounding is of the operands' size.
      const centred = d.x[i]! - d.mean[c]!
      const size = Math.abs(dy) * (Math.abs(d.x[i]!) + Math.abs(d.mean[c]!))
      add(all.x, i, dy * r * s)
      add(all.mean, c, -dy * r * s)
      add(all.variance, c, -0.5 * r * r * r * s * dy * centred, 0.5 * r * r * r * Math.abs(s) * size)
      add(all.scale, c, dy * centred * r, r * size)
      add(all.offset, c, dy)
    })
    return all
  }

  itRandom('gives a whole training gradient, and one of second order, by the ops it replaces', random => {
    const x = tf.tensor4d(random.floats(2 * 5 * 6 * 9), [2, 5, 6, 9])
    const [scale, offset] = [tf.tensor1d(random.floats(9)), tf.tensor1d(random.floats(9))]
    const weights = tf.tensor(random.floats(x.size), x.shape)
    const normed = (v: tf.Tensor) => {
      const { mean, variance } = tf.moments(v, [0, 1, 2])
      return tf.sum(
        tf.mul(weights, tf.batchNorm(v, mean as tf.Tensor1D, variance as tf.Tensor1D, offset, scale, epsilon)),
      )
    }
    // By elementary ops alone.
    const plain = (v: tf.Tensor) => {
      const centred = tf.sub(v, tf.mean(v, [0, 1, 2], true))
      const root = tf.sqrt(tf.add(tf.mean(tf.square(centred), [0, 1, 2], true), epsilon))
      return tf.sum(tf.mul(weights, tf.add(tf.mul(tf.div(centred, root), scale), offset)))
    }
    const second = (f: typeof plain) => tf.grad(v => tf.sum(tf.square(tf.grad(f)(v))))
    for (const of of [(f: typeof plain) => tf.grad(f), second]) {
      const [actual, expected] = [of(normed)(x).dataSync(), of(plain)(x).dataSync()]
      const scaleOf = Math.max(...absolute(expected))
      expectWithin(actual, expected, 64 * unitRoundoff, everywhere(scaleOf, expected.length), 'gradient')
    }
  })

  it('leaves no tensor behind', () => {
    const x = tf.ones<tf.Rank.R4>([1, 2, 2, 8])
    const scale = tf.ones<tf.Rank.R1>([8])
    const gradient = tf.grad(v => tf.batchNorm(v, tf.zeros<tf.Rank.R1>([8]), scale, scale, scale))
    const before = [tf.memory().numTensors, ourBackend().numDataIds()]
    tf.tidy(() => void gradient(x))
    expect([tf.memory().numTensors, ourBackend().numDataIds()]).toEqual(before)
  })
})

describe('gradients of Mean and Sum', () => {
  const axes = [undefined, 0, 1, [0, 2], [-1], [0, 1, 2]]

  itRandom('are dy, divided by the count for a mean, wherever the element went', random => {
    for (const keepDims of [false, true]) {
      for (const axis of axes) {
        const x = tf.tensor3d(random.floats(2 * 3 * 4), [2, 3, 4])
        const y = tf.sum(x, axis, keepDims)
        const dy = tf.tensor(random.floats(y.size), y.shape)
        const kept = tf.reshape(dy, tf.sum(x, axis, true).shape)
        const spread = tf.mul(kept, tf.ones(x.shape))
        const count = x.size / y.size
        expect(
          tf
            .grad(v => tf.sum(v, axis, keepDims))(x, dy)
            .dataSync(),
        ).toEqual(spread.dataSync())
        expect(
          tf
            .grad(v => tf.mean(v, axis, keepDims))(x, dy)
            .dataSync(),
        ).toEqual(tf.div(spread, count).dataSync())
      }
    }
  })
})
