// KL divergence from the standard normal and its gradients, through tf.grads, against the float64 reference.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect } from 'vitest'
import { klDivergence } from '../../src/kernels/KlDivergence.js'
import { klDivergence as value, klDivergenceGrad as gradient } from '../reference/elementwise.js'
import { expectWithin, itRandom, unitRoundoff, useBackend } from './harness.js'

useBackend()

const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 4800]

/** exp is within 1.5e-7 (math.test.ts), under 3 u; four more roundings follow. Relative to the terms, which cancel. */
const bound = 8 * unitRoundoff

describe('KlDivergence', () => {
  itRandom('has the value of the reference, and its gradients times dy', random => {
    for (const size of sizes) {
      tf.tidy(() => {
        const [mu, logVar] = [random.floats(size, 3), random.floats(size, 4)]
        const [m, l] = [tf.tensor1d(mu), tf.tensor1d(logVar)]
        const terms = logVar.map((v, i) => Math.exp(v) + 1 + Math.abs(v) + mu[i]! * mu[i]!)
        const magnitude = [terms.reduce((a, b) => a + b) / (2 * size)]
        expectWithin(klDivergence(m, l).dataSync(), [value(mu, logVar)], bound, magnitude, `size ${size}`)
        const dy = 0.625
        const [dm, dl] = tf.grads((a: tf.Tensor, b: tf.Tensor) => klDivergence(a, b))([m, l], tf.scalar(dy))
        const { dMu, dLogVar } = gradient(mu, logVar)
        const scaled = (values: Float64Array) => values.map(v => v * dy)
        const sizeOfMu = mu.map(v => (Math.abs(v) * dy) / size)
        const sizeOfLogVar = logVar.map(v => ((Math.exp(v) + 1) * dy) / (2 * size))
        expectWithin(dm!.dataSync(), scaled(dMu), bound, sizeOfMu, `dMu, size ${size}`)
        expectWithin(dl!.dataSync(), scaled(dLogVar), bound, sizeOfLogVar, `dLogVar, size ${size}`)
      })
    }
  })

  itRandom('is exactly 0 with gradient 0 at mu = 0, logVar = 0', () => {
    const zero = tf.zeros([7])
    expect(klDivergence(zero, zero).dataSync()[0]).toBe(0)
    const [dm, dl] = tf.grads((a: tf.Tensor, b: tf.Tensor) => klDivergence(a, b))([zero, zero])
    expect([...dm!.dataSync(), ...dl!.dataSync()]).toEqual(Array(14).fill(0))
  })

  itRandom('shows a NaN', () => {
    const good = tf.zeros([5])
    const bad = tf.tensor1d([0, 0, 0, 0, NaN])
    expect(klDivergence(good, bad).dataSync()[0]).toBeNaN()
    expect(klDivergence(bad, good).dataSync()[0]).toBeNaN()
    const dl = tf.grad((l: tf.Tensor) => klDivergence(good, l))(bad)
    expect([...dl.dataSync()].map(v => Number.isNaN(v))).toEqual([false, false, false, false, true])
  })
})
