// The fingerprint of a data set's pixels, kept in config.json to tell whether a run used the same data.
import { createHash } from 'node:crypto'

/** SHA-256 of the values' bytes as they lie in memory (little-endian on every platform Node runs training on), hexadecimal. */
export const sha256Of = (pixels: Uint8Array | Float32Array): string => createHash('sha256').update(pixels).digest('hex')
