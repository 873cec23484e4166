// A dense classifier, 784-512-512-10 with ReLU: Adam on 670,000 parameters and products of tall matrices. A ParallelTrainer's model, and
// every tfjs backend's; its twins are in pytorch.py and jax.ts.
import { type Batch, biased, createVariables, crossEntropy, dense, inOrder } from './parts.js'
import type { OtherModel, Settings, Tf, Variables } from './parts.js'

export const model: OtherModel = {
  parameters: inOrder({ ...biased('1', [784, 512]), ...biased('2', [512, 512]), ...biased('3', [512, 10]) }),
  batch: 128,
  x: [784],
  y: [],
  classes: 10,
}

let variables: Variables = {}

export function setup(tf: Tf, { settings }: { settings: Settings }): void {
  variables = createVariables(tf, model.parameters, settings)
}

/** x [N, 784], y [N]. */
export function loss(tf: Tf, { x, y }: Batch) {
  const first = tf.relu(dense(tf, variables, '1', x))
  const second = tf.relu(dense(tf, variables, '2', first))
  return crossEntropy(tf, dense(tf, variables, '3', second), y)
}
