// Bincount of any shape: tfjs-backend-wasm's counts right, but for x of rank 2 or more answers as many rows as x has.
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'
import { delegate } from './delegate.js'
import { wasmKernels } from './registrations.js'

function bincount({ inputs, attrs, backend }: KernelCall<'x' | 'weights', Record<string, unknown>>): TensorInfo {
  const x = { ...inputs.x, shape: [util.sizeFromShape(inputs.x.shape)] }
  return delegate(backend, 'Bincount', { ...inputs, x }, attrs)
}

export const bincountConfig: KernelConfig = {
  ...kernel('Bincount', bincount),
  // Theirs is not registered beside ours, so tfjs would not set it up.
  setupFunc: backend => wasmKernels.get('Bincount')!.setupFunc?.(backend),
}
