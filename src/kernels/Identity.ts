// A second tensor over the same memory, as in tfjs's cpu backend. tfjs-backend-wasm copies instead, and the tape clones every tensor
// that it keeps for the backward pass: in training, that would copy each activation.
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'

function identity({ inputs: { x }, backend }: KernelCall<'x'>): TensorInfo {
  backend.incRef(x.dataId)
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype }
}

export const identityConfig = kernel('Identity', identity)
