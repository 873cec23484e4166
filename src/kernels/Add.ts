// Elementwise sum in place of tfjs-backend-wasm's, whose loop has no vectors: with two layers reading one activation, as a VAE's heads
// do, the tape adds their gradients. Other types and shapes that differ are theirs. Arithmetic in assembly/Add.ts.
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'
import { delegate } from './delegate.js'
import { wasmKernels } from './registrations.js'

function add({ inputs, backend }: KernelCall<'a' | 'b'>): TensorInfo {
  const { a, b } = inputs
  if (a.dtype !== 'float32' || b.dtype !== 'float32' || !util.arraysEqual(a.shape, b.shape))
    return delegate(backend, 'Add', inputs)
  const y = backend.output(a.shape)
  backend.kernels.add(backend.address(a), backend.address(b), backend.address(y), util.sizeFromShape(a.shape))
  return y
}

export const addConfig: KernelConfig = {
  ...kernel('Add', add),
  // Theirs is not registered beside ours, so tfjs would not set it up.
  setupFunc: backend => wasmKernels.get('Add')!.setupFunc?.(backend),
}
