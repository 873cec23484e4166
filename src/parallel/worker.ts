// The far side of the thread: a Piscina worker that computes micro-batches of one model over one data set. It holds a tfjs backend
// and the model's variables, and nothing that a result depends on beside the task: any worker can redo any task.
import * as tf from '@tensorflow/tfjs-core'
import { workerData } from 'node:worker_threads'
import { backendName, EyesWasmBackend } from '../kernels/backend.js'
import { imageMetrics } from '../kernels/ImageMetrics.js'
import { klDivergence } from '../kernels/KlDivergence.js'
import { randomNormal } from '../kernels/RandomNormal.js'
import { registerEyesWasm } from '../kernels/register.js'
import { parameterCount } from '../models/geometry.js'
import { createModel, type Model } from '../models/index.js'
import type { Batch } from '../models/network.js'
import { streams } from '../random/philox.js'
import { adoptModules } from '../wasm/modules.js'
import { regions, type Regions } from './memory.js'
import type { Answers, CodeTask, ForwardTask, GradientTask, SharedImages, Task, WorkerSetup } from './protocol.js'

interface State {
  readonly backend: EyesWasmBackend
  readonly model: Model
  readonly images: SharedImages
  readonly regions: Regions
  readonly memory: ArrayBufferLike
  /** Length of the parameter vector. */
  readonly size: number
  /** Which update of the parameters the variables hold. */
  version: number
}

async function start(setup: WorkerSetup): Promise<State> {
  adoptModules(setup.modules)
  registerEyesWasm()
  await tf.setBackend(backendName)
  const backend = tf.backend()
  if (!(backend instanceof EyesWasmBackend)) throw new Error(`tfjs gave another backend than ${backendName}`)
  const model = createModel(setup.spec)
  const size = parameterCount(model.parameters)
  return {
    backend,
    model,
    images: setup.images,
    regions: regions(setup.layout),
    memory: setup.memory.buffer,
    size,
    version: -1,
  }
}

/** Copies the shared parameters into the variables, in place, when they have been updated since. */
function loadParameters(state: State, version: number): void {
  if (state.version === version) return
  const { backend, model, memory, regions, size } = state
  const flat = new Float32Array(memory, regions.parameters, size)
  for (const parameter of model.parameters) {
    const values = flat.subarray(parameter.offset, parameter.offset + parameter.size)
    backend.floats(model.variables[parameter.name]!).set(values)
  }
  state.version = version
}

/** tf.tidy for results that hold no tensors: tf.tidy would walk through every element of a typed array in search of them. */
function scoped<T>(compute: () => T): T {
  tf.engine().startScope()
  try {
    return compute()
  } finally {
    tf.engine().endScope()
  }
}

const fromByte = Float32Array.from({ length: 256 }, (_, byte) => byte / 255)

/** Pixels of the given images on [0, 1]: [ids.length, H, W, 3]. */
function pixels({ pixels: all, height, width }: SharedImages, ids: ArrayLike<number>): Float32Array {
  const size = height * width * 3
  const out = new Float32Array(ids.length * size)
  for (let n = 0; n < ids.length; n++) {
    const image = all.subarray(ids[n]! * size, (ids[n]! + 1) * size)
    if (image instanceof Float32Array) out.set(image, n * size)
    else for (let i = 0; i < size; i++) out[n * size + i] = fromByte[image[i]!]!
  }
  return out
}

/** [0, 1] pixels to the model's [-1, 1], as a tensor. */
function toModelRange(values: Float32Array, { height, width }: SharedImages): tf.Tensor4D {
  const scaled = new Float32Array(values.length)
  for (let i = 0; i < values.length; i++) scaled[i] = 2 * values[i]! - 1
  return tf.tensor4d(scaled, [values.length / (height * width * 3), height, width, 3])
}

function batchOf(state: State, ids: ArrayLike<number>, seed: number, epoch: number): Batch {
  const key = { seed, epoch, stream: streams.noise, images: Array.from(ids) }
  return {
    images: toModelRange(pixels(state.images, ids), state.images),
    noise: shape => randomNormal<tf.Tensor4D>(shape, key),
  }
}

function gradient(state: State, task: GradientTask): Answers['gradient'] {
  loadParameters(state, task.version)
  const { backend, model, memory, regions, size } = state
  const ids = new Int32Array(memory, regions.order).subarray(task.from, task.to)
  const slot = new Float32Array(memory, regions.slots + 4 * size * task.slot, size)
  return scoped(() => {
    const parts = { mse: 0, kl: 0 }
    const { value, grads } = tf.variableGrads(() =>
      model.network.loss(tf, batchOf(state, ids, task.seed, task.epoch), task.objective, (part, scalar) => {
        parts[part] = backend.floats(scalar)[0]!
      }),
    )
    for (const { name, offset } of model.parameters) {
      slot.set(backend.floats(grads[model.variables[name]!.name]!), offset)
    }
    return { loss: backend.floats(value)[0]!, ...parts }
  })
}

function forward(state: State, task: ForwardTask): Answers['forward'] {
  loadParameters(state, task.version)
  const { backend, model, images } = state
  return scoped(() => {
    const batch = batchOf(state, task.ids, task.seed, 0)
    const { network } = model
    const latent = network.encode(batch.images)
    const output = network.decode(task.fromMean ? latent.mean : network.draw(latent, batch.noise))
    const unit = tf.add<tf.Tensor4D>(tf.mul(output, 0.5), 0.5)
    if (task.result === 'images') return backend.floats(unit).slice()
    const originals = tf.tensor4d(pixels(images, task.ids), output.shape)
    const { mean, logVariance } = latent
    const kl = logVariance ? backend.floats(klDivergence(mean, logVariance))[0]! : 0
    return { ...imageMetrics(backend, unit, originals), kl }
  })
}

function encode(state: State, { version, values }: CodeTask): Answers['encode'] {
  loadParameters(state, version)
  return scoped(() => {
    const { mean, logVariance } = state.model.network.encode(toModelRange(values, state.images))
    return {
      mean: state.backend.floats(mean).slice(),
      logVariance: logVariance ? state.backend.floats(logVariance).slice() : null,
      shape: [mean.shape[1], mean.shape[2], mean.shape[3]],
    }
  })
}

function decode(state: State, { version, values, count }: CodeTask): Answers['decode'] {
  loadParameters(state, version)
  const { network, latentSize } = state.model
  return scoped(() => {
    const output = network.decode(tf.tensor4d(values, [count, ...latentSize]))
    return state.backend.floats(tf.add(tf.mul(output, 0.5), 0.5)).slice()
  })
}

/** Runs one image through everything that training runs, so that V8 has optimised the kernels before the first task. */
function warmUp(state: State): true {
  scoped(() => {
    tf.variableGrads(() =>
      state.model.network.loss(tf, batchOf(state, [0], 0, 0), { loss: 'mse', klWeight: 1 }, () => undefined),
    )
  })
  return true
}

// Piscina awaits a default export that is a promise: the handler exists once the backend does.
export default start(workerData as WorkerSetup).then(state => (task: Task): Answers[keyof Answers] => {
  switch (task.kind) {
    case 'ready':
      return warmUp(state)
    case 'gradient':
      return gradient(state, task)
    case 'forward':
      return forward(state, task)
    case 'encode':
      return encode(state, task)
    case 'decode':
      return decode(state, task)
  }
})
