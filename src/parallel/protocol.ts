// Everything that crosses between the trainer's thread and its workers. Tensors never do: they lie in shared memory (memory.ts),
// and messages carry indices.
import type { Objective } from '../models/loss-names.js'
import type { ModelSpec } from '../models/spec.js'
import type { WasmModules } from '../wasm/modules.js'
import type { Augmentation } from './augment.js'
import type { MemoryLayout } from './memory.js'

/** The images, as the workers need them. `pixels` is over a SharedArrayBuffer. */
export interface SharedImages {
  readonly pixels: Uint8Array | Float32Array
  readonly height: number
  readonly width: number
}

/** Handed to each worker once, at its start. */
export interface WorkerSetup {
  readonly modules: WasmModules
  /** The module that computes on `memory`. */
  readonly shared: WebAssembly.Module
  readonly spec: ModelSpec
  readonly images: SharedImages
  readonly memory: WebAssembly.Memory
  readonly layout: MemoryLayout
  /** What the warm-up minimises, so that a training's own loss is optimised before its first step; MSE where it is left out. */
  readonly objective?: Objective
}

/** What a worker says of itself beside its answers: why it ends, when a task failed in it. */
export interface WorkerReport {
  readonly fault: string
}

/** Run once per worker before anything else: 'ready' says that it has started, 'warm-up' makes V8 optimise the kernels. */
export interface StartTask {
  readonly kind: 'ready' | 'warm-up'
}

/**
 * Micro-batches of the batch order[from, to), one after another until no thread has one left to take: the gradient of each one's mean
 * loss into the slot of its number. Which thread takes which does not matter to any result.
 */
export interface GradientTask {
  readonly kind: 'gradient'
  /** Which of the threads' shares of the step this is: its pulse's place (memory.ts). */
  readonly share: number
  /** The micro-batches to do; left out: all of them. The shared counter counts places in this list. */
  readonly slots?: readonly number[]
  /** Counts updates of the parameters: a worker reloads them when it changes. */
  readonly version: number
  /** Micro-batches of the batch. */
  readonly count: number
  /** Most images on the tape at a time (micro-batches.ts). */
  readonly tapeImages: number
  /** Range in the epoch's order (memory.ts). */
  readonly from: number
  readonly to: number
  readonly epoch: number
  readonly seed: number
  readonly objective: Objective
  /** How the images are changed before they are trained on; left out: not at all. */
  readonly augmentation?: Augmentation
}

/** Means over the micro-batch's images. */
export interface LossParts {
  readonly loss: number
  readonly mse: number
  readonly kl: number
}

/** One finished micro-batch. */
export interface MicroBatch extends LossParts {
  readonly slot: number
  /** Whether every value of its gradient is. */
  readonly finite: boolean
}

/** What a thread did of a task that others share, and how long it computed, in milliseconds. */
export interface Share {
  readonly busy: number
}

export interface GradientShare extends Share {
  readonly microBatches: readonly MicroBatch[]
}

/** What an update does besides Adam; 0 = not. */
export interface UpdateRule {
  /** Largest norm of the whole gradient; a longer one is scaled down to it. */
  readonly clipNorm: number
  /** Decay of the weights' average in this update, 0 to 1. */
  readonly decay: number
}

/** Sums the micro-batches' gradients of the parameters [from, to), in micro-batch order; with the squares' sums, for the norm. */
export interface SumTask {
  readonly kind: 'sum'
  /** Slots to sum. */
  readonly count: number
  /** A multiple of `normBlock` (memory.ts). */
  readonly from: number
  readonly to: number
}

/** Sums the micro-batches' gradients of the parameters [from, to), in micro-batch order, and applies Adam to them. */
export interface UpdateTask {
  readonly kind: 'update'
  /** Slots to sum; 0: the gradient is summed already. */
  readonly count: number
  readonly from: number
  readonly to: number
  /** What the gradient is multiplied by before Adam sees it; left out: 1. */
  readonly scale?: number
  /** Decay of the weights' average; left out: there is none. */
  readonly decay?: number
  /** Number of the update, from 1. */
  readonly step: number
  readonly lr: number
}

export interface UpdateShare extends Share {
  /** Whether every parameter and moment of the range is, after the update. */
  readonly finite: boolean
}

/** Mean loss of images as they are, without a gradient: what the loss of held-out images is made of. */
export interface LossTask {
  readonly kind: 'loss'
  readonly version: number
  readonly ids: readonly number[]
  readonly seed: number
  readonly objective: Objective
  /** With the weights' average in place of the weights. */
  readonly averaged: boolean
}

/** Images through the model, measured or returned. */
export interface ForwardTask {
  readonly kind: 'forward'
  readonly version: number
  readonly ids: readonly number[]
  readonly seed: number
  /** Decode a VAE's mean instead of a drawn latent. */
  readonly fromMean: boolean
  /** What comes back: the report's metrics for each image, or the reconstructions. */
  readonly result: 'metrics' | 'images'
}

export interface ImageMetrics {
  /** Mean squared error on the [0, 1] scale, one an image. */
  readonly mse: Float64Array
  readonly ssim: Float64Array
  /** Mean KL divergence over all images' latent elements, in nats an element, as in the loss; 0 for an autoencoder. */
  readonly kl: number
}

/**
 * Images one by one through the model and back, in search of the first value that is not finite: each image's loss is the batch's
 * share of it, as in a step.
 */
export interface DiagnoseTask {
  readonly kind: 'diagnose'
  readonly version: number
  readonly ids: readonly number[]
  readonly epoch: number
  readonly seed: number
  readonly objective: Objective
  readonly augmentation?: Augmentation
  /** Weight of one image in its micro-batch's gradient, at most. */
  readonly scale: number
}

/** The first value of an image's step that is not finite, in the order in which a step computes them. */
export interface ImageFinding {
  readonly id: number
  readonly what: 'pixels' | 'output' | 'loss' | 'gradient'
  /** Name of the layer, or 'latent' for what a VAE has drawn; of an output or a gradient. */
  readonly layer?: string
}

/** Pixels through the encoder, or latents through the decoder; for the library's load(). */
export interface CodeTask {
  readonly kind: 'encode' | 'decode'
  readonly version: number
  /** encode: [N, H, W, 3], 0 to 1; decode: [N, h, w, C]. */
  readonly values: Float32Array
  readonly count: number
}

export interface LatentValues {
  readonly mean: Float32Array
  readonly logVariance: Float32Array | null
  /** [h, w, C] of one image's latent. */
  readonly shape: readonly [number, number, number]
}

export type Task = StartTask | GradientTask | SumTask | UpdateTask | LossTask | ForwardTask | DiagnoseTask | CodeTask

/** What the worker answers to each task. */
export interface Answers {
  ready: true
  'warm-up': true
  gradient: GradientShare
  sum: Share
  update: UpdateShare
  loss: LossParts
  forward: ImageMetrics | Float32Array
  diagnose: readonly ImageFinding[]
  encode: LatentValues
  decode: Float32Array
}
