// A user's program with a tfjs-core of its own: gradients of a convolution on our backend and on tfjs's reference backend, as JSON.
import { createRequire } from 'node:module'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { backendName } from 'eyes-wasm/backend'

const ramp = (shape, step) => {
  const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => ((i * step) % 17) / 17 - 0.5)
  return tf.tensor(values, shape)
}

async function gradientsOn(backend) {
  if (!(await tf.setBackend(backend))) throw new Error(`setBackend('${backend}') refused`)
  const loss = (x, w) => tf.sum(tf.square(tf.conv2d(x, w, 1, 'same')))
  const gradients = tf.grads(loss)([ramp([2, 9, 7, 3], 5), ramp([3, 3, 3, 5], 7)])
  return { backend: tf.getBackend(), values: (await Promise.all(gradients.map(g => g.data()))).map(v => [...v]) }
}

const ours = await gradientsOn(backendName)
const reference = await gradientsOn('cpu')
const required = createRequire(import.meta.url)('@tensorflow/tfjs-core')
console.log(JSON.stringify({ ours, reference, sameCore: required.engine() === tf.engine() }))
