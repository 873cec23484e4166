// Backward pass of a layer's activation and bias; arithmetic in assembly/ActivationBiasGrad.ts.
import { engine, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'
import { activations, type LayerActivation } from './geometry.js'

interface Attrs {
  activation: LayerActivation
}

function compute({ inputs, attrs, backend }: KernelCall<'y' | 'dy', Attrs>): TensorInfo[] {
  const { y, dy } = inputs
  const channels = y.shape.at(-1)!
  const dz = backend.output(y.shape)
  const db = backend.output([channels])
  const pixels = y.shape.reduce((a, b) => a * b, 1) / channels
  backend.kernels.activationBiasGrad(
    backend.address(y),
    backend.address(dy),
    backend.address(dz),
    backend.address(db),
    pixels,
    channels,
    activations[attrs.activation],
  )
  return [dz, db]
}

export const activationBiasGradConfig = kernel('EyesActivationBiasGrad', compute)

/** From the layer's output y and dy, both [..., C]: dz before the activation, [..., C], and db, [C]. */
export function activationBiasGrad(y: Tensor, dy: Tensor, activation: LayerActivation): [Tensor, Tensor] {
  return engine().runKernel<[Tensor, Tensor]>('EyesActivationBiasGrad', { y, dy }, { activation })
}
