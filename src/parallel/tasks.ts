// What a worker does with each task: micro-batches, measurements and codes of one model over one data set. It holds a tfjs backend and
// the model's variables, and nothing that a result depends on beside the task: any thread can redo any task. The thread itself is
// worker.ts; the bench runs the same code without one.
import * as tf from '@tensorflow/tfjs-core'
import { backendName, EyesWasmBackend } from '../kernels/backend.js'
import { imageMetrics } from '../kernels/ImageMetrics.js'
import { klDivergence } from '../kernels/KlDivergence.js'
import { modelScale, type PixelScale, pixels, unitScale } from '../kernels/Pixels.js'
import { randomNormal } from '../kernels/RandomNormal.js'
import { registerEyesWasm } from '../kernels/register.js'
import { parameterCount } from '../models/geometry.js'
import { createModel, type Model } from '../models/index.js'
import type { Objective } from '../models/loss-names.js'
import type { Batch } from '../models/network.js'
import { streams } from '../random/philox.js'
import { adoptModules } from '../wasm/modules.js'
import { instantiateShared, type SharedExports } from '../wasm/shared.js'
import { sumWithSquares, updateRange } from './adam.js'
import { type Augmentation, moveOf } from './augment.js'
import { diagnose } from './diagnose.js'
import { lineFloats, pulse, regions, type Regions, slotStride } from './memory.js'
import { microBatchRange } from './micro-batches.js'
import type {
  Answers,
  CodeTask,
  ForwardTask,
  GradientTask,
  LossParts,
  LossTask,
  MicroBatch,
  SharedImages,
  SumTask,
  Task,
  UpdateTask,
  WorkerSetup,
} from './protocol.js'

interface State {
  readonly backend: EyesWasmBackend
  readonly model: Model
  readonly images: SharedImages
  readonly regions: Regions
  readonly memory: ArrayBufferLike
  /** The arithmetic over `memory`. */
  readonly shared: SharedExports
  /** Length of the parameter vector. */
  readonly size: number
  /** Which update of the parameters the variables hold, and whether it is of their average. */
  version: number
  isAveraged: boolean
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
    shared: instantiateShared(setup.shared, setup.memory),
    size,
    version: -1,
    isAveraged: false,
  }
}

