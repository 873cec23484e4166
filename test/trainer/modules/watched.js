// A line through the data, which does with its other variables what `settings.way` says.
let weight, state, kept, calls
export function setup(tf) {
  weight = tf.variable(tf.zeros([1]), true, 'weight')
  state = tf.variable(tf.zeros([1]), false, 'state')
  kept = tf.keep(tf.tensor([7]))
  calls = 0
}

const probed = 3

export default function loss(tf, { x }, { settings: { way }, training }) {
  calls++
  if (way === 'the same tensor') state.assign(kept)
  if (way === 'counts') state.assign(tf.add(state, 1))
  if (way === 'only when measured' && !training) state.assign(kept)
  if (way === 'in every call') tf.variable(tf.scalar(1), false, `extra${calls}`)
  if (way === 'disposes' && calls > probed) state.dispose()
  const value = tf.mean(tf.square(tf.sub(tf.mean(x), weight)))
  if (way === 'disposed') value.dispose()
  return way === 'null' ? null : value
}
