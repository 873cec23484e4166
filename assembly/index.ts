// kernels.wasm: everything that computes on tensors, in tfjs's own memory (imported). One line a file.
export { imageMetrics, imageMetricsScratch } from './ImageMetrics'
export { ssim, ssimGradient, ssimScratch } from './Ssim'
