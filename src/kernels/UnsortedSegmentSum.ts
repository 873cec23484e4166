// tfjs's sum of rows by segment: gather's gradient, so every training of an embedding runs through it (tfjs #8082). float32 rows are
// added in WASM (assembly/UnsortedSegmentSum.ts), integers in a plain loop; rows with a number that is no segment's count nowhere.
import { type TensorInfo, type UnsortedSegmentSumAttrs, util } from '@tensorflow/tfjs-core'
import { inputError } from '../errors.js'
import { type EyesWasmBackend, kernel, type KernelCall } from './backend.js'

/**
 * y [segments, ...rest]: row i is the sum of those rows of x [...ids, ...rest] whose number in segmentIds [...ids] is i, in their order.
 * float32 for float32, int32 for int32 and bool, as tfjs's webgl backend has it (cpu gives float32 for all).
 * @throws INPUT for complex numbers and strings, or ids that do not number the leading axes of x
 */
function unsortedSegmentSum({
  inputs: { x, segmentIds },
  attrs: { numSegments },
  backend,
}: KernelCall<'x' | 'segmentIds', UnsortedSegmentSumAttrs>): TensorInfo {
  const rank = segmentIds.shape.length
  if (x.dtype === 'complex64' || x.dtype === 'string') {
    throw inputError(`unsortedSegmentSum: x is ${x.dtype}, wanted float32, int32 or bool. Sum its parts.`)
  }
  if (!util.arraysEqual(x.shape.slice(0, rank), segmentIds.shape)) {
    throw inputError(
      `unsortedSegmentSum: segmentIds are [${segmentIds.shape.join(', ')}], x is [${x.shape.join(', ')}], wanted a number for each ` +
        'row of x. Give ids of the shape of its leading axes.',
    )
  }
  const [rows, length] = [util.sizeFromShape(segmentIds.shape), util.sizeFromShape(x.shape.slice(rank))]
  const y = backend.output([numSegments, ...x.shape.slice(rank)], x.dtype === 'float32' ? 'float32' : 'int32')
  if (x.dtype === 'float32') {
    const [from, ids, to] = [x, segmentIds, y].map(t => backend.address(t)) as [number, number, number]
    backend.kernels.unsortedSegmentSum(from, ids, to, rows, length, numSegments)
  } else {
    sumIntegers(backend, x, segmentIds, y, rows, length)
  }
  return y
}

function sumIntegers(
  backend: EyesWasmBackend,
  x: TensorInfo,
  segmentIds: TensorInfo,
  y: TensorInfo,
  rows: number,
  length: number,
): void {
  const [from, ids, to] = [x, segmentIds, y].map(t => backend.typedArrayFromHeap(t)) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ]
  to.fill(0)
  for (let row = 0; row < rows; row++) {
    const segment = ids[row]!
    if (segment < 0 || segment >= y.shape[0]!) continue
    for (let i = 0; i < length; i++) to[segment * length + i]! += from[row * length + i]!
  }
}

export const unsortedSegmentSumConfig = kernel('UnsortedSegmentSum', unsortedSegmentSum)
