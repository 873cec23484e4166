// What decides the last bits of a run besides its options and images: the code of the kernels, each layer's algorithm, and the cut of a
// batch. A checkpoint keeps it, and a run is resumed only where it is the same. Computes nothing of the training itself.
import { imageCut } from '../imaging/executor.js'
import { layerAlgorithms } from '../models/algorithms.js'
import { layerSpecs } from '../models/geometry.js'
import type { ModelSpec } from '../models/spec.js'
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
  const cut = imageCut(layers)
  return {
    kernelsSha256: await kernelsSha256(),
    microBatches: cut.count(batch),
    tapeImages: cut.tapeExamples,
    algorithms: layers
      .map(layerAlgorithms)
      .map(({ forward, inputGradient, filterGradient }) => [forward, inputGradient, filterGradient].join('/'))
      .join(' '),
  }
}
