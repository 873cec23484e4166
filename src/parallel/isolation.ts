// Whether a page may share memory with its workers. Asked by what trains in a browser; Node always may.
import { inputError } from '../errors.js'

/** @throws INPUT where the page has no memory that its workers can share */
export function checkIsolated(): void {
  if (globalThis.crossOriginIsolated) return
  throw inputError(
    "eyes-wasm: this page is not cross-origin isolated, wanted shared memory for its workers. Serve it over https or from localhost with the headers 'Cross-Origin-Opener-Policy: same-origin' and 'Cross-Origin-Embedder-Policy: require-corp'.",
  )
}
