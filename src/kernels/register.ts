// Registers the backend `eyes-wasm`: every kernel of tfjs-backend-wasm under our name, ours in place of theirs, our ops' gradients,
// and those tfjs gradients that the user's tfjs has not registered itself. Idempotent; open this file first to see what exists.
import {
  engine,
  getGradient,
  type GradConfig,
  type KernelConfig,
  registerBackend,
  registerGradient,
  registerKernel,
} from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-wasm/dist/register_all_kernels.js'
import '@tensorflow/tfjs-core/dist/register_all_gradients.js'
import { activationBiasGradConfig } from './ActivationBiasGrad.js'
import { backendName, EyesWasmBackend } from './backend.js'
import { conv2DConfig, fusedConv2DConfig } from './Conv2D.js'
import { conv2DBackpropFilterConfig } from './Conv2DBackpropFilter.js'
import { conv2DBackpropInputConfig } from './Conv2DBackpropInput.js'
import { convLayerConfig, convLayerGradConfig } from './ConvLayer.js'
import { klDivergenceConfig, klDivergenceGradConfig, klDivergenceGradKernelConfig } from './KlDivergence.js'
import { randomNormalConfig } from './RandomNormal.js'
import {
  reconstructionLossConfig,
  reconstructionLossGradConfig,
  reconstructionLossGradKernelConfig,
} from './ReconstructionLoss.js'
import { coreGradients, wasmKernels } from './registrations.js'
import { reparameterizeConfig, reparameterizeGradConfig, reparameterizeGradKernelConfig } from './Reparameterize.js'
import { ssimConfig, ssimGradConfig, ssimGradKernelConfig } from './Ssim.js'

/** Kernels computed by our own WASM module. */
export const ownKernels: readonly KernelConfig[] = [
  activationBiasGradConfig,
  conv2DBackpropFilterConfig,
  conv2DBackpropInputConfig,
  conv2DConfig,
  convLayerConfig,
  fusedConv2DConfig,
  klDivergenceConfig,
  klDivergenceGradKernelConfig,
  randomNormalConfig,
  reconstructionLossConfig,
  reconstructionLossGradKernelConfig,
  reparameterizeConfig,
  reparameterizeGradKernelConfig,
  ssimConfig,
  ssimGradKernelConfig,
]

const ownGradients: readonly GradConfig[] = [
  convLayerGradConfig,
  klDivergenceGradConfig,
  reconstructionLossGradConfig,
  reparameterizeGradConfig,
  ssimGradConfig,
]

/** Between 'cpu' (1) and 'webgl' (2 and up): never chosen over a GPU unasked. */
const priority = 1

/** tfjs types getGradient as always finding one. */
const hasGradient = (kernelName: string) => (getGradient(kernelName) as GradConfig | undefined) !== undefined

export function registerEyesWasm(): void {
  if (backendName in engine().registryFactory) return
  const taken = new Set(ownKernels.map(config => config.kernelName))
  for (const config of ownKernels) registerKernel(config)
  for (const config of wasmKernels.values()) {
    // Ours, where both have one, is registered already. FusedConv2D of theirs is still set up: ours falls back on it.
    if (!taken.has(config.kernelName)) registerKernel({ ...config, backendName })
  }
  for (const config of ownGradients) registerGradient(config)
  for (const [name, config] of coreGradients) if (!hasGradient(name)) registerGradient(config)
  registerBackend(
    backendName,
    async () => {
      const backend = await EyesWasmBackend.create()
      // tfjs sets up only registered kernels; those that ours delegate to are set up here.
      for (const { kernelName } of ownKernels) wasmKernels.get(kernelName)?.setupFunc?.(backend)
      return backend
    },
    priority,
  )
}
