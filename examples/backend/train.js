// A model of yours on eyes-wasm: the import and `setBackend` are all that a tfjs program changes. It learns which of two clouds of points a
// point belongs to. `node examples/backend/train.js [cpu]` says how long it took; with `cpu`, on tfjs's own backend.
import * as tf from '@tensorflow/tfjs'
import 'eyes-wasm/backend'

await tf.setBackend(process.argv[2] ?? 'eyes-wasm')

const count = 512
const labels = tf.range(0, count).mod(2)
const centres = labels.mul(2).sub(1).reshape([count, 1]) // -1 or 1, in each of 64 coordinates
const points = tf.randomNormal([count, 64], 0, 4, 'float32', 1).add(centres)

const model = tf.sequential()
model.add(tf.layers.dense({ inputShape: [64], units: 256, activation: 'relu' }))
model.add(tf.layers.dense({ units: 1, activation: 'sigmoid' }))
model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: ['accuracy'] })

const start = Date.now()
const { history } = await model.fit(points, labels, { epochs: 10, batchSize: 32, verbose: 0 })
const seconds = (Date.now() - start) / 1000
console.log(
  `${tf.getBackend()}: loss ${history.loss.at(-1).toFixed(3)}, accuracy ${history.acc.at(-1).toFixed(3)}, ${seconds.toFixed(1)} s`,
)
