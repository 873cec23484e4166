// The range of a linear head's log variance, through the layer that has it: values held, and gradients that lead back let through.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { convLayer } from '../../src/kernels/ConvLayer.js'
import { logVarianceLimit } from '../../src/models/geometry.js'
import { useBackend } from './harness.js'

useBackend()

/** A layer of one channel that multiplies by 1 and adds 0. */
const clamped = (x: tf.Tensor4D) =>
  convLayer(x, tf.ones([1, 1, 1, 1]), tf.zeros([1]), { transposed: false, stride: 1, padding: 0, activation: 'clamp' })

const inputs = [-Infinity, -1e30, -10.5, -10, -9.999, 0, 3, 9.999, 10, 11, 1e30]

describe('Clamp', () => {
  it.each([1, 3, 4, 5, 11])('holds %i values within +-10, and the models say the same limit', size => {
    const x = tf.tensor4d(inputs.slice(-size), [1, 1, size, 1])
    const wanted = inputs.slice(-size).map(v => Math.fround(Math.max(-10, Math.min(10, v))))
    expect([...clamped(x).dataSync()]).toEqual(wanted)
    expect(logVarianceLimit).toBe(10)
    expect(clamped(tf.tensor4d([NaN], [1, 1, 1, 1])).dataSync()[0]).toBeNaN()
  })

  it('lets a gradient through within the range, and at a limit one whose descent leads back', () => {
    const finite = inputs.filter(Number.isFinite)
    const x = tf.tensor4d(finite, [1, 1, finite.length, 1])
    const slope = (dy: number) => [
      ...tf
        .grad(t => clamped(t as tf.Tensor4D))(x, tf.fill(x.shape, dy))
        .dataSync(),
    ]
    expect(slope(1)).toEqual(finite.map(v => (v <= -10 ? 0 : 1)))
    expect(slope(-1)).toEqual(finite.map(v => (v >= 10 ? 0 : -1)))
    expect(slope(NaN).every(Number.isNaN)).toBe(true)
  })
})
