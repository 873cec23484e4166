// Data-parallel computation over the pool: optimiser steps (step.ts), and images that become reconstructions or metrics. Results do not
// depend on the number of threads, on who finished first, or on threads that failed.
import { checkedModules } from '../kernels/checked-modules.js'
import { parameterCount, parameterSpecs, layerSpecs } from '../models/geometry.js'
import type { Objective } from '../models/loss-names.js'
import type { ModelSpec } from '../models/spec.js'
import { compileSharedModule } from '../wasm/modules.js'
import { instantiateShared } from '../wasm/shared.js'
import type { Augmentation } from './augment.js'
import { createMemory, regions, slotStride } from './memory.js'
import { microBatchCount, microBatchRange, tapeImages, trainingFlop } from './micro-batches.js'
import { earliest, type NonFinite, nonFiniteLayer } from './non-finite.js'
import { type Life, openPool, type PoolOptions } from './pool.js'
import type {
  Answers,
  DiagnoseTask,
  ForwardTask,
  ImageMetrics,
  LatentValues,
  LossParts,
  LossTask,
  SharedImages,
  UpdateRule,
} from './protocol.js'
import { runWithRetry } from './retry.js'
import type { StepClock } from './serial-share.js'
import { type BatchLoss, openSteps } from './step.js'
import { createPace } from './watchdog.js'

export interface ExecutorOptions {
  readonly spec: ModelSpec
  readonly images: SharedImages
  readonly imageCount: number
  /** Images of an optimiser step, at most; decides how many micro-batches can wait for their sum. 0 where nothing is trained. */
  readonly batch: number
  /** Worker threads wanted; for training no more are started than a batch has micro-batches. */
  readonly threads: number
  /** Whether an average of the weights is kept; false by default. */
  readonly average?: boolean
  /** What will be minimised: workers warm up with it. */
  readonly objective?: Objective
  /** The pool's; `onFault` is told of each fault that is passed over. */
  readonly pool?: PoolOptions
}

/** One optimiser step: images order[from, to) of the epoch. */
export interface Step {
  readonly epoch: number
  readonly from: number
  readonly to: number
  readonly seed: number
  readonly objective: Objective
  readonly augmentation?: Augmentation
}

export interface Executor {
  readonly threads: number
  /** Views of the shared memory, for reading and, between steps, for writing followed by `parametersChanged()`. */
  readonly parameters: Float32Array
  readonly firstMoment: Float32Array
  readonly secondMoment: Float32Array
  /** The weights' moving average; null where the executor was opened without one. */
  readonly average: Float32Array | null
  /** Image indices of the epoch under way, [imageCount]. */
  readonly order: Int32Array
  parametersChanged(): void
  /** Gradients of the step's images, summed and applied by the next `update`; answers the mean loss and its parts. */
  computeGradient(step: Step): Promise<BatchLoss>
  /**
   * Adam update number `step` (from 1), by a gradient that is clipped where `rule` says so, and the weights' average. Answers whether every parameter and moment is finite after it; when one is not, or when this throws, they
   * are as they were before it.
   */
  update(step: number, lr: number, rule?: UpdateRule): Promise<boolean>
  /**
   * What is not finite: of the update that has just answered so, or else of the step whose gradient was computed last. undefined where nothing
   * is found.
   */
  diagnose(step: Step): Promise<NonFinite | undefined>
  /** Mean gradient of the last update. */
  readonly gradient: Float32Array
  /** Where the time of all steps so far went. */
  clock(): StepClock
  /** Mean loss of the images and its parts, not augmented, with noise of epoch 0; `averaged`: of the average of the weights. */
  loss(ids: readonly number[], options: { seed: number; objective: Objective; averaged: boolean }): Promise<LossParts>
  measure(ids: readonly number[], options: { seed: number; fromMean: boolean }): Promise<ImageMetrics>
  /** [ids.length, H, W, 3], 0 to 1. */
  reconstruct(ids: readonly number[], options: { seed: number; fromMean: boolean }): Promise<Float32Array>
  /** Pixels [count, H, W, 3], 0 to 1, to latents. */
  encode(values: Float32Array, count: number): Promise<LatentValues>
  /** Latents [count, h, w, C] to pixels [count, H, W, 3], 0 to 1. */
  decode(values: Float32Array, count: number): Promise<Float32Array>
  close(): Promise<void>
}

