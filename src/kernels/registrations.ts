// Catches what tfjs's two registration lists register while they are imported (tools/resolve-rules.js sends their imports here),
// so that backend.ts can register it under our own name, and only what the user's tfjs lacks. Nothing else imports this at run time.
import type { GradConfig, KernelConfig } from '@tensorflow/tfjs-core'

/** Every kernel of tfjs-backend-wasm 4.22.0, by name. */
export const wasmKernels = new Map<string, KernelConfig>()

/** Every gradient of tfjs-core 4.22.0, by kernel name. */
export const coreGradients = new Map<string, GradConfig>()

export function registerKernel(config: KernelConfig): void {
  wasmKernels.set(config.kernelName, config)
}

export function registerGradient(config: GradConfig): void {
  coreGradients.set(config.kernelName, config)
}
