// What decides the last bits of a run besides its options and images: the code of the kernels, each layer's algorithm, and the cut of a
// batch. A checkpoint keeps it, and a run is resumed only where it is the same. Computes nothing of the training itself.
import { layerAlgorithms } from '../models/algorithms.js'
import { layerSpecs, parameterCount, parameterSpecs } from '../models/geometry.js'
import type { ModelSpec } from '../models/spec.js'
import { microBatchCount, tapeImages, trainingFlop } from '../parallel/micro-batches.js'
import { kernelsSha256 } from '../wasm/modules.js'

export interface Arithmetic {
  /** SHA-256, hexadecimal, of the WASM modules. */
  readonly kernelsSha256: string
  /** Micro-batches of a full batch, and images of one that are on the tape at a time. */
  readonly microBatches: number
  readonly tapeImages: number
  /** Algorithms of each layer's three passes, in the order of the layers. */
  readonly algorithms: string
}

/** The arithmetic of this installation for steps of at most `batch` images. */
export async function arithmeticOf(spec: ModelSpec, batch: number): Promise<Arithmetic> {
  const layers = layerSpecs(spec)
  const size = parameterCount(parameterSpecs(layers))
  return {
    kernelsSha256: await kernelsSha256(),
    microBatches: microBatchCount(batch, trainingFlop(layers), size),
    tapeImages: tapeImages(layers),
    algorithms: layers
      .map(layerAlgorithms)
      .map(({ forward, inputGradient, filterGradient }) => [forward, inputGradient, filterGradient].join('/'))
      .join(' '),
  }
}
