// Pictures at half their size as a tfjs op with gradient; arithmetic in assembly/Halve.ts. Not tfjs-backend-wasm's AvgPool: that chooses its
// code by the processor.
import { engine, type GradConfig, type Tensor, type Tensor4D, type TensorInfo } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'

type Shape4 = [number, number, number, number]

interface GradAttrs {
  shape: Shape4
}

function forward({ inputs: { x }, backend }: KernelCall<'x'>): TensorInfo {
  const [count, height, width, channels] = x.shape as Shape4
  const y = backend.output([count, height >> 1, width >> 1, channels])
  backend.kernels.halve(backend.address(x), backend.address(y), count, height, width, channels)
  return y
}

function backward({ inputs: { dy }, attrs: { shape }, backend }: KernelCall<'dy', GradAttrs>): TensorInfo {
  const dx = backend.output(shape)
  backend.kernels.halveGrad(backend.address(dy), backend.address(dx), ...shape)
  return dx
}

export const halveConfig = kernel('EyesHalve', forward)
export const halveGradKernelConfig = kernel('EyesHalveGrad', backward)

export const halveGradConfig: GradConfig = {
  kernelName: 'EyesHalve',
  inputsToSave: ['x'],
  gradFunc: (dy, saved) => {
    const { shape } = saved[0]!
    return { x: () => engine().runKernel<Tensor>('EyesHalveGrad', { dy: dy as Tensor }, { shape }) }
  },
}

/** Means of 2 x 2 pixels: x [N, H, W, C] to [N, floor(H/2), floor(W/2), C]; the last row or column of an odd side is left out. */
export const halve = (x: Tensor4D): Tensor4D => engine().runKernel<Tensor4D>('EyesHalve', { x })
