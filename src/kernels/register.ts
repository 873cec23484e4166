// Registers the backend `eyes-wasm`: every kernel of tfjs-backend-wasm under our name, ours in place of theirs, our ops' gradients, those
// tfjs gradients that the user's tfjs has not registered itself, and faster ways to some of them (gradients.ts). Idempotent; open this file
// first to see what exists.
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
import { avgPoolConfig } from './AvgPool.js'
import { avgPoolGradConfig } from './AvgPoolGrad.js'
import { backendName, EyesWasmBackend } from './backend.js'
import { batchMatMulConfig } from './BatchMatMul.js'
import { binaryConfigs } from './Binary.js'
import { castConfig } from './Cast.js'
import { clipByValueConfig } from './ClipByValue.js'
import { complexConfigs } from './Complex.js'
import { concatConfigs } from './Concat.js'
import { conv2DConfig } from './Conv2D.js'
import { conv2DBackpropFilterConfig } from './Conv2DBackpropFilter.js'
import { conv2DBackpropInputConfig } from './Conv2DBackpropInput.js'
import { conv3DBackpropFilterV2Config } from './Conv3DBackpropFilterV2.js'
import { conv3DBackpropInputV2Config } from './Conv3DBackpropInputV2.js'
import { convLayerConfig, convLayerGradConfig } from './ConvLayer.js'
import { correctedKernels } from './corrections.js'
import { depthwiseConv2dNativeConfig } from './DepthwiseConv2dNative.js'
import { depthwiseConv2dNativeBackpropFilterConfig } from './DepthwiseConv2dNativeBackpropFilter.js'
import { depthwiseConv2dNativeBackpropInputConfig } from './DepthwiseConv2dNativeBackpropInput.js'
import { dilation2DConfigs } from './Dilation2D.js'
import { drawConfig } from './Draw.js'
import { edgeLossConfig, edgeLossGradConfig, edgeLossGradKernelConfig } from './EdgeLoss.js'
import { einsumConfig } from './Einsum.js'
import { elementwiseGradConfig } from './ElementwiseGrad.js'
import { fftConfigs } from './FFT.js'
import { fillConfig } from './Fill.js'
import { focalFrequencyConfig, focalFrequencyGradConfig, focalFrequencyGradKernelConfig } from './FocalFrequency.js'
import { freeBitsConfig, freeBitsGradConfig, freeBitsGradKernelConfig } from './FreeBits.js'
import { fusedBatchNormConfig } from './FusedBatchNorm.js'
import { fusedBatchNormGradConfig } from './FusedBatchNormGrad.js'
import { fusedConv2DConfig } from './FusedConv2D.js'
import { fusedDepthwiseConv2DConfig } from './FusedDepthwiseConv2D.js'
import { fusedMatMulConfig } from './FusedMatMul.js'
import { gatherV2Config } from './GatherV2.js'
import { fasterGradients } from './gradients.js'
import { halveConfig, halveGradConfig, halveGradKernelConfig } from './Halve.js'
import { identityConfig } from './Identity.js'
import { imageMeanConfig, imageMeanGradConfig, imageMeanGradKernelConfig } from './ImageMean.js'
import { klDivergenceConfig, klDivergenceGradConfig, klDivergenceGradKernelConfig } from './KlDivergence.js'
import { maxPoolConfig } from './MaxPool.js'
import { maxPool3DConfig, maxPool3DGradConfig } from './MaxPool3D.js'
import { maxPoolGradConfig } from './MaxPoolGrad.js'
import { maxPoolWithArgmaxConfig } from './MaxPoolWithArgmax.js'
import { numberKernel } from './number-types.js'
import { oneHotConfig } from './OneHot.js'
import { padV2Config } from './PadV2.js'
import { raggedConfigs } from './Ragged.js'
import { randomNormalConfig } from './RandomNormal.js'
import {
  reconstructionLossConfig,
  reconstructionLossGradConfig,
  reconstructionLossGradKernelConfig,
} from './ReconstructionLoss.js'
import { coreGradients, wasmKernels } from './registrations.js'
import { reparameterizeConfig, reparameterizeGradConfig, reparameterizeGradKernelConfig } from './Reparameterize.js'
import { resizeBilinearConfig } from './ResizeBilinear.js'
import { resizeBilinearGradConfig } from './ResizeBilinearGrad.js'
import { resizeNearestNeighborConfig } from './ResizeNearestNeighbor.js'
import { resizeNearestNeighborGradConfig } from './ResizeNearestNeighborGrad.js'
import { reverseConfig } from './Reverse.js'
import { sigmaLossConfig, sigmaLossGradConfig, sigmaLossGradKernelConfig } from './SigmaLoss.js'
import { sliceConfigs } from './Slice.js'
import { splitConfigs } from './SplitV.js'
import { sqrtConfig } from './Sqrt.js'
import { ssimConfig, ssimGradConfig, ssimGradKernelConfig } from './Ssim.js'
import { meanConfig, sumConfig } from './Sum.js'
import { tileConfig } from './Tile.js'
import { transformConfig } from './Transform.js'
import { unsortedSegmentSumConfig } from './UnsortedSegmentSum.js'
import { withAllTypes } from './value-types.js'

