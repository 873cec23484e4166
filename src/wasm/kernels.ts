// Typed face of kernels.wasm (assembly/index.ts). Pointers are byte offsets into tfjs's memory; contracts stand at each kernel.

/** Byte offset into the WASM memory. */
export type Pointer = number

/** One value y[n] of each pair of images a, b [N, H, W, C]. */
export type ImageLossKernel = (
  a: Pointer,
  b: Pointer,
  y: Pointer,
  scratch: Pointer,
  count: number,
  height: number,
  width: number,
  channels: number,
) => void

/** da [N, H, W, C] of those values, by dy [N]. */
export type ImageLossGradKernel = (
  a: Pointer,
  b: Pointer,
  dy: Pointer,
  da: Pointer,
  scratch: Pointer,
  count: number,
  height: number,
  width: number,
  channels: number,
) => void

export interface KernelExports {
  add(a: Pointer, b: Pointer, y: Pointer, size: number): void
  clipByValue(x: Pointer, y: Pointer, size: number, low: number, high: number): void
  batchMatMulScratch(shape: Pointer): number
  batchMatMul(
    a: Pointer,
    b: Pointer,
    bias: Pointer,
    y: Pointer,
    shape: Pointer,
    activation: number,
    scratch: Pointer,
  ): void
  binaryScratch(): number
  binary(a: Pointer, b: Pointer, y: Pointer, operation: number, loops: Pointer, count: number, scratch: Pointer): void
  conv2DScratch(geometry: Pointer): number
  conv2D(
    x: Pointer,
    w: Pointer,
    bias: Pointer,
    y: Pointer,
    geometry: Pointer,
    activation: number,
    scratch: Pointer,
  ): void
  conv2DBackpropInputScratch(geometry: Pointer): number
  conv2DBackpropInput(
    dy: Pointer,
    w: Pointer,
    bias: Pointer,
    dx: Pointer,
    geometry: Pointer,
    activation: number,
    scratch: Pointer,
  ): void
  conv2DBackpropFilterScratch(geometry: Pointer): number
  conv2DBackpropFilter(x: Pointer, dy: Pointer, dw: Pointer, geometry: Pointer, scratch: Pointer): void
  copyBlock(from: Pointer, to: Pointer, axes: Pointer, rank: number, bytes: number): void
  copyRows(from: Pointer, fromPitch: number, to: Pointer, toPitch: number, bytes: number, rows: number): void
  tile(x: Pointer, y: Pointer, axes: Pointer, rank: number): void
  elementwiseGrad(dy: Pointer, x: Pointer, dx: Pointer, size: number, kind: number): void
  resizeBilinearScratch(geometry: Pointer): number
  resizeBilinear(x: Pointer, y: Pointer, geometry: Pointer, channels: number, scratch: Pointer): void
  resizeBilinearGrad(dy: Pointer, dx: Pointer, geometry: Pointer, channels: number, scratch: Pointer): void
  resizeNearestNeighborScratch(geometry: Pointer): number
  resizeNearestNeighbor(x: Pointer, y: Pointer, geometry: Pointer, pixelBytes: number, scratch: Pointer): void
  resizeNearestNeighborGrad(dy: Pointer, dx: Pointer, geometry: Pointer, channels: number, scratch: Pointer): void
  depthwiseConv2dNativeScratch(window: Pointer): number
  depthwiseConv2dNative(
    x: Pointer,
    w: Pointer,
    bias: Pointer,
    y: Pointer,
    window: Pointer,
    activation: number,
    scratch: Pointer,
  ): void
  depthwiseConv2dNativeBackpropInput(dy: Pointer, w: Pointer, dx: Pointer, window: Pointer, scratch: Pointer): void
  depthwiseConv2dNativeBackpropFilter(x: Pointer, dy: Pointer, dw: Pointer, window: Pointer, scratch: Pointer): void
  maxPoolScratch(): number
  maxPool(x: Pointer, y: Pointer, window: Pointer, scratch: Pointer): void
  maxPoolGrad(dy: Pointer, x: Pointer, dx: Pointer, window: Pointer, scratch: Pointer): void
  avgPoolScratch(window: Pointer): number
  avgPool(x: Pointer, y: Pointer, window: Pointer, scratch: Pointer): void
  avgPoolGrad(dy: Pointer, dx: Pointer, window: Pointer, scratch: Pointer): void
  fusedBatchNorm(
    x: Pointer,
    mean: Pointer,
    variance: Pointer,
    scale: Pointer,
    offset: Pointer,
    y: Pointer,
    pixels: number,
    channels: number,
    epsilon: number,
    scratch: Pointer,
  ): void
  fusedBatchNormGrad(
    dy: Pointer,
    x: Pointer,
    mean: Pointer,
    variance: Pointer,
    scale: Pointer,
    dx: Pointer,
    dMean: Pointer,
    dVariance: Pointer,
    dScale: Pointer,
    dOffset: Pointer,
    pixels: number,
    channels: number,
    epsilon: number,
  ): void
  winogradFilterBytes(plan: Pointer): number
  winogradFilterScratch(plan: Pointer): number
  winogradFilter(w: Pointer, u: Pointer, plan: Pointer, scratch: Pointer): void
  winogradConvolutionScratch(plan: Pointer): number
  winogradConvolution(
    x: Pointer,
    u: Pointer,
    bias: Pointer,
    y: Pointer,
    plan: Pointer,
    activation: number,
    scratch: Pointer,
  ): void
  winogradFilterGradientScratch(plan: Pointer): number
  winogradFilterGradient(x: Pointer, dy: Pointer, dw: Pointer, plan: Pointer, scratch: Pointer): void
  activationBiasGrad(
    y: Pointer,
    dy: Pointer,
    dz: Pointer,
    db: Pointer,
    pixels: number,
    channels: number,
    activation: number,
  ): void
  tanh(x: Pointer, y: Pointer, size: number): void
  clamp(x: Pointer, y: Pointer, size: number): void
  reconstructionLoss(a: Pointer, b: Pointer, size: number, kind: number): number
  reconstructionLossGrad(a: Pointer, b: Pointer, da: Pointer, size: number, kind: number, scale: number): void
  klDivergence(mu: Pointer, logVar: Pointer, size: number): number
  klDivergenceGrad(mu: Pointer, logVar: Pointer, dMu: Pointer, dLogVar: Pointer, size: number, scale: number): void
  freeBits(mu: Pointer, logVar: Pointer, size: number, floor: number): number
  freeBitsGrad(
    mu: Pointer,
    logVar: Pointer,
    dMu: Pointer,
    dLogVar: Pointer,
    size: number,
    floor: number,
    scale: number,
  ): void
  sigmaLoss(a: Pointer, b: Pointer, y: Pointer, count: number, size: number): void
  sigmaLossGrad(a: Pointer, b: Pointer, dy: Pointer, da: Pointer, count: number, size: number): void
  edgeLossScratch(height: number, width: number, channels: number): number
  edgeLoss: ImageLossKernel
  edgeLossGrad: ImageLossGradKernel
  fftScratch(n: number): number
  fft(
    re: Pointer,
    im: Pointer,
    outRe: Pointer,
    outIm: Pointer,
    scratch: Pointer,
    rows: number,
    n: number,
    divisor: number,
  ): void
  focalFrequencyScratch(height: number, width: number, channels: number): number
  focalFrequency: ImageLossKernel
  focalFrequencyGrad: ImageLossGradKernel
  halve(x: Pointer, y: Pointer, count: number, height: number, width: number, channels: number): void
  halveGrad(dy: Pointer, dx: Pointer, count: number, height: number, width: number, channels: number): void
  bytePixels(bytes: Pointer, out: Pointer, size: number, range: number, low: number): void
  floatPixels(x: Pointer, size: number, range: number, low: number): void
  reparameterize(mu: Pointer, logVar: Pointer, eps: Pointer, z: Pointer, size: number): void
  reparameterizeGrad(dz: Pointer, logVar: Pointer, eps: Pointer, dLogVar: Pointer, size: number): void
  imageMetricsScratch(height: number, width: number, channels: number): number
  imageMetrics(
    a: Pointer,
    b: Pointer,
    mse: Pointer,
    ssim: Pointer,
    scratch: Pointer,
    count: number,
    height: number,
    width: number,
    channels: number,
  ): void
  sqrt(x: Pointer, y: Pointer, size: number): void
  ssimScratch(height: number, width: number, channels: number): number
  ssim(
    a: Pointer,
    b: Pointer,
    y: Pointer,
    scratch: Pointer,
    count: number,
    height: number,
    width: number,
    channels: number,
    kind: number,
  ): void
  ssimGradient(
    a: Pointer,
    b: Pointer,
    dy: Pointer,
    da: Pointer,
    scratch: Pointer,
    count: number,
    height: number,
    width: number,
    channels: number,
    kind: number,
  ): void
  gram(a: Pointer, b: Pointer, out: Pointer, rowsA: number, rowsB: number, stride: number): void
  gatherRows(x: Pointer, ids: Pointer, y: Pointer, count: number, bytes: number): void
  sumScratch(inner: number): number
  sum(x: Pointer, y: Pointer, outer: number, count: number, inner: number, divisor: number, scratch: Pointer): void
  unsortedSegmentSum(x: Pointer, ids: Pointer, y: Pointer, rows: number, length: number, segments: number): void
  randomNormal(
    out: Pointer,
    size: number,
    image: number,
    epoch: number,
    stream: number,
    seedLow: number,
    seedHigh: number,
    scratch: Pointer,
  ): void
}

export function instantiateKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): KernelExports {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as KernelExports
}
