// A tensor's values as another type, in JavaScript on views of our memory: tfjs-backend-wasm's copies bits where it should make 0 and 1 of
// numbers, and knows no complex numbers. The same type shares memory, as in tfjs's cpu backend.
import { type DataType, type KernelConfig, type TensorInfo } from '@tensorflow/tfjs-core'
import { type EyesWasmBackend, kernel, type KernelCall } from './backend.js'
import { copyOf } from './Complex.js'

/** A tensor to be disposed of, which may be another name for x. @throws Error from or to strings */
export function castTo(backend: EyesWasmBackend, x: TensorInfo, dtype: DataType): TensorInfo {
  if (x.dtype === dtype) {
    backend.incRef(x.dataId)
    return { dataId: x.dataId, shape: x.shape, dtype }
  }
  if (x.dtype === 'string' || dtype === 'string')
    throw new Error(`Cast: found ${x.dtype} to ${dtype}, wanted numbers on both sides`)
  if (dtype === 'complex64') {
    const zeros = backend.output(x.shape)
    backend.floats(zeros).fill(0)
    return backend.complex(copyOf(backend, x), zeros)
  }
  const from = x.dtype === 'complex64' ? backend.parts(x).real : x
  const y = backend.output(x.shape, dtype)
  const [values, to] = [backend.typedArrayFromHeap(from), backend.typedArrayFromHeap(y)]
  if (dtype === 'bool') for (let i = 0; i < to.length; i++) to[i] = values[i] === 0 ? 0 : 1
  else to.set(values)
  return y
}

/** y as another type; y is disposed of. */
export function replaced(backend: EyesWasmBackend, y: TensorInfo, dtype: DataType): TensorInfo {
  const result = castTo(backend, y, dtype)
  backend.disposeData(y.dataId)
  return result
}

const cast = ({ inputs: { x }, attrs: { dtype }, backend }: KernelCall<'x', { dtype: DataType }>): TensorInfo =>
  castTo(backend, x, dtype)

export const castConfig: KernelConfig = kernel('Cast', cast)
