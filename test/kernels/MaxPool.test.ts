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

  it('gives nothing of a window without a number, and no -0, also where windows of 2 x 2 lie side by side', () => {
    const x = [NaN, -Infinity, -Infinity, NaN, 2, NaN, 2, 1, -3, -1, -2, -1, -0, 0, NaN, -0]
    // The first of equal values; -0 and 0 are equal, -Infinity is no maximum.
    const expected = [0, 0, 0, 0, 5, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0]
    for (const [stride, dy] of [
      [2, [4, 5, 6, -0]],
      [3, [4, 5, 6, -0]],
    ] as const) {
      // Four images of 2 x 2, or of 2 x 3 with a column that no window reads.
      const wide = stride === 3 ? 3 : 2
      const columns = (values: number[]) => values.flatMap((v, i) => (i % 2 === 1 && wide === 3 ? [v, 9] : [v]))
      const dx = tf.grad(v => tf.maxPool(v as tf.Tensor4D, 2, stride, 'valid'))(
        tf.tensor4d(columns(x), [4, 2, wide, 1]),
        tf.tensor4d([...dy], [4, 1, 1, 1]),
      )
      const wanted = columns(expected).map((v, i) => (wide === 3 && i % 3 === 2 ? 0 : v))
      expect([...dx.dataSync()].map(v => (Object.is(v, -0) ? '-0' : v))).toEqual(wanted)
    }
  })

  it('comes to tf.grad', () => {
    const x = tf.tensor4d([1, 1, 1, 1], [1, 2, 2, 1])
    const dx = tf.grad(v => tf.maxPool(v as tf.Tensor4D, 2, 2, 'valid'))(x)
    expect([...dx.dataSync()]).toEqual([1, 0, 0, 0])
  })
})
