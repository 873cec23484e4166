// Depthwise convolution, pooling, batch normalisation copies and elementwise gradients on small fixed data, for vector-check.ts: 13 channels are a pair of vectors, a
// vector and a lane, and a row of nine places is two tiles and one. Not here: plain loops for them, which the tests have.
import { backend_util } from '@tensorflow/tfjs-core'
import { instantiateKernels, type KernelExports } from '../wasm/kernels.js'
import { Arrays, type Case } from './check-cases.js'
import { windowRecord } from './windows.js'

export function windowCases(module: WebAssembly.Module): Case[] {
  const arrays = new Arrays(new WebAssembly.Memory({ initial: 8 }))
  const kernels = instantiateKernels(module, arrays.memory)
  return [1, 2]
    .flatMap(stride => [
      ...depthwiseCases(kernels, arrays, stride, 1),
      ...depthwiseCases(kernels, arrays, stride, 2),
      ...poolCases(kernels, arrays, stride),
    ])
    .concat(batchNormCases(kernels, arrays), copyCases(kernels, arrays), resizeCases(kernels, arrays))
}

const [side, channels] = [9, 13]

function depthwiseCases(kernels: KernelExports, arrays: Arrays, stride: number, multiplier: number): Case[] {
  const info = backend_util.computeConv2DInfo(
    [2, side, side, channels],
    [3, 3, channels, multiplier],
    stride,
    1,
    'same',
    undefined,
    true,
  )
  const outChannels = channels * multiplier
  const [xSize, wSize, ySize] = [
    2 * side * side * channels,
    9 * outChannels,
    2 * info.outHeight * info.outWidth * outChannels,
  ]
  const [x, w, dy, bias] = [
    arrays.fill(xSize, 1),
    arrays.fill(wSize, 2),
    arrays.fill(ySize, 3),
    arrays.fill(outChannels, 4),
  ]
  const [y, dx, dw] = [arrays.fill(ySize, 5), arrays.fill(xSize, 6), arrays.fill(wSize, 7)]
  const record = arrays.record(windowRecord(info))
  const scratch = arrays.reserve(kernels.depthwiseConv2dNativeScratch(record))
  return [
    {
      kernel: 'DepthwiseConv2dNative',
      run: () => kernels.depthwiseConv2dNative(x, w, bias, y, record, 2, scratch),
      actual: () => arrays.view(y, ySize),
    },
    {
      kernel: 'DepthwiseConv2dNativeBackpropInput',
      run: () => kernels.depthwiseConv2dNativeBackpropInput(dy, w, dx, record, scratch),
      actual: () => arrays.view(dx, xSize),
    },
    {
      kernel: 'DepthwiseConv2dNativeBackpropFilter',
      run: () => kernels.depthwiseConv2dNativeBackpropFilter(x, dy, dw, record, scratch),
      actual: () => arrays.view(dw, wSize),
    },
  ]
}

function poolCases(kernels: KernelExports, arrays: Arrays, stride: number): Case[] {
  const info = backend_util.computePool2DInfo([2, side, side, channels], 3, stride, 1, 'same')
  const [xSize, ySize] = [2 * side * side * channels, 2 * info.outHeight * info.outWidth * channels]
  const [x, dy, y, dx] = [arrays.fill(xSize, 1), arrays.fill(ySize, 2), arrays.fill(ySize, 3), arrays.fill(xSize, 4)]
  const record = arrays.record(windowRecord(info))
  const scratch = arrays.reserve(Math.max(kernels.avgPoolScratch(record), kernels.maxPoolScratch()))
  const forward = (kernel: string, run: () => void): Case => ({ kernel, run, actual: () => arrays.view(y, ySize) })
  const backward = (kernel: string, run: () => void): Case => ({ kernel, run, actual: () => arrays.view(dx, xSize) })
  return [
    forward('AvgPool', () => kernels.avgPool(x, y, record, scratch)),
    backward('AvgPoolGrad', () => kernels.avgPoolGrad(dy, dx, record, scratch)),
    forward('MaxPool', () => kernels.maxPool(x, y, record, scratch)),
    backward('MaxPoolGrad', () => kernels.maxPoolGrad(dy, x, dx, record, scratch)),
  ]
}

