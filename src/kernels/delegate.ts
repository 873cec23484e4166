// Calls one of tfjs-backend-wasm's kernels from one of ours, on our backend. tfjs sets each of them up (setupFunc) when it brings
// the backend up, because register.ts registers them all under our name, except those that ours replace.
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { EyesWasmBackend } from './backend.js'
import { numberKernel } from './number-types.js'

/** The new tensor that kernel `name` computes; the caller disposes of it. */
export function delegate(
  backend: EyesWasmBackend,
  name: string,
  inputs: Record<string, TensorInfo>,
  attrs: Record<string, unknown> = {},
): TensorInfo {
  const { kernelFunc } = numberKernel(name)
  return kernelFunc({ inputs, backend, attrs: attrs as never }) as TensorInfo
}
