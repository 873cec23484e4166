// Trains a tfjs-layers model on every core, measures it on pictures it has not seen, and uses it on the main thread.
// `node examples/layers-classifier/train.js [epochs]`
import * as tf from '@tensorflow/tfjs'
import { adam, ParallelTrainer, sharedArray } from 'eyes-wasm'
import 'eyes-wasm/backend'
import { build } from './model.js'
import { draw, shapes, side } from './shapes.js'

/** What the loss is given: tensors by name, in memory that all threads share. */
const shared = ({ pixels, labels }) => ({
  x: sharedArray(pixels, [labels.length, side, side, 1]),
  y: sharedArray(labels, [labels.length]),
})
const unseen = draw(500, 2)

const trainer = new ParallelTrainer({
  model: new URL('./model.js', import.meta.url),
  data: shared(draw(2000, 1)),
  optimizer: adam({ lr: 3e-3 }),
})
try {
  const onEpoch = ({ epoch, loss, parts, examplesPerSecond }) =>
    console.log(
      `epoch ${epoch}  loss ${loss.toFixed(4)}  accuracy ${parts.accuracy.toFixed(3)}  ${Math.round(examplesPerSecond)} pictures/s`,
    )
  await trainer.fit({ epochs: Number(process.argv[2] ?? 5), batch: 50, callbacks: [{ onEpoch }] })

  const { loss, parts } = await trainer.evaluate({ data: shared(unseen) })
  console.log(`unseen   loss ${loss.toFixed(4)}  accuracy ${parts.accuracy.toFixed(3)}`)

  // The trained weights in a model of the main thread's own.
  await tf.setBackend('eyes-wasm')
  const model = build(tf)
  const trained = await trainer.variables()
  model.setWeights(
    model.weights.map(({ originalName }) => {
      const { values, shape } = trained.get(originalName)
      return tf.tensor(values, shape)
    }),
  )
  const x = tf.tensor(unseen.pixels, [unseen.labels.length, side, side, 1])
  const guesses = await tf.argMax(model.predict(x), 1).data()
  const right = guesses.filter((guess, image) => guess === unseen.labels[image]).length
  console.log(`predicted on the main thread: ${right} of ${guesses.length} right, the first a ${shapes[guesses[0]]}`)
} finally {
  await trainer.close()
}
