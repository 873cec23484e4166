// Mean squared, absolute and Charbonnier's error as tfjs ops with gradients; arithmetic in assembly/ReconstructionLoss.ts.
import { engine, type GradConfig, neg, type Scalar, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'

const kinds = { mse: 0, l1: 1, charbonnier: 2 } as const
export type ReconstructionLoss = keyof typeof kinds

interface Attrs {
  kind: ReconstructionLoss
}

function forward({ inputs: { a, b }, attrs, backend }: KernelCall<'a' | 'b', Attrs>): TensorInfo {
  const mean = backend.output([])
  const size = a.shape.reduce((p, q) => p * q, 1)
  const value = backend.kernels.reconstructionLoss(backend.address(a), backend.address(b), size, kinds[attrs.kind])
  backend.floats(mean)[0] = value
  return mean
}

function backward({ inputs, attrs, backend }: KernelCall<'a' | 'b' | 'dy', Attrs>): TensorInfo {
  const { a, b, dy } = inputs
  const da = backend.output(a.shape)
  backend.kernels.reconstructionLossGrad(
    backend.address(a),
    backend.address(b),
    backend.address(da),
    a.shape.reduce((p, q) => p * q, 1),
    kinds[attrs.kind],
    backend.floats(dy)[0]!,
  )
  return da
}

export const reconstructionLossConfig = kernel('EyesReconstructionLoss', forward)
export const reconstructionLossGradKernelConfig = kernel('EyesReconstructionLossGrad', backward)

export const reconstructionLossGradConfig: GradConfig = {
  kernelName: 'EyesReconstructionLoss',
  inputsToSave: ['a', 'b'],
  gradFunc: (dy, saved, attrs) => {
    const [a, b] = saved as [Tensor, Tensor]
    const da = () => engine().runKernel<Tensor>('EyesReconstructionLossGrad', { a, b, dy: dy as Tensor }, attrs)
    return { a: da, b: () => neg(da()) }
  },
}

/**
 * Mean over all elements of (a - b)^2 ('mse'), |a - b| ('l1') or sqrt((a - b)^2 + 1e-6) ('charbonnier'; assembly/ReconstructionLoss.ts has
 * the papers): a and b of one shape, result a scalar.
 */
export function reconstructionLoss(a: Tensor, b: Tensor, kind: ReconstructionLoss): Scalar {
  return engine().runKernel<Scalar>('EyesReconstructionLoss', { a, b }, { kind })
}
