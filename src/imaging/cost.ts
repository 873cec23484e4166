// What a step of an image model costs, from its layers' geometry: the arithmetic of an image, and how many images fit on the tape. Decides the cut of a
// batch through parallel/micro-batches.ts. No tfjs.
import type { LayerSpec } from '../models/spec.js'
import { tapeExamples } from '../parallel/micro-batches.js'

/** Most images on the tape at a time. */
export function tapeImages(layers: readonly LayerSpec[]): number {
  const values = layers.reduce((sum, { outputSize: [h, w], outChannels }) => sum + h * w * outChannels, 0)
  // Until its backward pass is over, tfjs keeps each layer's output, the gradients before and behind its activation, and a VAE what its
  // latent is drawn from: measured, 13 (AE) to 18 bytes (VAE) a value.
  return tapeExamples(16 * values)
}

/** Multiplications and additions of one training image: forward, input gradient and filter gradient of each layer. */
export function trainingFlop(layers: readonly LayerSpec[]): number {
  return layers.reduce((sum, layer) => {
    const [height, width] = layer.kind === 'Conv2d' ? layer.outputSize : layer.inputSize
    const products = height * width * layer.kernel * layer.kernel * layer.inChannels * layer.outChannels
    // The first layer's input is data: nothing asks for its gradient.
    return sum + 2 * products * (layer.name === 'encoder.0' ? 2 : 3)
  }, 0)
}
