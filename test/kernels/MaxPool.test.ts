// The maximum of windows and its gradient on our backend, against the plain reference: to the bit, as nothing is rounded but the sums of
// overlapping windows.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { maxPool, maxPoolGradient } from '../reference/windows.js'
import { describeCase } from './conv-cases.js'
import { absolute, expectWithin, itRandom, sumBound, useBackend } from './harness.js'
import { isPool, poolAttrs, run, sizeOf, windowCases, xShape, yShape } from './window-cases.js'

useBackend()

describe('MaxPool', () => {
  itRandom('gives the largest value of each window', random => {
    const cases = windowCases(random).filter(isPool)
    expect(cases.length).toBeGreaterThan(250)
    for (const c of cases) {
      tf.tidy(() => {
        const x = random.floats(sizeOf(xShape(c)))
        const y = run('MaxPool', { x: tf.tensor(x, xShape(c)) }, poolAttrs(c))
        expect(y.shape).toEqual(yShape(c))
        expect([...y.dataSync()], describeCase(c)).toEqual([...maxPool(x, c)])
      })
    }
  })

  it('passes over a NaN, as on the cpu backend, and gives -Infinity of nothing else', () => {
    const x = tf.tensor4d([NaN, 1, NaN, NaN], [1, 1, 4, 1])
    expect([...tf.maxPool(x, [1, 2], [1, 2], 'valid').dataSync()]).toEqual([1, -Infinity])
  })

  it('takes whole numbers', () => {
    const y = tf.maxPool(tf.tensor4d([1, -7, 5, 3], [1, 2, 2, 1], 'int32'), 2, 1, 'valid')
    expect([y.dtype, ...y.dataSync()]).toEqual(['int32', 5])
  })
})

describe('MaxPoolGrad', () => {
  itRandom('gives dy to the first largest value of each window', random => {
    let ties = 0
    for (const c of windowCases(random).filter(isPool)) {
      tf.tidy(() => {
        // A third of the cases has few different values.
        const levels = random.pick([0, 0, 3])
        const x = random.floats(sizeOf(xShape(c))).map(v => (levels ? Math.round(v * levels) : v))
        if (levels) ties++
        const dy = random.floats(sizeOf(yShape(c)))
        const inputs = { dy: tf.tensor(dy, yShape(c)), input: tf.tensor(x, xShape(c)), output: tf.scalar(0) }
        const dx = run('MaxPoolGrad', inputs, poolAttrs(c))
        expect(dx.shape).toEqual(xShape(c))
        const magnitude = maxPoolGradient(absolute(dy), x, c)
        const bound = sumBound(c.kernel[0] * c.kernel[1])
        expectWithin(dx.dataSync(), maxPoolGradient(dy, x, c), bound, magnitude, describeCase(c))
      })
    }
    expect(ties).toBeGreaterThan(40)
  })

  it('comes to tf.grad', () => {
    const x = tf.tensor4d([1, 1, 1, 1], [1, 2, 2, 1])
    const dx = tf.grad(v => tf.maxPool(v as tf.Tensor4D, 2, 2, 'valid'))(x)
    expect([...dx.dataSync()]).toEqual([1, 0, 0, 0])
  })
})
