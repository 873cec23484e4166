// A user's application, as Vite bundles it: tfjs on the backend, and a training in workers. `@tensorflow/tfjs` stands for whichever tfjs it has.
import * as tf from '@tensorflow/tfjs'
import { backendName } from 'eyes-wasm/backend'
import { train } from 'eyes-wasm/web'

async function gradient() {
  const isSet = await tf.setBackend(backendName)
  const loss = x => tf.sum(tf.square(x))
  const { value, grad } = tf.valueAndGrad(loss)(tf.tensor1d([1, 2, 3]))
  return { isSet, backend: tf.getBackend(), loss: (await value.data())[0], gradient: [...(await grad.data())] }
}

const options = { model: 'ae', kernel: 3, stride: 1, padding: 1, epochs: 3, batch: 16, size: 50, limit: 32, threads: 2 }

globalThis.result = (async () => {
  const first = await gradient()
  const { weightsSha256 } = await train(options)
  return { ...first, weightsSha256 }
})()
