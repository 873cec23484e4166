// KL divergence with a floor under each element, and its gradients, against the float64 reference.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect } from 'vitest'
import { freeBits } from '../../src/kernels/FreeBits.js'
import { klDivergence } from '../../src/kernels/KlDivergence.js'
import { klDivergenceGrad } from '../reference/elementwise.js'
import { freeBits as reference, klElements } from '../reference/losses.js'
import { expectWithin, itRandom, unitRoundoff, useBackend } from './harness.js'

useBackend()

const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 4800]
/** As KlDivergence.test.ts has it. */
const bound = 8 * unitRoundoff

describe('FreeBits', () => {
  itRandom('has the value of the reference, and its gradients times dy; nothing at or below the floor', random => {
    for (const floor of [0.05, 0.5, 3]) {
      for (const size of sizes) {
        tf.tidy(() => {
          const [mu, logVar] = [random.floats(size, 2), random.floats(size, 2)]
          const [m, l] = [tf.tensor1d(mu), tf.tensor1d(logVar)]
          const sizesOf = logVar.map((v, i) => Math.exp(v) + 1 + Math.abs(v) + mu[i]! * mu[i]! + 2 * floor)
          const magnitude = [sizesOf.reduce((a, b) => a + b) / (2 * size)]
          const what = `floor ${floor}, size ${size}`
          expectWithin(freeBits(m, l, floor).dataSync(), [reference(mu, logVar, floor)], bound, magnitude, what)
          const dy = 0.625
          const run = (a: tf.Tensor, b: tf.Tensor) => freeBits(a, b, floor)
          const [dm, dl] = tf
            .grads(run)([m, l], tf.scalar(dy))
            .map(t => t.dataSync())
          const { dMu, dLogVar } = klDivergenceGrad(mu, logVar)
          const isFree = klElements(mu, logVar).map(kl => Number(kl <= floor))
          const wanted = (values: Float64Array) => values.map((v, i) => (isFree[i] ? 0 : v * dy))
          expectWithin(
            dm!,
            wanted(dMu),
            bound,
            mu.map(v => (Math.abs(v) * dy) / size),
            `dMu, ${what}`,
          )
          const sizeOfLogVar = logVar.map(v => ((Math.exp(v) + 1) * dy) / (2 * size))
          expectWithin(dl!, wanted(dLogVar), bound, sizeOfLogVar, `dLogVar, ${what}`)
        })
      }
    }
  })

  itRandom(
    'is the KL divergence where every element is above the floor, the floor where none is, and NaN where one is',
    random => {
      const [mu, logVar] = [tf.tensor1d(random.floats(7).map(v => v + 3)), tf.tensor1d(random.floats(7))]
      expect(freeBits(mu, logVar, 0.5).dataSync()[0]).toBeCloseTo(klDivergence(mu, logVar).dataSync()[0]!, 5)
      const zero = tf.zeros([7])
      expect(freeBits(zero, zero, 0.25).dataSync()[0]).toBe(0.25)
      const bad = tf.tensor1d([0, 0, 0, 0, 0, 0, NaN])
      expect(freeBits(bad, zero, 0.25).dataSync()[0]).toBeNaN()
      const dl = tf
        .grad((l: tf.Tensor) => freeBits(zero, l, 0.25))(bad)
        .dataSync()
      expect([...dl].map(v => Number.isNaN(v))).toEqual([false, false, false, false, false, false, true])
    },
  )
})
