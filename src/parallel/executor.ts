// Data-parallel computation over the pool: optimiser steps (step.ts), and images that become reconstructions or metrics. Results do not
// depend on the number of threads or on who finished first.
import { checkedModules } from '../kernels/checked-modules.js'
import { parameterCount, parameterSpecs, layerSpecs } from '../models/geometry.js'
import type { Objective } from '../models/network.js'
import type { ModelSpec } from '../models/spec.js'
import { compileSharedModule } from '../wasm/modules.js'
import { instantiateShared } from '../wasm/shared.js'
import { createMemory, regions } from './memory.js'
import { microBatchCount, tapeImages, trainingFlop } from './micro-batches.js'
import { openPool } from './pool.js'
import type { ImageMetrics, LatentValues, SharedImages } from './protocol.js'
import type { StepClock } from './serial-share.js'
import { type BatchLoss, openSteps } from './step.js'

export interface ExecutorOptions {
  readonly spec: ModelSpec
  readonly images: SharedImages
  readonly imageCount: number
  /** Images of an optimiser step, at most; decides how many micro-batches can wait for their sum. 0 where nothing is trained. */
  readonly batch: number
  /** Worker threads wanted; for training no more are started than a batch has micro-batches. */
  readonly threads: number
}

/** One optimiser step: images order[from, to) of the epoch. */
export interface Step {
  readonly epoch: number
  readonly from: number
  readonly to: number
  readonly seed: number
  readonly objective: Objective
}

export interface Executor {
  readonly threads: number
  /** Views of the shared memory, for reading and, between steps, for writing followed by `parametersChanged()`. */
  readonly parameters: Float32Array
  readonly firstMoment: Float32Array
  readonly secondMoment: Float32Array
  /** Image indices of the epoch under way, [imageCount]. */
  readonly order: Int32Array
  parametersChanged(): void
  /** Gradients of the step's images, summed and applied by the next `update`; answers the mean loss and its parts. */
  computeGradient(step: Step): Promise<BatchLoss>
  /** Adam update number `step` (from 1). Answers whether every parameter is finite after it. */
  update(step: number, lr: number): Promise<boolean>
  /** Mean gradient of the last update. */
  readonly gradient: Float32Array
  /** Where the time of all steps so far went. */
  clock(): StepClock
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
  const { spec, images, imageCount, batch } = options
  const layers = layerSpecs(spec)
  const size = parameterCount(parameterSpecs(layers))
  const flop = trainingFlop(layers)
  const slotCount = microBatchCount(Math.min(batch, imageCount), flop, size)
  const layout = { parameterCount: size, imageCount, slotCount }
  const memory = createMemory(layout)
  const at = regions(layout)
  const [modules, sharedModule] = await Promise.all([checkedModules(), compileSharedModule()])
  const shared = instantiateShared(sharedModule, memory)
  const threads = batch === 0 ? options.threads : Math.min(options.threads, slotCount)
  const pool = await openPool({ modules, shared: sharedModule, spec, images, memory, layout }, threads)
  const floats = (offset: number, length: number) => new Float32Array(memory.buffer, offset, length)
  let version = 0

  const steps = openSteps(pool, shared, memory, layout)
  const forwardImages = Math.max(1, Math.min(mostForwardImages, Math.floor(forwardFlop / (flop / 3))))
  async function forward(
    ids: readonly number[],
    settings: { seed: number; fromMean: boolean },
    result: 'metrics' | 'images',
  ) {
    const tasks = []
    for (let i = 0; i < ids.length; i += forwardImages) {
      const part = ids.slice(i, i + forwardImages)
      tasks.push(pool.run({ kind: 'forward', version, ids: part, ...settings, result }))
    }
    return Promise.all(tasks)
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
    gradient: floats(at.gradient, size),
    order: new Int32Array(memory.buffer, at.order, imageCount),
    parametersChanged() {
      version++
    },
    computeGradient({ from, to, ...step }) {
      const count = Math.min(slotCount, microBatchCount(to - from, flop, size))
      return steps.computeGradient({ version, count, tapeImages: tapeImages(layers), from, to, ...step })
    },
    async update(step, lr) {
      const finite = await steps.update(step, lr)
      version++
      return finite
    },
    clock: () => steps.clock(),
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
      const parts = await Promise.all(cut(values, count).map(part => pool.run({ kind: 'encode', version, ...part })))
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
      return join(
        await Promise.all(cut(values, count).map(part => pool.run({ kind: 'decode', version, ...part }))),
        Float32Array,
      )
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
