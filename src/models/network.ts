// What the two models have in common: variables by PyTorch name, layers run one after another, and what a loss function is.
// autoencoder.ts and vae.ts build on it. tfjs ops only.
import type { Scalar, Tensor1D, Tensor4D, Variable } from '@tensorflow/tfjs-core'
import { convLayer } from '../kernels/ConvLayer.js'
import type { Objective } from './loss-names.js'
import type { LayerSpec, ModelKind } from './spec.js'

type Tfjs = typeof import('@tensorflow/tfjs-core')

/** Trainable tensors by PyTorch name, in our layout (models/spec.ts). */
export type Variables = Readonly<Record<string, Variable>>

/** Some images and the source of the noise that belongs to them. */
export interface Batch {
  /** [N, H, W, 3], -1 to 1. */
  readonly images: Tensor4D
  /** Standard normal noise [N, ...]; asked for by a VAE alone. */
  readonly noise: (shape: [number, number, number, number]) => Tensor4D
}

/** Latent code [N, h, w, C]: an autoencoder's is its mean; a VAE's has a log variance too. */
export interface Latent {
  readonly mean: Tensor4D
  readonly logVariance?: Tensor4D
}

/** Takes note of a part of the loss (a scalar), for the history. */
export type Report = (part: 'mse' | 'kl', value: Scalar) => void

/** A model over given variables: pure functions of tensors, run inside tf.tidy by the caller. */
export interface Network {
  readonly kind: ModelKind
  encode(images: Tensor4D): Latent
  /** Latent [N, h, w, C] to images [N, H, W, 3], -1 to 1. */
  decode(latent: Tensor4D): Tensor4D
  /** The code that training decodes: an autoencoder's own; a VAE's drawn around its mean, with standard normal `noise`. */
  draw(latent: Latent, noise: Batch['noise']): Tensor4D
  /** Images through the model; a VAE draws its latent with the batch's noise. */
  reconstruct(batch: Batch): Tensor4D
  loss(tf: Tfjs, batch: Batch, objective: Objective, report: Report): Scalar
}

/** Sees what each layer makes of its input, in order, and what a VAE draws (`latent`). */
export type Observer = (layer: string, output: Tensor4D) => void

/** Runs the layers whose names start with `prefix`, in order. */
export function runLayers(
  layers: readonly LayerSpec[],
  prefix: string,
  variables: Variables,
  x: Tensor4D,
  observe?: Observer,
): Tensor4D {
  for (const layer of layers) {
    if (!layer.name.startsWith(prefix)) continue
    const filter = variables[`${layer.name}.weight`] as Variable | undefined
    const bias = variables[`${layer.name}.bias`] as Variable | undefined
    if (!filter || !bias) throw new Error(`${layer.name}: no variables of that name; wanted its weight and bias`)
    x = convLayer(x, filter as unknown as Tensor4D, bias as unknown as Tensor1D, {
      transposed: layer.kind === 'ConvTranspose2d',
      stride: layer.stride,
      padding: layer.padding,
      activation: layer.activation,
    })
    observe?.(layer.name, x)
  }
  return x
}
