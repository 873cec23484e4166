// A checksum inside a safetensors file: SHA-256 over its tensors and its other metadata, so that one flipped bit is found. It guards against
// failing disks and torn copies, not against an attacker, who can compute it too: whoever reads the file checks every value as well.
import { createHash } from 'node:crypto'
import { inputError } from '../errors.js'
import { bytesOf } from './bytes.js'
import type { DoubleTensor, NamedTensor } from './safetensors.js'

type Metadata = Readonly<Record<string, string>>

/** Metadata sorted by key, then the tensors by name: the file's own order does not matter. */
function contentSha256(tensors: Iterable<NamedTensor | DoubleTensor>, metadata: Metadata): string {
  const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
  const hash = createHash('sha256')
  const entries = Object.entries(metadata).filter(([key]) => key !== 'sha256')
  hash.update(JSON.stringify(entries.toSorted((a, b) => byText(a[0], b[0]))))
  for (const tensor of [...tensors].toSorted((a, b) => byText(a.name, b.name))) {
    hash.update(JSON.stringify([tensor.name, tensor.dtype, tensor.shape]))
    hash.update(bytesOf(tensor.data))
  }
  return hash.digest('hex')
}

/** The metadata with the checksum of everything under `sha256`. */
export const sealed = (tensors: Iterable<NamedTensor | DoubleTensor>, metadata: Metadata): Metadata => ({
  ...metadata,
  sha256: contentSha256(tensors, metadata),
})

/** @throws EyesWasmError INPUT when the content is not what was sealed; `who` is the file. */
export function checkSeal(tensors: Iterable<NamedTensor | DoubleTensor>, metadata: Metadata, who: string): void {
  if (contentSha256(tensors, metadata) === metadata.sha256) return
  throw inputError(`${who}: its content does not fit its checksum: the file is damaged. Take another copy of it.`)
}
