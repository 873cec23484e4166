// A tensor repeated along its axes; arithmetic in assembly/Tile.ts. In place of tfjs-backend-wasm's, which computes each element's place by
// divisions: a hundred times the time of the copy, and all that broadcasting a gradient is.
import { type TensorInfo, type TileAttrs, util } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'

interface Axis {
  size: number
  reps: number
}

/** The fewest axes that say the same: an axis that is not repeated joins the one before it, and one of a single element the next. */
function joined(shape: readonly number[], reps: readonly number[]): Axis[] {
  const axes: Axis[] = []
  shape.forEach((size, i) => {
    const last = axes.at(-1)
    if (last && reps[i] === 1) last.size *= size
    else if (last?.size === 1) axes[axes.length - 1] = { size, reps: last.reps * reps[i]! }
    else axes.push({ size, reps: reps[i]! })
  })
  return axes.length > 0 ? axes : [{ size: 1, reps: 1 }]
}

/** The record's fields, last axis last: size, repetitions, and the bytes of one of its blocks in x and in y. */
function tileRecord(axes: readonly Axis[], elementBytes: number): number[] {
  let [inBytes, outBytes] = [elementBytes, elementBytes]
  return axes
    .toReversed()
    .map(({ size, reps }) => {
      const fields = [size, reps, inBytes, outBytes]
      inBytes *= size
      outBytes *= size * reps
      return fields
    })
    .reverse()
    .flat()
}

/** y [d0 * reps0, d1 * reps1, ...] of x [d0, d1, ...], of x's type. */
function tile({ inputs: { x }, attrs, backend }: KernelCall<'x', TileAttrs>): TensorInfo {
  const y = backend.output(
    x.shape.map((size, axis) => size * attrs.reps[axis]!),
    x.dtype,
  )
  if (util.sizeFromShape(y.shape) === 0) return y
  const axes = joined(x.shape, attrs.reps)
  const record = backend.record(tileRecord(axes, util.bytesPerElement(x.dtype)))
  backend.kernels.tile(backend.address(x), backend.address(y), record, axes.length)
  return y
}

export const tileConfig = kernel('Tile', tile)
