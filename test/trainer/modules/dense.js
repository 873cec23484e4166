// A small dense classifier with dropout over [n, 6] and integer labels: tfjs-core's ops, variables of its own, unseeded randomness.
let layers
let part
export function setup(tf, { settings }) {
  const weight = (name, shape) => tf.variable(tf.randomNormal(shape, 0, 0.5), true, name)
  layers = { hidden: weight('hidden', [6, 16]), bias: weight('bias', [16]), out: weight('out', [16, 3]) }
  part = settings?.part
  if (settings?.crash) throw new Error('setup was told to')
}

export default function loss(tf, { x, y }, { training, report }) {
  const hidden = tf.relu(tf.add(tf.matMul(x, layers.hidden), layers.bias))
  const kept = training ? tf.dropout(hidden, 0.25) : hidden
  const logits = tf.matMul(kept, layers.out)
  const isRight = tf.equal(tf.argMax(logits, 1), y)
  report('accuracy', tf.mean(tf.cast(isRight, 'float32')))
  if (part !== undefined) report('part', part)
  return tf.losses.softmaxCrossEntropy(tf.oneHot(y, 3), logits)
}
