// Backward pass of activation and bias against the float64 reference: channels below, at and above a lane, pixels around the block of 64.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect } from 'vitest'
import { activationBiasGrad } from '../../src/kernels/ActivationBiasGrad.js'
import { activationBiasGrad as reference } from '../reference/elementwise.js'
import { channelCounts } from './conv-cases.js'
import { absolute, everywhere, expectWithin, itRandom, sumBound, unitRoundoff, useBackend } from './harness.js'

useBackend()

describe('ActivationBiasGrad', () => {
  itRandom('gives dz and db for every activation', random => {
    let checked = 0
    for (const activation of ['linear', 'relu', 'tanh', 'clamp'] as const) {
      for (const channels of channelCounts) {
        for (const pixels of [1, 2, 63, 64, 65, 129, 2500]) {
          tf.tidy(() => {
            const shape: [number, number] = [pixels, channels]
            const y = random.floats(pixels * channels)
            // A ReLU's output has exact zeros, which let nothing through.
            if (activation === 'relu') y.forEach((v, i) => (y[i] = Math.max(0, v)))
            // A clamp's has its limits, which let one direction through.
            if (activation === 'clamp') y.forEach((v, i) => (y[i] = Math.max(-10, Math.min(10, 30 * v))))
            const dy = random.floats(pixels * channels)
            const [dz, db] = activationBiasGrad(tf.tensor2d(y, shape), tf.tensor2d(dy, shape), activation)
            const expected = reference(y, dy, channels, activation)
            const what = `${activation} [${shape.join(', ')}]`
            // tanh: y * y, 1 - y * y and the product with dy round once each; the others are exact.
            const bound = 3 * unitRoundoff
            expectWithin(dz.dataSync(), expected.dz, bound, absolute(dy), `dz ${what}`)
            const sums = reference(y, absolute(dy), channels, 'linear').db
            expectWithin(db.dataSync(), expected.db, sumBound(pixels) + bound, sums, `db ${what}`)
          })
          checked++
        }
      }
    }
    expect(checked).toBe(4 * channelCounts.length * 7)
  })

  itRandom('takes shapes of any rank', random => {
    const dy = random.floats(2 * 3 * 5 * 7)
    const one = tf.tensor4d(dy, [2, 3, 5, 7])
    const [dz, db] = activationBiasGrad(tf.ones([2, 3, 5, 7]), one, 'relu')
    expect([dz.shape, db.shape]).toEqual([[2, 3, 5, 7], [7]])
    expect(dz.dataSync()).toEqual(dy)
    expectWithin(db.dataSync(), tf.sum(one, [0, 1, 2]).dataSync(), sumBound(30), everywhere(30, 7), 'db')
  })

  itRandom('lets a NaN through where the output is NaN', () => {
    for (const activation of ['linear', 'relu', 'tanh', 'clamp'] as const) {
      const [dz, db] = activationBiasGrad(tf.tensor2d([NaN, 1], [2, 1]), tf.tensor2d([NaN, 0], [2, 1]), activation)
      expect([...dz.dataSync()]).toEqual([NaN, 0])
      expect([...db.dataSync()]).toEqual([NaN])
    }
  })
})
