// The words that training, its callbacks, the run folder and the command line share. Data only.
import type { BadImagePolicy } from '../data/dataset.js'
import type { LossName } from '../models/loss-names.js'
import type { Heads, ModelKind } from '../models/spec.js'
import type { Answer, Verdict } from '../parallel/rules.js'
import type { Snapshot } from './state.js'

export type { Answer, LossName, Verdict }

/** Course of the learning rate over a training. */
export type ScheduleName = 'constant' | 'cosine' | 'one-cycle' | 'plateau'

/** Where defaults come from: the report, or our own recipe. */
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
  /** Autoencoder or VAE. */
  readonly model: ModelKind
  /** Side of the square kernels, in pixels. */
  readonly kernel: number
  /** Stride along both axes. */
  readonly stride: number
  /** Zero padding at each of the four edges, in pixels. */
  readonly padding: number
  /** VAE: numbers in the latent of a whole picture; 0 = the report's latent map. */
  readonly latent: number
  /** Passes over the images. */
  readonly epochs: number
  /** Images a step. */
  readonly batch: number
  /** Learning rate of Adam, the largest of the schedule. */
  readonly lr: number
  /** What is minimised between pictures and reconstructions. */
  readonly loss: LossName
  /** VAE: weight of the KL divergence. */
  readonly klWeight: number
  /** Seed of initial weights, order, noise, augmentation and split. */
  readonly seed: number
  /** Worker threads; the result does not depend on it. */
  readonly threads: number
  /** Path of the data source, or null for generated eyes. */
  readonly data: string | null
  /** What becomes of images that cannot be used. */
  readonly onBadImage: BadImagePolicy
  /** Height of the pictures, in pixels. */
  readonly height: number
  /** Width of the pictures, in pixels. */
  readonly width: number
  /** Train on the first `limit` images only; null = all. */
  readonly limit: number | null
  /** Path of the safetensors file that training starts from, or null for a seeded initialisation. */
  readonly init: string | null
  /** Whether each epoch has an order of its own. */
  readonly shuffle: boolean
}

/**
 * One finished epoch; means over its images, as they were trained on. `kl` is 0 for an autoencoder. Those that begin with `val` are over the
 * held-out images after the epoch, of the weights' average where there is one; there with `valSplit` alone.
 */
export interface EpochRecord {
  /** Counted from 1. */
  readonly epoch: number
  /** What is minimised. */
  readonly loss: number
  /** Mean squared error on the [-1, 1] scale, whatever the loss is. */
  readonly mse: number
  /** Mean KL divergence over the latent elements, in nats an element, unweighted. */
  readonly kl: number
  /** Wall time of the epoch. */
  readonly seconds: number
  /** Images trained on a second, over the epoch. */
  readonly imagesPerSecond: number
  /** What is minimised, over the held-out images. */
  readonly valLoss?: number
  /** Mean squared error over them, on the [-1, 1] scale. */
  readonly valMse?: number
  /** Mean KL divergence over them, in nats an element. */
  readonly valKl?: number
}

/** One finished optimiser step inside an epoch. */
export interface StepRecord {
  /** The epoch under way, counted from 1. */
  readonly epoch: number
  /** Steps finished in this epoch, and how many it has. */
  readonly step: number
  /** Steps of a whole epoch. */
  readonly stepsPerEpoch: number
  /** Loss of this step's batch. */
  readonly loss: number
  /** Images of this step. */
  readonly images: number
  /** Wall time of this step. */
  readonly seconds: number
}

/** PSNR (dB), SSIM and MSE ([-1, 1] scale) by the report's definitions: means over images. */
export interface Quality {
  /** Peak signal-to-noise ratio, in dB. */
  readonly psnr: number
  /** Structural similarity, at most 1. */
  readonly ssim: number
  /** Mean squared error on the [-1, 1] scale. */
  readonly mse: number
}

/** Quality over some images, for a VAE also decoded from the mean, and its KL divergence as in `TrainSummary`. */
export interface ImagesQuality extends Quality {
  /** How many images were measured. */
  readonly images: number
  /** VAE: PSNR in dB, decoded from the mean. */
  readonly psnrMean?: number
  /** VAE: SSIM, decoded from the mean. */
  readonly ssimMean?: number
  /** VAE: MSE on the [-1, 1] scale, decoded from the mean. */
  readonly mseMean?: number
  /** VAE: mean KL divergence, in nats an element, unweighted. */
  readonly kl?: number
}

/** Training and held-out loss after the last epoch. */
export interface HeldOutSummary extends ImagesQuality {
  /** What is minimised, over the held-out images. */
  readonly loss: number
  /** The same over the images trained on. */
  readonly trainingLoss: number
}

/** What a run leaves behind in summary.json, and prints with --json. Quality is over the images trained on. */
export interface TrainSummary extends Quality {
  /** Autoencoder or VAE. */
  readonly model: ModelKind
  /** Side of the square kernels, in pixels. */
  readonly kernel: number
  /** Stride along both axes. */
  readonly stride: number
  /** Zero padding at each of the four edges, in pixels. */
  readonly padding: number
  /** Epochs that were trained. */
  readonly epochs: number
  /** Images trained on. */
  readonly images: number
  /** Worker threads. */
  readonly threads: number
  /** Images trained on a second, over the whole run. */
  readonly imagesPerSecond: number
  /** Wall time of the training, without the measuring. */
  readonly seconds: number
  /** VAE only: decoded from the mean instead of a drawn latent. */
  readonly psnrMean?: number
  /** VAE only: SSIM, decoded from the mean. */
  readonly ssimMean?: number
  /** VAE only: MSE on the [-1, 1] scale, decoded from the mean. */
  readonly mseMean?: number
  /** VAE only: mean KL divergence over the latent elements (nats an element), unweighted; with the loss mse and no free bits the whole loss is mse + klWeight x kl. */
  readonly kl?: number
  /** With `valSplit`: the same over the held-out images. */
  readonly heldOut?: HeldOutSummary
  /** SHA-256 of the trained weights, hexadecimal. */
  readonly weightsSha256: string
}

/** Everything that happens beside the arithmetic. The loop calls them in list order and awaits each; it does no I/O of its own. */
export interface Callback {
  /** Before the first step, also of a resumed training. `snapshot` copies the run as it is when it is called. */
  onStart?(snapshot: () => Snapshot): Answer
  /** After each step. */
  onStep?(step: StepRecord, snapshot: () => Snapshot): Answer
  /** After each epoch. */
  onEpoch?(epoch: EpochRecord, snapshot: () => Snapshot): Answer
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
