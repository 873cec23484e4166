// Training in the test's own thread: the models and kernels that a worker runs, one batch at a time, without pool, protocol or
// micro-batches. What the threads compute is compared with this; what this computes, with PyTorch.
import * as tf from '@tensorflow/tfjs-core'
import { backendName, EyesWasmBackend } from '../../src/kernels/backend.js'
import { registerEyesWasm } from '../../src/kernels/register.js'
import type { ImageLoss } from '../../src/imaging/executor.js'
import { parameterCount } from '../../src/models/geometry.js'
import { createModel } from '../../src/models/index.js'
import type { Objective } from '../../src/models/loss-names.js'
import type { ModelSpec, ParameterSpec } from '../../src/models/spec.js'
import { createMemory, regions } from '../../src/parallel/memory.js'
import { adamUpdate } from '../../src/parallel/optimizer.js'
import { compileSharedModule } from '../../src/wasm/modules.js'
import { instantiateShared } from '../../src/wasm/shared.js'

type Shape4 = [number, number, number, number]

/** Some images and the noise that belongs to them; a VAE asks for noise of its latent's shape. */
export interface PlainBatch {
  /** [count, H, W, 3], -1 to 1. */
  readonly images: Float32Array
  readonly count: number
  readonly noise?: (shape: Shape4) => tf.Tensor4D
}

export interface OneThread {
  readonly specs: readonly ParameterSpec[]
  /** Flat vectors in our layout, over one shared memory; written to by the caller and by `update`. */
  readonly parameters: Float32Array
  readonly gradient: Float32Array
  readonly firstMoment: Float32Array
  readonly secondMoment: Float32Array
  /** Fills `gradient` with the mean gradient of the batch under `parameters`. */
  computeGradient(batch: PlainBatch, objective: Objective): ImageLoss
  /** Images through the model, [count, H, W, 3], -1 to 1. */
  reconstruct(batch: PlainBatch): Float32Array
  /** Adam update number `step` (from 1), through shared.wasm. */
  update(step: number, lr: number): void
}

/** The backend that tfjs uses at present. */
export function currentBackend(): EyesWasmBackend {
  const backend: unknown = tf.backend()
  if (backend instanceof EyesWasmBackend) return backend
  throw new Error(`tfjs uses another backend than ${backendName}`)
}

export async function startBackend(): Promise<EyesWasmBackend> {
  registerEyesWasm()
  await tf.setBackend(backendName)
  return currentBackend()
}

const noNoise = () => {
  throw new Error('noise was asked for and none was given')
}

export async function openOneThread(spec: ModelSpec): Promise<OneThread> {
  const backend = await startBackend()
  const { network, parameters: specs, variables } = createModel(spec)
  const size = parameterCount(specs)
  const layout = { parameterCount: size, exampleCount: 1, slotCount: 1 }
  const memory = createMemory(layout)
  const at = regions(layout)
  const shared = instantiateShared(await compileSharedModule(), memory)
  const vector = (offset: number) => new Float32Array(memory.buffer, offset, size)
  const [parameters, gradient] = [vector(at.parameters), vector(at.gradient)]

  function load(): void {
    for (const { name, shape, offset, size: length } of specs) {
      const values = tf.tensor(parameters.slice(offset, offset + length), [...shape])
      variables[name]!.assign(values)
      values.dispose()
    }
  }

  const batchOf = ({ images, count, noise = noNoise }: PlainBatch) => ({
    images: tf.tensor4d(images, [count, spec.height, spec.width, 3]),
    noise,
  })

  function computeGradient(batch: PlainBatch, objective: Objective): ImageLoss {
    load()
    const parts = { mse: 0, kl: 0 }
    tf.engine().startScope()
    const { value, grads } = tf.variableGrads(() =>
      network.loss(tf, batchOf(batch), objective, (part, scalar) => {
        parts[part] = backend.floats(scalar)[0]!
      }),
    )
    for (const { name, offset } of specs) gradient.set(grads[variables[name]!.name]!.dataSync(), offset)
    const loss = value.dataSync()[0]!
    tf.engine().endScope()
    return { loss, ...parts }
  }

  return {
    specs,
    parameters,
    gradient,
    firstMoment: vector(at.firstMoment),
    secondMoment: vector(at.secondMoment),
    computeGradient,
    reconstruct(batch) {
      load()
      return tf.tidy(() => network.reconstruct(batchOf(batch))).dataSync<'float32'>()
    },
    update: (step, lr) => adamUpdate(shared, at, 0, size, step, lr),
  }
}
