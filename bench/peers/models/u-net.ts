// A U-Net (Ronneberger et al. 2015) of one level on images of 64 x 64: convolution, pooling, convolution, upsampling, the skip connection,
// convolution, each with batch normalisation and ReLU, then a logit a pixel. A ParallelTrainer's model; its twins are in pytorch.py and jax.ts.
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core'
import { batchNorm, type Batch, biased, convolve, createVariables, inOrder, normalized } from './parts.js'
import type { OtherModel, Settings, Tf, Variables } from './parts.js'

export const model: OtherModel = {
  parameters: inOrder({
    ...normalized('down', [3, 3, 3, 16], 16),
    ...normalized('bottom', [3, 3, 16, 32], 32),
    ...normalized('up', [3, 3, 48, 16], 16),
    ...biased('head', [1, 1, 16, 1]),
  }),
  batch: 16,
  x: [64, 64, 3],
  y: [64, 64, 1],
  classes: 2,
}

let variables: Variables = {}

export function setup(tf: Tf, { settings }: { settings: Settings }): void {
  variables = createVariables(tf, model.parameters, settings)
}

/** x [N, H, W, 3], y [N, H, W, 1], both sizes even. */
export function loss(tf: Tf, { x, y }: Batch): Scalar {
  const block = (name: string, input: Tensor4D) => {
    const z = tf.conv2d(input, variables[`${name}.weight`] as unknown as Tensor4D, 1, 1)
    return tf.relu(batchNorm(tf, variables, name, z))
  }
  const skipped = block('down', x as Tensor4D) // [N, H, W, 16]
  const bottom = block('bottom', tf.maxPool(skipped, 2, 2, 'valid')) // [N, H/2, W/2, 32]
  const raised = tf.image.resizeNearestNeighbor(bottom, [skipped.shape[1], skipped.shape[2]])
  const maps = block('up', tf.concat([raised, skipped], 3))
  return tf.losses.sigmoidCrossEntropy(tf.cast(y, 'float32'), convolve(tf, variables, 'head', maps, 0))
}
