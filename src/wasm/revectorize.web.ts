// revectorize.ts in a browser, where vectors have 128 bits: the 256-bit pairs are behind a flag of V8's that no page can set.
import type { VectorMode } from './revectorize.js'

export type { VectorMode }

/** Does nothing here. */
export function enableRevectorization(): void {
  // There is nothing to switch on.
}

export const vectorMode = (): VectorMode => 'simd128'

export const wideTiles = (): boolean => false
