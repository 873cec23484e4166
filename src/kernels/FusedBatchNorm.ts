// Batch normalisation with given mean and variance on the backend; arithmetic in assembly/FusedBatchNorm.ts. Statistics that are no vectors
// over the last axis are rare, and computed here in JavaScript. Not here: its gradient (FusedBatchNormGrad.ts).
import { type FusedBatchNormAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { type EyesWasmBackend, kernel, type KernelCall } from './backend.js'

/** The names are tfjs's; scale and offset may be missing. */
export type BatchNormInputs = Record<'x' | 'mean' | 'variance', TensorInfo> & {
  scale?: TensorInfo
  offset?: TensorInfo
}

/** Whether every statistic is a vector over the last axis of x. */
export function isPerChannel({ x, mean, variance, scale, offset }: BatchNormInputs): boolean {
  const channels = x.shape.at(-1)
  const isVector = (t?: TensorInfo) => !t || (t.shape.length === 1 && t.shape[0] === channels && t.dtype === 'float32')
  return x.dtype === 'float32' && [mean, variance, scale, offset].every(isVector)
}

/** y, of x's shape: (x - mean) * scale / sqrt(variance + epsilon) + offset, for x [..., C] and vectors [C]. */
function fusedBatchNorm({
  inputs,
  attrs,
  backend,
}: KernelCall<'x' | 'mean' | 'variance', FusedBatchNormAttrs>): TensorInfo {
  const all = inputs as BatchNormInputs
  if (!isPerChannel(all)) return anyShape(all, attrs.varianceEpsilon, backend)
  const { x, mean, variance, scale, offset } = all
  const channels = x.shape.at(-1)!
  const y = backend.output(x.shape)
  const scratch = backend.scratch(4 * channels)
  backend.kernels.fusedBatchNorm(
    backend.address(x),
    backend.address(mean),
    backend.address(variance),
    scale ? backend.address(scale) : 0,
    offset ? backend.address(offset) : 0,
    backend.address(y),
    channels === 0 ? 0 : util.sizeFromShape(x.shape) / channels,
    channels,
    attrs.varianceEpsilon,
    scratch,
  )
  return y
}

/** Statistics that repeat over x from its start, whatever their sizes: what tfjs's cpu backend does with any shape. */
function anyShape(
  { x, mean, variance, scale, offset }: BatchNormInputs,
  epsilon: number,
  backend: EyesWasmBackend,
): TensorInfo {
  const y = backend.output(x.shape)
  const out = backend.floats(y)
  const [values, means, variances] = [x, mean, variance].map(t => backend.floats(t)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ]
  const [one, zero] = [new Float32Array([1]), new Float32Array(1)]
  const [scales, offsets] = [scale ? backend.floats(scale) : one, offset ? backend.floats(offset) : zero]
  const at = (vector: Float32Array, i: number) => vector[i % vector.length]!
  for (let i = 0; i < out.length; i++) {
    const root = Math.sqrt(at(variances, i) + epsilon)
    out[i] = at(offsets, i) + ((values[i]! - at(means, i)) * at(scales, i)) / root
  }
  return y
}

export const fusedBatchNormConfig = kernel('FusedBatchNorm', fusedBatchNorm)
