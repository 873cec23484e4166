// Mean KL divergence of a diagonal Gaussian from N(0, I) as a tfjs op; arithmetic in assembly/KlDivergence.ts.
import { engine, type GradConfig, type Scalar, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'

const sizeOf = (t: TensorInfo) => t.shape.reduce((p, q) => p * q, 1)

function forward({ inputs: { mu, logVar }, backend }: KernelCall<'mu' | 'logVar'>): TensorInfo {
  const mean = backend.output([])
  const value = backend.kernels.klDivergence(backend.address(mu), backend.address(logVar), sizeOf(mu))
  backend.floats(mean)[0] = value
  return mean
}

function backward({ inputs: { mu, logVar, dy }, backend }: KernelCall<'mu' | 'logVar' | 'dy'>): TensorInfo[] {
  const dMu = backend.output(mu.shape)
  const dLogVar = backend.output(mu.shape)
  backend.kernels.klDivergenceGrad(
    backend.address(mu),
    backend.address(logVar),
    backend.address(dMu),
    backend.address(dLogVar),
    sizeOf(mu),
    backend.floats(dy)[0]!,
  )
  return [dMu, dLogVar]
}

export const klDivergenceConfig = kernel('EyesKlDivergence', forward)
export const klDivergenceGradKernelConfig = kernel('EyesKlDivergenceGrad', backward)

export const klDivergenceGradConfig: GradConfig = {
  kernelName: 'EyesKlDivergence',
  inputsToSave: ['mu', 'logVar'],
  gradFunc: (dy, saved) => {
    const [mu, logVar] = saved as [Tensor, Tensor]
    const [dMu, dLogVar] = engine().runKernel<[Tensor, Tensor]>('EyesKlDivergenceGrad', {
      mu,
      logVar,
      dy: dy as Tensor,
    })
    return { mu: () => dMu, logVar: () => dLogVar }
  },
}

/** -1/2 mean(1 + logVar - mu^2 - exp(logVar)) over all elements: mu and logVar of one shape, result a scalar, in nats an element. */
export function klDivergence(mu: Tensor, logVar: Tensor): Scalar {
  return engine().runKernel<Scalar>('EyesKlDivergence', { mu, logVar })
}
