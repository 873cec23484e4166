// A tensor whose values are written over in place, as a worker does with its variables: whatever a kernel keeps of the values before has to go, in our own
// kernels and in tfjs's.
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { currentBackend, startBackend } from '../support/one-thread.js'

beforeAll(async () => {
  await startBackend()
})

const values = (count: number, salt: number) =>
  Float32Array.from({ length: count }, (_, i) => ((i * 7 + salt * 13) % 19) / 19 - 0.5)

const cases: [string, number[], number[], (x: tf.Tensor, w: tf.Tensor) => tf.Tensor][] = [
  ['matMul', [5, 6], [6, 7], (x, w) => tf.matMul(x, w)],
  ['a dense layer', [5, 6], [6, 7], (x, w) => tf.fused.matMul({ a: x, b: w })],
  ['conv2d', [1, 8, 8, 3], [3, 3, 3, 5], (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same')],
  [
    'depthwise',
    [1, 8, 8, 3],
    [3, 3, 3, 1],
    (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'),
  ],
  ['prelu', [5, 6], [6], (x, w) => tf.prelu(x, w)],
]

it.each(cases)('%s', (_, xShape, wShape, compute) => {
  const backend = currentBackend()
  const [x, w] = [xShape, wShape].map((shape, n) => tf.tensor(values(tf.util.sizeFromShape(shape), n), shape))
  const before = compute(x!, w!).dataSync().slice()
  const next = values(w!.size, 5)
  backend.floats(w!).set(next)
  backend.changed(w!)
  const found = compute(x!, w!).dataSync().slice()
  const wanted = compute(x!, tf.tensor(next, wShape)).dataSync().slice()
  expect(found).toEqual(wanted)
  expect(found).not.toEqual(before)
  const known = tf.memory().numTensors
  tf.dispose([x!, w!])
  expect(tf.memory().numTensors).toBe(known - 2)
})
