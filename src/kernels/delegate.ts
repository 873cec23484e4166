// Calls one of tfjs-backend-wasm's kernels from one of ours, on our backend. tfjs sets each of them up (setupFunc) when it brings the backend
// up, because register.ts registers them all under our name, except those that ours replace: delegatingKernel is for ours that call these.
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core'
import { type EyesWasmBackend, kernel, type KernelCall } from './backend.js'
import { numberKernel } from './number-types.js'
import { wasmKernels } from './registrations.js'

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

/** A kernel of ours that calls theirs of the same name, in whose place it is registered. */
export function delegatingKernel<Inputs extends string, Attrs>(
  name: string,
  compute: (call: KernelCall<Inputs, Attrs>) => TensorInfo | TensorInfo[],
): KernelConfig {
  return { ...kernel(name, compute), setupFunc: backend => wasmKernels.get(name)!.setupFunc?.(backend) }
}
