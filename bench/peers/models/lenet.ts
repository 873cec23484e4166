// LeNet-5 (LeCun et al. 1998) as it is taught today, with ReLU and maximum pooling, on images of MNIST's size. A ParallelTrainer's model,
// and every tfjs backend's; its twins are in pytorch.py and jax.ts.
import type { Tensor4D } from '@tensorflow/tfjs-core'
import { type Batch, biased, convolve, createVariables, crossEntropy, dense, inOrder } from './parts.js'
import type { OtherModel, Settings, Tf, Variables } from './parts.js'

export const model: OtherModel = {
  parameters: inOrder({
    ...biased('conv1', [5, 5, 1, 6]),
    ...biased('conv2', [5, 5, 6, 16]),
    ...biased('dense1', [400, 120]),
    ...biased('dense2', [120, 84]),
    ...biased('dense3', [84, 10]),
  }),
  batch: 128,
  x: [28, 28, 1],
  y: [],
  classes: 10,
}

let variables: Variables = {}

export function setup(tf: Tf, { settings }: { settings: Settings }): void {
  variables = createVariables(tf, model.parameters, settings)
}

/** x [N, 28, 28, 1], y [N]. */
export function loss(tf: Tf, { x, y }: Batch) {
  const block = (name: string, input: Tensor4D, padding: number) =>
    tf.maxPool(tf.relu(convolve(tf, variables, name, input, padding)), 2, 2, 'valid')
  const maps = block('conv2', block('conv1', x as Tensor4D, 2), 0) // [N, 5, 5, 16]
  const first = tf.relu(dense(tf, variables, 'dense1', tf.reshape(maps, [-1, 400])))
  const second = tf.relu(dense(tf, variables, 'dense2', first))
  return crossEntropy(tf, dense(tf, variables, 'dense3', second), y)
}
