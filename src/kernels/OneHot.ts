// A row for each index, with one value at its place and another elsewhere, in JavaScript on views of our memory. In place of tfjs-backend-wasm's,
// which writes four bytes for each value, integers into float32 tensors too.
import type { OneHotAttrs, TensorInfo } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'

/** y [..., depth] of indices [...] int32; an index that is no place in a row has a row of `offValue` alone. */
function oneHot({ inputs: { indices }, attrs, backend }: KernelCall<'indices', OneHotAttrs>): TensorInfo {
  const { depth, onValue, offValue, dtype } = attrs
  const y = backend.output([...indices.shape, depth], dtype)
  const [places, rows] = [backend.typedArrayFromHeap(indices), backend.typedArrayFromHeap(y)]
  rows.fill(offValue)
  for (let row = 0; row < places.length; row++) {
    const place = places[row]!
    if (place >= 0 && place < depth) rows[row * depth + place] = onValue
  }
  return y
}

export const oneHotConfig = kernel('OneHot', oneHot)