/** Copies the shared parameters into the variables, in place, when they have been updated since. */
function loadParameters(state: State, version: number, isAveraged = false): void {
  if (state.version === version && state.isAveraged === isAveraged) return
  const { backend, model, memory, regions, size } = state
  const flat = new Float32Array(memory, isAveraged ? regions.average : regions.parameters, size)
  for (const parameter of model.parameters) {
    const values = flat.subarray(parameter.offset, parameter.offset + parameter.size)
    const variable = model.variables[parameter.name]!
    backend.floats(variable).set(values)
    backend.changed(variable)
  }
  state.version = version
  state.isAveraged = isAveraged
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

/** The given images of the data set: [ids.length, H, W, 3]. */
const imagesOf = ({ backend, images }: State, ids: ArrayLike<number>, scale: PixelScale) =>
  pixels(backend, images, ids, scale)

function batchOf(
  state: State,
  ids: ArrayLike<number>,
  seed: number,
  epoch: number,
  augmentation?: Augmentation,
): Batch {
  const key = { seed, epoch, stream: streams.noise, images: Array.from(ids) }
  const moves = augmentation && key.images.map(id => moveOf(augmentation, seed, epoch, id))
  return {
    images: pixels(state.backend, state.images, ids, modelScale, moves),
    noise: shape => randomNormal<tf.Tensor4D>(shape, key),
  }
}

/** Adds `weight` times the gradient of the images' mean loss to `sum`; the whole of it, weight 1, is written there. */
function tape(state: State, task: GradientTask, ids: Int32Array, sum: Float32Array, weight: number): LossParts {
  const { backend, model } = state
  return scoped(() => {
    const parts = { mse: 0, kl: 0 }
    const { value, grads } = tf.variableGrads(() =>
      model.network.loss(
        tf,
        batchOf(state, ids, task.seed, task.epoch, task.augmentation),
        task.objective,
        (part, scalar) => {
          parts[part] = backend.floats(scalar)[0]!
        },
      ),
    )
    for (const { name, offset } of model.parameters) {
      const values = backend.floats(grads[model.variables[name]!.name]!)
      if (weight === 1) sum.set(values, offset)
      else for (let i = 0; i < values.length; i++) sum[offset + i]! += weight * values[i]!
    }
    return { loss: backend.floats(value)[0]!, ...parts }
  })
}

/** Micro-batch `slot` of the task's batch: its gradient into that slot. `onPart` is called after each part of it. */
function microBatch(state: State, task: GradientTask, slot: number, onPart: () => void): MicroBatch {
  const { memory, regions, shared, size } = state
  const [from, to] = microBatchRange(task.to - task.from, task.count, slot)
  const ids = new Int32Array(memory, regions.order).subarray(task.from + from, task.from + to)
  const address = regions.slots + 4 * slotStride(size) * slot
  const gradient = new Float32Array(memory, address, size)
  const parts = Math.ceil(ids.length / task.tapeImages)
  const sum = { loss: 0, mse: 0, kl: 0 }
  if (parts > 1) gradient.fill(0)
  for (let part = 0; part < parts; part++) {
    const images = ids.subarray(...microBatchRange(ids.length, parts, part))
    const weight = images.length / ids.length
    const loss = tape(state, task, images, gradient, weight)
    for (const key of ['loss', 'mse', 'kl'] as const) sum[key] += weight * loss[key]
    onPart()
  }
  return { slot, ...sum, finite: shared.allFinite(address, size) === 1 }
}

function gradient(state: State, task: GradientTask): Answers['gradient'] {
  const start = performance.now()
  loadParameters(state, task.version)
  const next = new Int32Array(state.memory, state.regions.next, 1)
  const life = new Int32Array(state.memory, state.regions.pulses + 4 * lineFloats * task.share, lineFloats)
  const beat = () => Atomics.add(life, pulse.beat, 1)
  const microBatches: MicroBatch[] = []
  for (;;) {
    const place = Atomics.add(next, 0, 1)
    if (place >= (task.slots?.length ?? task.count)) return { microBatches, busy: performance.now() - start }
    const slot = task.slots?.[place] ?? place
    Atomics.store(life, pulse.slot, slot)
    microBatches.push(microBatch(state, task, slot, beat))
    Atomics.store(life, pulse.slot, -1)
  }
}

function sum({ shared, regions, size }: State, task: SumTask): Answers['sum'] {
  const start = performance.now()
  sumWithSquares(shared, regions, size, task)
  return { busy: performance.now() - start }
}

function update({ shared, regions, size }: State, task: UpdateTask): Answers['update'] {
  const start = performance.now()
  const finite = updateRange(shared, regions, size, task)
  return { finite, busy: performance.now() - start }
}

/** Epoch 0, as in measurements: the noise is the same whenever these images are looked at. */
function loss(state: State, task: LossTask): Answers['loss'] {
  loadParameters(state, task.version, task.averaged)
  const { backend, model } = state
  return scoped(() => {
    const parts = { mse: 0, kl: 0 }
    const value = model.network.loss(tf, batchOf(state, task.ids, task.seed, 0), task.objective, (part, scalar) => {
      parts[part] = backend.floats(scalar)[0]!
    })
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
    const { height, width } = state.images
    const ids = Array.from({ length: count }, (_, n) => n)
    const images = pixels(state.backend, { pixels: values, height, width }, ids, modelScale)
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
function warmUp(state: State, objective: Objective = { loss: 'mse', klWeight: 1 }): true {
  scoped(() => {
    tf.variableGrads(() => state.model.network.loss(tf, batchOf(state, [0], 0, 0), objective, () => undefined))
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
        return warmUp(state, setup.objective)
      case 'gradient':
        return gradient(state, task)
      case 'sum':
        return sum(state, task)
      case 'update':
        return update(state, task)
      case 'loss':
        return loss(state, task)
      case 'forward':
        return forward(state, task)
      case 'diagnose':
        loadParameters(state, task.version)
        return task.ids.flatMap(id =>
          scoped(() => diagnose(state, id, batchOf(state, [id], task.seed, task.epoch, task.augmentation), task)),
        )
      case 'encode':
        return encode(state, task)
      case 'decode':
        return decode(state, task)
    }
  }
}
