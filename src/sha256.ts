// SHA-256 (FIPS 180-4) of bytes that come in parts, by Node. In a browser, which has it for whole, unshared buffers alone: sha256.web.ts.
import { createHash } from 'node:crypto'

export interface Sha256 {
  update(bytes: Uint8Array): void
  /** Of all parts so far, hexadecimal; ends it. */
  digest(): string
}

export function createSha256(): Sha256 {
  const hash = createHash('sha256')
  return { update: bytes => void hash.update(bytes), digest: () => hash.digest('hex') }
}
