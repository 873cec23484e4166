// tf.sqrt in place of tfjs-backend-wasm's, which takes one root after the other. float32 in assembly/Sqrt.ts; other types are theirs.
import { util } from '@tensorflow/tfjs-core'
import type { KernelCall } from './backend.js'
import { delegate, delegatingKernel } from './delegate.js'

export const sqrtConfig = delegatingKernel('Sqrt', ({ inputs: { x }, backend }: KernelCall<'x'>) => {
  if (x.dtype !== 'float32') return delegate(backend, 'Sqrt', { x })
  const y = backend.output(x.shape)
  backend.kernels.sqrt(backend.address(x), backend.address(y), util.sizeFromShape(x.shape))
  return y
})
