// A state variable that is given tensors which the module keeps: what the trainer writes into the variable must not reach them.
let weight, state, kept
export function setup(tf) {
  weight = tf.variable(tf.zeros([1]), true, 'weight')
  state = tf.variable(tf.zeros([1]), false, 'state')
  kept = [1, 3].map(value => tf.tensor([value]))
}

export default function loss(tf, { x }, { indices, training, report }) {
  state.assign(kept[training && indices[0] % 2 === 0 ? 1 : 0])
  report('sum', tf.sum(tf.add(kept[0], kept[1])))
  return tf.mean(tf.square(tf.sub(tf.mean(x), weight)))
}
