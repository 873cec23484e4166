// Tensors joined along an axis; arithmetic in assembly/CopyRows.ts. In place of tfjs-backend-wasm's, which makes a view for each row;
// strings, which are not in memory, stay its.
import { backend_util, type ConcatAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'
import { castTo } from './Cast.js'
import { delegate } from './delegate.js'

/** y of tensors that differ along `axis` alone, and have one type. */
function concat({ inputs, attrs, backend }: KernelCall<string, ConcatAttrs>): TensorInfo {
  const all = Object.values(inputs) // tfjs's inputs are an array
  const axis = util.parseAxisParam(attrs.axis, all[0]!.shape)[0]!
  const shapes = all.map(t => t.shape)
  backend_util.assertParamsConsistent(shapes, axis)
  if (all[0]!.dtype === 'string') return delegate(backend, 'Concat', all as never, { axis })
  const filled = all.filter(t => util.sizeFromShape(t.shape) > 0)
  if (filled.length === 1) return delegate(backend, 'Identity', { x: filled[0]! })
  const y = backend.output(backend_util.computeOutShape(shapes, axis), all[0]!.dtype)
  const rows = util.sizeFromShape(y.shape.slice(0, axis))
  const bytesOf = (t: TensorInfo) => util.bytesPerElement(t.dtype) * util.sizeFromShape(t.shape.slice(axis))
  const pitch = bytesOf(y)
  let to = backend.address(y)
  for (const t of filled) {
    const one = castTo(backend, t, y.dtype) // tfjs lets types differ: the first one's counts
    const bytes = bytesOf(one)
    backend.kernels.copyRows(backend.address(one), bytes, to, pitch, bytes, rows)
    backend.disposeData(one.dataId)
    to += bytes
  }
  return y
}

export const concatConfig = kernel('Concat', concat)
