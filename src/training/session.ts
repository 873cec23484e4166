// The door to training for the command line and the library: worker threads, opened once over one data set and one model.
// No file is written here; see run-folder.ts for what a run leaves behind.
import type { Dataset } from '../data/dataset.js'
import { splitImages } from '../data/split.js'
import { layerSpecs, parameterSpecs } from '../models/geometry.js'
import { initialize } from '../models/initialize.js'
import type { Objective } from '../models/loss-names.js'
import type { ModelSpec } from '../models/spec.js'
import type { StepClock } from '../parallel/serial-share.js'
import { openExecutor } from './executor.js'
import { trainLoop } from './loop.js'
import { quality } from './metrics.js'
import { copyState, initialState, modelWeights, type Snapshot, type TrainerState } from './state.js'
import type { EpochRecord, Quality, TrainingOptions } from './types.js'

/** A model with its weights. */
export interface TrainedModel {
  /** Geometry, heads and picture size. */
  readonly spec: ModelSpec
  /** All parameters, our layout, in the order and at the offsets of `parameterSpecs(spec)`. */
  readonly parameters: Float32Array
}

export interface TrainingResult {
  readonly model: TrainedModel
  /** Where training ended. */
  readonly state: TrainerState
  readonly history: readonly EpochRecord[]
  /** Wall time of the training loop since the run's start, and images trained a second over it. */
  readonly seconds: number
  readonly imagesPerSecond: number
  /** Why training ended before the last epoch, if it did. */
  readonly stopped?: string
  /** Whether it is to go on another time: the signal came, or a callback asked for it. */
  readonly paused: boolean
}

/** A VAE is measured twice: with its noise drawn, as in training, and decoded from the mean. */
export interface Evaluation {
  readonly quality: Quality
  readonly fromMean?: Quality
  /** VAE: mean KL divergence over the images' latent elements, in nats an element, unweighted. */
  readonly kl?: number
}

/** Errors of single reconstructions, one value an image. */
export interface ImageErrors {
  /** Mean squared error on [0, 1]. */
  readonly mse: Float64Array
  readonly ssim: Float64Array
}

/** Latent codes of n images. */
export interface Latents {
  /** AE: the code. VAE: the mean. [n, height, width, channels] of the last encoder layer. */
  readonly mean: Float32Array
  /** VAE: log sigma^2, same shape. */
  readonly logVariance?: Float32Array
}

/** What the worker threads of one model and data set do. Calls may overlap: they are carried out one after the other. */
export interface Session {
  readonly threads: number
  /**
   * Trains from given weights, from seeded ones, or on from a snapshot as if training had never stopped. `options.epochs` counts from
   * the run's start. Throws NON_FINITE when a loss or gradient is no longer finite.
   */
  train(options: TrainingOptions, from?: Float32Array | Snapshot): Promise<TrainingResult>
  /** Quality over the first `limit` images of the data set (null = all), or over those of `ids`. */
  evaluate(
    model: TrainedModel,
    options: { seed: number; limit: number | null; ids?: readonly number[] },
  ): Promise<Evaluation>
  /** Errors of single images. Settings as for `reconstruct`. */
  measure(
    model: TrainedModel,
    ids: readonly number[],
    options: { seed: number; fromMean: boolean },
  ): Promise<ImageErrors>
  /**
   * Reconstructions of the given images: [ids.length, height, width, 3], 0 to 1. `fromMean` decodes a VAE's mean; otherwise its
   * noise is drawn by `seed`.
   */
  reconstruct(
    model: TrainedModel,
    ids: readonly number[],
    options: { seed: number; fromMean: boolean },
  ): Promise<Float32Array>
  /**
   * The given images by the weights as they are now, a VAE's mean decoded: for a callback of a training under way, which waits for its answer.
   * The other calls would wait for the training.
   */
  preview(ids: readonly number[]): Promise<Float32Array>
  /** Images [n, height, width, 3], uint8 0 to 255 or float32 0 to 1, to latents. */
  encode(model: TrainedModel, images: Uint8Array | Float32Array): Promise<Latents>
  /** Latents [n, h, w, C] to images [n, height, width, 3], 0 to 1. */
  decode(model: TrainedModel, latents: Float32Array): Promise<Float32Array>
  /** Where the time of all training steps so far went; may be asked while a training runs. */
  clock(): StepClock
  /** Ends the worker threads; nothing is left open. */
  close(): Promise<void>
}

export interface SessionOptions {
  readonly spec: ModelSpec
  readonly dataset: Dataset
  /** Worker threads wanted; for training no more are started than a batch has micro-batches (parallel/micro-batches.ts). */
  readonly threads: number
  /** Images of an optimiser step, at most; left out where nothing is trained. */
  readonly batch?: number
  /** Whether trainings keep an average of the weights (`ema`). */
  readonly average?: boolean
  /** What trainings will minimise; workers warm up with it. MSE where it is left out. */
  readonly objective?: Objective
  /** Told of each fault of a worker that is passed over, in a line for the user. */
  readonly onFault?: ((message: string) => void) | undefined
}

