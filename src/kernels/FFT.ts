// FFT and IFFT along the last axis: what tf.spectral and tf.signal are made of. Arithmetic in assembly/FFT.ts, which has the forward transform:
// the inverse is the forward one of (im, re), with its parts swapped again and divided by n.
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'

/** 2^24: the longest row. A prime length near it needs 1.3 GB of scratch. */
const longest = 1 << 24

/** The transform of each row of the input, complex64 [..., n], n at least 1. @throws Error when n is above 2^24 */
function transform(isInverse: boolean) {
  return ({ inputs: { input }, backend }: KernelCall<'input'>): TensorInfo => {
    const n = input.shape.at(-1) ?? 1
    if (n > longest) throw new Error(`FFT: found rows of ${n} values, wanted at most ${longest}. Cut them into frames.`)
    const parts = backend.parts(input)
    const [real, imag] = [backend.output(input.shape), backend.output(input.shape)]
    const rows = n === 0 ? 0 : util.sizeFromShape(input.shape) / n
    if (rows > 0) {
      const scratch = backend.scratch(backend.kernels.fftScratch(n))
      const pairs = [parts.real, parts.imag, real, imag].map(part => backend.address(part))
      const [re, im, outRe, outIm] = pairs as [number, number, number, number]
      if (isInverse) backend.kernels.fft(im, re, outIm, outRe, scratch, rows, n, n)
      else backend.kernels.fft(re, im, outRe, outIm, scratch, rows, n, 1)
    }
    return backend.complex(real, imag)
  }
}

export const fftConfigs: readonly KernelConfig[] = [kernel('FFT', transform(false)), kernel('IFFT', transform(true))]
