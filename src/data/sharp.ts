// The one door to sharp. It is imported when first needed: loading its WASM build costs 200 to 300 ms, which a run on .npy data or on
// generated eyes does not pay before its first step.
import type { default as Sharp } from 'sharp'

let loaded: Promise<typeof Sharp> | undefined

/** sharp over its WebAssembly build, with one decoding thread and no cache of files (two readings of a changed file must differ). */
export function sharpWasm(): Promise<typeof Sharp> {
  loaded ??= import('sharp').then(({ default: sharp }) => {
    sharp.cache(false)
    sharp.concurrency(1)
    return sharp
  })
  return loaded
}
