// Tensors joined along an axis, theirs (Concat) or a new one (Pack); arithmetic in assembly/CopyRows.ts. In place of tfjs-backend-wasm's, which
// make a view for each row. Strings, which are not in memory, are joined in JavaScript.
import { backend_util, type ConcatAttrs, type PackAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { inputError } from '../errors.js'
import { type EyesWasmBackend, kernel, type KernelCall } from './backend.js'
import { castTo } from './Cast.js'
import { bytesOf, stringTensor } from './value-types.js'

/** y of tensors that differ along `axis` alone; tfjs lets their types differ, and the first one's counts. */
function join(backend: EyesWasmBackend, all: readonly TensorInfo[], axis: number): TensorInfo {
  const { dtype } = all[0]!
  const shapes = all.map(t => t.shape)
  backend_util.assertParamsConsistent(shapes, axis)
  const other = all.find(t => (t.dtype === 'string') !== (dtype === 'string'))
  if (other)
    throw inputError(`Concat: found tensors of ${dtype} and of ${other.dtype}, wanted strings or numbers alone.`)
  const shape = backend_util.computeOutShape(shapes, axis)
  const rows = util.sizeFromShape(shape.slice(0, axis))
  const lengthOf = (t: TensorInfo) => util.sizeFromShape(t.shape.slice(axis)) // values of a row
  if (dtype === 'string') {
    const parts = all.map(t => ({ bytes: bytesOf(backend, t), length: lengthOf(t) }))
    const row = (i: number) => parts.flatMap(({ bytes, length }) => bytes.slice(i * length, (i + 1) * length))
    return stringTensor(backend, shape, Array.from({ length: rows }, (_, i) => row(i)).flat())
  }
  const filled = all.filter(t => util.sizeFromShape(t.shape) > 0)
  if (filled.length === 1) return { ...castTo(backend, filled[0]!, dtype), shape }
  const y = backend.output(shape, dtype)
  const pitch = util.bytesPerElement(dtype) * lengthOf(y)
  let to = backend.address(y)
  for (const t of filled) {
    const one = castTo(backend, t, dtype)
    const bytes = util.bytesPerElement(dtype) * lengthOf(one)
    backend.kernels.copyRows(backend.address(one), bytes, to, pitch, bytes, rows)
    backend.disposeData(one.dataId)
    to += bytes
  }
  return y
}

function concat({ inputs, attrs, backend }: KernelCall<string, ConcatAttrs>): TensorInfo {
  const all = Object.values(inputs) // tfjs's inputs are an array
  return join(backend, all, util.parseAxisParam(attrs.axis, all[0]!.shape)[0]!)
}

/** y [..., tensors, ...] of tensors of one shape and type, with the new axis at `axis`. */
function pack({ inputs, attrs, backend }: KernelCall<string, PackAttrs>): TensorInfo {
  const all = Object.values(inputs)
  const { shape, dtype } = all[0]!
  for (const t of all) {
    util.assertShapesMatch(shape, t.shape, 'All tensors passed to stack must have matching shapes')
    if (t.dtype !== dtype) throw inputError(`Pack: found tensors of ${dtype} and of ${t.dtype}, wanted one type.`)
  }
  const axis = attrs.axis < 0 ? attrs.axis + shape.length + 1 : attrs.axis
  const one = shape.toSpliced(axis, 0, 1)
  return join(
    backend,
    all.map(t => ({ ...t, shape: one })),
    axis,
  )
}

export const concatConfigs = [kernel('Concat', concat), kernel('Pack', pack)] as const
