// The one-sweep gradients of Relu, Relu6, Square and Sigmoid: the bits of the ops that tfjs composes them of, and of second order too.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { everywhere, expectWithin, itRandom, unitRoundoff, useBackend } from './harness.js'

useBackend()

type Op = (x: tf.Tensor) => tf.Tensor

/** tfjs's op, and its derivative by elementary ones, from x. */
const functions: Record<string, { op: Op; derivative: Op }> = {
  Relu: { op: x => tf.relu(x), derivative: x => tf.step(x) },
  Relu6: { op: x => tf.relu6(x), derivative: x => tf.mul(tf.cast(tf.lessEqual(x, 6), 'float32'), tf.step(x)) },
  Square: { op: x => tf.square(x), derivative: x => tf.mul(x, 2) },
  Sigmoid: {
    op: x => tf.sigmoid(x),
    derivative: x => tf.mul(tf.sigmoid(x), tf.sub(1, tf.sigmoid(x))),
  },
}

describe.each(Object.entries(functions))('%s', (_, { op, derivative }) => {
  itRandom('has the bits of the ops it is composed of', random => {
    for (const size of [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 67]) {
      const values = random.floats(size, 9)
      if (size > 4) values.set([0, -0, 6, Infinity])
      const [x, dy] = [tf.tensor1d(values), tf.tensor1d(random.floats(size))]
      const expected = tf.mul(dy, derivative(x)).dataSync()
      expect([...tf.grad(op)(x, dy).dataSync()], `${size} elements`).toEqual([...expected])
    }
  })

  it('lets a NaN of x through', () => {
    expect(
      tf
        .grad(op)(tf.tensor1d([NaN, 1, 2, 3, NaN]))
        .dataSync()
        .filter(Number.isNaN).length,
    ).toBe(2)
  })
})

// tfjs's own gradients of Relu6 and Sigmoid have none.
describe.each(['Relu', 'Square'])('%s', name => {
  itRandom('has a gradient of its own', random => {
    const { op, derivative } = functions[name]!
    const x = tf.tensor1d(random.floats(13, 4))
    const second = tf.grad(v => tf.sum(tf.square(tf.grad(op)(v))))(x)
    const expected = tf.grad(v => tf.sum(tf.square(derivative(v))))(x)
    expectWithin(second.dataSync(), expected.dataSync(), 8 * unitRoundoff, everywhere(32, 13), 'second order')
  })
})
