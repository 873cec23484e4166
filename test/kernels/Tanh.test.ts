// The tanh kernel as ConvLayer runs it, in place, at sizes around the lanes. Its accuracy over the whole range is in math.test.ts.
import * as tf from '@tensorflow/tfjs-core'
import { describe } from 'vitest'
import { convLayer } from '../../src/kernels/ConvLayer.js'
import { activate } from '../reference/elementwise.js'
import { absolute, expectWithin, itRandom, useBackend } from './harness.js'

useBackend()

describe('Tanh', () => {
  itRandom('is tanh at every size', random => {
    for (const size of [1, 2, 3, 4, 5, 6, 7, 8, 9, 100]) {
      const x = random.floats(size, 5)
      const identity = tf.ones<tf.Rank.R4>([1, 1, 1, 1])
      const y = convLayer(tf.tensor4d(x, [1, 1, size, 1]), identity, tf.zeros([1]), {
        transposed: false,
        stride: 1,
        padding: 0,
        activation: 'tanh',
      })
      const expected = activate(x, 'tanh')
      expectWithin(y.dataSync(), expected, 2.5e-7, absolute(expected), `size ${size}`)
    }
  })
})
