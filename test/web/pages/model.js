// A user's model, the same file in Node and in a page: two dense layers on pictures of 4x4, whose class is the brighter half.

export function setup(tf) {
  const variable = (name, shape, seed) => tf.variable(tf.randomNormal(shape, 0, 0.3, 'float32', seed), true, name)
  variables.first = variable('first', [16, 8], 1)
  variables.second = variable('second', [8, 2], 2)
}

const variables = {}

export default function loss(tf, { x, y }) {
  const hidden = tf.relu(tf.matMul(tf.reshape(x, [-1, 16]), variables.first))
  const logits = tf.matMul(hidden, variables.second)
  return tf.losses.softmaxCrossEntropy(tf.oneHot(y, 2), logits)
}
