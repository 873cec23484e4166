// Kernels of tfjs-backend-wasm behind a correction: right for most of what they are given, they trap, write beyond the end of a tensor or answer
// with what lay in memory for the rest. That is refused here, or brought to a form that they compute. In the order of their names.
import {
  type BincountAttrs,
  type CropAndResizeAttrs,
  type CumsumAttrs,
  type KernelConfig,
  type ScatterNdAttrs,
  type SparseToDenseAttrs,
  type TensorInfo,
  type TopKAttrs,
  upcastType,
  util,
} from '@tensorflow/tfjs-core'
import { inputError } from '../errors.js'
import { type EyesWasmBackend, kernel, type KernelCall } from './backend.js'
import { castTo } from './Cast.js'
import { delegate } from './delegate.js'
import { wasmKernels } from './registrations.js'

type Tensors = Record<string, TensorInfo>

/** A kernel that calls theirs of the same name. Theirs is not registered beside ours, so tfjs would not set it up. */
function corrected<Inputs extends string, Attrs>(
  name: string,
  compute: (call: KernelCall<Inputs, Attrs>) => TensorInfo | TensorInfo[],
): KernelConfig {
  const { setupFunc } = wasmKernels.get(name)!
  return { ...kernel(name, compute), ...(setupFunc && { setupFunc }) }
}

// ---- bool tensors, which have one byte a value

/** What `compute` makes of int32 tensors in the place of bool ones. */
function withIntegers<Result>(
  backend: EyesWasmBackend,
  inputs: Tensors,
  compute: (numbers: Tensors) => Result,
): Result {
  const bools = Object.entries(inputs).filter(([, tensor]) => tensor.dtype === 'bool')
  const numbers = bools.map(([name, tensor]) => [name, castTo(backend, tensor, 'int32')] as const)
  const result = compute({ ...inputs, ...Object.fromEntries(numbers) })
  for (const [, { dataId }] of numbers) backend.disposeData(dataId)
  return result
}

/** An int32 tensor as bool; it is freed. */
function toBool(backend: EyesWasmBackend, tensor: TensorInfo): TensorInfo {
  const bool = castTo(backend, tensor, 'bool')
  backend.disposeData(tensor.dataId)
  return bool
}

/** Theirs of cumulative sums and products takes no bool tensors and no axis from the end, and divides by the length of an axis. */
const cumulative =
  (name: string) =>
  ({ inputs, attrs, backend }: KernelCall<'x', CumsumAttrs>): TensorInfo => {
    const { dtype, shape } = inputs.x
    const [axis] = util.parseAxisParam(attrs.axis, shape) as [number]
    if (util.sizeFromShape(shape) === 0) return backend.output(shape, dtype === 'bool' ? 'int32' : dtype)
    return withIntegers(backend, inputs, numbers => delegate(backend, name, numbers, { ...attrs, axis }))
  }

/**
 * y of t's and e's common type. The condition has their shape, or one value for each row of theirs.
 * @throws INPUT for any other condition, with which theirs would go beyond the end
 */
function select({ inputs, backend }: KernelCall<'condition' | 't' | 'e'>): TensorInfo {
  const { condition, t, e } = inputs
  const dtype = upcastType(t.dtype, e.dtype)
  const [conditions, values] = [condition, t].map(one => util.sizeFromShape(one.shape)) as [number, number]
  if (values === 0) return backend.output(t.shape, dtype) // of an empty t, tfjs leaves the condition as it is
  if (conditions !== values && !(condition.shape.length === 1 && conditions === t.shape[0])) {
    throw inputError(
      `Select: the condition is [${condition.shape.join(', ')}], t is [${t.shape.join(', ')}], wanted a condition for each ` +
        'value or row of t. Give one of its shape.',
    )
  }
  if (t.dtype === e.dtype && dtype !== 'bool') return delegate(backend, 'Select', inputs)
  const numbers = dtype === 'bool' ? 'int32' : dtype
  const [a, b] = [castTo(backend, t, numbers), castTo(backend, e, numbers)]
  const y = delegate(backend, 'Select', { condition, t: a, e: b })
  for (const { dataId } of [a, b]) backend.disposeData(dataId)
  return dtype === 'bool' ? toBool(backend, y) : y
}

function sparseFillEmptyRows({
  inputs,
  backend,
}: KernelCall<'indices' | 'values' | 'denseShape' | 'defaultValue'>): TensorInfo[] {
  const filled = withIntegers(backend, inputs, numbers => {
    return delegate(backend, 'SparseFillEmptyRows', numbers) as unknown as TensorInfo[]
  })
  return inputs.values.dtype === 'bool' ? filled.with(1, toBool(backend, filled[1]!)) : filled
}

/** The k largest values of each row, and their places. Theirs divides by the length of a row. */
function topK({ inputs, attrs, backend }: KernelCall<'x', TopKAttrs>): TensorInfo[] {
  const { dtype, shape } = inputs.x
  const part = shape.with(-1, attrs.k)
  if (util.sizeFromShape(part) === 0) return [backend.output(part, dtype), backend.output(part, 'int32')]
  const [values, indices] = withIntegers(backend, inputs, numbers => {
    return delegate(backend, 'TopK', numbers, { ...attrs }) as unknown as [TensorInfo, TensorInfo]
  })
  return [dtype === 'bool' ? toBool(backend, values) : values, indices]
}

// ---- indices, which theirs take for addresses unseen

