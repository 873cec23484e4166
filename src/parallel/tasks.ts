// What a worker does with each task: micro-batches, measurements and codes of one model over one data set. It holds a tfjs backend and
// the model's variables, and nothing that a result depends on beside the task: any thread can redo any task. The thread itself is
// worker.ts; the bench runs the same code without one.
import * as tf from '@tensorflow/tfjs-core'
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
  if (!(await tf.setBackend(backendName))) throw new Error(`tfjs refused the backend ${backendName}`)
  const backend = tf.backend()
  if (!(backend instanceof EyesWasmBackend)) throw new Error(`tfjs uses ${tf.getBackend()}, wanted ${backendName}`)
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
    const variable = model.variables[parameter.name]!
    backend.floats(variable).set(values)
    backend.changed(variable)
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

/** What a byte of a picture is on a scale: the number for 0, and its distance to that for 255. */
interface Scale {
  readonly low: number
  readonly range: number
  /** The values of 0 to 255. */
  readonly ofByte: Float32Array
}

function scale(low: number, range: number): Scale {
  // Rounded to float32 on [0, 1] first, so that float32 pictures of the same bytes give the same bits.
  return { low, range, ofByte: Float32Array.from({ length: 256 }, (_, byte) => low + range * Math.fround(byte / 255)) }
}

/** The models' images are on [-1, 1], the metrics' on [0, 1]. */
const modelScale = scale(-1, 2)
const unitScale = scale(0, 1)

/** Writes pictures, bytes or [0, 1], into `out` on the scale. */
function convert(pixels: Uint8Array | Float32Array, { low, range, ofByte }: Scale, out: Float32Array): void {
  if (pixels instanceof Uint8Array) for (let i = 0; i < out.length; i++) out[i] = ofByte[pixels[i]!]!
  else for (let i = 0; i < out.length; i++) out[i] = range * pixels[i]! + low
}

/** A tensor of `count` pictures [count, H, W, 3], filled in tfjs's own memory: no array on the way. */
function pictureTensor({ backend, images }: State, count: number, fill: (values: Float32Array) => void): tf.Tensor4D {
  const tensor = backend.output([count, images.height, images.width, 3])
  fill(backend.floats(tensor))
  return tf.engine().makeTensorFromTensorInfo(tensor) as tf.Tensor4D
}

/** The given images of the data set: [ids.length, H, W, 3]. */
function imagesOf(state: State, ids: ArrayLike<number>, scale: Scale): tf.Tensor4D {
  const { pixels, height, width } = state.images
  const size = height * width * 3
  return pictureTensor(state, ids.length, values => {
    for (let n = 0; n < ids.length; n++) {
      const image = pixels.subarray(ids[n]! * size, (ids[n]! + 1) * size)
      convert(image, scale, values.subarray(n * size, (n + 1) * size))
    }
  })
}

function batchOf(state: State, ids: ArrayLike<number>, seed: number, epoch: number): Batch {
  const key = { seed, epoch, stream: streams.noise, images: Array.from(ids) }
  return {
    images: imagesOf(state, ids, modelScale),
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
  const { backend, model } = state
  return scoped(() => {
    const batch = batchOf(state, task.ids, task.seed, 0)
    const { network } = model
    const latent = network.encode(batch.images)
    const output = network.decode(task.fromMean ? latent.mean : network.draw(latent, batch.noise))
    const unit = tf.add<tf.Tensor4D>(tf.mul(output, 0.5), 0.5)
    if (task.result === 'images') return backend.floats(unit).slice()
    const { mean, logVariance } = latent
    const kl = logVariance ? backend.floats(klDivergence(mean, logVariance))[0]! : 0
    return { ...imageMetrics(backend, unit, imagesOf(state, task.ids, unitScale)), kl }
  })
}

function encode(state: State, { version, values, count }: CodeTask): Answers['encode'] {
  loadParameters(state, version)
  return scoped(() => {
    const images = pictureTensor(state, count, out => convert(values, modelScale, out))
    const { mean, logVariance } = state.model.network.encode(images)
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

/** Sets up the backend and the model in this thread; answers what runs its tasks. One call a thread: tfjs has one engine in each. */
export async function createTaskHandler(setup: WorkerSetup): Promise<(task: Task) => Answers[keyof Answers]> {
  const state = await start(setup)
  return task => {
    switch (task.kind) {
      case 'ready':
        return true
      case 'warm-up':
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
  }
}
