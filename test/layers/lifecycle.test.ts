// What a tfjs-layers model does on eyes-wasm beside `fit` on tensors: predict, evaluate, save and load, tf.data, a change of backend, a loop of
// optimizer.minimize, and memory that does not grow. Not here: the losses of `fit` (fit.test.ts).
import type { LayersModel, Rank, Scalar, Tensor, Tensor4D, io } from '@tensorflow/tfjs'
import { beforeEach, describe, expect, it } from 'vitest'
import { eyesWasm, tf, type Task } from './harness.js'
import { classifier, drawnShapes, text, unet } from './models.js'

const values = (tensor: unknown) => Array.from((tensor as Tensor).dataSync())

/** What `fitDataset` and `evaluateDataset` take. */
type BatchesOf<M extends LayersModel> = Parameters<M['fitDataset']>[0] & Parameters<M['evaluateDataset']>[0]

/** Largest difference, over numbers that are all of order 1. */
const difference = (a: readonly number[], b: readonly number[]) =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i]!)), a.length === b.length ? 0 : Infinity)

/** Softmax outputs and mean losses of these small models: sums of at most 150 terms, some six layers deep. */
const tolerance = 1e-5

const useOurs = () => tf.setBackend('eyes-wasm')

async function savedAndLoaded(model: LayersModel): Promise<LayersModel> {
  let artifacts: io.ModelArtifacts | undefined
  const keep = (given: io.ModelArtifacts) => {
    artifacts = given
    return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' as const } })
  }
  await model.save(tf.io.withSaveHandler(keep))
  return tf.loadLayersModel(tf.io.fromMemory(artifacts!))
}

beforeEach(async () => {
  await useOurs()
})

describe('a trained model', () => {
  it('predicts and evaluates as on cpu, and comes back from a saved file', async () => {
    const { model, x, y } = classifier()
    await model.fit(x, y, { epochs: 2, batchSize: 16 })
    const predicted = values(model.predict(x))
    const measured = (model.evaluate(x, y, { batchSize: 20 }) as Tensor[]).map(value => values(value)[0]!)
    expect(tf.getBackend()).toBe('eyes-wasm')
    const loaded = await savedAndLoaded(model)
    expect(values(loaded.predict(x))).toEqual(predicted)
    await tf.setBackend('cpu')
    expect(difference(values(loaded.predict(x)), predicted)).toBeLessThan(tolerance)
    // Accuracy is a count: 48 pictures.
    const again = (model.evaluate(x, y, { batchSize: 20 }) as Tensor[]).map(value => values(value)[0]!)
    expect(difference(again, measured)).toBeLessThan(tolerance)
    expect(measured[1]! * 48).toBeCloseTo(Math.round(measured[1]! * 48), 3)
  })

  it('goes on training when the backend changes', async () => {
    await tf.setBackend('cpu')
    const { model, x, y } = classifier()
    await model.fit(x, y, { epochs: 1, batchSize: 16 })
    const before = values(model.predict(x))
    await useOurs()
    expect(difference(values(model.predict(x)), before)).toBeLessThan(tolerance)
    const { history } = await model.fit(x, y, { epochs: 2, batchSize: 16 })
    expect(history['loss']).toHaveLength(2)
    expect(history['loss']!.every(loss => Number.isFinite(loss as number))).toBe(true)
    expect(difference(values(model.predict(x)), before)).toBeGreaterThan(0.001)
  })
})

describe('tf.data', () => {
  /** The same pictures as a data set of single examples, in batches with a short last one. */
  const batches = (count: number, batch: number): BatchesOf<LayersModel> => {
    const { x, y } = drawnShapes(count)
    const xs = tf.data.array(tf.unstack(x))
    const ys = tf.data.array(tf.unstack(y))
    return tf.data.zip({ xs, ys }).batch(batch) as never // tfjs's own types of data sets do not fit each other
  }

  it('fitDataset has the losses of fit', async () => {
    const losses = []
    for (const fit of ['tensors', 'data set']) {
      const { model, x, y } = classifier(tf.train.sgd(0.1), 20)
      const options = { epochs: 2, shuffle: false, batchSize: 8 }
      const { history } =
        fit === 'tensors' ? await model.fit(x, y, options) : await model.fitDataset(batches(20, 8), { epochs: 2 })
      losses.push(history['loss']!.map(Number))
    }
    // Both are means over batches of 8, 8 and 4, weighted by their lengths.
    expect(losses[1]).toHaveLength(2)
    expect(difference(losses[0]!, losses[1]!)).toBeLessThan(tolerance)
  })

  it('evaluateDataset, and iteration with shuffle and map', async () => {
    const { model, x, y } = classifier(undefined, 20)
    const whole = values((model.evaluate(x, y) as Tensor[])[0])
    const parts = (await model.evaluateDataset(batches(20, 5), {})) as Tensor[]
    expect(difference(values(parts[0]), whole)).toBeLessThan(tolerance)
    const shuffled = tf.data
      .array([1, 2, 3, 4, 5])
      .shuffle(5, 'seed')
      .map(n => tf.square(n as unknown as Tensor))
    const seen: number[] = []
    await shuffled.forEachAsync(item => void seen.push(values(item)[0]!))
    expect(seen.sort((a, b) => a - b)).toEqual([1, 4, 9, 16, 25])
  })
})

describe('memory does not grow', () => {
  const kinds: Readonly<Record<string, () => Task>> = {
    'the classifier': () => classifier(),
    'the U-Net': () => unet(8),
    'text by lstm': () => text('lstm', 20),
    'text by pooling': () => text('pooling', 20),
  }

  it.each(Object.keys(kinds))('in fit and predict: %s', async kind => {
    const { model, x, y } = kinds[kind]!()
    const use = async (epochs: number) => {
      // A last batch that is shorter than the others.
      await model.fit(x, y, { epochs, batchSize: 6 })
      tf.dispose(model.predict(x))
    }
    await use(1)
    const { numTensors, numBytes } = tf.memory()
    const { memoryBytes } = eyesWasm()
    await use(5)
    expect(tf.memory()).toMatchObject({ numTensors, numBytes })
    expect(eyesWasm().memoryBytes).toBe(memoryBytes)
  })

  it('in a loop of optimizer.minimize, and dispose gives all of it back', () => {
    const start = tf.memory().numTensors
    const filter = tf.tidy(() => tf.variable(tf.randomNormal<Rank.R4>([3, 3, 1, 4], 0, 0.1, 'float32', 1)))
    const x = tf.ones<Rank.R4>([2, 8, 8, 1])
    const optimizer = tf.train.adam(0.01)
    const weights = filter as unknown as Tensor4D // tfjs's type of a variable loses its rank
    const loss = () => tf.mean<Scalar>(tf.square(tf.sub(tf.conv2d(x, weights, 1, 'same'), 1)))
    const first = optimizer.minimize(loss, true, [filter])!
    const { numTensors } = tf.memory()
    for (let step = 0; step < 20; step++) optimizer.minimize(loss, false, [filter])
    expect(tf.memory().numTensors).toBe(numTensors)
    const last = tf.tidy(() => values(loss())[0])
    expect(last).toBeLessThan(values(first)[0]!)
    optimizer.dispose()
    tf.dispose([filter, x, first])
    expect(tf.memory().numTensors).toBe(start)
  })
})
