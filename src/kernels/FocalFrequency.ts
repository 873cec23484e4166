// Focal frequency loss as a tfjs op with gradient; paper, formula and arithmetic in assembly/FocalFrequency.ts.
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core'
import type { EyesWasmBackend } from './backend.js'
import { imageLossConfigs, type ImageShape, runImageLoss } from './image-loss.js'

const name = 'EyesFocalFrequency'

const scratchFor = (backend: EyesWasmBackend, [, ...size]: ImageShape) =>
  backend.scratch(backend.kernels.focalFrequencyScratch(...size))

export const {
  forward: focalFrequencyConfig,
  backward: focalFrequencyGradKernelConfig,
  gradient: focalFrequencyGradConfig,
} = imageLossConfigs({
  name,
  value: (backend, a, b, y, shape) => backend.kernels.focalFrequency(a, b, y, scratchFor(backend, shape), ...shape),
  gradient: (backend, { a, b, dy, da }, shape) =>
    backend.kernels.focalFrequencyGrad(a, b, dy, da, scratchFor(backend, shape), ...shape),
})

/**
 * Focal frequency loss of each pair a, b [N, H, W, C]: [N]. Its weights are of one channel of one image, and constants in the gradient.
 */
export const focalFrequency = (a: Tensor4D, b: Tensor4D): Tensor1D => runImageLoss(name, 1, a, b)
