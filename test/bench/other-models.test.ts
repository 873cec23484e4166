// Models of other people in the bench: their weights and data, one training step on our backend against tfjs's cpu backend, and the
// ratios that the project asks for. How fast they are is the bench's own business.
import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { markdown } from '../../bench/markdown.js'
import { firstBatch, firstWeights, otherModels, otherNames, type OtherName } from '../../bench/other-models.js'
import { otherRatios } from '../../bench/other-ratios.js'
import * as dense from '../../bench/peers/models/dense.js'
import * as lenet from '../../bench/peers/models/lenet.js'
import * as mobilenet from '../../bench/peers/models/mobilenet.js'
import * as uNet from '../../bench/peers/models/u-net.js'
import type { ModelModule } from '../../bench/peers/tf-runner.js'
import { registerEyesWasm } from '../../src/kernels/register.js'
import { peerRow, results } from './fixtures.js'

const modules: Record<OtherName, ModelModule> = { mobilenet, 'u-net': uNet, dense, lenet }

/** Loss and gradients of the first examples with the first weights. Of images, the left upper `size` x `size` pixels. */
function differentiate(name: OtherName, count: number, size?: number) {
  const model = otherModels[name]
  const { setup, loss } = modules[name]
  setup(tf, { settings: { weights: firstWeights(model) } })
  const { x, y } = firstBatch(model)
  tf.engine().startScope()
  const part = (values: tf.Tensor) => {
    const wanted = size !== undefined && values.rank === 4 ? [count, size, size, values.shape[3]!] : [count]
    return tf.slice(values, Array<number>(wanted.length).fill(0), wanted)
  }
  const batch = {
    x: part(tf.tensor(x, [model.batch, ...model.x])),
    y: part(tf.tensor(y, [model.batch, ...model.y], 'int32')),
  }
  const { value, grads } = tf.variableGrads(() => loss(tf, batch))
  const values = Object.entries(grads).map(([key, gradient]) => [key, gradient.dataSync() as Float32Array] as const)
  const found = { loss: value.dataSync()[0]!, gradients: new Map(values) }
  tf.engine().endScope()
  return found
}

/** The largest absolute value, or difference to `other`. */
const largestOf = (values: Float32Array, other?: Float32Array) =>
  values.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (other?.[i] ?? 0))), 0)

beforeAll(() => {
  registerEyesWasm()
})
afterEach(() => {
  tf.disposeVariables()
})

describe('models of others', () => {
  it.each(otherNames)('%s has variables one after the other, no two of their values alike', name => {
    const { parameters } = otherModels[name]
    const weights = firstWeights(otherModels[name])
    let end = 0
    for (const { offset, size, shape } of parameters) {
      expect(offset).toBe(end)
      expect(size).toBe(shape.reduce((product, length) => product * length))
      end += size
    }
    expect(weights).toHaveLength(end)
    for (const { offset } of parameters.slice(1)) expect(weights[offset]).not.toBe(weights[0])
    const { y } = firstBatch(otherModels[name])
    expect([...new Set(y)].sort((a, b) => a - b)).toEqual(
      Array.from({ length: otherModels[name].classes }, (_, i) => i),
    )
  })

  it.each([
    ['mobilenet', 2, 8],
    ['u-net', 1, 12], // one image: tfjs's cpu backend has a wrong gradient of resizeNearestNeighbor for more
    ['dense', 5, undefined],
    ['lenet', 2, undefined],
  ] as const)('%s has the loss and the gradients that it has on the cpu backend', async (name, count, size) => {
    await tf.setBackend('cpu')
    const wanted = differentiate(name, count, size)
    tf.disposeVariables()
    await tf.setBackend('eyes-wasm')
    const found = differentiate(name, count, size)
    expect(found.loss / wanted.loss).toBeCloseTo(1, 5)
    expect([...found.gradients.keys()]).toEqual(otherModels[name].parameters.map(parameter => parameter.name))
    for (const [key, gradient] of found.gradients) {
      const reference = wanted.gradients.get(key)!
      const [largest, error] = [largestOf(reference), largestOf(gradient, reference)]
      expect(largest, key).toBeGreaterThan(0)
      expect(error / largest, key).toBeLessThan(2e-4)
    }
  })
})

describe('ratios of others’ models', () => {
  const rows = [
    { ...peerRow('lenet', 'eyes-wasm backend', 1000), threads: 1 },
    peerRow('lenet', 'eyes-wasm ParallelTrainer', 1800),
    peerRow('lenet', 'PyTorch 1.13 (NHWC)', 3000),
    peerRow('lenet', 'PyTorch 1.13 (NCHW)', 4000),
    { ...peerRow('lenet', 'tfjs cpu 4.22.0', 100), threads: 1 },
    { ...peerRow('lenet', 'tfjs wasm 4.22.0', 9000), does: 'forward only' as const },
  ]

  it('are the backend’s to tfjs cpu, and the trainer’s to the faster layout of PyTorch', () => {
    const [cpu, pyTorch, ...more] = otherRatios(rows)
    expect(more).toEqual([])
    expect(cpu).toMatchObject({ ratio: 10, wanted: 10, verdict: 'pass' })
    expect(pyTorch).toMatchObject({ ratio: 0.45, wanted: 0.5, verdict: 'short' })
    expect(pyTorch!.peer.peer).toContain('NCHW')
  })

  it('need training, and as many threads', () => {
    const forward = rows.map(row => (row.threads === 1 ? { ...row, does: 'forward only' as const } : row))
    expect(otherRatios(forward).map(({ own }) => own.peer)).toEqual(['eyes-wasm ParallelTrainer'])
    const single = rows.map(row => (row.peer.startsWith('PyTorch') ? { ...row, threads: 1 } : row))
    expect(otherRatios(single).map(({ own }) => own.peer)).toEqual(['eyes-wasm backend'])
  })

  it('are printed under the rows', () => {
    const text = markdown(results({ others: rows }))
    expect(text).toContain('## Models of others')
    expect(text).toContain('| lenet | eyes-wasm backend | 1 | 1000 | tfjs cpu 4.22.0 | 100 | 10.00× | 10 | pass |')
    expect(text).toContain('| PyTorch 1.13 (NCHW) | 4000 | 0.45× | 0.5 | short |')
  })
})
