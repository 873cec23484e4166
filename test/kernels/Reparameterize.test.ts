// z = mu + exp(logVar / 2) eps and its gradients, through tf.grads, against the float64 reference.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect } from 'vitest'
import { reparameterize } from '../../src/kernels/Reparameterize.js'
import { reparameterize as value, reparameterizeGrad as gradient } from '../reference/elementwise.js'
import { expectWithin, itRandom, unitRoundoff, useBackend } from './harness.js'

useBackend()

const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 4800]

/** exp is within 1.5e-7 (math.test.ts), under 3 u; at most three more roundings follow. */
const bound = 7 * unitRoundoff

describe('Reparameterize', () => {
  itRandom('has the values of the reference, and its gradients', random => {
    for (const size of sizes) {
      tf.tidy(() => {
        const [mu, logVar, eps, dz] = [
          random.floats(size),
          random.floats(size, 4),
          random.floats(size, 3),
          random.floats(size),
        ]
        const noise = tf.tensor1d(eps)
        const [m, l] = [tf.tensor1d(mu), tf.tensor1d(logVar)]
        const spread = logVar.map((v, i) => Math.exp(v / 2) * Math.abs(eps[i]!))
        const magnitude = spread.map((s, i) => s + Math.abs(mu[i]!))
        expectWithin(reparameterize(m, l, noise).dataSync(), value(mu, logVar, eps), bound, magnitude, `size ${size}`)
        const [dm, dl] = tf.grads((a: tf.Tensor, b: tf.Tensor) => reparameterize(a, b, noise))([m, l], tf.tensor1d(dz))
        expect(dm!.dataSync()).toEqual(dz)
        const dlMagnitude = spread.map((s, i) => (s * Math.abs(dz[i]!)) / 2)
        expectWithin(dl!.dataSync(), gradient(dz, logVar, eps), bound, dlMagnitude, `dLogVar, size ${size}`)
      })
    }
  })

  itRandom('has no gradient for the noise, and says so', () => {
    const zero = tf.zeros([3])
    expect(() => tf.grad((e: tf.Tensor) => reparameterize(zero, zero, e))(zero)).toThrow(
      'no gradient with respect to eps',
    )
  })

  itRandom('shows a NaN of any input', () => {
    const inputs = [tf.zeros([2]), tf.zeros([2]), tf.ones([2])] as const
    for (const k of [0, 1, 2]) {
      const [mu, logVar, eps] = inputs.map((t, i) => (i === k ? tf.tensor1d([0, NaN]) : t))
      expect([...reparameterize(mu!, logVar!, eps!).dataSync()].map(v => Number.isNaN(v))).toEqual([false, true])
    }
  })
})
