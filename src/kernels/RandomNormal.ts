// Counter-based standard normal noise as a tfjs op; arithmetic in assembly/RandomNormal.ts.
import { engine, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'

/** What the noise is a function of, beside the element's index within its image. */
export interface NoiseKey {
  /** 0 to 2^53 - 1. */
  readonly seed: number
  /** Which use of noise: one of src/random's streams. */
  readonly stream: number
  readonly epoch: number
  /** Index in the data set of each image of the batch. */
  readonly images: readonly number[]
}

interface Attrs extends NoiseKey {
  shape: readonly number[]
}

function compute({ attrs, backend }: KernelCall<never, Attrs>): TensorInfo {
  const { shape, seed, stream, epoch, images } = attrs
  const out = backend.output(shape)
  const size = shape.slice(1).reduce((a, b) => a * b, 1)
  const scratch = backend.scratch(128)
  const start = backend.address(out)
  images.forEach((image, n) =>
    backend.kernels.randomNormal(
      start + n * size * 4,
      size,
      image,
      epoch,
      stream,
      seed >>> 0,
      Math.floor(seed / 0x1_0000_0000),
      scratch,
    ),
  )
  return out
}

export const randomNormalConfig = kernel('EyesRandomNormal', compute)

/** Standard normal tensor [images.length, ...rest]; each image's part depends on the key and that image's index alone. */
export function randomNormal<T extends Tensor>(shape: T['shape'], key: NoiseKey): T {
  if (shape[0] !== key.images.length) {
    throw new Error(
      `randomNormal: shape [${shape.join(', ')}] wants ${shape[0]} image indices, found ${key.images.length}`,
    )
  }
  return engine().runKernel<T>('EyesRandomNormal', {}, { shape, ...key })
}
