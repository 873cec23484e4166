// A page's pictures as a data set: checked, and in memory that its workers share. Decoding is the page's (a canvas can).
import type { Dataset, ImageSize } from '../data/dataset.js'
import { sha256Of, sharedFloat32, sharedUint8 } from '../data/pixels.js'
import { inputError } from '../errors.js'

/** Pictures of one size. */
export interface Images {
  /** [count, height, width, 3] RGB: uint8 0 to 255, or float32 0 to 1. Copied, unless it is over a SharedArrayBuffer. */
  readonly pixels: Uint8Array | Uint8ClampedArray | Float32Array
  /** Pictures. */
  readonly count: number
  /** Pixels from top to bottom. */
  readonly height: number
  /** Pixels from left to right. */
  readonly width: number
}

function shared(pixels: Images['pixels']): Uint8Array | Float32Array {
  if (pixels instanceof Float32Array) {
    if (pixels.buffer instanceof SharedArrayBuffer) return pixels
    const copy = sharedFloat32('data', pixels.length)
    copy.set(pixels)
    return copy
  }
  if (pixels.buffer instanceof SharedArrayBuffer) return new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.length)
  const copy = sharedUint8('data', pixels.length)
  copy.set(pixels)
  return copy
}

const isPixels = (pixels: unknown): pixels is Images['pixels'] =>
  pixels instanceof Float32Array || pixels instanceof Uint8Array || pixels instanceof Uint8ClampedArray

/** @throws INPUT when the pixels are not those of so many pictures, or `size`, where one is asked for, is another */
export function datasetOf({ pixels, count, height, width }: Images, size: ImageSize | null): Dataset {
  const sides = [count, height, width]
  if (!isPixels(pixels) || !sides.every(side => Number.isSafeInteger(side) && side > 0))
    throw inputError(
      `data: found ${count} pictures of ${height}x${width} in ${Object.prototype.toString.call(pixels)}, wanted whole numbers above 0 and a Uint8Array or Float32Array. See Images.`,
    )
  if (pixels.length !== count * height * width * 3)
    throw inputError(
      `data: found ${pixels.length} values, wanted ${count * height * width * 3} ([${count}, ${height}, ${width}, 3]). Leave the alpha channel of a canvas out.`,
    )
  if (size !== null && (size.height !== height || size.width !== width))
    throw inputError(
      `size: found ${size.height}x${size.width} with pictures of ${height}x${width}. Leave it out, or draw them in that size.`,
    )
  const values = shared(pixels)
  const source = 'data'
  return { source, count, height, width, pixels: values, labels: null, classNames: null, sha256: sha256Of(values) }
}
