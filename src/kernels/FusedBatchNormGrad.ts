// Gradient of batch normalisation in one sweep; arithmetic in assembly/FusedBatchNorm.ts. tfjs composes it of a dozen ops over whole maps,
// which takes several times a convolution's time. Which gradient is used when is gradients.ts's.
import { type FusedBatchNormAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'
import type { BatchNormInputs } from './FusedBatchNorm.js'

/** No kernel of tfjs has this name. */
export const fusedBatchNormGrad = 'FusedBatchNormGrad'

/** [dx, dMean, dVariance, dScale, dOffset] of dy and x [..., C] and vectors [C]; scale may be missing. */
function compute({
  inputs,
  attrs,
  backend,
}: KernelCall<'dy' | 'x' | 'mean' | 'variance', FusedBatchNormAttrs>): TensorInfo[] {
  const { x, mean, variance, scale } = inputs as BatchNormInputs
  const channels = x.shape.at(-1)!
  const dx = backend.output(x.shape)
  const sums = [0, 1, 2, 3].map(() => backend.output([channels]))
  const [dMean, dVariance, dScale, dOffset] = sums.map(t => backend.address(t)) as [number, number, number, number]
  backend.kernels.fusedBatchNormGrad(
    backend.address(inputs.dy),
    backend.address(x),
    backend.address(mean),
    backend.address(variance),
    scale ? backend.address(scale) : 0,
    backend.address(dx),
    dMean,
    dVariance,
    dScale,
    dOffset,
    channels === 0 ? 0 : util.sizeFromShape(x.shape) / channels,
    channels,
    attrs.varianceEpsilon,
  )
  return [dx, ...sums]
}

export const fusedBatchNormGradConfig = kernel(fusedBatchNormGrad, compute)
