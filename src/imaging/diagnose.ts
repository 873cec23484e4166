// Which value of an image's step is the first that is not finite: the worker's part, one image at a time. Asked for once a step has such
// a value; what notices it is one flag a micro-batch (parallel/tasks.ts) and one an update (parallel/update.ts). Put together in non-finite.ts.
import * as tf from '@tensorflow/tfjs-core'
import type { EyesWasmBackend } from '../kernels/backend.js'
import type { Model } from '../models/index.js'
import type { Batch } from '../models/network.js'
import { layerOf } from './non-finite.js'
import type { DiagnoseArgs, ImageFinding } from './protocol.js'

export interface Patient {
  readonly backend: EyesWasmBackend
  readonly model: Model
}

const isFinite = (values: Float32Array) => values.every(Number.isFinite)

/** The image goes through the model as in a step: the same noise, and its own share of the loss. */
export function diagnose(
  { backend, model }: Patient,
  id: number,
  batch: Batch,
  { objective, scale }: DiagnoseArgs,
): ImageFinding[] {
  if (!isFinite(backend.floats(batch.images))) return [{ id, what: 'pixels' }]
  let layer: string | undefined
  const network = model.observed((name, output) => {
    if (!isFinite(backend.floats(output))) layer ??= name
  })
  let loss = 0
  const { grads } = tf.variableGrads(() => {
    const value = network.loss(tf, batch, objective, () => undefined)
    loss = backend.floats(value)[0]!
    return tf.mul(value, scale)
  })
  if (layer !== undefined) return [{ id, what: 'output', layer }]
  if (!Number.isFinite(loss)) return [{ id, what: 'loss' }]
  const backwards = [...model.parameters].reverse()
  const bad = backwards.find(({ name }) => !isFinite(backend.floats(grads[model.variables[name]!.name]!)))
  return bad ? [{ id, what: 'gradient', layer: layerOf(bad.name) }] : []
}
