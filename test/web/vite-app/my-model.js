// The application's model for ParallelTrainer: an entry of its own of the bundle, which imports a package by its name.
import * as tf from '@tensorflow/tfjs'

let weights

export function setup() {
  weights = tf.variable(tf.zeros([2, 1]), true, 'weights')
}

export default function loss(_, { x, y }) {
  return tf.losses.meanSquaredError(y, tf.matMul(x, weights))
}