/** Kernels of our own with arithmetic in WebAssembly, beside or in place of tfjs-backend-wasm's. */
export const ownKernels: readonly KernelConfig[] = [
  activationBiasGradConfig,
  avgPoolConfig,
  avgPoolGradConfig,
  batchMatMulConfig,
  ...binaryConfigs,
  clipByValueConfig,
  ...concatConfigs,
  conv2DBackpropFilterConfig,
  conv2DBackpropInputConfig,
  conv2DConfig,
  convLayerConfig,
  depthwiseConv2dNativeBackpropFilterConfig,
  depthwiseConv2dNativeBackpropInputConfig,
  depthwiseConv2dNativeConfig,
  edgeLossConfig,
  edgeLossGradKernelConfig,
  einsumConfig,
  elementwiseGradConfig,
  ...fftConfigs,
  focalFrequencyConfig,
  focalFrequencyGradKernelConfig,
  freeBitsConfig,
  freeBitsGradKernelConfig,
  fusedBatchNormConfig,
  fusedBatchNormGradConfig,
  fusedConv2DConfig,
  fusedDepthwiseConv2DConfig,
  fusedMatMulConfig,
  gatherV2Config,
  halveConfig,
  halveGradKernelConfig,
  imageMeanConfig,
  imageMeanGradKernelConfig,
  klDivergenceConfig,
  klDivergenceGradKernelConfig,
  maxPool3DConfig,
  maxPool3DGradConfig,
  maxPoolConfig,
  maxPoolGradConfig,
  maxPoolWithArgmaxConfig,
  meanConfig,
  padV2Config,
  randomNormalConfig,
  reconstructionLossConfig,
  reconstructionLossGradKernelConfig,
  reparameterizeConfig,
  reparameterizeGradKernelConfig,
  resizeBilinearConfig,
  resizeBilinearGradConfig,
  resizeNearestNeighborConfig,
  resizeNearestNeighborGradConfig,
  reverseConfig,
  sigmaLossConfig,
  sigmaLossGradKernelConfig,
  ...sliceConfigs,
  ...splitConfigs,
  sqrtConfig,
  ssimConfig,
  ssimGradKernelConfig,
  sumConfig,
  tileConfig,
  unsortedSegmentSumConfig,
]

/** Kernels of our own in JavaScript on views of the same memory: they move values or names, or are rare. */
const scriptKernels: readonly KernelConfig[] = [
  ...complexConfigs,
  ...dilation2DConfigs,
  ...raggedConfigs,
  castConfig,
  conv3DBackpropFilterV2Config,
  conv3DBackpropInputV2Config,
  drawConfig,
  fillConfig,
  identityConfig,
  oneHotConfig,
  transformConfig,
]

/** Where a kernel of ours computes. */
export type Origin = 'own' | 'script' | 'tfjs'

/** Every kernel of the backend by name, as it is registered, with all types that it takes; and where it computes. */
export const allKernels: ReadonlyMap<string, { readonly config: KernelConfig; readonly origin: Origin }> = new Map(
  (
    [
      [[...wasmKernels.keys()].map(numberKernel), 'tfjs'],
      [correctedKernels, 'tfjs'],
      [scriptKernels, 'script'],
      [ownKernels, 'own'],
    ] as const
  ).flatMap(([configs, origin]) =>
    configs.map(config => [config.kernelName, { config: withAllTypes({ ...config, backendName }), origin }] as const),
  ),
)

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

/** Below 'cpu' (1), 'wasm' and 'webgl' (2): never chosen over them unasked, also when it is imported first, as of equals tfjs takes the first. */
const priority = 0

export function registerEyesWasm(): void {
  if (engine().registryFactory[backendName]) return
  for (const { config } of allKernels.values()) registerKernel(config)
  for (const config of ownGradients) registerGradient(config)
  for (const [name, config] of coreGradients) {
    const registered = getGradient(name) as GradConfig | undefined // tfjs's type leaves undefined out
    if (!registered) registerGradient(config)
  }
  registerFasterGradients()
  registerBackend(
    backendName,
    () => {
      registerFasterGradients() // the user's tfjs may have been imported after this package
      return EyesWasmBackend.create()
    },
    priority,
  )
}

const fasterOnes = new WeakSet<GradConfig>()

/**
 * Puts our faster gradients over those that are registered now. A copy of tfjs that is imported later registers its own over ours, unasked:
 * whoever imports one calls this again.
 */
export function registerFasterGradients(): void {
  const find = (name: string) => {
    const registered = getGradient(name) as GradConfig | undefined
    return registered && !fasterOnes.has(registered) ? registered : undefined
  }
  for (const config of fasterGradients(find)) {
    fasterOnes.add(config)
    registerGradient(config)
  }
}
