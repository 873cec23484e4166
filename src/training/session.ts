// The door to training for the command line and the library: worker threads, opened once over one data set and one model.
// No file is written here; see run-folder.ts for what a run leaves behind.
import type { Dataset } from '../data/dataset.js'
import type { ModelSpec } from '../models/spec.js'
import type { Callback, EpochRecord, LossName, Quality } from './types.js'

/** A model with its weights. */
export interface TrainedModel {
  readonly spec: ModelSpec
  /** All parameters, our layout, in the order and at the offsets of `parameterSpecs(spec)`. */
  readonly parameters: Float32Array
}

export interface TrainingOptions {
  readonly epochs: number
  readonly batch: number
  readonly lr: number
  readonly loss: LossName
  readonly klWeight: number
  readonly seed: number
  readonly shuffle: boolean
  /** Train on the first `limit` images; null = all. */
  readonly limit: number | null
  readonly callbacks?: readonly Callback[]
  /** Ends the training after the step under way; the result so far is returned, with `stopped` set. */
  readonly signal?: AbortSignal
}

export interface TrainingResult {
  readonly model: TrainedModel
  readonly history: readonly EpochRecord[]
  /** Wall time of the training loop, and images trained a second over it. */
  readonly seconds: number
  readonly imagesPerSecond: number
  /** Why training ended before the last epoch, if it did. */
  readonly stopped?: string
}

/** A VAE is measured twice: with its noise drawn, as in training, and decoded from the mean. */
export interface Evaluation {
  readonly quality: Quality
  readonly fromMean?: Quality
}

export interface Session {
  readonly threads: number
  train(options: TrainingOptions, initial?: Float32Array): Promise<TrainingResult>
  evaluate(model: TrainedModel, options: { seed: number; limit: number | null }): Promise<Evaluation>
  /** Reconstructions of the given images: [ids.length, height, width, 3], 0 to 1. `fromMean` decodes a VAE's mean; otherwise its noise is drawn by `seed`. */
  reconstruct(model: TrainedModel, ids: readonly number[], options: { seed: number; fromMean: boolean }): Promise<Float32Array>
  /** Ends the worker threads; nothing is left open. */
  close(): Promise<void>
}

export interface SessionOptions {
  readonly spec: ModelSpec
  readonly dataset: Dataset
  /** Worker threads wanted; at most `os.availableParallelism()` are useful. */
  readonly threads: number
}

/** Starts the workers. Throws WORKER within 10 s when one cannot start. */
export function openSession(options: SessionOptions): Promise<Session> {
  return Promise.reject(new Error(`no session for ${options.spec.kind} yet`))
}
