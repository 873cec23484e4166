// Winograd's convolutions on small fixed data, for self-check.ts and vector-check.ts as check-cases.ts has the others. Plans are made
// in the vector mode at hand, so that cases made in either mode run its tile shape.
import { instantiateKernels } from '../wasm/kernels.js'
import { wideTiles } from '../wasm/revectorize.js'
import { algorithmName, tileSizes } from './algorithm.js'
import { Arrays, type Case, forEachTerm, infoOfLayer, type LayerCase } from './check-cases.js'
import { activations } from './geometry.js'
import { winogradErrorBound } from './winograd/error-bound.js'
import { type ConvKernel, planRecord, type TileSize } from './winograd/plan.js'

/** A layer, and the tile size that it is computed with. */
export interface WinogradCase {
  readonly layer: LayerCase
  readonly size: TileSize
}

const tapsOf = ({ points, outputs }: TileSize) => points + 1 - outputs

/** The size with so many taps that has most outputs. */
const sizeWithTaps = (taps: number) =>
  tileSizes.filter(size => tapsOf(size) === taps).reduce((a, b) => (a.outputs > b.outputs ? a : b))

/** Every tile size, on a kernel that it takes whole. */
export function wholeKernels(side: number, inChannels: number, outChannels: number): WinogradCase[] {
  return tileSizes.map(size => ({ layer: { side, kernel: tapsOf(size), stride: 1, inChannels, outChannels }, size }))
}

/** A kernel in pieces and one in the phases of a stride of 2, as the report's models have them. */
export function kernelsInPieces(side: number, inChannels: number, outChannels: number): WinogradCase[] {
  const shared = { side, inChannels, outChannels }
  const size = sizeWithTaps(3)
  return [
    { layer: { ...shared, kernel: 9, stride: 1 }, size },
    { layer: { ...shared, kernel: 6, stride: 2 }, size },
  ]
}

/** A convolution and its two gradients in the transform domain. */
export function winogradCases(module: WebAssembly.Module, { layer, size }: WinogradCase): Case[] {
  const arrays = new Arrays(new WebAssembly.Memory({ initial: 32 }))
  const kernels = instantiateKernels(module, arrays.memory)
  const info = infoOfLayer(layer)
  const [xSize, ySize] = [
    layer.side * layer.side * layer.inChannels,
    info.outHeight * info.outWidth * layer.outChannels,
  ]
  const wSize = layer.kernel * layer.kernel * layer.inChannels * layer.outChannels
  const [x, w, dy] = [arrays.fill(xSize, 1), arrays.fill(wSize, 2), arrays.fill(ySize, 3)]

  const describe = (kernel: ConvKernel, result: number, length: number, run: () => void): Case => ({
    kernel: `${kernel} ${algorithmName(kernel, info, size)}`,
    run,
    actual: () => arrays.view(result, length),
    reference: () => {
      const expected = new Float64Array(length)
      const [vx, vw, vdy] = [arrays.view(x, xSize), arrays.view(w, wSize), arrays.view(dy, ySize)]
      forEachTerm(info, (xi, wi, yi) => {
        if (kernel === 'Conv2D') expected[yi]! += vx[xi]! * vw[wi]!
        else if (kernel === 'Conv2DBackpropInput') expected[xi]! += vdy[yi]! * vw[wi]!
        else expected[wi]! += vx[xi]! * vdy[yi]!
      })
      return { expected, bound: winogradErrorBound(kernel, info, size, 1) }
    },
  })
  const planOf = (kernel: ConvKernel) => arrays.record(planRecord(kernel, info, size, wideTiles()))

  const map = (kernel: 'Conv2D' | 'Conv2DBackpropInput', from: number, length: number): Case => {
    const plan = planOf(kernel)
    const filter = arrays.reserve(kernels.winogradFilterBytes(plan))
    const needs = Math.max(kernels.winogradFilterScratch(plan), kernels.winogradConvolutionScratch(plan))
    const [result, scratch] = [arrays.fill(length, 4), arrays.reserve(needs)]
    return describe(kernel, result, length, () => {
      kernels.winogradFilter(w, filter, plan, scratch)
      kernels.winogradConvolution(from, filter, 0, result, plan, activations.linear, scratch)
    })
  }
  const filterGradient = (): Case => {
    const plan = planOf('Conv2DBackpropFilter')
    const [result, scratch] = [arrays.fill(wSize, 5), arrays.reserve(kernels.winogradFilterGradientScratch(plan))]
    return describe('Conv2DBackpropFilter', result, wSize, () => {
      kernels.winogradFilterGradient(x, dy, result, plan, scratch)
    })
  }
  return [map('Conv2D', x, ySize), map('Conv2DBackpropInput', dy, xSize), filterGradient()]
}
