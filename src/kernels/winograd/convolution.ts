// Runs convolutions in the transform domain: plan, transformed filter, scratch, call. Twin of assembly/winograd/convolution.ts.
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { wideTiles } from '../../wasm/revectorize.js'
import type { Pointer } from '../../wasm/kernels.js'
import type { EyesWasmBackend } from '../backend.js'
import { activations, type ConvInfo } from '../geometry.js'
import { Memo } from '../memo.js'
import { type ConvKernel, planRecord, type TileSize } from './plan.js'

const plans = new Memo<readonly number[]>()

function planOf(kernel: ConvKernel, info: ConvInfo, size: TileSize): readonly number[] {
  const wide = wideTiles()
  return plans.of(info, `${kernel} ${size.points} ${size.outputs} ${wide}`, () => planRecord(kernel, info, size, wide))
}

/**
 * The filter in the transform domain: it depends on the filter and the tile size, not on the maps, and is kept as long as the filter's
 * values, which a reshaped tensor shares.
 */
function transformedFilter(
  backend: EyesWasmBackend,
  kernel: ConvKernel,
  filter: TensorInfo,
  { points, outputs }: TileSize,
  stride: number,
  plan: readonly number[],
): Pointer {
  const { kernels } = backend
  return backend.derived(filter, `${kernel} ${points} ${outputs} ${stride} [${filter.shape.join()}]`, () => ({
    bytes: kernels.winogradFilterBytes(backend.record(plan)),
    fill: at => {
      const scratch = backend.scratch(kernels.winogradFilterScratch(backend.record(plan)))
      kernels.winogradFilter(backend.address(filter), at, backend.record(plan), scratch)
    },
  }))
}

/** Conv2D: x [N, H, W, C] to y [N, OH, OW, OC]; Conv2DBackpropInput: dy to dx. With bias per channel written and ReLU where asked. */
export function winogradConvolution(
  backend: EyesWasmBackend,
  kernel: 'Conv2D' | 'Conv2DBackpropInput',
  info: ConvInfo,
  size: TileSize,
  x: TensorInfo,
  filter: TensorInfo,
  bias: TensorInfo | undefined,
  activation: 'linear' | 'relu',
): TensorInfo {
  const { kernels } = backend
  const y = backend.output(kernel === 'Conv2D' ? info.outShape : info.inShape)
  const plan = planOf(kernel, info, size)
  const transformed = transformedFilter(backend, kernel, filter, size, info.strideHeight, plan)
  const scratch = backend.scratch(kernels.winogradConvolutionScratch(backend.record(plan)))
  kernels.winogradConvolution(
    backend.address(x),
    transformed,
    bias ? backend.address(bias) : 0,
    backend.address(y),
    backend.record(plan),
    activations[activation],
    scratch,
  )
  return y
}

/** dw [k, k, C, OC] of x [N, H, W, C] and dy [N, OH, OW, OC]. */
export function winogradFilterGradient(
  backend: EyesWasmBackend,
  info: ConvInfo,
  size: TileSize,
  x: TensorInfo,
  dy: TensorInfo,
): TensorInfo {
  const { kernels } = backend
  const dw = backend.output([info.filterHeight, info.filterWidth, info.inChannels, info.outChannels])
  const plan = planOf('Conv2DBackpropFilter', info, size)
  const scratch = backend.scratch(kernels.winogradFilterGradientScratch(backend.record(plan)))
  kernels.winogradFilterGradient(
    backend.address(x),
    backend.address(dy),
    backend.address(dw),
    backend.record(plan),
    scratch,
  )
  return dw
}
