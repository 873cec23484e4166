// Convolutions of 1 x 1 with stride 1 and no border are matrix products over the pixels, and so are both of their gradients: what a
// direct convolution would compute, in the tiles of assembly/BatchMatMul.ts. Channels last.
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { EyesWasmBackend } from './backend.js'
import { matMul } from './BatchMatMul.js'
import type { ConvInfo } from './geometry.js'

/** Whether every output pixel is made of the one input pixel at its place. */
export function isPointwise({ filterHeight, filterWidth, strideHeight, strideWidth, padInfo }: ConvInfo): boolean {
  const { top, bottom, left, right } = padInfo
  return (
    [filterHeight, filterWidth, strideHeight, strideWidth].every(n => n === 1) && !top && !bottom && !left && !right
  )
}

/** A map or a filter as a matrix, [all but the last axis, channels]. */
const matrix = (t: TensorInfo): TensorInfo => {
  const channels = t.shape.at(-1)!
  return { ...t, shape: [t.shape.slice(0, -1).reduce((a, b) => a * b, 1), channels] }
}

/** y [N, H, W, OC] of x [N, H, W, C] and filter [1, 1, C, OC]; `transposed`: dx of dy and the same filter. Bias per channel, or none. */
export function pointwiseConvolution(
  backend: EyesWasmBackend,
  info: ConvInfo,
  transposed: boolean,
  x: TensorInfo,
  filter: TensorInfo,
  bias: TensorInfo | undefined,
  activation: 'linear' | 'relu',
): TensorInfo {
  const orientation = { transposeA: false, transposeB: transposed }
  const y = matMul(backend, matrix(x), matrix(filter), orientation, bias, activation)
  return { ...y, shape: transposed ? info.inShape : info.outShape }
}

/** dw [1, 1, C, OC] of x [N, H, W, C] and dy [N, H, W, OC]. */
export function pointwiseFilterGradient(backend: EyesWasmBackend, x: TensorInfo, dy: TensorInfo): TensorInfo {
  const dw = matMul(backend, matrix(x), matrix(dy), { transposeA: true, transposeB: false })
  return { ...dw, shape: [1, 1, ...dw.shape] }
}
