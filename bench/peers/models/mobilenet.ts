// A small MobileNet (Howard et al. 2017) on images of 32 x 32: four blocks of a depthwise and a pointwise convolution, each with batch
// normalisation and ReLU6, then the mean of each map and a dense layer. A ParallelTrainer's model; its twins are in pytorch.py and jax.ts.
import type { Tensor4D } from '@tensorflow/tfjs-core'
import { batchNorm, type Batch, biased, createVariables, crossEntropy, dense, inOrder, normalized } from './parts.js'
import type { OtherModel, Settings, Tf, Variables } from './parts.js'

/** Channels in and out, and the depthwise convolution's stride. */
const blocks = [
  [32, 64, 1],
  [64, 128, 2],
  [128, 128, 1],
  [128, 256, 2],
] as const

const blockShapes = blocks.map(([channels, outChannels], i) => ({
  ...normalized(`${i}.depthwise`, [3, 3, channels, 1], channels),
  ...normalized(`${i}.pointwise`, [1, 1, channels, outChannels], outChannels),
}))

export const model: OtherModel = {
  parameters: inOrder(
    Object.assign({}, normalized('stem', [3, 3, 3, 32], 32), ...blockShapes, biased('head', [256, 10])) as Record<
      string,
      readonly number[]
    >,
  ),
  batch: 32,
  x: [32, 32, 3],
  y: [],
  classes: 10,
}

let variables: Variables = {}

export function setup(tf: Tf, { settings }: { settings: Settings }): void {
  variables = createVariables(tf, model.parameters, settings)
}

/** x [N, H, W, 3], y [N]. */
export function loss(tf: Tf, { x, y }: Batch) {
  const filter = (name: string) => variables[`${name}.weight`] as unknown as Tensor4D
  const activate = (name: string, z: Tensor4D) => tf.relu6(batchNorm(tf, variables, name, z))
  let maps = activate('stem', tf.conv2d(x as Tensor4D, filter('stem'), 1, 1))
  blocks.forEach(([, , stride], i) => {
    const [depthwise, pointwise] = [`${i}.depthwise`, `${i}.pointwise`] as const
    // The same zero on every side, as in PyTorch, where 'same' would put them behind the last row and column only.
    const each = tf.depthwiseConv2d(maps, filter(depthwise), stride, 1, 'NHWC', 1, 'floor')
    maps = activate(pointwise, tf.conv2d(activate(depthwise, each), filter(pointwise), 1, 0))
  })
  return crossEntropy(tf, dense(tf, variables, 'head', tf.mean(maps, [1, 2])), y)
}
