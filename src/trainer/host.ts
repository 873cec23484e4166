// What ParallelTrainer asks of the system: files of modules, of workers and of checkpoints. A browser's answers: host.web.ts.
import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { assetUrl } from '../assets.js'
import { inputError } from '../errors.js'

export { writeFileWhole } from '../training/storage.js'
export { kernelsSha256 } from '../wasm/modules.js'
export { openSaver } from './saver.js'

/** What the pool starts its threads from. */
export const workerFile = fileURLToPath(assetUrl('module-worker.cjs'))

/** Node's threads always share memory. */
export const checkIsolated = (): void => undefined

/** What the code under way was started within. */
const around = new AsyncLocalStorage<readonly object[]>()

/** Runs `work`, of which `isWithin(scope)` is true, and of all that it starts. */
export const runWithin = <T>(scope: object, work: () => T): T => around.run([...(around.getStore() ?? []), scope], work)

export const isWithin = (scope: object): boolean => around.getStore()?.includes(scope) ?? false

/** URL of a module, and what messages call it. @throws INPUT */
export function moduleUrl(module: URL | string, key: string): { url: string; name: string } {
  const refused = (cause?: unknown) =>
    inputError(
      `trainer: ${key} is ${String(module)}, wanted the URL or the path of a module, which worker threads import.`,
      cause,
    )
  if (module instanceof URL || (typeof module === 'string' && /^[a-z]{2,}:/i.test(module))) {
    try {
      const { href, protocol } = new URL(module)
      return { url: href, name: protocol === 'file:' ? basename(fileURLToPath(href)) : `${key} (${protocol} URL)` }
    } catch (cause) {
      throw refused(cause) // a file of another host, for example
    }
  }
  if (typeof module !== 'string' || module === '') throw refused()
  return { url: pathToFileURL(resolve(module)).href, name: module }
}

/** SHA-256 of a module's file; of another URL, itself. */
export async function sha256Of(url: string): Promise<string> {
  const bytes = url.startsWith('file:') ? await readFile(fileURLToPath(url)) : url
  return createHash('sha256').update(bytes).digest('hex')
}
