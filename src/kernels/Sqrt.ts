// tf.sqrt in place of tfjs-backend-wasm's, which takes one root after the other. float32 in assembly/Sqrt.ts; other types are theirs.
import { type KernelConfig, util } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'
import { delegate } from './delegate.js'
import { wasmKernels } from './registrations.js'

export const sqrtConfig: KernelConfig = {
  ...kernel('Sqrt', ({ inputs: { x }, backend }: KernelCall<'x'>) => {
    if (x.dtype !== 'float32') return delegate(backend, 'Sqrt', { x })
    const y = backend.output(x.shape)
    backend.kernels.sqrt(backend.address(x), backend.address(y), util.sizeFromShape(x.shape))
    return y
  }),
  // Theirs is not registered beside ours, so tfjs would not set it up.
  setupFunc: backend => wasmKernels.get('Sqrt')!.setupFunc?.(backend),
}
