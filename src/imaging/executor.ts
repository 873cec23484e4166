// The image models' door to the engine: steps by objective, and images that become reconstructions, metrics, codes or a diagnosis. All
// computing over threads is parallel/executor.ts's; here a data set's images are cut into its calls, and their answers put together.
import { parameterCount, parameterSpecs, layerSpecs } from '../models/geometry.js'
import type { Objective } from '../models/loss-names.js'
import type { LayerSpec, ModelSpec } from '../models/spec.js'
import { openExecutor, type Cut, type Executor } from '../parallel/executor.js'
import { microBatchCount } from '../parallel/micro-batches.js'
import type { OpenPool } from '../parallel/pool.js'
import type { LossParts } from '../parallel/rules.js'
import { tapeImages, trainingFlop } from './cost.js'
import { earliest, type NonFinite, ofLayer } from './non-finite.js'
import type {
  CodeArgs,
  DiagnoseArgs,
  ForwardArgs,
  ImageCalls,
  ImageMetrics,
  ImageSettings,
  ImageSource,
  LatentValues,
  SharedImages,
} from './protocol.js'

export interface ImageExecutorOptions {
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
  readonly openPool: OpenPool
}

/** One optimiser step: images order[from, to) of the epoch. */
export interface ImageStep extends ImageSettings {
  readonly epoch: number
  readonly from: number
  readonly to: number
  readonly seed: number
}

/** Means over images: what is minimised, the squared error, and a VAE's KL divergence (an autoencoder's is 0). */
export interface ImageLoss {
  readonly loss: number
  readonly mse: number
  readonly kl: number
}

type FromEngine = 'threads' | 'parameters' | 'firstMoment' | 'secondMoment' | 'average' | 'order' | 'gradient'
type ToEngine = 'parametersChanged' | 'update' | 'clock' | 'close'

export interface ImageExecutor extends Pick<Executor, FromEngine | ToEngine> {
  /** Gradients of the step's images, summed and applied by the next `update`; answers the mean loss and its parts. */
  computeGradient(step: ImageStep): Promise<ImageLoss & { readonly finite: boolean }>
  /**
   * What is not finite: of the update that has just answered so, or else of the step whose gradient was computed last. undefined where nothing
   * is found.
   */
  diagnose(step: ImageStep): Promise<NonFinite | undefined>
  /** Mean loss of the images and its parts, not augmented, with noise of epoch 0; `averaged`: of the average of the weights. */
  loss(ids: readonly number[], options: { seed: number; objective: Objective; averaged: boolean }): Promise<ImageLoss>
  measure(ids: readonly number[], options: { seed: number; fromMean: boolean }): Promise<ImageMetrics>
  /** [ids.length, H, W, 3], 0 to 1. */
  reconstruct(ids: readonly number[], options: { seed: number; fromMean: boolean }): Promise<Float32Array>
  /** Pixels [count, H, W, 3], 0 to 1, to latents. */
  encode(values: Float32Array, count: number): Promise<LatentValues>
  /** Latents [count, h, w, C] to pixels [count, H, W, 3], 0 to 1. */
  decode(values: Float32Array, count: number): Promise<Float32Array>
}

/** How batches of a model are cut. */
export function imageCut(layers: readonly LayerSpec[]): Cut {
  const [exampleFlop, size] = [trainingFlop(layers), parameterCount(parameterSpecs(layers))]
  const count = (images: number) => microBatchCount(images, exampleFlop, size)
  return { exampleFlop, tapeExamples: tapeImages(layers), count }
}

const named = ({ loss, mse = 0, kl = 0 }: LossParts): ImageLoss => ({ loss, mse, kl })

export async function openImageExecutor(options: ImageExecutorOptions): Promise<ImageExecutor> {
  const { spec, images, imageCount, batch, threads, average = false, objective, openPool } = options
  const layers = layerSpecs(spec)
  const program: ImageSource = { spec, images, ...(objective && { objective }) }
  const engine = await openExecutor({
    ...{ program, parameters: parameterSpecs(layers), exampleCount: imageCount, batch, cut: imageCut(layers) },
    ...{ threads, average, openPool, noun: 'images' },
  })
  const { forwardExamples } = engine

  const call = <K extends keyof ImageCalls>(name: K, args: ImageCalls[K]['args'], isTraining = false) =>
    engine.call(name, args, isTraining) as Promise<ImageCalls[K]['answer']>

  /** A call for each `forwardExamples` of the images. */
  function onImages<K extends 'forward' | 'diagnose'>(name: K, args: ImageCalls[K]['args']) {
    const { ids } = args
    const calls: Promise<ImageCalls[K]['answer']>[] = []
    for (let i = 0; i < ids.length; i += forwardExamples)
      calls.push(call(name, { ...args, ids: ids.slice(i, i + forwardExamples) }, name === 'diagnose'))
    return Promise.all(calls)
  }

  const code = <K extends 'encode' | 'decode'>(name: K, values: Float32Array, count: number) =>
    Promise.all(cut(values, count).map(part => call(name, part)))

  /** The values of `count` images in parts of a call each. */
  function cut(values: Float32Array, count: number): CodeArgs[] {
    const one = values.length / count
    return Array.from({ length: Math.ceil(count / forwardExamples) }, (_, i) => {
      const end = Math.min((i + 1) * forwardExamples, count)
      // A copy: posting a view would post the whole array behind it.
      return { values: values.slice(i * forwardExamples * one, end * one), count: end - i * forwardExamples }
    })
  }

  async function diagnose(step: ImageStep): Promise<NonFinite | undefined> {
    const bad = engine.badUpdate()
    if (bad) return ofLayer(bad)
    const { from, to, ...settings } = step
    const ids = [...engine.order.subarray(from, to)]
    const args: DiagnoseArgs = { ...settings, ids, scale: engine.exampleScale(step) }
    const found = earliest((await onImages('diagnose', args)).flat(), layers)
    if (found?.what === 'pixels') return found
    return ofLayer(engine.badWeights()) ?? found ?? ofLayer(engine.badGradient(step))
  }

  return {
    ...engine,
    async computeGradient({ epoch, from, to, seed, objective, augmentation }) {
      const settings: ImageSettings = { objective, ...(augmentation && { augmentation }) }
      // What is drawn depends on epochs and images: the step's number does not matter to this program.
      const { parts, finite } = await engine.computeGradient({ epoch, step: 0, from, to, seed, settings })
      return { ...named(parts), finite }
    },
    diagnose,
    async loss(ids, { seed, objective, averaged }) {
      const settings: ImageSettings = { objective }
      return named(await engine.loss(ids, { seed, settings, averaged }))
    },
    async measure(ids, settings) {
      const args: ForwardArgs = { ids, ...settings, result: 'metrics' }
      const parts = (await onImages('forward', args)) as ImageMetrics[]
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
      const args: ForwardArgs = { ids, ...settings, result: 'images' }
      return join((await onImages('forward', args)) as Float32Array[], Float32Array)
    },
    async encode(values, count) {
      const parts = await code('encode', values, count)
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
      return join(await code('decode', values, count), Float32Array)
    },
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