/** Two blocks of pixels and a few more. */
function batchNormCases(kernels: KernelExports, arrays: Arrays): Case[] {
  const pixels = 133
  const size = pixels * channels
  const [x, dy, out] = [arrays.fill(size, 1), arrays.fill(size, 2), arrays.fill(size, 3)]
  const [mean, variance, scale, offset] = [4, 5, 6, 7].map(salt => arrays.fill(channels, salt)) as Four
  const [dMean, dVariance, dScale, dOffset] = [4, 5, 6, 7].map(salt => arrays.fill(channels, salt)) as Four
  const scratch = arrays.reserve(4 * channels)
  const epsilon = 1.5 // makes up for variances below 0
  return [
    {
      kernel: 'FusedBatchNorm',
      run: () => kernels.fusedBatchNorm(x, mean, variance, scale, offset, out, pixels, channels, epsilon, scratch),
      actual: () => arrays.view(out, size),
    },
    {
      kernel: 'FusedBatchNormGrad',
      run: () => {
        const sums = [dMean, dVariance, dScale, dOffset] as const
        kernels.fusedBatchNormGrad(dy, x, mean, variance, scale, out, ...sums, pixels, channels, epsilon)
      },
      actual: () =>
        [out, dMean, dVariance, dScale, dOffset].flatMap((at, i) => [...arrays.view(at, i === 0 ? size : channels)]),
    },
  ]
}

function copyCases(kernels: KernelExports, arrays: Arrays): Case[] {
  const [rows, part, whole] = [7, 8, 13]
  const [x, y] = [arrays.fill(rows * whole, 1), arrays.fill(3 * rows * whole, 2)]
  const axes = arrays.record([rows, 3, 4 * whole, 4 * whole, whole, 1, 4, 4])
  const block = arrays.record([rows, 4 * whole, 4 * part, part, -4, 4])
  const actual = () => arrays.view(y, 3 * rows * whole)
  return [
    { kernel: 'CopyRows', run: () => kernels.copyRows(x, 4 * part, y, 4 * whole, 4 * part, rows), actual },
    { kernel: 'CopyBlock', run: () => kernels.copyBlock(x + 4 * (part - 1), y, block, 2, 4), actual },
    ...[0, 1, 2, 3].map(kind => ({
      kernel: 'ElementwiseGrad',
      run: () => kernels.elementwiseGrad(y, x, y, rows * whole, kind),
      actual,
    })),
    { kernel: 'Tile', run: () => kernels.tile(x, y, axes, 2), actual },
  ]
}

/** Five rows and columns to nine. */
function resizeCases(kernels: KernelExports, arrays: Arrays): Case[] {
  const [small, large] = [2 * 5 * 5 * channels, 2 * side * side * channels]
  const [x, y] = [arrays.fill(small, 1), arrays.fill(large, 2)]
  const record = arrays.record([2, 5, 5, side, side, 0, 1])
  const scratch = arrays.reserve(
    Math.max(kernels.resizeBilinearScratch(record), kernels.resizeNearestNeighborScratch(record)),
  )
  const forward = (kernel: string, run: () => void): Case => ({ kernel, run, actual: () => arrays.view(y, large) })
  const backward = (kernel: string, run: () => void): Case => ({ kernel, run, actual: () => arrays.view(x, small) })
  return [
    forward('ResizeBilinear', () => kernels.resizeBilinear(x, y, record, channels, scratch)),
    backward('ResizeBilinearGrad', () => kernels.resizeBilinearGrad(y, x, record, channels, scratch)),
    forward('ResizeNearestNeighbor', () => kernels.resizeNearestNeighbor(x, y, record, 4 * channels, scratch)),
    backward('ResizeNearestNeighborGrad', () => kernels.resizeNearestNeighborGrad(y, x, record, channels, scratch)),
  ]
}

type Four = [number, number, number, number]
