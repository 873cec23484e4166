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
import { batchMatMulConfig } from './BatchMatMul.js'
import { binaryConfigs } from './Binary.js'
import { conv2DConfig } from './Conv2D.js'
import { conv2DBackpropFilterConfig } from './Conv2DBackpropFilter.js'
import { conv2DBackpropInputConfig } from './Conv2DBackpropInput.js'
import { convLayerConfig, convLayerGradConfig } from './ConvLayer.js'
import { edgeLossConfig, edgeLossGradConfig, edgeLossGradKernelConfig } from './EdgeLoss.js'
import { einsumConfig } from './Einsum.js'
import { focalFrequencyConfig, focalFrequencyGradConfig, focalFrequencyGradKernelConfig } from './FocalFrequency.js'
import { freeBitsConfig, freeBitsGradConfig, freeBitsGradKernelConfig } from './FreeBits.js'
import { fusedConv2DConfig } from './FusedConv2D.js'
import { fusedMatMulConfig } from './FusedMatMul.js'
import { gatherV2Config } from './GatherV2.js'
import { halveConfig, halveGradConfig, halveGradKernelConfig } from './Halve.js'
import { identityConfig } from './Identity.js'
import { imageMeanConfig, imageMeanGradConfig, imageMeanGradKernelConfig } from './ImageMean.js'
import { klDivergenceConfig, klDivergenceGradConfig, klDivergenceGradKernelConfig } from './KlDivergence.js'
import { randomNormalConfig } from './RandomNormal.js'
import {
  reconstructionLossConfig,
  reconstructionLossGradConfig,
  reconstructionLossGradKernelConfig,
} from './ReconstructionLoss.js'
import { coreGradients, wasmKernels } from './registrations.js'
import { reparameterizeConfig, reparameterizeGradConfig, reparameterizeGradKernelConfig } from './Reparameterize.js'
import { sigmaLossConfig, sigmaLossGradConfig, sigmaLossGradKernelConfig } from './SigmaLoss.js'
import { ssimConfig, ssimGradConfig, ssimGradKernelConfig } from './Ssim.js'
import { meanConfig, sumConfig } from './Sum.js'
import { unsortedSegmentSumConfig } from './UnsortedSegmentSum.js'

/** Kernels of our own, beside or in place of tfjs-backend-wasm's. */
export const ownKernels: readonly KernelConfig[] = [
  activationBiasGradConfig,
  batchMatMulConfig,
  ...binaryConfigs,
  conv2DBackpropFilterConfig,
  conv2DBackpropInputConfig,
  conv2DConfig,
  convLayerConfig,
  edgeLossConfig,
  edgeLossGradKernelConfig,
  einsumConfig,
  focalFrequencyConfig,
  focalFrequencyGradKernelConfig,
  freeBitsConfig,
  freeBitsGradKernelConfig,
  fusedConv2DConfig,
  fusedMatMulConfig,
  gatherV2Config,
  halveConfig,
  halveGradKernelConfig,
  identityConfig,
  imageMeanConfig,
  imageMeanGradKernelConfig,
  klDivergenceConfig,
  klDivergenceGradKernelConfig,
  meanConfig,
  randomNormalConfig,
  reconstructionLossConfig,
  reconstructionLossGradKernelConfig,
  reparameterizeConfig,
  reparameterizeGradKernelConfig,
  sigmaLossConfig,
  sigmaLossGradKernelConfig,
  ssimConfig,
  ssimGradKernelConfig,
  sumConfig,
  unsortedSegmentSumConfig,
]

const ownGradients: readonly GradConfig[] = [
  convLayerGradConfig,
  edgeLossGradConfig,
  focalFrequencyGradConfig,
  freeBitsGradConfig,
  halveGradConfig,
  imageMeanGradConfig,
  klDivergenceGradConfig,
  reconstructionLossGradConfig,
  reparameterizeGradConfig,
  sigmaLossGradConfig,
  ssimGradConfig,
]

/** That of 'cpu'; 'wasm' and 'webgl' have 2: never chosen over them unasked. */
const priority = 1

export function registerEyesWasm(): void {
  if (engine().registryFactory[backendName]) return
  for (const config of ownKernels) registerKernel(config)
  const own = new Set(ownKernels.map(config => config.kernelName))
  for (const config of wasmKernels.values()) {
    if (!own.has(config.kernelName)) registerKernel({ ...config, backendName })
  }
  for (const config of ownGradients) registerGradient(config)
  for (const [name, config] of coreGradients) {
    const registered = getGradient(name) as GradConfig | undefined // tfjs's type leaves undefined out
    if (!registered) registerGradient(config)
  }
  registerBackend(backendName, () => EyesWasmBackend.create(), priority)
}
