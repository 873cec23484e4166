// A tensor of one value, in JavaScript on a view of our memory; strings too, which tfjs-backend-wasm's refuses.
import { type DataType, type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'
import { stringTensor } from './value-types.js'

interface FillAttrs {
  shape: number[]
  value: number | string
  dtype?: DataType
}

function fill({ attrs: { shape, value, dtype }, backend }: KernelCall<never, FillAttrs>): TensorInfo {
  if (typeof value === 'string') {
    const bytes = util.encodeString(value)
    const count = util.sizeFromShape(shape)
    return stringTensor(
      backend,
      shape,
      Array.from({ length: count }, () => bytes),
    )
  }
  const y = backend.output(shape, dtype ?? util.inferDtype(value))
  backend.typedArrayFromHeap(y).fill(value)
  return y
}

export const fillConfig: KernelConfig = kernel('Fill', fill)
