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
  registerEyesWasm()
  if (!(await tf.setBackend(backendName))) throw new Error(`tfjs refused the backend ${backendName}`)
  return currentBackend()
}
