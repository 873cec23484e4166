// What the tests of the image losses share: pairs of images, as tensors and as arrays, and one image's part of a batch.
import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import type { Random } from './harness.js'

export interface ImagePairs {
  readonly a: Float32Array
  readonly b: Float32Array
  readonly tensors: readonly [tf.Tensor4D, tf.Tensor4D]
  /** Elements of an image. */
  readonly size: number
  readonly image: (values: ArrayLike<number>, n: number) => Float64Array
}

/** `count` pairs on [-1, 1], [H, W, C] each. */
export function imagePairs(
  random: Random,
  count: number,
  { height, width, channels }: { height: number; width: number; channels: number },
): ImagePairs {
  const size = height * width * channels
  const [a, b] = [random.floats(count * size), random.floats(count * size)]
  const tensor = (values: Float32Array) => tf.tensor4d(values, [count, height, width, channels])
  const image = (values: ArrayLike<number>, n: number) => Float64Array.from(values).subarray(n * size, (n + 1) * size)
  return { a, b, size, image, tensors: [tensor(a), tensor(b)] }
}

/** Largest difference, as a share of the largest value that is expected. */
export function relativeError(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  expect(found.length).toBe(wanted.length)
  const largest = Array.from(wanted, Math.abs).reduce((x, y) => Math.max(x, y), 0)
  const errors = Array.from(found, (value, i) => Math.abs(value - wanted[i]!))
  return errors.reduce((x, y) => Math.max(x, Number.isNaN(y) ? Infinity : y), 0) / largest
}

export type ImageLossOp = (a: tf.Tensor4D, b: tf.Tensor4D) => tf.Tensor1D

/** Value [N], and gradients for a and b by dy [N]. */
export function valueAndGradients(op: ImageLossOp, [a, b]: readonly [tf.Tensor4D, tf.Tensor4D], dy: readonly number[]) {
  const [da, db] = tf.grads((x, y) => op(x as tf.Tensor4D, y as tf.Tensor4D))([a, b], tf.tensor1d([...dy]))
  return { value: op(a, b).dataSync(), da: da!.dataSync(), db: db!.dataSync() }
}

/** Each image's value and gradient are its own, to the last bit; a NaN and an infinity show in both; equal images have no gradient. */
export function expectOwnImages(
  op: ImageLossOp,
  random: Random,
  shape: { height: number; width: number; channels: number },
) {
  const { a, b, size, image, tensors } = imagePairs(random, 3, shape)
  const dims: [number, number, number, number] = [1, shape.height, shape.width, shape.channels]
  const together = valueAndGradients(op, tensors, [1, 1, 1])
  for (let n = 0; n < 3; n++) {
    const alone = [tf.tensor4d([...image(a, n)], dims), tf.tensor4d([...image(b, n)], dims)] as const
    const { value, da } = valueAndGradients(op, alone, [1])
    expect(value[0]).toBe(together.value[n])
    expect([...da]).toEqual([...together.da.subarray(n * size, (n + 1) * size)])
  }
  expect([...together.db]).toEqual([...together.da].map(d => -d))
  const same = valueAndGradients(op, [tensors[0], tensors[0]], [1, 1, 1])
  expect(same.da.every(d => d === 0)).toBe(true)
  for (const bad of [NaN, Infinity]) {
    const broken = a.slice()
    broken[size + (size >> 1)] = bad
    const found = valueAndGradients(
      op,
      [tf.tensor4d(broken, [3, ...dims.slice(1)] as typeof dims), tensors[1]],
      [1, 1, 1],
    )
    expect([...found.value].map(Number.isFinite)).toEqual([true, false, true])
    expect(found.da.subarray(size, 2 * size).every(Number.isFinite)).toBe(false)
    expect(found.da.subarray(0, size).every(Number.isFinite)).toBe(true)
  }
  return same.value
}
