// Sum and mean over any axes, in place of tfjs-backend-wasm's, which transposes first unless the axes are the last ones. float32 runs in
// WASM (assembly/Sum.ts), a block of neighbouring axes at a time, the last block first; other types are theirs.
import { backend_util, type KernelConfig, type SumAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { EyesWasmBackend, KernelCall } from './backend.js'
import { delegate, delegatingKernel } from './delegate.js'

/** Sizes of a block of neighbouring axes that are reduced together, and of what stands before and behind it. */
interface Block {
  readonly outer: number
  readonly count: number
  readonly inner: number
}

/** The blocks of `axes`, the last first; each one's sizes are those after the ones before it were reduced. Axes of size 1 are no work. */
export function reductionBlocks(shape: readonly number[], axes: readonly number[]): Block[] {
  const blocks: Block[] = []
  let inner = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (!axes.includes(axis)) {
      inner *= shape[axis]!
      continue
    }
    let count = 1
    for (; axis >= 0 && (axes.includes(axis) || shape[axis] === 1); axis--) count *= shape[axis]!
    if (count !== 1) blocks.push({ outer: util.sizeFromShape(shape.slice(0, axis + 1)), count, inner })
    axis++
  }
  return blocks
}

/** y of x [float32] summed over the axes, divided by their size for the mean. */
function reduce(name: 'Sum' | 'Mean', { inputs: { x }, attrs, backend }: KernelCall<'x', SumAttrs>): TensorInfo {
  if (x.dtype !== 'float32') return delegate(backend, name, { x }, { ...attrs })
  const axes = util.parseAxisParam(attrs.axis, x.shape)
  const [outShape, reducedShape] = backend_util.computeOutAndReduceShapes(x.shape, axes)
  const shape = attrs.keepDims ? backend_util.expandShapeToKeepDim(outShape, axes) : outShape
  const divisor = name === 'Mean' ? util.sizeFromShape(reducedShape) : 1
  const blocks = reductionBlocks(x.shape, axes)
  let from = x
  for (const [i, block] of blocks.entries()) {
    const isLast = i === blocks.length - 1
    const y = reduceBlock(backend, from, block, isLast ? divisor : 1)
    if (from !== x) backend.disposeData(from.dataId)
    from = y
  }
  // Nothing to sum: the same values under another shape.
  if (from === x) backend.incRef(x.dataId)
  return { dataId: from.dataId, shape, dtype: 'float32' }
}

function reduceBlock(backend: EyesWasmBackend, x: TensorInfo, block: Block, divisor: number): TensorInfo {
  const { outer, count, inner } = block
  const y = backend.output([outer, inner])
  const scratch = backend.scratch(backend.kernels.sumScratch(inner))
  backend.kernels.sum(backend.address(x), backend.address(y), outer, count, inner, divisor, scratch)
  return y
}

const configOf = (name: 'Sum' | 'Mean'): KernelConfig =>
  delegatingKernel<'x', SumAttrs>(name, call => reduce(name, call))

export const sumConfig = configOf('Sum')
export const meanConfig = configOf('Mean')
