// The one door to sharp. It is imported when first needed: loading its WASM build costs 200 to 300 ms, which a run on .npy data or on
// generated eyes does not pay before its first step.
import type { default as Sharp } from 'sharp'
import { engineName, isV8 } from '../engine.js'
import { inputError } from '../errors.js'

let loaded: Promise<typeof Sharp> | undefined

/**
 * To be asked before work whose result is a picture. Under Bun sharp's WebAssembly build blocks this thread for ever: it waits for a thread
 * that Bun starts only when this one is idle.
 * @throws INPUT where pictures can be neither read nor written
 */
export function checkPicturesPossible(versions: NodeJS.ProcessVersions = process.versions): void {
  if (isV8(versions)) return
  throw inputError(
    `pictures: sharp's WebAssembly build does not work on ${engineName(versions)}, wanted Node. Run this by Node; .npy data and training without a run folder need no picture.`,
  )
}

/** sharp over its WebAssembly build, with one decoding thread and no cache of files (two readings of a changed file must differ). */
export async function sharpWasm(): Promise<typeof Sharp> {
  checkPicturesPossible()
  loaded ??= import('sharp').then(({ default: sharp }) => {
    sharp.cache(false)
    sharp.concurrency(1)
    return sharp
  })
  return loaded
}
