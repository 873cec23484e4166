// A model that misbehaves as `settings.way` says; without a way it is a line through the data.
let weight
let calls = 0

export async function setup(tf, { settings: { way } }) {
  if (way === 'setup throws') throw new RangeError('no such file')
  if (way === 'no variables') return
  const first = way === 'differs' ? `w${process.hrtime.bigint()}` : 'w'
  weight = tf.variable(way === 'draws' ? tf.randomNormal([6, 1]) : tf.ones([6, 1]), true, first)
  if (way === 'integers') tf.variable(tf.scalar(3, 'int32'), false, 'count')
  if (way === 'unused') tf.variable(tf.scalar(1), true, 'idle')
  if (way === 'other backend') await import('@tensorflow/tfjs').then(whole => whole.setBackend('cpu'))
}

const late = 3

export default function loss(tf, { x, y }, { settings: { way }, training, report, step }) {
  calls++
  if (way === 'loss throws') throw new TypeError('x is not as it was')
  if (way === 'throws late' && step === 1) throw new TypeError('not this one')
  if (way === 'async') return Promise.resolve(tf.scalar(1))
  if (way === 'number') return 0.5
  if (way === 'vector') return tf.mul(x, tf.sum(weight))
  if (way === 'integer loss') return tf.scalar(1, 'int32')
  if (way === 'no connection') return tf.scalar(1)
  if (way === 'crypto') globalThis.crypto.getRandomValues(new Uint8Array(4))
  if (way === 'reports loss') report('loss', 1)
  if (way === 'reports text') report('word', 'yes')
  if (way === 'assigns') weight.assign(tf.zeros([6, 1]))
  if (way === 'assigns late' && calls > late) weight.assign(tf.zeros([6, 1]))
  if (way === 'new variable' && calls > late) tf.variable(tf.scalar(1), true, `late${calls}`)
  if (way === 'in training alone' && training) tf.variable(tf.scalar(1), true, `late${calls}`)
  const error = tf.sub(tf.matMul(x, weight ?? tf.ones([6, 1])), tf.cast(tf.expandDims(y, 1), 'float32'))
  const value = tf.mean(tf.square(error))
  return way === 'not finite' && step === 1 ? tf.div(value, tf.zerosLike(value)) : value
}
