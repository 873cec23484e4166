// A model that reports whether the gradient of a mean is the one that its own tfjs registered.
import { createRequire } from 'node:module'

// Evaluated after its tfjs, which has registered its gradients by then.
const { getGradient } = createRequire(import.meta.url)('@tensorflow/tfjs')
const own = getGradient('Mean')
let weight

export function setup(tf) {
  weight = tf.variable(tf.ones([6]), true, 'weight')
}

export default function loss(tf, { x }, { report }) {
  report('own', getGradient('Mean') === own ? 1 : 0)
  return tf.mean(tf.square(tf.mul(x, weight)))
}
