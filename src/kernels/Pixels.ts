// Pictures of a data set as a tensor on a model's scale, made in tfjs's own memory: no array on the way. Arithmetic in
// assembly/Pixels.ts. Not a registered op: its input is no tensor.
import { engine, type Tensor4D } from '@tensorflow/tfjs-core'
import type { EyesWasmBackend } from './backend.js'
import { copyMoved, type Move } from './move-picture.js'

/** A scale for pixels: value = low + range x, x on [0, 1]. */
export interface PixelScale {
  readonly low: number
  readonly range: number
}

/** The models' images are on [-1, 1], the metrics' on [0, 1]. */
export const modelScale: PixelScale = { low: -1, range: 2 }
export const unitScale: PixelScale = { low: 0, range: 1 }

export interface Pictures {
  /** [count, height, width, 3] RGB; uint8 0 to 255, or float32 0 to 1. */
  readonly pixels: Uint8Array | Float32Array
  readonly height: number
  readonly width: number
}

/** The pictures of the given indices, [ids.length, height, width, 3]; `moves` has one for each, or is left out. */
export function pixels(
  backend: EyesWasmBackend,
  { pixels, height, width }: Pictures,
  ids: ArrayLike<number>,
  { low, range }: PixelScale,
  moves?: readonly Move[],
): Tensor4D {
  const one = height * width * 3
  const size = ids.length * one
  const tensor = backend.output([ids.length, height, width, 3])
  const out = backend.floats(tensor)
  const address = backend.address(tensor)
  const copy = (to: Uint8Array | Float32Array) => {
    for (let n = 0; n < ids.length; n++) {
      const picture = pixels.subarray(ids[n]! * one, (ids[n]! + 1) * one)
      const move = moves?.[n]
      if (move) copyMoved(picture, to.subarray(n * one, (n + 1) * one), { height, width }, move)
      else to.set(picture, n * one)
    }
  }
  if (pixels instanceof Uint8Array) {
    // Into the last quarter of the tensor; the kernel makes floats of them from the front.
    copy(new Uint8Array(out.buffer, out.byteOffset + 3 * size, size))
    backend.kernels.bytePixels(address + 3 * size, address, size, range, low)
  } else {
    copy(out)
    backend.kernels.floatPixels(address, size, range, low)
  }
  return engine().makeTensorFromTensorInfo(tensor) as Tensor4D
}
