// SSIM as a differentiable tfjs op in float32, for use in a loss; arithmetic in assembly/Ssim.ts. Reported values come from
// ImageMetrics.ts, in float64.
import {
  engine,
  type GradConfig,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { type EyesWasmBackend, kernel, type KernelCall } from './backend.js'

/** The window's side: 11x11, Gaussian with sigma 1.5. */
const side = 11

type Shape4 = [number, number, number, number]

/** SSIM is a mean of luminance times contrast; `contrast` leaves the first out. */
export type SsimTerms = 'all' | 'contrast'
const kinds: Readonly<Record<SsimTerms, number>> = { all: 0, contrast: 1 }

interface Attrs {
  terms: SsimTerms
}

function scratchFor(backend: EyesWasmBackend, [, height, width, channels]: Shape4) {
  return backend.scratch(backend.kernels.ssimScratch(height, width, channels))
}

function forward({ inputs: { a, b }, attrs, backend }: KernelCall<'a' | 'b', Attrs>): TensorInfo {
  const shape = a.shape as Shape4
  const y = backend.output([shape[0]])
  const scratch = scratchFor(backend, shape)
  const [pa, pb, py] = [a, b, y].map(t => backend.address(t)) as [number, number, number]
  backend.kernels.ssim(pa, pb, py, scratch, ...shape, kinds[attrs.terms])
  return y
}

function backward({ inputs: { a, b, dy }, attrs, backend }: KernelCall<'a' | 'b' | 'dy', Attrs>): TensorInfo {
  const shape = a.shape as Shape4
  const da = backend.output(shape)
  const scratch = scratchFor(backend, shape)
  const [pa, pb, pdy] = [a, b, dy].map(t => backend.address(t)) as [number, number, number]
  backend.kernels.ssimGradient(pa, pb, pdy, backend.address(da), scratch, ...shape, kinds[attrs.terms])
  return da
}

export const ssimConfig = kernel('EyesSsim', forward)
export const ssimGradKernelConfig = kernel('EyesSsimGrad', backward)

export const ssimGradConfig: GradConfig = {
  kernelName: 'EyesSsim',
  inputsToSave: ['a', 'b'],
  gradFunc: (dy, saved, attrs) => {
    const [a, b] = saved as [Tensor, Tensor]
    // SSIM is symmetric, so the gradient for b is that for a with the images exchanged.
    const gradient = (first: Tensor, second: Tensor) =>
      engine().runKernel<Tensor>('EyesSsimGrad', { a: first, b: second, dy: dy as Tensor }, attrs)
    return { a: () => gradient(a, b), b: () => gradient(b, a) }
  },
}

/**
 * Structural similarity of each image pair (Wang et al. 2004, the report's window and constants, data range 1): a and b
 * [N, H, W, C] on [0, 1], sides at least 11; result [N]. Differentiable in both. `contrast` is the mean of the contrast and structure term
 * alone, as multi-scale SSIM takes it of its finer scales.
 */
export function ssim(a: Tensor4D, b: Tensor4D, terms: SsimTerms = 'all'): Tensor1D {
  const [, height, width] = a.shape
  if (a.shape.join() !== b.shape.join() || height < side || width < side) {
    throw new Error(
      `ssim: found shapes [${a.shape.join(', ')}] and [${b.shape.join(', ')}], wanted two equal ones with sides of ${side} or more`,
    )
  }
  return engine().runKernel<Tensor1D>('EyesSsim', { a, b }, { terms })
}
