// The difference of two pictures' edges as a tfjs op with gradient; formula and arithmetic in assembly/EdgeLoss.ts.
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core'
import type { EyesWasmBackend } from './backend.js'
import { imageLossConfigs, type ImageShape, runImageLoss } from './image-loss.js'

const name = 'EyesEdgeLoss'

const scratchFor = (backend: EyesWasmBackend, [, ...size]: ImageShape) =>
  backend.scratch(backend.kernels.edgeLossScratch(...size))

export const {
  forward: edgeLossConfig,
  backward: edgeLossGradKernelConfig,
  gradient: edgeLossGradConfig,
} = imageLossConfigs({
  name,
  value: (backend, a, b, y, shape) => backend.kernels.edgeLoss(a, b, y, scratchFor(backend, shape), ...shape),
  gradient: (backend, { a, b, dy, da }, shape) =>
    backend.kernels.edgeLossGrad(a, b, dy, da, scratchFor(backend, shape), ...shape),
})

/** Mean absolute difference of Sobel's two edge maps of a and b [N, H, W, C], sides at least 3: [N]. */
export const edgeLoss = (a: Tensor4D, b: Tensor4D): Tensor1D => runImageLoss(name, 3, a, b)
