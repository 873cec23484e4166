// tf.clipByValue in place of tfjs-backend-wasm's, which loses NaN and takes int32 for float32. Arithmetic of float32 in assembly/ClipByValue.ts.
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'

interface ClipAttrs {
  clipValueMin: number
  clipValueMax: number
}

function clip({ inputs: { x }, attrs, backend }: KernelCall<'x', ClipAttrs>): TensorInfo {
  const { clipValueMin: low, clipValueMax: high } = attrs
  const y = backend.output(x.shape, x.dtype)
  if (x.dtype === 'float32') {
    backend.kernels.clipByValue(backend.address(x), backend.address(y), util.sizeFromShape(x.shape), low, high)
    return y
  }
  const [from, to] = [backend.typedArrayFromHeap(x), backend.typedArrayFromHeap(y)]
  for (let i = 0; i < to.length; i++) to[i] = Math.min(Math.max(from[i]!, low), high)
  return y
}

export const clipByValueConfig: KernelConfig = kernel('ClipByValue', clip)
