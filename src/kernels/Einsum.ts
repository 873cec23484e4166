// tfjs's einsum: every equation that its cpu backend takes, with that one's errors (tfjs #7439: the wasm backend has none). Two factors
// become one matrix product of ours, by transposing where the axes do not stand in an order that it takes; nothing is multiplied out.
import { backend_util, type DataType, type EinsumAttrs, type TensorInfo, upcastType, util } from '@tensorflow/tfjs-core'
import { type EyesWasmBackend, kernel } from './backend.js'
import { matMul } from './BatchMatMul.js'
import { castTo } from './Cast.js'
import { delegate } from './delegate.js'

/** A tensor and what its axes are called: numbers of labels, the output's first. `isOwn`: made here, to be disposed of. */
interface Term {
  readonly tensor: TensorInfo
  readonly labels: readonly number[]
  readonly isOwn: boolean
}

/** The term with its axes in another order. */
function arranged(backend: EyesWasmBackend, term: Term, labels: readonly number[]): Term {
  if (util.arraysEqual([...labels], [...term.labels])) return term
  const perm = labels.map(label => term.labels.indexOf(label))
  return replaced(backend, term, delegate(backend, 'Transpose', { x: term.tensor }, { perm }), labels)
}

/** The term summed over its labels in `over`. */
function summed(backend: EyesWasmBackend, term: Term, over: readonly number[]): Term {
  const axis = over.map(label => term.labels.indexOf(label))
  if (axis.length === 0) return term
  const sum = delegate(backend, 'Sum', { x: term.tensor }, { axis, keepDims: false })
  return replaced(
    backend,
    term,
    sum,
    term.labels.filter(label => !over.includes(label)),
  )
}

function replaced(backend: EyesWasmBackend, old: Term, tensor: TensorInfo, labels: readonly number[]): Term {
  if (old.isOwn) backend.disposeData(old.tensor.dataId)
  return { tensor, labels, isOwn: true }
}

/** A term's size along each of some labels. */
const sizes = (term: Term, labels: readonly number[]) =>
  labels.map(label => term.tensor.shape[term.labels.indexOf(label)]!)

/** The term as a batch of matrices [batch..., rows, columns]; of the two orders of its matrices the one in which it stands already. */
function matrices(
  backend: EyesWasmBackend,
  term: Term,
  batch: readonly number[],
  rows: readonly number[],
  columns: readonly number[],
) {
  const transpose = util.arraysEqual([...batch, ...columns, ...rows], [...term.labels])
  const [first, second] = transpose ? [columns, rows] : [rows, columns]
  const whole = arranged(backend, term, [...batch, ...first, ...second])
  const shape = [batch, first, second].map(labels => util.sizeFromShape(sizes(whole, labels)))
  return { term: whole, matrices: { ...whole.tensor, shape }, transpose }
}

/** The product of two terms, summed over `over`, which both have. */
function multiplied(backend: EyesWasmBackend, a: Term, b: Term, over: readonly number[]): Term {
  const batch = a.labels.filter(label => b.labels.includes(label) && !over.includes(label))
  const rows = a.labels.filter(label => !b.labels.includes(label))
  const columns = b.labels.filter(label => !a.labels.includes(label))
  const labels = [...batch, ...rows, ...columns]
  const shape = [...sizes(a, batch), ...sizes(a, rows), ...sizes(b, columns)]
  let product: TensorInfo
  let parts: Term[]
  if (over.length === 0) {
    const [left, right] = [arranged(backend, a, [...batch, ...rows]), arranged(backend, b, [...batch, ...columns])]
    const spread = [...sizes(a, batch), ...rows.map(() => 1), ...sizes(b, columns)]
    const leftShape = [...left.tensor.shape, ...columns.map(() => 1)]
    const factors = { a: { ...left.tensor, shape: leftShape }, b: { ...right.tensor, shape: spread } }
    product = delegate(backend, 'Multiply', factors)
    parts = [left, right]
  } else {
    const left = matrices(backend, a, batch, rows, over)
    const right = matrices(backend, b, batch, over, columns)
    const orientation = { transposeA: left.transpose, transposeB: right.transpose }
    product = matMul(backend, left.matrices, right.matrices, orientation)
    parts = [left.term, right.term]
  }
  for (const part of parts) if (part.isOwn) backend.disposeData(part.tensor.dataId)
  return { tensor: { ...product, shape }, labels, isOwn: true }
}

interface EinsumCall {
  inputs: TensorInfo[]
  attrs: EinsumAttrs
  backend: EyesWasmBackend
}

/** The type of all terms; a sum of booleans is a number. */
function commonType(inputs: readonly TensorInfo[], isSum: boolean): DataType {
  const common = inputs.reduce<DataType>((type, { dtype }) => upcastType(type, dtype), 'bool')
  return common === 'bool' && isSum ? 'int32' : common
}

/** The tensor of an equation as 'ij,jk->ik' over one or two tensors. @throws Error, tfjs's own, for an equation that it does not take */
function einsum({ inputs, attrs, backend }: EinsumCall): TensorInfo {
  const { allDims, summedDims, idDims } = backend_util.decodeEinsumEquation(attrs.equation, inputs.length)
  backend_util.checkEinsumDimSizes(allDims.length, idDims, inputs as never)
  const dtype = commonType(inputs, summedDims.length > 0)
  const terms = inputs.map((input, i): Term => {
    const isOwn = input.dtype !== dtype
    const term = { tensor: isOwn ? castTo(backend, input, dtype) : input, labels: idDims[i]!, isOwn }
    const alone = summedDims.filter(label => idDims.every((labels, j) => labels.includes(label) === (i === j)))
    return summed(backend, term, alone)
  })
  const [a, b] = terms as [Term, Term?]
  const shared = summedDims.filter(label => idDims.every(labels => labels.includes(label)))
  const result = b ? multiplied(backend, a, b, shared) : a
  const wanted = [...result.labels].sort((p, q) => p - q)
  const { tensor, isOwn } = arranged(backend, result, wanted)
  if (!isOwn) backend.incRef(tensor.dataId)
  return { dataId: tensor.dataId, shape: tensor.shape, dtype: tensor.dtype }
}

export const einsumConfig = kernel('Einsum', einsum as unknown as Parameters<typeof kernel>[1])
