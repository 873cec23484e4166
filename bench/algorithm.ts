// The one place where the bench knows how a convolution is computed: it calls the kernels, names their algorithm, counts the
// arithmetic that it really does and bounds its rounding errors.
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { algorithmName, chooseAlgorithm } from '../src/kernels/algorithm.js'
import type { EyesWasmBackend } from '../src/kernels/backend.js'
import { convolve } from '../src/kernels/Conv2D.js'
import { filterGradient } from '../src/kernels/Conv2DBackpropFilter.js'
import { convolveTransposed } from '../src/kernels/Conv2DBackpropInput.js'
import type { ConvInfo } from '../src/kernels/geometry.js'
import { squareConvInfo } from '../src/kernels/square-convolution.js'
import { winogradErrorBound } from '../src/kernels/winograd/error-bound.js'
import { cutInto } from '../src/kernels/winograd/plan.js'
import type { KernelName } from './models.js'
import type { Expected, Geometry } from './reference.js'

export interface Algorithm {
  readonly name: string
  /** Multiplications and additions that it does at least. */
  readonly flop: number
  /** Largest absolute error that rounding can make of a value. */
  bound(expected: Expected): number
}

/** Half a unit in the last place of float32, relative. */
const rounding = 2 ** -24

/** Multiplications and additions by the definition, those with padding's zeros included: what an effective speed is of. */
export const nominalFlop = (g: Geometry) =>
  2 * g.batch * g.outHeight * g.outWidth * g.outChannels * g.inChannels * g.kernel * g.kernel

/** Taps along one axis that meet an input and not padding, summed over the outputs. */
function tapsInside(inSize: number, outSize: number, { kernel, stride, padding }: Geometry): number {
  let taps = 0
  for (let out = 0; out < outSize; out++) {
    const first = out * stride - padding
    taps += Math.max(0, Math.min(inSize, first + kernel) - Math.max(0, first))
  }
  return taps
}

/** What no direct algorithm can do without: products with padding are zero, and may be left out. */
export const directFlop = (g: Geometry) =>
  2 *
  g.batch *
  tapsInside(g.inHeight, g.outHeight, g) *
  tapsInside(g.inWidth, g.outWidth, g) *
  g.outChannels *
  g.inChannels

/** A plain sum of products: Higham, "Accuracy and Stability of Numerical Algorithms", 2002, section 3.1, to first order. */
const direct = (g: Geometry): Algorithm => ({
  name: 'direct',
  flop: directFlop(g),
  bound: ({ terms, magnitude }) => (terms + 1) * rounding * magnitude,
})

/** What a kernel chooses for a geometry; of Winograd's, the matrix products alone are counted. Inputs are at most 1 in size. */
export function algorithmOf(kernel: KernelName, g: Geometry): Algorithm {
  const info = { ...squareConvInfo({ ...g, height: g.inHeight, width: g.inWidth }), batchSize: g.batch }
  const size = chooseAlgorithm(kernel, info)
  if (size === 'direct') return direct(g)
  const { inGroups, outGroups, tilesHigh, tilesWide } = cutInto(kernel, info, size)!
  const products = g.batch * tilesHigh * tilesWide * size.points ** 2 * (inGroups.length * outGroups.length) ** 2
  return {
    name: algorithmName(kernel, info, size),
    flop: 2 * products * g.inChannels * g.outChannels,
    bound: () => winogradErrorBound(kernel, info, size, 1),
  }
}

export interface Operands {
  readonly x: TensorInfo
  readonly w: TensorInfo
  readonly dy: TensorInfo
}

/** Computes the kernel's result by its own choice of algorithm, or by the one named. */
export function runKernel(
  backend: EyesWasmBackend,
  kernel: KernelName,
  info: ConvInfo,
  { x, w, dy }: Operands,
  algorithm = chooseAlgorithm(kernel, info),
): TensorInfo {
  switch (kernel) {
    case 'Conv2D':
      return convolve(backend, info, x, w, undefined, 'linear', algorithm)
    case 'Conv2DBackpropInput':
      return convolveTransposed(backend, info, dy, w, undefined, 'linear', algorithm)
    case 'Conv2DBackpropFilter':
      return filterGradient(backend, info, x, dy, algorithm)
  }
}

/** The same by the direct algorithm, whatever the kernel's own choice is. */
export const runDirect: typeof runKernel = (backend, kernel, info, operands) =>
  runKernel(backend, kernel, info, operands, 'direct')
