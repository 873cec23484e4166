// What every source of images needs for its pixels: memory that worker threads share, and a fingerprint. No reading, no drawing.
import { inputError } from '../errors.js'
import { createSha256 } from '../sha256.js'

/**
 * Zeroed shared memory for `length` values.
 * @throws EyesWasmError, naming `who`, where the machine cannot give so much
 */
export function sharedUint8(who: string, length: number): Uint8Array<SharedArrayBuffer> {
  return new Uint8Array(shared(who, length))
}

/** As `sharedUint8`, for float32. */
export function sharedFloat32(who: string, length: number): Float32Array<SharedArrayBuffer> {
  return new Float32Array(shared(who, length * 4))
}

function shared(who: string, bytes: number): SharedArrayBuffer {
  try {
    return new SharedArrayBuffer(bytes)
  } catch (error) {
    throw inputError(
      `${who}: the pixels need ${bytes} bytes, more than one array can hold. Use fewer or smaller images.`,
      error,
    )
  }
}

/** Bytes that are hashed at once; Node's own limit is 2^31 - 1. */
const mostAtOnce = 1 << 30

/** SHA-256 of the values' bytes as they lie in memory (little-endian, as on every platform Node supports but s390x), hexadecimal. */
export function sha256Of(pixels: Uint8Array | Float32Array, part = mostAtOnce): string {
  const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength)
  const hash = createSha256()
  for (let at = 0; at < bytes.length; at += part) hash.update(bytes.subarray(at, at + part))
  return hash.digest()
}
