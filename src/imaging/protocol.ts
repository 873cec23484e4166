// What the image models' program is made of, what it is told of a step, and its calls: everything of theirs that goes through the engine's
// messages. Tensors never do.
import type { Objective } from '../models/loss-names.js'
import type { ModelSpec } from '../models/spec.js'
import type { Augmentation } from './augment.js'

/** The images, as the workers need them. `pixels` is over a SharedArrayBuffer. */
export interface SharedImages {
  readonly pixels: Uint8Array | Float32Array
  readonly height: number
  readonly width: number
}

export interface ImageSource {
  readonly spec: ModelSpec
  readonly images: SharedImages
  /** What the warm-up minimises, so that a training's own loss is optimised before its first step; MSE where it is left out. */
  readonly objective?: Objective
}

/** A step's, and a loss's. */
export interface ImageSettings {
  readonly objective: Objective
  /** How the images are changed before they are trained on; left out: not at all. */
  readonly augmentation?: Augmentation
}

/** Images through the model, measured or returned. */
export interface ForwardArgs {
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
export interface DiagnoseArgs extends ImageSettings {
  readonly ids: readonly number[]
  readonly epoch: number
  readonly seed: number
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
export interface CodeArgs {
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

/** The program's calls: what each is given, and answers. */
export interface ImageCalls {
  forward: { args: ForwardArgs; answer: ImageMetrics | Float32Array }
  diagnose: { args: DiagnoseArgs; answer: readonly ImageFinding[] }
  encode: { args: CodeArgs; answer: LatentValues }
  decode: { args: CodeArgs; answer: Float32Array }
}
