// Drawing a Gaussian latent, z = mu + exp(logVar / 2) eps, as a tfjs op; arithmetic in assembly/Reparameterize.ts.
import { engine, type GradConfig, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'

const sizeOf = (t: TensorInfo) => t.shape.reduce((p, q) => p * q, 1)

function forward({ inputs: { mu, logVar, eps }, backend }: KernelCall<'mu' | 'logVar' | 'eps'>): TensorInfo {
  const z = backend.output(mu.shape)
  backend.kernels.reparameterize(
    backend.address(mu),
    backend.address(logVar),
    backend.address(eps),
    backend.address(z),
    sizeOf(mu),
  )
  return z
}

function backward({ inputs: { logVar, eps, dy }, backend }: KernelCall<'logVar' | 'eps' | 'dy'>): TensorInfo {
  const dLogVar = backend.output(logVar.shape)
  backend.kernels.reparameterizeGrad(
    backend.address(dy),
    backend.address(logVar),
    backend.address(eps),
    backend.address(dLogVar),
    sizeOf(logVar),
  )
  return dLogVar
}

export const reparameterizeConfig = kernel('EyesReparameterize', forward)
export const reparameterizeGradKernelConfig = kernel('EyesReparameterizeGrad', backward)

export const reparameterizeGradConfig: GradConfig = {
  kernelName: 'EyesReparameterize',
  inputsToSave: ['logVar', 'eps'],
  gradFunc: (dy, saved) => {
    const [logVar, eps] = saved as [Tensor, Tensor]
    return {
      mu: () => (dy as Tensor).clone(),
      logVar: () => engine().runKernel<Tensor>('EyesReparameterizeGrad', { logVar, eps, dy: dy as Tensor }),
      // Noise is data, never trained: no gradient is asked for.
      eps: () => {
        throw new Error('EyesReparameterize: no gradient with respect to eps')
      },
    }
  },
}

/** z = mu + exp(logVar / 2) eps, elementwise: all of one shape. Differentiable in mu and logVar. */
export function reparameterize<T extends Tensor>(mu: T, logVar: T, eps: T): T {
  return engine().runKernel<T>('EyesReparameterize', { mu, logVar, eps })
}
