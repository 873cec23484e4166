// KL divergence with free bits as a tfjs op with gradients; paper, formula and arithmetic in assembly/FreeBits.ts.
import { engine, type GradConfig, type Scalar, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'

interface Attrs {
  floor: number
}

const sizeOf = (t: TensorInfo) => t.shape.reduce((p, q) => p * q, 1)

function forward({ inputs: { mu, logVar }, attrs, backend }: KernelCall<'mu' | 'logVar', Attrs>): TensorInfo {
  const mean = backend.output([])
  const value = backend.kernels.freeBits(backend.address(mu), backend.address(logVar), sizeOf(mu), attrs.floor)
  backend.floats(mean)[0] = value
  return mean
}

function backward({
  inputs: { mu, logVar, dy },
  attrs,
  backend,
}: KernelCall<'mu' | 'logVar' | 'dy', Attrs>): TensorInfo[] {
  const gradients = [backend.output(mu.shape), backend.output(mu.shape)]
  const at = [mu, logVar, ...gradients].map(t => backend.address(t)) as [number, number, number, number]
  backend.kernels.freeBitsGrad(...at, sizeOf(mu), attrs.floor, backend.floats(dy)[0]!)
  return gradients
}

export const freeBitsConfig = kernel('EyesFreeBits', forward)
export const freeBitsGradKernelConfig = kernel('EyesFreeBitsGrad', backward)

export const freeBitsGradConfig: GradConfig = {
  kernelName: 'EyesFreeBits',
  inputsToSave: ['mu', 'logVar'],
  gradFunc: (dy, saved, attrs) => {
    const [mu, logVar] = saved as [Tensor, Tensor]
    const inputs = { mu, logVar, dy: dy as Tensor }
    const [dMu, dLogVar] = engine().runKernel<[Tensor, Tensor]>('EyesFreeBitsGrad', inputs, attrs)
    return { mu: () => dMu, logVar: () => dLogVar }
  },
}

/**
 * Mean over all elements of max(floor, KL_j), in nats an element, with KL_j as in KlDivergence.ts; elements at or below the floor have no
 * gradient. mu and logVar of one shape, floor above 0; result a scalar.
 */
export function freeBits(mu: Tensor, logVar: Tensor, floor: number): Scalar {
  return engine().runKernel<Scalar>('EyesFreeBits', { mu, logVar }, { floor })
}
