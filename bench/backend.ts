// Our tfjs backend in the bench's own thread.
import * as tf from '@tensorflow/tfjs-core'
import { backendName, EyesWasmBackend } from '../src/kernels/backend.js'
import { registerEyesWasm } from '../src/kernels/register.js'

/** The backend that tfjs uses now. */
export function currentBackend(): EyesWasmBackend {
  const backend = tf.backend()
  if (!(backend instanceof EyesWasmBackend))
    throw new Error(`bench: tfjs uses ${tf.getBackend()}, wanted ${backendName}`)
  return backend
}

export async function useBackend(): Promise<EyesWasmBackend> {
  dropBackend()
  registerEyesWasm()
  if (!(await tf.setBackend(backendName))) throw new Error(`tfjs refused the backend ${backendName}`)
  return currentBackend()
}

/** Forgets the backend, its memory and its kernels, so that it can be registered anew without a word from tfjs. */
export function dropBackend(): void {
  const kernels = tf.getKernelsForBackend(backendName)
  if (kernels.length === 0) return
  tf.removeBackend(backendName)
  for (const { kernelName } of kernels) tf.unregisterKernel(kernelName, backendName)
}
