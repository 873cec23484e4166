// How a batch is cut: a pure function of the batch and the model, never of the thread count, because the cut decides the order in
// which gradients are summed and so the last bits of the weights.
import type { LayerSpec } from '../models/spec.js'

/** Least arithmetic in a micro-batch, so that tfjs's tape (about 0.4 ms) stays a few percent of it. */
const leastFlop = 1e9
/**
 * Beyond eight micro-batches each has to be worth more: 10 ms on one core at 200 GFLOP/s. More of them leave a thread waiting for the last one
 * for a shorter time, which is what costs two threads most.
 */
const fewMicroBatches = 8
const leastFlopOfMany = 2e9
/** Most micro-batches in a batch: enough to keep 32 threads busy. */
const mostMicroBatches = 32
/** Most memory for the micro-batches' gradients, which wait side by side until they are summed. */
const mostGradientBytes = 64 * 2 ** 20

/**
 * Most memory for what a thread keeps of the images that it has on tfjs's tape at a time: a part of the processor's last cache. With more,
 * every map of the backward pass comes from memory.
 */
const mostTapeBytes = 32 * 2 ** 20

/**
 * Most images on the tape at a time: a micro-batch of more goes through the model in parts, so that a thread's memory depends neither on
 * the batch nor on how many micro-batches it is cut into. A pure function of the model, as the parts decide an order of summation too.
 */
export function tapeImages(layers: readonly LayerSpec[]): number {
  const values = layers.reduce((sum, { outputSize: [h, w], outChannels }) => sum + h * w * outChannels, 0)
  // Until its backward pass is over, tfjs keeps each layer's output, the gradients before and behind its activation, and a VAE what its
  // latent is drawn from: measured, 13 (AE) to 18 bytes (VAE) a value.
  return Math.max(1, Math.floor(mostTapeBytes / (16 * values)))
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

/** Number of micro-batches that a batch of `images` is cut into: a power of two, so that 2, 4, 8 … threads get equal shares. */
export function microBatchCount(images: number, flopPerImage: number, parameterCount: number): number {
  const flop = images * flopPerImage
  const worthwhile = Math.max(Math.min(fewMicroBatches, flop / leastFlop), flop / leastFlopOfMany)
  const most = Math.min(mostMicroBatches, images, worthwhile, mostGradientBytes / (4 * parameterCount))
  let count = 1
  while (2 * count <= most) count *= 2
  return count
}

/**
 * First image and end of micro-batch `index` of `count` in a batch of `images`: contiguous, sizes differing by at most one. The larger
 * ones come first: the threads that they keep longer then take fewer of the rest. 164 images in 32 micro-batches are 21 for the busiest of
 * eight threads; with the larger ones spread among the others it would be 24, for the one that meets each of them.
 */
export function microBatchRange(images: number, count: number, index: number): [from: number, to: number] {
  const least = Math.floor(images / count)
  const larger = images % count
  const start = (i: number) => least * i + Math.min(i, larger)
  return [start(index), start(index + 1)]
}
