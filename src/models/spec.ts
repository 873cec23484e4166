// What identifies a model: enough to build it, to name its tensors and to check a weights file against it. No arithmetic here.

/** Which of the report's models: autoencoder or variational autoencoder. */
export type ModelKind = 'ae' | 'vae'

/** What follows a VAE's two heads: ReLU, as the report prints it, or nothing, with the log variance held in a range (geometry.ts). */
export type Heads = 'relu' | 'linear'

/** The report's three geometry numbers, the same for each of its layers, and the picture size. */
export interface ModelSpec {
  /** Autoencoder or VAE. */
  readonly kind: ModelKind
  /** Side of the square kernels, in pixels. */
  readonly kernel: number
  /** Stride along both axes. */
  readonly stride: number
  /** Zero padding at each of the four edges, in pixels. */
  readonly padding: number
  /** Height of the pictures, in pixels. */
  readonly height: number
  /** Width of the pictures, in pixels. */
  readonly width: number
  /** VAE; left out: relu. */
  readonly heads?: Heads
  /**
   * VAE with linear heads: numbers in the latent of a whole picture (the bottleneck); left out: the latent is a map, as in the report.
   */
  readonly latent?: number
}

/** One convolution of the model, in the order of PyTorch's state_dict. */
export interface LayerSpec {
  /** PyTorch module path, e.g. `encoder.0`, `enc_out_1.0`, `decoder.2`. */
  readonly name: string
  readonly kind: 'Conv2d' | 'ConvTranspose2d'
  readonly inChannels: number
  readonly outChannels: number
  readonly kernel: number
  readonly stride: number
  readonly padding: number
  /** `linear` is none; `clamp` holds values within +-logVarianceLimit (geometry.ts). */
  readonly activation: 'relu' | 'tanh' | 'linear' | 'clamp'
  /** [height, width] of the layer's input and output maps. */
  readonly inputSize: readonly [number, number]
  readonly outputSize: readonly [number, number]
}

/** One trainable tensor, in the order of PyTorch's state_dict: each layer's weight, then its bias. */
export interface ParameterSpec {
  /** PyTorch name, e.g. `encoder.0.weight`. */
  readonly name: string
  /** Our layout. Conv2d [kh, kw, in, out]; ConvTranspose2d [kh, kw, out, in]; bias [out]. */
  readonly shape: readonly number[]
  /** PyTorch's layout. Conv2d [out, in, kh, kw]; ConvTranspose2d [in, out, kh, kw]; bias [out]. */
  readonly torchShape: readonly number[]
  /** PyTorch's fan_in: dimension 1 of the weight's torchShape times kh times kw; a bias has its weight's. */
  readonly fanIn: number
  /** Position in the flat parameter vector, in float32 elements. */
  readonly offset: number
  readonly size: number
}
