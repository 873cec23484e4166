// The sigma-VAE's reconstruction term as a tfjs op with gradient; paper, formula and arithmetic in assembly/SigmaLoss.ts.
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core'
import { imageLossConfigs, type ImageShape, runImageLoss } from './image-loss.js'

const name = 'EyesSigmaLoss'

const sizeOf = ([, height, width, channels]: ImageShape) => height * width * channels

export const {
  forward: sigmaLossConfig,
  backward: sigmaLossGradKernelConfig,
  gradient: sigmaLossGradConfig,
} = imageLossConfigs({
  name,
  value: ({ kernels }, a, b, y, shape) => kernels.sigmaLoss(a, b, y, shape[0], sizeOf(shape)),
  gradient: ({ kernels }, { a, b, dy, da }, shape) => kernels.sigmaLossGrad(a, b, dy, da, shape[0], sizeOf(shape)),
})

/** 1/2 log of each pair's mean squared error (plus 1e-8), a and b [N, H, W, C]: [N], in nats a value, and as a rule below 0. */
export const sigmaLoss = (a: Tensor4D, b: Tensor4D): Tensor1D => runImageLoss(name, 1, a, b)
