// host.ts in a browser: modules come by URL, and nothing is written, so that a page's training is neither saved nor resumed.
import { inputError } from '../errors.js'
import type * as node from './host.js'

export { checkIsolated } from '../parallel/isolation.js'

/** Not looked at: all workers of a page are of one file (web/worker.ts). */
export const workerFile = 'worker.js'

const noFiles = (what: string) =>
  inputError(`${what}: a page has no folders to write to. Take the weights by variables(), or train in Node.`)

// A page cannot tell who calls. As nothing is asked of a scope that has ended, whoever calls while a callback is awaited is taken to be within it.
export const runWithin: typeof node.runWithin = (_, work) => work()
export const isWithin: typeof node.isWithin = () => true

/** A string is relative to the page. @throws INPUT */
export const moduleUrl: typeof node.moduleUrl = (module, key) => {
  try {
    if (typeof module !== 'string' && !(module instanceof URL)) throw new TypeError('no URL')
    const { href, protocol, pathname } = new URL(module, document.baseURI)
    const name = /^https?:$/.test(protocol) ? pathname.slice(pathname.lastIndexOf('/') + 1) : `${key} (${protocol} URL)`
    return { url: href, name }
  } catch (cause) {
    throw inputError(`trainer: ${key} is ${String(module)}, wanted the URL of a module, which workers import.`, cause)
  }
}

// All of these belong to checkpoints.
export const openSaver: typeof node.openSaver = () => {
  throw noFiles('fit: checkpoint')
}
export const sha256Of: typeof node.sha256Of = url => Promise.resolve(url)
export const kernelsSha256: typeof node.kernelsSha256 = () => Promise.resolve('')
export const writeFileWhole: typeof node.writeFileWhole = () => Promise.reject(noFiles('save'))
