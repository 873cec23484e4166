// The example's model module: each worker imports it, builds the layers once and computes the loss of parts of batches. The main thread
// imports `build` to use what was trained.
import { shapes, side } from './shapes.js'

/** Layers have names, so that their weights have the same ones in every thread. The last layer gives logits. */
export function build(tf) {
  const model = tf.sequential()
  model.add(
    tf.layers.conv2d({ name: 'conv1', inputShape: [side, side, 1], filters: 8, kernelSize: 3, activation: 'relu' }),
  )
  model.add(tf.layers.maxPooling2d({ name: 'pool', poolSize: 2 }))
  model.add(tf.layers.conv2d({ name: 'conv2', filters: 16, kernelSize: 3, activation: 'relu' }))
  model.add(tf.layers.flatten({ name: 'flatten' }))
  model.add(tf.layers.dropout({ name: 'dropout', rate: 0.2 }))
  model.add(tf.layers.dense({ name: 'logits', units: shapes.length }))
  return model
}

let model

export function setup(tf) {
  model = build(tf)
}

/** Mean cross entropy over the examples of `x` [n, 16, 16, 1] and `y` [n]. */
export default function loss(tf, { x, y }, { training, report }) {
  const logits = model.apply(x, { training })
  report('accuracy', tf.mean(tf.cast(tf.equal(tf.argMax(logits, 1), y), 'float32')))
  return tf.losses.softmaxCrossEntropy(tf.oneHot(y, shapes.length), logits)
}
