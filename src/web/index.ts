/**
 * `import { ParallelTrainer, train } from 'eyes-wasm/web'`: tfjs models of your own, and the report's autoencoder and VAE, trained in a page, by
 * the engine that Node trains with, in web workers; the weights are the same to the last bit. Reads and writes no file: pictures come as
 * pixels, weights go as arrays or bytes.
 * Not here: the tfjs backend alone (backend.ts), runs that are resumed, measuring beyond what an epoch says.
 * @module eyes-wasm/web
 */
import { generateEyes as generate, type GeneratedEyesOptions } from '../data/generated-eyes.js'
import type { Dataset } from '../data/dataset.js'
import { weightsFile, weightsSha256 } from '../formats/pytorch.js'
import { checkSpec, layerSpecs, parameterSpecs } from '../models/geometry.js'
import { specOf } from '../training/checkpoint.js'
import { checkIsolated } from '../parallel/isolation.js'
import { fullObjective } from '../training/loop.js'
import { completeConfig, resolveOptions, type TrainOptions } from '../training/options.js'
import { openSession, type Session, type TrainedModel } from '../training/session.js'
import type { Answer, Callback, EpochRecord, StepRecord, TrainConfig } from '../training/types.js'
import { sharedArray as share } from '../trainer/data.js'
import { version } from '../version.js'
import { datasetOf, type Images } from './images.js'

export { EyesWasmError, type ErrorCode } from '../errors.js'
export type { ImageSize } from '../data/dataset.js'
export type { Heads, ModelKind, ModelSpec } from '../models/spec.js'
export type { TrainOptions } from '../training/options.js'
export type { TrainedModel } from '../training/session.js'
export type { Answer, EpochRecord, LossName, PresetName, ScheduleName, StepRecord, Verdict } from '../training/types.js'
export { adam, adamW, sgd, type AdamOptions, type AdamWOptions, type SgdOptions } from '../trainer/optimizers.js'
export { ParallelTrainer } from '../trainer/trainer.js'
export type {
  FitCallback,
  FitEpoch,
  FitOptions,
  FitResult,
  FitStart,
  FitStep,
  Measured,
  MeasureOptions,
  ModuleContext,
  Optimizer,
  SharedData,
  SharedTensor,
  TrainerOptions,
  VariableValues,
} from '../trainer/types.js'
export { version, type GeneratedEyesOptions, type Images }

/**
 * Draws eyes that do not exist, the same everywhere: `count` of them (1476), of `size` (50x50), by `seed` (0). They are what a training takes
 * where it is given no `data`.
 * @throws INPUT for a number out of range, or where the page is not cross-origin isolated
 */
export function generateEyes(options?: GeneratedEyesOptions): Images {
  checkIsolated()
  return generate(options)
}

/**
 * An array for a trainer's `data`, as in Node: copied into memory that the workers share.
 * @throws INPUT where the shape is not the array's, or the page is not cross-origin isolated
 */
export const sharedArray: typeof share = (...values) => {
  checkIsolated()
  return share(...values)
}

/** What a callback may ask of a training that waits for its answer. */
export interface View {
  /** The pictures with these numbers as the weights of now rebuild them: [ids.length, height, width, 3], 0 to 1. A VAE decodes its mean. */
  reconstruct(ids: readonly number[]): Promise<Float32Array>
}

/** Options of `train`; defaults are those of the command. */
export interface WebTrainOptions extends Omit<TrainOptions, 'data' | 'onBadImage' | 'init'> {
  /** The pictures; left out, or null: generated eyes, 1476 of them or `limit`. */
  readonly data?: Images | null | undefined
  /** The workers have started; nothing is trained yet. */
  readonly onStart?: ((view: View) => Answer) | undefined
  /** After each optimiser step. An answer `{ stop: 'why' }` ends the training. */
  readonly onStep?: ((step: StepRecord) => Answer) | undefined
  /** After each epoch; the same. The training goes on when a promise is answered. */
  readonly onEpoch?: ((epoch: EpochRecord, view: View) => Answer) | undefined
  /** Ends the training after the step under way. */
  readonly signal?: AbortSignal | undefined
}

/** What a training in a page leaves. */
export interface WebOutcome {
  /** The trained model: the weights' average where `ema` keeps one. */
  readonly model: TrainedModel
  /** SHA-256 of the weights, the one that the command prints: float32, little-endian, PyTorch's layout and order. */
  readonly weightsSha256: string
  /** One record an epoch. */
  readonly history: readonly EpochRecord[]
  /** Workers that trained: no more than a batch has micro-batches. */
  readonly threads: number
  /** Of the training loop. */
  readonly seconds: number
  /** Why training ended before the last epoch, if it did. */
  readonly stopped?: string
}

const namesOfPage = ['data', 'onStart', 'onStep', 'onEpoch', 'signal'] as const

/** The options that Node has too. */
function sharedOptions(options: WebTrainOptions): TrainOptions {
  const own: readonly string[] = namesOfPage
  return Object.fromEntries(Object.entries(options).filter(([key, value]) => !own.includes(key) && value !== undefined))
}

function prepare(options: WebTrainOptions): { config: TrainConfig; dataset: Dataset } {
  const resolved = resolveOptions(sharedOptions(options))
  const { size, settings } = resolved
  const { data } = options
  const eyes = { count: settings.limit ?? undefined, size: size ?? undefined }
  const dataset = data ? datasetOf(data, size) : generate(eyes)
  return { config: completeConfig(resolved, dataset), dataset }
}

function callbackOf({ onStart, onStep, onEpoch }: WebTrainOptions, session: Session): Callback {
  const view: View = { reconstruct: ids => session.preview(ids) }
  return {
    onStart: () => onStart?.(view),
    onStep: step => onStep?.(step),
    onEpoch: epoch => onEpoch?.(epoch, view),
  }
}

/**
 * Trains in web workers. Options and defaults are those of the command (`epochs`, `batch`, `threads`, `seed`, ...); equal ones give equal
 * weights, whatever the browser and the number of workers.
 * @throws INPUT for options, pictures or a page that cannot be used (it has to be cross-origin isolated); NON_FINITE when a loss or gradient
 * is no longer finite; WORKER when a worker fails
 */
export async function train(options: WebTrainOptions = {}): Promise<WebOutcome> {
  checkIsolated()
  const { config, dataset } = prepare(options)
  const spec = specOf(config)
  checkSpec(spec)
  const session = await openSession({
    ...{ spec, dataset, threads: config.threads, average: config.ema > 0, objective: fullObjective(config) },
    batch: Math.min(config.batch, dataset.count),
  })
  const { signal } = options
  try {
    const { model, history, seconds, stopped } = await session.train({
      ...config,
      batch: Math.min(config.batch, dataset.count),
      callbacks: [callbackOf(options, session)],
      ...(signal && { signal }),
    })
    return {
      ...{ model, history, seconds, threads: session.threads },
      weightsSha256: weightsSha256(model.parameters, parameterSpecs(layerSpecs(spec))),
      ...(stopped !== undefined && { stopped }),
    }
  } finally {
    await session.close()
  }
}

/** The model as a safetensors file, as the command writes it: it loads in PyTorch, and by `load()` in Node. */
export const safetensors = (model: TrainedModel): Uint8Array<ArrayBuffer> => weightsFile(model, version)
