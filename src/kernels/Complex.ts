// Complex numbers: a complex64 tensor from two float32 ones, its parts, and |z|, which is computed in JavaScript on views of our memory.
// Who owns a complex64 tensor's parts is in backend.ts; which other kernels take complex64 is in value-types.ts.
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { type EyesWasmBackend, kernel, type KernelCall } from './backend.js'

/** A tensor with the same values in memory of its own, as float32. */
export function copyOf(backend: EyesWasmBackend, x: TensorInfo): TensorInfo {
  const y = backend.output(x.shape)
  backend.floats(y).set(backend.typedArrayFromHeap(x))
  return y
}

function complex({ inputs: { real, imag }, backend }: KernelCall<'real' | 'imag'>): TensorInfo {
  if (!util.arraysEqual(real.shape, imag.shape))
    throw new Error(
      `Complex: found parts [${real.shape.join(', ')}] and [${imag.shape.join(', ')}], wanted equal shapes`,
    )
  return backend.complex(copyOf(backend, real), copyOf(backend, imag))
}

/** Of a real tensor, the tensor itself. */
function realPart({ inputs: { input }, backend }: KernelCall<'input'>): TensorInfo {
  return copyOf(backend, input.dtype === 'complex64' ? backend.parts(input).real : input)
}

/** Of a real tensor, zeros. */
function imaginaryPart({ inputs: { input }, backend }: KernelCall<'input'>): TensorInfo {
  if (input.dtype === 'complex64') return copyOf(backend, backend.parts(input).imag)
  const zeros = backend.output(input.shape)
  backend.floats(zeros).fill(0)
  return zeros
}

function complexAbs({ inputs: { x }, backend }: KernelCall<'x'>): TensorInfo {
  const { real, imag } = backend.parts(x)
  const y = backend.output(x.shape)
  const [re, im, to] = [real, imag, y].map(t => backend.floats(t)) as [Float32Array, Float32Array, Float32Array]
  // In float64, where the square of no float32 overflows; not hypot, which is the host's choice.
  for (let i = 0; i < to.length; i++) to[i] = Math.sqrt(re[i]! * re[i]! + im[i]! * im[i]!)
  return y
}

export const complexConfigs: readonly KernelConfig[] = [
  kernel('Complex', complex),
  kernel('ComplexAbs', complexAbs),
  kernel('Imag', imaginaryPart),
  kernel('Real', realPart),
]
