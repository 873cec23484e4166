// tfjs's fused depthwise convolution, bias and activation. A bias per channel with ReLU, ReLU6 or no activation runs in one pass
// (assembly/DepthwiseConv2dNative.ts); everything else is that convolution followed by elementwise kernels.
import type { FusedDepthwiseConv2DAttrs, TensorInfo } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'
import { delegate } from './delegate.js'
import {
  checkedDepthwiseInfo,
  type DepthwiseActivation,
  depthwiseActivations,
  depthwiseConvolve,
} from './DepthwiseConv2dNative.js'
import { activate, type FusedOptionalInputs } from './FusedConv2D.js'

const isFused = (activation: string): activation is DepthwiseActivation =>
  Object.hasOwn(depthwiseActivations, activation)

/** y [N, OH, OW, C * M] of x [N, H, W, C], filter [KH, KW, C, M] and a bias of any shape that broadcasts to y, or none. */
function fusedDepthwiseConv2D({
  inputs,
  attrs,
  backend,
}: KernelCall<'x' | 'filter', FusedDepthwiseConv2DAttrs>): TensorInfo {
  const { bias, preluActivationWeights } = inputs as FusedOptionalInputs
  const { activation } = attrs
  const info = checkedDepthwiseInfo('FusedDepthwiseConv2D', inputs.x, inputs.filter, attrs)
  const perChannel = !bias || (bias.shape.length === 1 && bias.shape[0] === info.outChannels)
  if (perChannel && isFused(activation)) {
    return depthwiseConvolve(backend, info, inputs.x, inputs.filter, bias, activation)
  }
  const z = depthwiseConvolve(backend, info, inputs.x, inputs.filter, perChannel ? bias : undefined, 'linear')
  if (perChannel) return activate('FusedDepthwiseConv2D', backend, z, attrs, preluActivationWeights)
  const biased = delegate(backend, 'Add', { a: z, b: bias })
  backend.disposeData(z.dataId)
  return activate('FusedDepthwiseConv2D', backend, biased, attrs, preluActivationWeights)
}

export const fusedDepthwiseConv2DConfig = kernel('FusedDepthwiseConv2D', fusedDepthwiseConv2D)
