// Copies a block of values of any rank between two tensors, each with steps of its own along each axis: what slicing, reversing and padding
// are. Arithmetic in assembly/CopyRows.ts; here, axes that can be walked as one are joined, so that most calls are a single run of rows.
import type { Pointer } from '../wasm/kernels.js'
import type { EyesWasmBackend } from './backend.js'

/** Where a block begins, and the elements from one place to the next along each axis; steps may be negative. */
export interface Place {
  readonly at: Pointer
  readonly steps: readonly number[]
}

/** The elements from one place to the next along each axis of a tensor. */
export function stepsOf(shape: readonly number[]): number[] {
  const steps = new Array<number>(shape.length)
  let step = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    steps[axis] = step
    step *= shape[axis]!
  }
  return steps
}

/** Copies a block of `size`, none of whose sides is 0, of elements of `elementBytes`. The two places do not overlap. */
export function copyBlock(
  backend: EyesWasmBackend,
  size: readonly number[],
  elementBytes: number,
  from: Place,
  to: Place,
): void {
  let run = elementBytes // bytes of a row
  const axes: { count: number; from: number; to: number }[] = [] // of rows, the innermost first; pitches in bytes
  for (let axis = size.length - 1; axis >= 0; axis--) {
    const count = size[axis]!
    if (count === 1) continue
    const pitch = { from: from.steps[axis]! * elementBytes, to: to.steps[axis]! * elementBytes }
    const last = axes.at(-1)
    if (last) {
      if (pitch.from === last.from * last.count && pitch.to === last.to * last.count) last.count *= count
      else axes.push({ count, ...pitch })
    } else if (pitch.from === run && pitch.to === run) run *= count
    else axes.push({ count, ...pitch })
  }
  const [rows] = axes
  if (!rows) backend.kernels.copyRows(from.at, run, to.at, run, run, 1)
  else if (axes.length === 1) backend.kernels.copyRows(from.at, rows.from, to.at, rows.to, run, rows.count)
  else {
    const record = axes.reverse().flatMap(axis => [axis.count, axis.from, axis.to])
    backend.kernels.copyBlock(from.at, to.at, backend.record(record), axes.length, run)
  }
}
