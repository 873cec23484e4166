// Standard normal noise for figures: the generator that gives the VAE its noise (assembly/RandomNormal.ts), on the stream `figure`, in a
// small memory of its own. A pure function of (seed, index, element): the same bits on every machine, whoever asks and how often.
import { streams, type Stream } from '../random/philox.js'
import { instantiateKernels } from '../wasm/kernels.js'
import { checkedModules } from '../kernels/checked-modules.js'

/**
 * `size` standard normal numbers; the first n of a longer request are those of a shorter one. `index` is the image's id, or what stands
 * for it. On the stream `noise` they are what a VAE draws for this image after training.
 */
export type Gaussian = (size: number, seed: number, index: number, stream?: Stream) => Float32Array<ArrayBuffer>

const page = 65536
/** Address 0 stays free; 128 bytes of scratch, then the numbers. */
const scratch = 64
const numbers = scratch + 128

export async function openGaussian(): Promise<Gaussian> {
  const { kernels } = await checkedModules()
  const memory = new WebAssembly.Memory({ initial: 1 })
  const instance = instantiateKernels(kernels, memory)
  return (size, seed, index, stream = streams.figure) => {
    const missing = numbers + 4 * size - memory.buffer.byteLength
    if (missing > 0) memory.grow(Math.ceil(missing / page))
    instance.randomNormal(numbers, size, index, 0, stream, seed >>> 0, Math.floor(seed / 2 ** 32), scratch)
    return new Float32Array(memory.buffer.slice(numbers, numbers + 4 * size))
  }
}
