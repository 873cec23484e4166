// Our faster gradients and copies of tfjs that are imported after us: whose gradients count when the backend is chosen.
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, it } from 'vitest'
import { registerEyesWasm, registerFasterGradients } from '../../src/kernels/register.js'

registerEyesWasm()
const ours = tf.getGradient('Mean')
afterEach(() => {
  tf.registerGradient(ours)
})

it('a gradient that a later copy of tfjs registered is made faster when the backend is created', async () => {
  let calls = 0
  tf.registerGradient({
    kernelName: 'Mean',
    inputsToSave: ['x'],
    gradFunc: (_dy, [x]) => {
      calls++
      return { x: () => tf.zerosLike(x!) }
    },
  })
  await tf.setBackend('eyes-wasm')
  const gradient = tf.grad(x => tf.sum(tf.mean(x, 0)))(tf.ones([4, 2]))
  expect(Array.from(gradient.dataSync())).toEqual(Array(8).fill(0.25))
  expect(calls).toBe(0)
})

it('is done once: ours are not put over ours', () => {
  registerFasterGradients()
  const found = tf.getGradient('Mean')
  registerFasterGradients()
  expect(tf.getGradient('Mean')).toBe(found)
})
