// Ragged tensors and regular expressions, by the functions that tfjs-backend-cpu computes them with: they read views of our memory, and their
// results are written there. Theirs, because they are long, rarely hot, and kept by tfjs; importing them registers no backend.
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import {
  raggedGatherImpl,
  raggedRangeImpl,
  raggedTensorToTensorImpl,
  staticRegexReplaceImpl,
} from '@tensorflow/tfjs-backend-cpu/dist/shared.js'
import { type EyesWasmBackend, kernel, type KernelCall } from './backend.js'
import { bytesOf, stringTensor } from './value-types.js'

type Values = Parameters<typeof raggedRangeImpl>[0]

/** What the functions read: numbers on a view, good until the next allocation; strings in UTF-8, which they move about. */
const valuesOf = (backend: EyesWasmBackend, tensor: TensorInfo): Values =>
  (tensor.dtype === 'string' ? bytesOf(backend, tensor) : backend.typedArrayFromHeap(tensor)) as Values

/** A tensor of their result. */
function tensorOf(backend: EyesWasmBackend, shape: number[], dtype: TensorInfo['dtype'], values: unknown): TensorInfo {
  if (dtype === 'string') return stringTensor(backend, shape, [...(values as Uint8Array[])])
  const y = backend.output(shape, dtype)
  backend.typedArrayFromHeap(y).set(values as ArrayLike<number>)
  return y
}

interface GatherCall {
  inputs: { paramsNestedSplits: TensorInfo[]; paramsDenseValues: TensorInfo; indices: TensorInfo }
  attrs: { outputRaggedRank: number }
  backend: EyesWasmBackend
}

function raggedGather({ inputs, attrs, backend }: GatherCall): TensorInfo[] {
  const { paramsNestedSplits: splits, paramsDenseValues: dense, indices } = inputs
  const [newSplits, newDense, newShape] = raggedGatherImpl(
    splits.map(split => valuesOf(backend, split)),
    splits.map(split => split.shape),
    valuesOf(backend, dense),
    dense.shape,
    dense.dtype,
    valuesOf(backend, indices),
    indices.shape,
    attrs.outputRaggedRank,
  )
  return [
    ...newSplits.map(split => tensorOf(backend, [split.length], 'int32', split)),
    tensorOf(backend, newShape, dense.dtype, newDense),
  ]
}

function raggedRange({ inputs, backend }: KernelCall<'starts' | 'limits' | 'deltas'>): TensorInfo[] {
  const { starts, limits, deltas } = inputs
  const [splits, values] = raggedRangeImpl(
    valuesOf(backend, starts),
    starts.shape,
    starts.dtype,
    valuesOf(backend, limits),
    limits.shape,
    valuesOf(backend, deltas),
    deltas.shape,
  )
  return [tensorOf(backend, [splits.length], 'int32', splits), tensorOf(backend, [values.length], starts.dtype, values)]
}

interface ToTensorCall {
  inputs: { shape: TensorInfo; values: TensorInfo; defaultValue: TensorInfo; rowPartitionTensors: TensorInfo[] }
  attrs: { rowPartitionTypes: string[] }
  backend: EyesWasmBackend
}

function raggedTensorToTensor({ inputs, attrs, backend }: ToTensorCall): TensorInfo {
  const { shape, values, defaultValue, rowPartitionTensors } = inputs
  const [newShape, newValues] = raggedTensorToTensorImpl(
    valuesOf(backend, shape),
    shape.shape,
    valuesOf(backend, values),
    values.shape,
    values.dtype,
    valuesOf(backend, defaultValue),
    defaultValue.shape,
    rowPartitionTensors.map(partition => valuesOf(backend, partition)),
    rowPartitionTensors.map(partition => partition.shape),
    attrs.rowPartitionTypes,
  )
  return tensorOf(backend, newShape, values.dtype, newValues)
}

interface RegexAttrs {
  pattern: string
  rewrite: string
  replaceGlobal: boolean
}

function staticRegexReplace({ inputs: { x }, attrs, backend }: KernelCall<'x', RegexAttrs>): TensorInfo {
  const strings = bytesOf(backend, x).map(bytes => util.decodeString(bytes))
  const replaced = staticRegexReplaceImpl(strings, 'string', attrs as never)
  const bytes = replaced.map(one => util.encodeString(one))
  return stringTensor(backend, x.shape, bytes)
}

/** Their inputs hold lists of tensors, which `kernel` has no type for. */
type Listless = Parameters<typeof kernel>[1]

export const raggedConfigs: readonly KernelConfig[] = [
  kernel('RaggedGather', raggedGather as unknown as Listless),
  kernel('RaggedRange', raggedRange),
  kernel('RaggedTensorToTensor', raggedTensorToTensor as unknown as Listless),
  kernel('StaticRegexReplace', staticRegexReplace),
]
