// dense.js, whose thread ends in the middle of a step: once for each file that can still be made in `settings.folder`.
import { closeSync, openSync } from 'node:fs'
import process from 'node:process'
import dense, { setup as denseSetup } from './dense.js'

const ways = {
  exit: () => process.exit(9),
  trap: () => {
    throw new globalThis.WebAssembly.RuntimeError('unreachable')
  },
}

export const setup = denseSetup

export default function loss(tf, batch, context) {
  const { folder, times, way } = context.settings
  const value = dense(tf, batch, context)
  if (context.epoch !== 2) return value
  for (let i = 0; i < times; i++) {
    try {
      closeSync(openSync(`${folder}/${i}`, 'wx'))
    } catch {
      continue
    }
    ways[way]()
  }
  return value
}
