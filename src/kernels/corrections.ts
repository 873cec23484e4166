// Single kernels of tfjs-backend-wasm behind a correction: right for most of what they are given, for other values, axes, indices or shapes they
// trap, write beyond the end of a tensor or answer with what lay in memory. That is refused here, or brought to a form that they compute, which
// they then do by way of delegate.ts. Not here: types and tensors without values, for which many kernels have one rule (number-types.ts).
import {
  type BincountAttrs,
  type CropAndResizeAttrs,
  type CumsumAttrs,
  type KernelConfig,
  type RotateWithOffsetAttrs,
  type ScatterNdAttrs,
  type SoftmaxAttrs,
  type SparseToDenseAttrs,
  type TensorInfo,
  upcastType,
  util,
} from '@tensorflow/tfjs-core'
import { inputError } from '../errors.js'
import type { EyesWasmBackend, KernelCall } from './backend.js'
import { delegate, delegatingKernel } from './delegate.js'

// ---- axes and shapes

/** Theirs of cumulative sums and products takes no axis from the end. */
const cumulative =
  (name: string) =>
  ({ inputs, attrs, backend }: KernelCall<'x', CumsumAttrs>): TensorInfo => {
    const [axis] = util.parseAxisParam(attrs.axis, inputs.x.shape) as [number]
    return delegate(backend, name, inputs, { ...attrs, axis })
  }

/**
 * y of t's and e's common type. The condition has their shape, or one value for each row of theirs.
 * @throws INPUT for any other condition, with which theirs would go beyond the end
 */
function select({ inputs, backend }: KernelCall<'condition' | 't' | 'e'>): TensorInfo {
  const { condition, t, e } = inputs
  const [conditions, values] = [condition, t].map(one => util.sizeFromShape(one.shape)) as [number, number]
  // Of an empty t, tfjs leaves the condition as it is.
  if (values === 0) return backend.output(t.shape, upcastType(t.dtype, e.dtype))
  if (conditions !== values && !(condition.shape.length === 1 && conditions === t.shape[0])) {
    throw inputError(
      `Select: the condition is [${condition.shape.join(', ')}], t is [${t.shape.join(', ')}], wanted a condition for each ` +
        'value or row of t. Give one of its shape.',
    )
  }
  return delegate(backend, 'Select', inputs)
}

/** @throws INPUT for a scalar, which tfjs lets pass, and any axis but the last: theirs then leaves what lay in memory, or takes other rows */
function softmax({ inputs: { logits }, attrs, backend }: KernelCall<'logits', SoftmaxAttrs>): TensorInfo {
  const rank = logits.shape.length
  if (rank === 0) throw inputError('Softmax: logits are a scalar, wanted rank 1 or more. Reshape them to [1].')
  const [dim] = util.parseAxisParam(attrs.dim, logits.shape) as [number]
  if (dim !== rank - 1)
    throw inputError(
      `Softmax: found axis ${attrs.dim} of [${logits.shape.join(', ')}], wanted the last. Transpose first.`,
    )
  return delegate(backend, 'Softmax', { logits }, { dim })
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

/** Theirs divides by the rows of the data. @throws INPUT for indices of data without rows */
const sparseSegment =
  (name: string) =>
  ({ inputs, backend }: KernelCall<'data' | 'indices' | 'segmentIds'>): TensorInfo => {
    const { data, indices } = inputs
    if (data.shape[0] !== 0) return delegate(backend, name, inputs)
    checkPlaces(backend, name, indices, 1, data.shape)
    return backend.output(data.shape, data.dtype)
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

/**
 * Theirs cuts fills to integers, has float32 ones for every image, and reads beyond them from the fifth channel on. So there, and where another
 * value than 0 is filled in, the pixels' places are rotated, counted from 1. As on cpu a number is every channel's, and of several the fourth is 255.
 */
function rotateWithOffset({
  inputs: { image },
  attrs,
  backend,
}: KernelCall<'image', RotateWithOffsetAttrs>): TensorInfo {
  const { fillValue } = attrs
  const [batch, height, width, channels] = image.shape as [number, number, number, number]
  if (Object.is(fillValue, 0) && image.dtype === 'float32' && channels <= 4)
    return delegate(backend, 'RotateWithOffset', { image }, { ...attrs })
  const places = backend.output([1, height, width, 1], 'int32')
  backend.typedArrayFromHeap(places).forEach((_, i, all) => {
    all[i] = i + 1
  })
  const rotated = delegate(backend, 'RotateWithOffset', { image: places }, { ...attrs, fillValue: 0 })
  const y = backend.output(image.shape, image.dtype)
  const [from, to, sources] = [image, y, rotated].map(one => backend.typedArrayFromHeap(one)) as [
    Float32Array,
    Float32Array,
    Int32Array,
  ]
  const fills = typeof fillValue === 'number' ? Array<number>(channels).fill(fillValue) : fillValue.toSpliced(3, 1, 255)
  let at = 0
  for (let n = 0; n < batch; n++)
    for (const source of sources)
      for (let c = 0; c < channels; c++)
        to[at++] = source === 0 ? fills[c]! : from[(n * height * width + source - 1) * channels + c]!
  for (const { dataId } of [places, rotated]) backend.disposeData(dataId)
  return y
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
  delegatingKernel('Bincount', bincount),
  delegatingKernel('CropAndResize', cropAndResize),
  delegatingKernel('Cumprod', cumulative('Cumprod')),
  delegatingKernel('Cumsum', cumulative('Cumsum')),
  delegatingKernel('DenseBincount', denseBincount),
  delegatingKernel('GatherNd', gatherNd),
  delegatingKernel('RotateWithOffset', rotateWithOffset),
  delegatingKernel('ScatterNd', scatterNd),
  delegatingKernel('Select', select),
  delegatingKernel('Softmax', softmax),
  delegatingKernel('SparseSegmentMean', sparseSegment('SparseSegmentMean')),
  delegatingKernel('SparseSegmentSum', sparseSegment('SparseSegmentSum')),
  delegatingKernel('SparseToDense', sparseToDense),
  delegatingKernel('TensorScatterUpdate', tensorScatterUpdate),
]
