// What the losses of single images have in common as tfjs ops: a and b [N, H, W, C] to one value an image, [N], and the gradient. The losses
// (EdgeLoss.ts, FocalFrequency.ts, SigmaLoss.ts) say which kernels compute it.
import {
  engine,
  type GradConfig,
  type KernelConfig,
  neg,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { Pointer } from '../wasm/kernels.js'
import { type EyesWasmBackend, kernel, type KernelCall } from './backend.js'

export type ImageShape = [count: number, height: number, width: number, channels: number]

/** A loss of the difference a - b, whose gradient for b is minus that for a. */
export interface ImageLoss {
  /** Registered under this name, its gradient with `Grad` behind it. */
  readonly name: string
  readonly value: (backend: EyesWasmBackend, a: Pointer, b: Pointer, y: Pointer, shape: ImageShape) => void
  readonly gradient: (
    backend: EyesWasmBackend,
    at: { readonly a: Pointer; readonly b: Pointer; readonly dy: Pointer; readonly da: Pointer },
    shape: ImageShape,
  ) => void
}

export interface ImageLossConfigs {
  readonly forward: KernelConfig
  readonly backward: KernelConfig
  readonly gradient: GradConfig
}

/** The three registrations of a loss. */
export function imageLossConfigs({ name, value, gradient }: ImageLoss): ImageLossConfigs {
  const forward = ({ inputs: { a, b }, backend }: KernelCall<'a' | 'b'>): TensorInfo => {
    const shape = a.shape as ImageShape
    const y = backend.output([shape[0]])
    value(backend, backend.address(a), backend.address(b), backend.address(y), shape)
    return y
  }
  const backward = ({ inputs, backend }: KernelCall<'a' | 'b' | 'dy'>): TensorInfo => {
    const da = backend.output(inputs.a.shape)
    const [a, b, dy, pda] = [inputs.a, inputs.b, inputs.dy, da].map(t => backend.address(t)) as ImageShape
    gradient(backend, { a, b, dy, da: pda }, inputs.a.shape as ImageShape)
    return da
  }
  return {
    forward: kernel(name, forward),
    backward: kernel(`${name}Grad`, backward),
    gradient: {
      kernelName: name,
      inputsToSave: ['a', 'b'],
      gradFunc: (dy, saved) => {
        const [a, b] = saved as [Tensor, Tensor]
        const da = () => engine().runKernel<Tensor>(`${name}Grad`, { a, b, dy: dy as Tensor })
        return { a: da, b: () => neg(da()) }
      },
    },
  }
}

/** Runs a loss. @throws Error when the shapes differ or a side is below `least` */
export function runImageLoss(name: string, least: number, a: Tensor4D, b: Tensor4D): Tensor1D {
  const [, height, width] = a.shape
  if (a.shape.join() !== b.shape.join() || height < least || width < least)
    throw new Error(
      `${name}: found shapes [${a.shape.join(', ')}] and [${b.shape.join(', ')}], wanted two equal ones with sides of ${least} or more`,
    )
  return engine().runKernel<Tensor1D>(name, { a, b })
}
