// Mean squared, absolute and Charbonnier's error with their gradients, through tf.grads, against the float64 reference.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect } from 'vitest'
import { reconstructionLoss } from '../../src/kernels/ReconstructionLoss.js'
import { reconstructionLoss as value, reconstructionLossGrad as gradient } from '../reference/elementwise.js'
import { absolute, expectWithin, itRandom, unitRoundoff, useBackend } from './harness.js'

useBackend()

const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 7500]

describe('ReconstructionLoss', () => {
  itRandom('has the value of the reference, and its gradient times dy, for both arguments', random => {
    let checked = 0
    for (const kind of ['mse', 'l1', 'charbonnier'] as const) {
      for (const size of sizes) {
        tf.tidy(() => {
          const [a, b] = [random.floats(size), random.floats(size)]
          b[size >> 1] = a[size >> 1]! // a difference of exactly 0
          const [ta, tb] = [tf.tensor1d(a), tf.tensor1d(b)]
          const what = `${kind}, size ${size}`
          // a - b, its square and the result round once each, the difference counting twice; Charbonnier's epsilon, sum and root once
          // more; sums are float64.
          const expected = [value(a, b, kind)]
          expectWithin(reconstructionLoss(ta, tb, kind).dataSync(), expected, 7 * unitRoundoff, expected, what)
          const dy = 0.375
          const run = (x: tf.Tensor, y: tf.Tensor) => reconstructionLoss(x, y, kind)
          const [da, db] = tf.grads(run)([ta, tb], tf.scalar(dy))
          const wanted = gradient(a, b, kind).map(g => dy * g)
          expectWithin(da!.dataSync(), wanted, 6 * unitRoundoff, absolute(wanted), `da of ${what}`)
          expect([...db!.dataSync()]).toEqual([...da!.dataSync()].map(g => -g))
        })
        checked++
      }
    }
    expect(checked).toBe(3 * sizes.length)
  })

  itRandom('shows a difference that is not finite in value and gradient', () => {
    for (const kind of ['mse', 'l1', 'charbonnier'] as const) {
      for (const bad of [NaN, Infinity]) {
        const [a, b] = [tf.tensor1d([0, bad, 1]), tf.tensor1d([0, 0, 0])]
        expect(Number.isFinite(reconstructionLoss(a, b, kind).dataSync()[0])).toBe(false)
        const da = tf
          .grad((x: tf.Tensor) => reconstructionLoss(x, b, kind))(a)
          .dataSync()
        expect([...da].map(g => Number.isFinite(g))).toEqual([true, false, true])
      }
    }
  })
})