/** Images of one forward task: some tens of milliseconds of work. */
const forwardFlop = 1e9
const mostForwardImages = 32

export async function openExecutor(options: ExecutorOptions): Promise<Executor> {
  const { spec, images, imageCount, batch, average = false, objective } = options
  const layers = layerSpecs(spec)
  const parameters = parameterSpecs(layers)
  const size = parameterCount(parameters)
  const flop = trainingFlop(layers)
  const slotCount = microBatchCount(Math.min(batch, imageCount), flop, size)
  const layout = { parameterCount: size, imageCount, slotCount, average }
  const memory = createMemory(layout)
  const at = regions(layout)
  const [modules, sharedModule] = await Promise.all([checkedModules(), compileSharedModule()])
  const shared = instantiateShared(sharedModule, memory)
  const threads = batch === 0 ? options.threads : Math.min(options.threads, slotCount)
  const setup = { modules, shared: sharedModule, spec, images, memory, layout, ...(objective && { objective }) }
  const pool = await openPool(setup, threads, options.pool)
  const floats = (offset: number, length: number) => new Float32Array(memory.buffer, offset, length)
  const order = new Int32Array(memory.buffer, at.order, imageCount)
  const microBatches = (images: number) => Math.min(slotCount, microBatchCount(images, flop, size))
  let version = 0

  let afterUpdate: NonFinite | undefined
  const steps = openSteps(pool, shared, memory, layout, {
    microBatchFlop: Math.ceil(Math.min(batch, imageCount) / slotCount) * flop,
    onNonFinite() {
      const weights = nonFiniteLayer(floats(at.parameters, size), parameters)
      const layer = weights ?? nonFiniteLayer(floats(at.secondMoment, size), parameters)
      const what = weights === undefined ? 'second moment' : 'weights'
      afterUpdate = { what, ...(layer !== undefined && { layer }), ids: [], afterUpdate: true }
    },
  })
  const forwardImages = Math.max(1, Math.min(mostForwardImages, Math.floor(forwardFlop / (flop / 3))))
  /** A code task is at most what a forward task is. */
  const forwardLife: Life = { pace: createPace((forwardImages * flop) / 3) }
  const diagnoseLife: Life = { pace: createPace(forwardImages * flop) }

  /** A task for each `forwardImages` of the images. */
  async function onImages<T extends ForwardTask | DiagnoseTask | LossTask>(
    ids: readonly number[],
    life: Life,
    task: T,
  ) {
    const tasks: Promise<Answers[T['kind']]>[] = []
    for (let i = 0; i < ids.length; i += forwardImages)
      tasks.push(runWithRetry<T>(pool, { ...task, ids: ids.slice(i, i + forwardImages) }, life))
    return Promise.all(tasks)
  }

  const forward = (
    ids: readonly number[],
    settings: { seed: number; fromMean: boolean },
    result: 'metrics' | 'images',
  ) => onImages<ForwardTask>(ids, forwardLife, { kind: 'forward', version, ids, ...settings, result })

  const code = (kind: 'encode' | 'decode', values: Float32Array, count: number) =>
    cut(values, count).map(part => runWithRetry(pool, { kind, version, ...part }, forwardLife))

  /** In a micro-batch's gradient what no image alone shows: a sum that overflows. */
  function diagnoseSlots(from: number, to: number, count: number): NonFinite | undefined {
    for (let slot = 0; slot < count; slot++) {
      const layer = nonFiniteLayer(floats(at.slots + 4 * slotStride(size) * slot, size), parameters, true)
      if (layer === undefined) continue
      const [first, end] = microBatchRange(to - from, count, slot)
      return { what: 'gradient', layer, ids: [...order.subarray(from + first, from + end)], afterUpdate: false }
    }
    return undefined
  }

  /** Each part is a mean over its own images; added in their order. */
  async function loss(ids: readonly number[], settings: Pick<LossTask, 'seed' | 'objective' | 'averaged'>) {
    const parts = await onImages<LossTask>(ids, forwardLife, { kind: 'loss', version, ids, ...settings })
    const sum = { loss: 0, mse: 0, kl: 0 }
    parts.forEach((part, i) => {
      const images = Math.min(forwardImages, ids.length - i * forwardImages)
      for (const key of ['loss', 'mse', 'kl'] as const) sum[key] += (part[key] * images) / ids.length
    })
    return sum
  }

  async function diagnose({ from, to, ...step }: Step): Promise<NonFinite | undefined> {
    if (afterUpdate) return afterUpdate
    const count = microBatches(to - from)
    const scale = 1 / Math.floor((to - from) / count)
    const ids = [...order.subarray(from, to)]
    const task: DiagnoseTask = { kind: 'diagnose', version, ids, ...step, scale }
    const found = earliest((await onImages(ids, diagnoseLife, task)).flat(), layers)
    if (found?.what === 'pixels') return found
    const layer = nonFiniteLayer(floats(at.parameters, size), parameters)
    if (layer !== undefined) return { what: 'weights', layer, ids: [], afterUpdate: false }
    return found ?? diagnoseSlots(from, to, count)
  }

  /** The values of `count` images in parts of a forward task each. */
  function cut(values: Float32Array, count: number): { values: Float32Array; count: number }[] {
    const one = values.length / count
    return Array.from({ length: Math.ceil(count / forwardImages) }, (_, i) => {
      const end = Math.min((i + 1) * forwardImages, count)
      // A copy: posting a view would post the whole array behind it.
      return { values: values.slice(i * forwardImages * one, end * one), count: end - i * forwardImages }
    })
  }

  return {
    threads: pool.threads,
    parameters: floats(at.parameters, size),
    firstMoment: floats(at.firstMoment, size),
    secondMoment: floats(at.secondMoment, size),
    average: average ? floats(at.average, size) : null,
    gradient: floats(at.gradient, size),
    order,
    parametersChanged() {
      version++
    },
    computeGradient({ from, to, ...step }) {
      afterUpdate = undefined
      const count = microBatches(to - from)
      return steps.computeGradient({ version, count, tapeImages: tapeImages(layers), from, to, ...step })
    },
    async update(step, lr, rule) {
      const finite = await steps.update(step, lr, rule)
      version++
      return finite
    },
    diagnose,
    clock: () => steps.clock(),
    loss,
    async measure(ids, settings) {
      const parts = (await forward(ids, settings, 'metrics')) as ImageMetrics[]
      return {
        mse: join(
          parts.map(p => p.mse),
          Float64Array,
        ),
        ssim: join(
          parts.map(p => p.ssim),
          Float64Array,
        ),
        // Each part is a mean over its own images.
        kl: parts.reduce((sum, part) => sum + (part.kl * part.mse.length) / ids.length, 0),
      }
    },
    async reconstruct(ids, settings) {
      return join((await forward(ids, settings, 'images')) as Float32Array[], Float32Array)
    },
    async encode(values, count) {
      const parts = (await Promise.all(code('encode', values, count))) as LatentValues[]
      return {
        mean: join(
          parts.map(p => p.mean),
          Float32Array,
        ),
        logVariance: parts.every(p => p.logVariance)
          ? join(
              parts.map(p => p.logVariance!),
              Float32Array,
            )
          : null,
        shape: parts[0]!.shape,
      }
    },
    async decode(values, count) {
      return join((await Promise.all(code('decode', values, count))) as Float32Array[], Float32Array)
    },
    close: () => pool.close(),
  }
}

function join<T extends Float32Array | Float64Array>(parts: readonly T[], Type: new (length: number) => T): T {
  const all = new Type(parts.reduce((n, part) => n + part.length, 0))
  let offset = 0
  for (const part of parts) {
    all.set(part, offset)
    offset += part.length
  }
  return all
}
