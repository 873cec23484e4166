// The report's image metrics in float64; arithmetic in assembly/ImageMetrics.ts. Not differentiable: Ssim.ts is the loss.
import type { Tensor4D } from '@tensorflow/tfjs-core'
import type { EyesWasmBackend } from './backend.js'

/** Per image: mean squared error on the tensors' own scale, and SSIM with data range 1. */
export interface ImageMetrics {
  readonly mse: Float64Array
  readonly ssim: Float64Array
}

/** a and b [N, H, W, C] on [0, 1], sides at least 11. */
export function imageMetrics(backend: EyesWasmBackend, a: Tensor4D, b: Tensor4D): ImageMetrics {
  const [count, height, width, channels] = a.shape
  const { kernels } = backend
  const results = backend.scratch(16 * count + kernels.imageMetricsScratch(height, width, channels))
  const ssim = results + 8 * count
  kernels.imageMetrics(
    backend.address(a),
    backend.address(b),
    results,
    ssim,
    ssim + 8 * count,
    count,
    height,
    width,
    channels,
  )
  return { mse: backend.doubles(results, count), ssim: backend.doubles(ssim, count) }
}
