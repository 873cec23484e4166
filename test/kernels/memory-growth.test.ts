// Memory while a model trains, a known complaint about tfjs's WASM backend: after 20 steps neither tensors nor the WASM heap grow any
// more, whatever the kernels of a step take for themselves. By `model.fit`, as users train, and by an optimiser of tfjs-core's.
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import '../../src/backend.js'
import type { EyesWasmBackend } from '../../src/kernels/backend.js'

beforeAll(async () => {
  await tf.setBackend('eyes-wasm')
})

const [warm, steps] = [20, 300]

/** What is held: tensors and their bytes by tfjs's count, the backend's own, which knows a kernel's temporary ones too, and the heap. */
function held() {
  const { numTensors, numDataBuffers, numBytes } = tf.memory()
  const backend = tf.backend() as unknown as EyesWasmBackend
  return { numTensors, numDataBuffers, numBytes, known: backend.numDataIds(), heap: backend.memoryBytes }
}

describe('memory', () => {
  it('does not grow with the steps of an optimiser', () => {
    const [table, filter, weights] = [
      tf.variable(tf.randomNormal([40, 64], 0, 0.1, 'float32', 1)),
      tf.variable(tf.randomNormal([1, 1, 1, 6], 0, 0.3, 'float32', 2)),
      tf.variable(tf.randomNormal([384, 5], 0, 0.1, 'float32', 3)),
    ] as [tf.Variable, tf.Variable, tf.Variable]
    const ids = tf.tensor1d([3, 17, 3, 39, 0, 5], 'int32')
    const labels = tf.oneHot(tf.tensor1d([0, 1, 2, 3, 4, 0], 'int32'), 5)
    const loss = () => {
      const image = tf.reshape<tf.Rank.R4>(tf.gather(table, ids), [6, 8, 8, 1])
      const x = tf.relu(tf.conv2d(image, filter as tf.Tensor4D, 1, 'same'))
      const y = tf.matMul(tf.reshape(x, [6, 384]), weights)
      return tf.mean<tf.Scalar>(tf.losses.softmaxCrossEntropy(labels, tf.sub(y, tf.mean(y, 0))))
    }
    const optimiser = tf.train.adam(0.01)
    const losses: number[] = []
    let before: ReturnType<typeof held> | undefined
    for (let step = 0; step < steps; step++) {
      if (step === warm) before = held()
      const value = optimiser.minimize(loss, true)!
      losses.push(value.dataSync()[0]!)
      value.dispose()
    }
    expect(held()).toEqual(before)
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 2)
    optimiser.dispose()
    tf.dispose([table, filter, weights, ids, labels])
  })

  it('does not grow with the steps of fit', async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, activation: 'relu' }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 16, activation: 'relu' }),
        tf.layers.dense({ units: 3, activation: 'softmax' }),
      ],
    })
    model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' })
    const x = tf.randomUniform([16, 8, 8, 1], 0, 1, 'float32', 4)
    const y = tf.oneHot(
      tf.tensor1d(
        Array.from({ length: 16 }, (_, i) => i % 3),
        'int32',
      ),
      3,
    )
    let before: ReturnType<typeof held> | undefined
    // Two batches an epoch; measured between epochs, where no step is under way.
    const onEpochEnd = (epoch: number) => {
      if (2 * (epoch + 1) === warm) before = held()
      if (2 * (epoch + 1) === steps) expect(held()).toEqual(before)
    }
    await model.fit(x, y, { epochs: steps / 2, batchSize: 8, callbacks: { onEpochEnd } })
    expect(before).toBeDefined()
    tf.dispose([x, y])
    model.dispose()
  })
})
