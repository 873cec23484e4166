// A convolutional classifier of tfjs-layers with batch normalisation and dropout, from '@tensorflow/tfjs' as users import it.
import * as tf from '@tensorflow/tfjs'

let model
export function setup() {
  model = tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, padding: 'same', useBias: false }),
      tf.layers.batchNormalization({ momentum: 0.5 }),
      tf.layers.reLU(),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dropout({ rate: 0.2 }),
      tf.layers.dense({ units: 3 }),
    ],
  })
}

export function loss(_, { x, y }, { training }) {
  const logits = model.apply(x, { training })
  return tf.losses.softmaxCrossEntropy(tf.oneHot(y, 3), logits)
}
