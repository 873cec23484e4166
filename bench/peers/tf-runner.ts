// One of the four models of other people on one tfjs backend and one thread, in this process: as a program of tfjs's users has it, with
// their `@tensorflow/tfjs` and `eyes-wasm/backend` as shipped. Used by tf-model.ts, which times it, and by profile-kernels.ts.
import * as tf from '@tensorflow/tfjs'
import { firstBatch, firstWeights, type OtherName, otherModels } from '../other-models.js'
import { learningRate } from './learning-rate.js'
import type { Batch, Settings, Tf } from './models/parts.js'

export const backends = ['eyes-wasm', 'cpu', 'wasm'] as const
export type Backend = (typeof backends)[number]

/** What a file of models/ exports. */
export interface ModelModule {
  setup: (tf: Tf, context: { settings: Settings }) => void
  loss: (tf: Tf, batch: Batch) => tf.Scalar
}

export interface Runner {
  /** Mean loss of the first `images` examples, taken `part` at a time, with the weights as they are now. */
  loss: (images: number, part: number) => number
  /** Loss, gradients and Adam's update, or a forward pass alone where the backend lacks a gradient's kernel. */
  step: () => void
  /** Why it cannot train; null when it can. */
  readonly complaint: string | null
}

async function useBackend(backend: Backend): Promise<void> {
  if (backend === 'wasm') {
    const { setThreadsCount } = await import('@tensorflow/tfjs-backend-wasm')
    setThreadsCount(1)
  }
  if (backend === 'eyes-wasm') {
    const url = new URL('../../dist/backend.js', import.meta.url)
    const { enableRevectorization } = (await import(url.href)) as typeof import('../../src/backend.js')
    enableRevectorization()
  }
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs has no backend '${backend}' here`)
}

/** Why the gradients of `loss` cannot be had; null when they can. */
function complaintOf(loss: () => tf.Scalar): string | null {
  try {
    tf.tidy(() => void tf.variableGrads(loss))
    return null
  } catch (error) {
    return (error as Error).message
  }
}

/** Opens the model with its first weights; a step trains on the first `images` examples of its batch. */
export async function openRunner(name: OtherName, backend: Backend, images: number): Promise<Runner> {
  await useBackend(backend)
  const model = otherModels[name]
  const { setup, loss } = (await import(new URL(`./models/${name}.js`, import.meta.url).href)) as ModelModule
  setup(tf, { settings: { weights: firstWeights(model) } })
  const { x, y } = firstBatch(model)
  const whole = {
    x: tf.tensor(x, [model.batch, ...model.x]),
    y: tf.tensor(y, [model.batch, ...model.y], 'int32'),
  }
  const rows = (from: number, count: number): Batch => ({
    x: tf.slice(whole.x, from, count),
    y: tf.slice(whole.y, from, count),
  })
  const batch = rows(0, images)
  const lossNow = () => loss(tf, batch)
  const complaint = complaintOf(lossNow)
  const adam = tf.train.adam(learningRate, 0.9, 0.999, 1e-8)
  return {
    complaint,
    loss(count, part) {
      const lossFrom = (from: number) => tf.tidy(() => loss(tf, rows(from, part)).dataSync()[0]!)
      let sum = 0
      for (let from = 0; from < count; from += part) sum += lossFrom(from) * part
      return sum / count
    },
    step() {
      if (complaint === null) adam.minimize(lossNow)
      else tf.tidy(() => void lossNow().dataSync())
    },
  }
}
