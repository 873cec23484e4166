// tf.clipByValue: NaN, bounds, int32, its gradient, and sizes around a vector's.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { itRandom, useBackend } from './harness.js'

useBackend()

describe('ClipByValue', () => {
  itRandom('holds each value between the bounds', random => {
    for (const size of [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 257]) {
      const x = random.floats(size, 2)
      const wanted = x.map(value => Math.min(Math.max(value, -0.5), 1))
      expect(tf.clipByValue(tf.tensor1d(x), -0.5, 1).dataSync()).toEqual(wanted)
    }
  })

  it('keeps NaN, and the infinite within the bounds', () => {
    const y = tf.tidy(() => tf.clipByValue([NaN, -Infinity, Infinity, 0.25, NaN], -1, 1).dataSync())
    expect([...y]).toEqual([NaN, -1, 1, 0.25, NaN])
  })

  it('takes int32, which it answers as int32', () => {
    tf.tidy(() => {
      const y = tf.clipByValue(tf.tensor1d([-7, 3, 2 ** 30 + 1, 5], 'int32'), -5, 2 ** 30)
      expect([y.dtype, ...y.dataSync()]).toEqual(['int32', -5, 3, 2 ** 30, 5])
    })
  })

  it('has the gradient 1 between the bounds and 0 beyond', () => {
    const dx = tf.tidy(() =>
      tf
        .grad((x: tf.Tensor) => tf.clipByValue(x, -1, 1))(tf.tensor1d([-2, -0.5, 0.5, 2]))
        .dataSync(),
    )
    expect([...dx]).toEqual([0, 1, 1, 0])
  })
})
