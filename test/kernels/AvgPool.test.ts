// The mean of windows and its gradient on our backend against the float64 reference.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect } from 'vitest'
import { avgPool, avgPoolGradient } from '../reference/windows.js'
import { describeCase } from './conv-cases.js'
import { absolute, expectWithin, itRandom, sumBound, useBackend } from './harness.js'
import { isPool, poolAttrs, run, sizeOf, windowCases, xShape, yShape } from './window-cases.js'

useBackend()

describe('AvgPool', () => {
  itRandom('gives the mean of each window over the places within the map', random => {
    const cases = windowCases(random).filter(isPool)
    expect(cases.length).toBeGreaterThan(250)
    for (const c of cases) {
      tf.tidy(() => {
        const x = random.floats(sizeOf(xShape(c)))
        const y = run('AvgPool', { x: tf.tensor(x, xShape(c)) }, poolAttrs(c))
        expect(y.shape).toEqual(yShape(c))
        const [actual, expected, magnitude] = [y.dataSync(), avgPool(x, c), avgPool(absolute(x), c)]
        // Windows in the padding alone: 0 / 0 on both sides.
        const real = [...expected.keys()].filter(i => !Number.isNaN(expected[i]))
        expect(real.length).toBe(actual.filter(v => !Number.isNaN(v)).length)
        const of = (values: ArrayLike<number>) => real.map(i => values[i]!)
        const bound = sumBound(c.kernel[0] * c.kernel[1] + 1)
        expectWithin(of(actual), of(expected), bound, of(magnitude), describeCase(c))
      })
    }
  })
})

describe('AvgPoolGrad', () => {
  itRandom('spreads dy over each window, as the cpu backend does', random => {
    for (const c of windowCases(random).filter(isPool)) {
      tf.tidy(() => {
        const dy = random.floats(sizeOf(yShape(c)))
        const inputs = { dy: tf.tensor(dy, yShape(c)), input: tf.zeros(xShape(c)) }
        const dx = run('AvgPoolGrad', inputs, poolAttrs(c))
        expect(dx.shape).toEqual(xShape(c))
        const magnitude = avgPoolGradient(absolute(dy), c)
        const bound = sumBound(c.kernel[0] * c.kernel[1] + 1)
        expectWithin(dx.dataSync(), avgPoolGradient(dy, c), bound, magnitude, describeCase(c))
      })
    }
  })
})
