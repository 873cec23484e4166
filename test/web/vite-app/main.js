// A user's application, as Vite bundles it: tfjs on the backend, and trainings in workers. `@tensorflow/tfjs` stands for whichever tfjs it has.
import * as tf from '@tensorflow/tfjs'
import { backendName } from 'eyes-wasm/backend'
import { adam, ParallelTrainer, sharedArray, train } from 'eyes-wasm/web'

async function gradient() {
  const isSet = await tf.setBackend(backendName)
  const loss = x => tf.sum(tf.square(x))
  const { value, grad } = tf.valueAndGrad(loss)(tf.tensor1d([1, 2, 3]))
  return { isSet, backend: tf.getBackend(), loss: (await value.data())[0], gradient: [...(await grad.data())] }
}

async function ownModel() {
  const x = Float32Array.from({ length: 64 }, (_, i) => ((i * 37) % 101) / 101)
  const y = Float32Array.from({ length: 32 }, (_, i) => 2 * x[2 * i] - x[2 * i + 1])
  const trainer = new ParallelTrainer({
    model: './my-model.js',
    data: { x: sharedArray(x, [32, 2]), y: sharedArray(y, [32, 1]) },
    optimizer: adam({ lr: 0.1 }),
    threads: 1,
  })
  const { history } = await trainer.fit({ epochs: 40, batch: 16 })
  await trainer.close()
  return history.at(-1).loss < 0.01
}

const options = { model: 'ae', kernel: 3, stride: 1, padding: 1, epochs: 3, batch: 16, size: 50, limit: 32, threads: 2 }

globalThis.result = (async () => {
  const first = await gradient()
  const { weightsSha256 } = await train(options)
  return { ...first, weightsSha256, ownModel: await ownModel() }
})()
