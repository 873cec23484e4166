// SSIM as a tfjs op: that it is registered, per image, symmetric, and differentiable in both pictures. The kernel's arithmetic is held
// to its bounds by Ssim.test.ts.
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { ssim } from '../../src/kernels/Ssim.js'
import { referenceSsim, referenceSsimGradient } from '../reference/ssim.js'
import { useBackend } from './harness.js'

useBackend()

const shape = { height: 13, width: 12, channels: 3 }
const size = shape.height * shape.width * shape.channels
// Two image pairs, smooth and rough; float32 values, so that the reference sees the same numbers.
const first = Float32Array.from({ length: 2 * size }, (_, i) => ((i * 37) % 101) / 101)
const second = Float32Array.from({ length: 2 * size }, (_, i) => 0.2 + (((i * 53) % 89) / 89) * 0.7)
const image = (values: Float32Array, n: number) => values.subarray(n * size, (n + 1) * size)
const tensor = (values: Float32Array) => tf.tensor4d(values, [2, shape.height, shape.width, shape.channels])

it('gives each image pair its value', () => {
  const values = ssim(tensor(first), tensor(second)).dataSync()
  for (const n of [0, 1]) {
    expect(values[n]).toBeCloseTo(referenceSsim(image(first, n), image(second, n), shape).ssim, 5)
  }
})

it('has the gradient of either image', () => {
  const weights = tf.tensor1d([1, -2])
  const gradients = tf.grads((a, b) => tf.sum(tf.mul(ssim(a as tf.Tensor4D, b as tf.Tensor4D), weights)))
  const [da, db] = gradients([tensor(first), tensor(second)]).map(g => g.dataSync())
  for (const n of [0, 1]) {
    const scale = [1, -2][n]!
    const [a, b] = [image(first, n), image(second, n)]
    const wanted = [referenceSsimGradient(a, b, shape), referenceSsimGradient(b, a, shape)]
    ;[da!, db!].forEach((found, which) => {
      const largest = Math.max(...wanted[which]!.map(Math.abs))
      for (let i = 0; i < size; i++) {
        expect(Math.abs(found[n * size + i]! - scale * wanted[which]![i]!)).toBeLessThan(1e-4 * 2 * largest)
      }
    })
  }
})

it('refuses shapes that differ or are too small, naming both', () => {
  const small = tf.zeros<tf.Rank.R4>([1, 10, 12, 3])
  expect(() => ssim(small, small)).toThrow(/ssim: found shapes \[1, 10, 12, 3\] and \[1, 10, 12, 3\], wanted/)
  expect(() => ssim(tensor(first), small)).toThrow(/wanted two equal ones/)
})
