// What the tfjs-layers tests share: tfjs as a user's program gets it, and a model trained by `model.fit` on 'cpu' and on 'eyes-wasm' from the
// same weights. Not here: the models (models.ts), and the built package in a process of its own (copies.test.ts).
import type { LayersModel, Logs } from '@tensorflow/tfjs'
import { createRequire } from 'node:module'
import { expect } from 'vitest'
import { EyesWasmBackend } from '../../src/kernels/backend.js'
import '../../src/backend.js'
import { Random, sumBound } from '../kernels/harness.js'

/** Node's own `require`: CommonJS, with a copy of tfjs-core that is not the one that Vite gives to src/. They share registry and engine. */
export const tf = createRequire(import.meta.url)('@tensorflow/tfjs') as typeof import('@tensorflow/tfjs')

type Tensor = ReturnType<typeof tf.tensor>

/** A compiled model and what it is trained on. */
export interface Task {
  readonly model: LayersModel
  readonly x: Tensor
  readonly y: Tensor
}

/** How a task is trained: batches in the order of the data. */
export interface Plan {
  readonly epochs: number
  readonly batch: number
}

export interface Trained {
  /** The loss of each batch. */
  readonly losses: readonly number[]
  readonly weights: readonly Float32Array[]
  readonly predictions: Float32Array
}

const weightsOf = (model: LayersModel) => model.getWeights().map(weight => weight.dataSync<'float32'>().slice())

/** Replaces every weight by a relative error of at most `size`, drawn anew. */
function disturb(model: LayersModel, size: number, random: Random): void {
  tf.tidy(() => {
    const disturbed = model.getWeights().map(weight => {
      const values = weight.dataSync<'float32'>().map(value => value * (1 + size * (2 * random.next() - 1)))
      return tf.tensor(values, weight.shape)
    })
    model.setWeights(disturbed)
  })
}

/** Trains a task on one backend, from `initial` weights where they are given. With `error`, its weights are disturbed before each batch. */
export async function train(
  backend: string,
  make: () => Task,
  { epochs, batch }: Plan,
  { initial, error = 0 }: { readonly initial?: readonly Float32Array[]; readonly error?: number } = {},
): Promise<Trained & { readonly initial: readonly Float32Array[] }> {
  await tf.setBackend(backend)
  const { model, x, y } = make()
  if (initial) {
    tf.tidy(() => model.setWeights(model.getWeights().map(({ shape }, i) => tf.tensor(initial[i]!, shape))))
  }
  const start = weightsOf(model)
  const losses: number[] = []
  const random = new Random(1)
  const onBatchBegin = () => (error > 0 ? disturb(model, error, random) : undefined)
  const onBatchEnd = (_: number, logs?: Logs) => void losses.push(logs!['loss']!)
  const options = { epochs, batchSize: batch, shuffle: false, callbacks: { onBatchBegin, onBatchEnd } }
  await model.fit(x, y, options)
  const predicted = model.predict(x) as Tensor
  const predictions = (await predicted.data<'float32'>()).slice()
  const weights = weightsOf(model)
  expect(tf.getBackend(), 'the backend that trained').toBe(backend)
  tf.dispose([predicted, x, y])
  model.dispose()
  return { losses, weights, predictions, initial: start }
}

/** Rounding may fall worse than the one way that was tried. */
const margin = 8

/**
 * Trains on both backends and compares the loss of each batch. The tolerance is measured, not chosen: a float32 sum of n products is the exact
 * sum for factors that are off by `sumBound(n)` (backward error), so 'cpu' trains once more with every weight off by as much
 * before each batch, and what that does to the losses, eight times, is what rounding may do. It must stay below `limit` of the loss, so that
 * a wrong gradient would be seen.
 */
export async function expectSameLosses(
  make: () => Task,
  plan: Plan,
  longestSum: number,
  limit = 0.01,
): Promise<Trained> {
  const error = sumBound(longestSum)
  const plain = await train('cpu', make, plan)
  const disturbed = await train('cpu', make, plan, { initial: plain.initial, error })
  const ours = await train('eyes-wasm', make, plan, { initial: plain.initial })
  expect(ours.initial).toEqual(plain.initial)
  expect(ours.losses.length).toBe(plain.losses.length)
  let effect = error * plain.losses[0]!
  for (const [step, loss] of plain.losses.entries()) {
    effect = Math.max(effect, Math.abs(disturbed.losses[step]! - loss))
    const tolerance = margin * effect
    expect(tolerance, `tolerance at step ${step}`).toBeLessThan(limit * plain.losses[0]!)
    expect(Math.abs(ours.losses[step]! - loss), `loss of step ${step}, cpu ${loss}`).toBeLessThanOrEqual(tolerance)
  }
  return ours
}

/** The backend in use, which must be ours, as src/ knows it. */
export function eyesWasm(): EyesWasmBackend {
  const backend = tf.backend()
  if (!(backend instanceof EyesWasmBackend)) throw new Error(`backend is ${tf.getBackend()}, wanted eyes-wasm`)
  return backend
}
