// The words that training, its callbacks, the run folder and the command line share. Data only.
import type { BadImagePolicy } from '../data/dataset.js'
import type { LossName } from '../models/loss-names.js'
import type { Heads, ModelKind } from '../models/spec.js'
import type { Snapshot } from './state.js'

export type { LossName }

export type ScheduleName = 'constant' | 'cosine' | 'one-cycle' | 'plateau'

export type PresetName = 'report' | 'best'

/** What a training may do beyond the report's; 0 and false = off. */
export interface Recipe {
  /** VAE: what follows the heads of the means and log variances. */
  readonly heads: Heads
  /** VAE: epochs over which the KL weight grows from 0. */
  readonly klWarmup: number
  /** VAE: floor under each latent element's KL divergence, in nats. */
  readonly freeBits: number
  /** Course of the learning rate (schedules.ts). */
  readonly lrSchedule: ScheduleName
  /** Epochs in which the rate rises to `lr`. */
  readonly lrWarmup: number
  /** The rate at the schedule's end, or the least one. */
  readonly lrMin: number
  /** Largest L2 norm of a step's gradient. */
  readonly clipNorm: number
  /** Decay of the weights' average a step; with one the average is the trained model. */
  readonly ema: number
  /** Mirror images left to right, each with probability 1/2. */
  readonly flip: boolean
  /** Shift images by up to so many pixels. */
  readonly shift: number
  /** Share of the images that is held out of training. */
  readonly valSplit: number
}

/** Everything a run's result depends on, resolved (no undefined), plus threads, which it does not depend on. Written to config.json. */
export interface TrainConfig extends Recipe {
  /** Where the defaults came from; every option's value is here. */
  readonly preset: PresetName
  readonly model: ModelKind
  readonly kernel: number
  readonly stride: number
  readonly padding: number
  /** VAE: numbers in the latent of a whole picture; 0 = the report's latent map. */
  readonly latent: number
  readonly epochs: number
  readonly batch: number
  readonly lr: number
  readonly loss: LossName
  readonly klWeight: number
  readonly seed: number
  readonly threads: number
  /** Path of the data source, or null for generated eyes. */
  readonly data: string | null
  /** What becomes of images that cannot be used. */
  readonly onBadImage: BadImagePolicy
  readonly height: number
  readonly width: number
  /** Train on the first `limit` images only; null = all. */
  readonly limit: number | null
  /** Path of the safetensors file that training starts from, or null for a seeded initialisation. */
  readonly init: string | null
  readonly shuffle: boolean
}

/**
 * One finished epoch; means over its images, as they were trained on. `kl` is 0 for an autoencoder. Those that begin with `val` are over the
 * held-out images after the epoch, of the weights' average where there is one; there with `valSplit` alone.
 */
export interface EpochRecord {
  readonly epoch: number
  readonly loss: number
  /** Mean squared error on the [-1, 1] scale, whatever the loss is. */
  readonly mse: number
  readonly kl: number
  readonly seconds: number
  readonly imagesPerSecond: number
  readonly valLoss?: number
  readonly valMse?: number
  readonly valKl?: number
}

/** One finished optimiser step inside an epoch. */
export interface StepRecord {
  readonly epoch: number
  /** Steps finished in this epoch, and how many it has. */
  readonly step: number
  readonly stepsPerEpoch: number
  /** Loss of this step's batch. */
  readonly loss: number
  readonly images: number
  readonly seconds: number
}

/** PSNR (dB), SSIM and MSE ([-1, 1] scale) by the report's definitions: means over images. */
export interface Quality {
  readonly psnr: number
  readonly ssim: number
  readonly mse: number
}

/** Quality over some images, for a VAE also decoded from the mean, and its KL divergence as in `TrainSummary`. */
export interface ImagesQuality extends Quality {
  readonly images: number
  readonly psnrMean?: number
  readonly ssimMean?: number
  readonly mseMean?: number
  readonly kl?: number
}

/** Training and held-out loss after the last epoch. */
export interface HeldOutSummary extends ImagesQuality {
  readonly loss: number
  readonly trainingLoss: number
}

/** What a run leaves behind in summary.json, and prints with --json. Quality is over the images trained on. */
export interface TrainSummary extends Quality {
  readonly model: ModelKind
  readonly kernel: number
  readonly stride: number
  readonly padding: number
  readonly epochs: number
  readonly images: number
  readonly threads: number
  readonly imagesPerSecond: number
  readonly seconds: number
  /** VAE only: decoded from the mean instead of a drawn latent. */
  readonly psnrMean?: number
  readonly ssimMean?: number
  readonly mseMean?: number
  /** VAE only: mean KL divergence over the latent elements (nats an element), unweighted; with the loss mse and no free bits the whole loss is mse + klWeight x kl. */
  readonly kl?: number
  /** With `valSplit`: the same over the held-out images. */
  readonly heldOut?: HeldOutSummary
  readonly weightsSha256: string
}

/**
 * A callback's answer: go on (undefined), or end after this step or epoch, and why. With `pause` the run is not finished: it is kept
 * as it is, to be resumed, and nothing is measured.
 */
export type Verdict = { readonly stop: string; readonly pause?: boolean } | undefined

/** Everything that happens beside the arithmetic. The loop calls them in list order and awaits each; it does no I/O of its own. */
export interface Callback {
  /** Before the first step, also of a resumed training. `snapshot` copies the run as it is when it is called. */
  onStart?(snapshot: () => Snapshot): Verdict | Promise<Verdict>
  onStep?(step: StepRecord, snapshot: () => Snapshot): Verdict | Promise<Verdict>
  onEpoch?(epoch: EpochRecord, snapshot: () => Snapshot): Verdict | Promise<Verdict>
}

/** What the training loop needs to know. */
export interface TrainingOptions extends Partial<Recipe> {
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
  /** Ends the training after the step under way; the result so far is returned, with `stopped` and `paused` set. */
  readonly signal?: AbortSignal
}
