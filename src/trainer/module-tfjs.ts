// The tfjs that a user's modules are handed: that of their own installation, where they have one. In a browser: module-tfjs.web.ts.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import * as bundled from '@tensorflow/tfjs-core'

export type Tfjs = typeof bundled

/** The tfjs of the module's own installation where it has one, else the copy that is carried here. */
export async function tfjsOf(moduleUrl: string): Promise<Tfjs> {
  if (!moduleUrl.startsWith('file:')) return bundled
  const require = createRequire(moduleUrl)
  for (const name of ['@tensorflow/tfjs', '@tensorflow/tfjs-core']) {
    let path: string
    try {
      path = require.resolve(name)
    } catch {
      continue
    }
    const found = (await import(pathToFileURL(path).href)) as { default?: Tfjs } & Tfjs
    return found.default ?? found
  }
  return bundled
}