/** Starts the workers. Throws WORKER when one cannot start within 10 s. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { spec, dataset, threads, batch = 0, average = false, objective, onFault } = options
  const { count, height, width } = dataset
  const imageValues = height * width * 3
  const executor = await openExecutor({
    ...{ spec, images: dataset, imageCount: count, batch, threads, average, ...(objective && { objective }) },
    pool: { onFault },
  })
  const parameters = parameterSpecs(layerSpecs(spec))

  function use(model: TrainedModel): void {
    executor.parameters.set(model.parameters)
    executor.parametersChanged()
  }

  /** Puts the start of a training where the workers see it. */
  function begin(seed: number, from: Float32Array | Snapshot | undefined): TrainerState {
    const snapshot = from instanceof Float32Array ? undefined : from
    const weights = from instanceof Float32Array ? from : from?.parameters
    if (weights) executor.parameters.set(weights)
    else initialize(parameters, seed, executor.parameters)
    for (const moment of ['firstMoment', 'secondMoment'] as const) {
      if (snapshot) executor[moment].set(snapshot[moment])
      else executor[moment].fill(0)
    }
    // An average starts where the weights do.
    executor.average?.set(snapshot?.average ?? executor.parameters)
    executor.parametersChanged()
    return snapshot ? copyState(snapshot.state) : initialState()
  }

  async function train(options: TrainingOptions, from?: Float32Array | Snapshot): Promise<TrainingResult> {
    if (options.batch > batch) throw new Error(`session: opened for batches of ${batch}, found ${options.batch}`)
    const { ema = 0, limit, seed, valSplit = 0 } = options
    if (average !== ema > 0) throw new Error(`session: opened with average ${average}, found ema ${ema}`)
    const split = splitImages(dataset, { limit, seed, valSplit })
    const state = begin(seed, from)
    const end = await trainLoop(executor, state, split, options)
    const images = state.epoch * split.training.length + state.images
    return {
      model: {
        spec,
        parameters: modelWeights({
          parameters: executor.parameters,
          ...(executor.average && { average: executor.average }),
        }).slice(),
      },
      state,
      history: state.history,
      seconds: state.elapsed,
      imagesPerSecond: state.elapsed === 0 ? 0 : images / state.elapsed,
      ...(end && { stopped: end.stop }),
      paused: end?.pause === true,
    }
  }

  async function measure(ids: readonly number[], seed: number, fromMean: boolean) {
    const { mse, ssim, kl } = await executor.measure(ids, { seed, fromMean })
    return { quality: quality(mse, ssim), kl }
  }

  async function evaluate(model: TrainedModel, seed: number, ids: readonly number[]): Promise<Evaluation> {
    use(model)
    const drawn = await measure(ids, seed, false)
    if (spec.kind === 'ae') return { quality: drawn.quality }
    return { ...drawn, fromMean: (await measure(ids, seed, true)).quality }
  }

  async function encode(model: TrainedModel, images: Uint8Array | Float32Array): Promise<Latents> {
    use(model)
    const values = images instanceof Float32Array ? images : Float32Array.from(images, byte => byte / 255)
    const { mean, logVariance } = await executor.encode(values, values.length / imageValues)
    return { mean, ...(logVariance && { logVariance }) }
  }

  function decode(model: TrainedModel, latents: Float32Array): Promise<Float32Array> {
    use(model)
    const code = layerSpecs(spec).find(layer => layer.kind === 'ConvTranspose2d')!
    return executor.decode(latents, latents.length / (code.inputSize[0] * code.inputSize[1] * code.inChannels))
  }

  // The workers see one set of parameters, so a call has to end before the next one's model is put there.
  let last: Promise<unknown> = Promise.resolve()
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = last.then(work)
    last = result.catch(() => undefined)
    return result
  }

  return {
    threads: executor.threads,
    train: (options, from) => inTurn(() => train(options, from)),
    evaluate: (model, { seed, limit, ids }) =>
      inTurn(() => evaluate(model, seed, ids ?? Array.from({ length: Math.min(limit ?? count, count) }, (_, i) => i))),
    measure: (model, ids, settings) =>
      inTurn(() => {
        use(model)
        return executor.measure(ids, settings)
      }),
    reconstruct: (model, ids, settings) =>
      inTurn(() => {
        use(model)
        return executor.reconstruct(ids, settings)
      }),
    preview: ids => executor.reconstruct(ids, { seed: 0, fromMean: true }),
    encode: (model, images) => inTurn(() => encode(model, images)),
    decode: (model, latents) => inTurn(() => decode(model, latents)),
    clock: () => executor.clock(),
    close: () => executor.close(),
  }
}
