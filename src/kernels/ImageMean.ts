// The mean of one value an image as a tfjs op with gradient, in the order of the images and in float64. A batch has few: no kernel of
// assembly/ is worth its call. Not tfjs-backend-wasm's Mean: that chooses its code, and with it the order of the sum, by the processor.
import {
  engine,
  type GradConfig,
  type Scalar,
  type Tensor,
  type Tensor1D,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'

interface GradAttrs {
  count: number
}

function forward({ inputs: { x }, backend }: KernelCall<'x'>): TensorInfo {
  const mean = backend.output([])
  const values = backend.floats(x)
  backend.floats(mean)[0] = values.reduce((sum, value) => sum + value, 0) / values.length
  return mean
}

function backward({ inputs: { dy }, attrs: { count }, backend }: KernelCall<'dy', GradAttrs>): TensorInfo {
  const dx = backend.output([count])
  backend.floats(dx).fill(backend.floats(dy)[0]! / count)
  return dx
}

export const imageMeanConfig = kernel('EyesImageMean', forward)
export const imageMeanGradKernelConfig = kernel('EyesImageMeanGrad', backward)

export const imageMeanGradConfig: GradConfig = {
  kernelName: 'EyesImageMean',
  inputsToSave: ['x'],
  gradFunc: (dy, saved) => {
    const count = saved[0]!.size
    return { x: () => engine().runKernel<Tensor>('EyesImageMeanGrad', { dy: dy as Tensor }, { count }) }
  },
}

/** Mean of x [N], N at least 1. */
export const imageMean = (x: Tensor1D): Scalar => engine().runKernel<Scalar>('EyesImageMean', { x })
