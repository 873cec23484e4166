// Faster gradients stand in a registry that all backends share: on ours they run, on tfjs's cpu backend and under an outer tape the gradient
// that was registered before runs, with the kernels it has always had.
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import '../../src/backend.js'
import { coreGradients } from '../../src/kernels/registrations.js'

beforeAll(async () => {
  await tf.setBackend('eyes-wasm')
})
afterAll(async () => {
  await tf.setBackend('eyes-wasm')
})

/** A model's worth of the gradients in question. */
function loss(x: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(x, [0, 1, 2])
  const scale = tf.tensor1d([1, 2, 3])
  const normed = tf.batchNorm(x as tf.Tensor4D, mean as tf.Tensor1D, variance as tf.Tensor1D, scale, scale, 1e-3)
  return tf.sum(tf.add(tf.relu6(normed), tf.add(tf.relu(normed), tf.sigmoid(normed))))
}

const values = Float32Array.from({ length: 24 }, (_, i) => Math.fround(((i * 7) % 11) / 3 - 1))

async function gradientOn(backend: string, gradient: (x: tf.Tensor) => tf.Tensor) {
  await tf.setBackend(backend)
  const x = tf.tensor4d(values, [2, 2, 2, 3])
  let result!: tf.Tensor
  const { kernelNames } = await tf.profile(() => (result = gradient(x)))
  return { values: await result.data(), kernels: new Set(kernelNames) }
}

const ours = ['FusedBatchNormGrad', 'ElementwiseGrad']

describe('fasterGradients', () => {
  it('run on our backend alone, with the cpu backend’s result', async () => {
    const here = await gradientOn('eyes-wasm', tf.grad(loss))
    const there = await gradientOn('cpu', tf.grad(loss))
    expect(ours.filter(name => here.kernels.has(name))).toEqual(ours)
    expect(ours.filter(name => there.kernels.has(name))).toEqual([])
    here.values.forEach((value, i) => expect(Math.abs(value - there.values[i]!)).toBeLessThan(2e-5))
  })

  it('are on cpu, bit for bit, what tfjs has registered', async () => {
    const now = await gradientOn('cpu', tf.grad(loss))
    const names = ['FusedBatchNorm', 'Mean', 'Relu', 'Relu6', 'Sigmoid', 'Square', 'Sum']
    const registered = names.map(name => tf.getGradient(name))
    for (const name of names) tf.registerGradient(coreGradients.get(name)!)
    const original = await gradientOn('cpu', tf.grad(loss))
    for (const config of registered) tf.registerGradient(config)
    expect([...now.values]).toEqual([...original.values])
    expect(now.kernels).toEqual(original.kernels)
  })

  it('leave a gradient that is to be differentiated to tfjs', async () => {
    const second = tf.grad(x => tf.sum(tf.square(tf.grad(v => tf.sum(tf.relu(v)))(x))))
    const { kernels } = await gradientOn('eyes-wasm', x => second(tf.mul(x, 1)))
    expect(kernels.has('Step')).toBe(true)
  })
})