/** @throws INPUT unless each row of the indices, int32 [..., depth], is a place in the first axes of `shape` */
function checkPlaces(backend: EyesWasmBackend, who: string, indices: TensorInfo, depth: number, shape: number[]): void {
  const values = backend.typedArrayFromHeap(indices)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (value >= 0 && value < shape[i % depth]!) continue
    const row = values.subarray(i - (i % depth), i - (i % depth) + depth)
    throw inputError(`${who}: the indices [${row.join(', ')}] are no place in [${shape.join(', ')}]. Count from 0.`)
  }
}

function gatherNd({ inputs, backend }: KernelCall<'params' | 'indices'>): TensorInfo {
  const { params, indices } = inputs
  checkPlaces(backend, 'GatherNd', indices, indices.shape.at(-1)!, params.shape)
  return delegate(backend, 'GatherNd', inputs)
}

/** The same for indices of what is written: those of rank 1 have a depth of 1, and into an empty tensor nothing is, as elsewhere in tfjs. */
function checkTargets(backend: EyesWasmBackend, who: string, indices: TensorInfo, shape: number[]): void {
  const depth = indices.shape.length > 1 ? indices.shape.at(-1)! : 1
  if (util.sizeFromShape(shape) > 0) checkPlaces(backend, who, indices, depth, shape)
}

function scatterNd({ inputs, attrs, backend }: KernelCall<'indices' | 'updates', ScatterNdAttrs>): TensorInfo {
  checkTargets(backend, 'ScatterNd', inputs.indices, attrs.shape)
  return delegate(backend, 'ScatterNd', inputs, { ...attrs })
}

type Dense = KernelCall<'sparseIndices' | 'sparseValues' | 'defaultValue', SparseToDenseAttrs>

function sparseToDense({ inputs, attrs, backend }: Dense): TensorInfo {
  checkTargets(backend, 'SparseToDense', inputs.sparseIndices, attrs.outputShape)
  return delegate(backend, 'SparseToDense', inputs, { ...attrs })
}

function tensorScatterUpdate({ inputs, backend }: KernelCall<'tensor' | 'indices' | 'updates'>): TensorInfo {
  checkTargets(backend, 'TensorScatterUpdate', inputs.indices, inputs.tensor.shape)
  return delegate(backend, 'TensorScatterUpdate', inputs)
}

type CropCall = KernelCall<'image' | 'boxes' | 'boxInd', CropAndResizeAttrs>

/**
 * Theirs takes the row above the nearest one where picture and crop are one pixel wide. A column is a row with its boxes turned, [y1, x1, y2, x2]
 * to [x1, y1, x2, y2].
 */
function cropColumn({ inputs, attrs, backend }: CropCall): TensorInfo {
  const [batch, height, , channels] = inputs.image.shape as [number, number, number, number]
  const image = { ...inputs.image, shape: [batch, 1, height, channels] }
  const boxes = backend.output(inputs.boxes.shape)
  const [from, to] = [inputs.boxes, boxes].map(one => backend.floats(one)) as [Float32Array, Float32Array]
  for (let i = 0; i < to.length; i++) to[i] = from[i ^ 1]!
  const cropSize: [number, number] = [1, attrs.cropSize[0]]
  const row = delegate(backend, 'CropAndResize', { ...inputs, image, boxes }, { ...attrs, cropSize })
  backend.disposeData(boxes.dataId)
  return { ...row, shape: [row.shape[0]!, attrs.cropSize[0], 1, channels] }
}

function cropAndResize(call: CropCall): TensorInfo {
  const { inputs, attrs, backend } = call
  checkPlaces(backend, 'CropAndResize', inputs.boxInd, 1, inputs.image.shape.slice(0, 1))
  if (attrs.method === 'nearest' && attrs.cropSize[1] === 1 && inputs.image.shape[2] === 1) return cropColumn(call)
  return delegate(backend, 'CropAndResize', inputs, { ...attrs })
}

/** @throws INPUT for a number below 0, where theirs prints a line and leaves y as it was */
function checkCounted(backend: EyesWasmBackend, who: string, x: TensorInfo): void {
  const negative = backend.typedArrayFromHeap(x).find(value => value < 0)
  if (negative !== undefined) throw inputError(`${who}: Input x must be non-negative! Found ${negative}.`)
}

/** Theirs counts right, but for x of rank 2 or more answers as many rows as x has. */
function bincount({ inputs, attrs, backend }: KernelCall<'x' | 'weights', BincountAttrs>): TensorInfo {
  checkCounted(backend, 'Bincount', inputs.x)
  const x = { ...inputs.x, shape: [util.sizeFromShape(inputs.x.shape)] }
  return delegate(backend, 'Bincount', { ...inputs, x }, { ...attrs })
}

function denseBincount({ inputs, attrs, backend }: KernelCall<'x' | 'weights'>): TensorInfo {
  checkCounted(backend, 'DenseBincount', inputs.x)
  return delegate(backend, 'DenseBincount', inputs, { ...attrs })
}

export const correctedKernels: readonly KernelConfig[] = [
  corrected('Bincount', bincount),
  corrected('CropAndResize', cropAndResize),
  corrected('Cumprod', cumulative('Cumprod')),
  corrected('Cumsum', cumulative('Cumsum')),
  corrected('DenseBincount', denseBincount),
  corrected('GatherNd', gatherNd),
  corrected('ScatterNd', scatterNd),
  corrected('Select', select),
  corrected('SparseFillEmptyRows', sparseFillEmptyRows),
  corrected('SparseToDense', sparseToDense),
  corrected('TensorScatterUpdate', tensorScatterUpdate),
  corrected('TopK', topK),
]
