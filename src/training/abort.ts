// Work that a signal may cut short.
import { EyesWasmError } from '../errors.js'

/** Rejects with ABORTED as soon as the signal is raised; the work itself is ended by whoever started it. */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  let onAbort: () => void = () => undefined
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => {
      reject(new EyesWasmError('ABORTED', 'stopped. Nothing was finished.', { cause: signal.reason }))
    }
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
