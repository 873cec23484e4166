// A user's modules in a worker: imported by URL, their functions checked by name, and the tfjs that they see. All copies of tfjs share one engine and one
// registry of kernels (globalThis), so whichever copy it is computes on our backend.
import { textOf } from '../errors.js'
import { ProgramError } from '../parallel/program.js'
import type { Tfjs } from './module-tfjs.js'
import type { ModuleContext } from './types.js'

export { tfjsOf, type Tfjs } from './module-tfjs.js'

type Setup = (tf: Tfjs, options: { seed: number; settings: unknown }) => unknown

export interface ModelModule {
  readonly setup: Setup | null
  readonly loss: (tf: Tfjs, batch: unknown, context: ModuleContext) => unknown
}

export interface DataModule {
  readonly setup: Setup | null
  /** May depend on what setup does. */
  readonly length: () => unknown
  readonly batch: (tf: Tfjs, indices: readonly number[], context: ModuleContext) => unknown
}

const refuse = (message: string) => new ProgramError('MODEL', message)

/** A module's exports by name. Of CommonJS, Node makes a default export, which has all of them: its own `default` too, where TypeScript compiled it. */
function exportsOf(found: Record<string, unknown>): Record<string, unknown> {
  const whole = found.default
  if (typeof whole !== 'object' || whole === null) return found
  return { ...whole, ...found, default: (whole as Record<string, unknown>).default }
}

/** What to do about a module that cannot be imported: a file of Node's, or what a page's worker is to fetch. */
const importCure = (url: string) =>
  url.startsWith('file:')
    ? 'Check the path, and that Node can import it: an ES module ends in .mjs, or has "type": "module" in the package.json above it.'
    : 'Check the URL, and those that it imports itself: workers know no import map, and so no package by its name.'

async function importModule(url: string, who: string): Promise<Record<string, unknown>> {
  try {
    return exportsOf((await import(url)) as Record<string, unknown>)
  } catch (error) {
    if (error instanceof ProgramError) throw error
    throw refuse(`${who}: could not be imported: ${textOf(error).replace(/\.+$/, '')}. ${importCure(url)}`)
  }
}

function functionOf(value: unknown, what: string, who: string): ((...args: never[]) => unknown) | null {
  if (value === undefined) return null
  if (typeof value === 'function') return value as (...args: never[]) => unknown
  throw refuse(`${who}: ${what} is a ${typeof value}, wanted a function.`)
}

/** @throws ProgramError where it cannot be imported or has no loss */
export async function loadModel(url: string, who: string): Promise<ModelModule> {
  const found = await importModule(url, who)
  const loss = functionOf(found.loss, 'loss', who) ?? functionOf(found.default, 'the default export', who)
  if (!loss)
    throw refuse(
      `${who}: exports no loss. Add \`export default function loss(tf, batch, context)\`, which answers a scalar.`,
    )
  return { setup: functionOf(found.setup, 'setup', who) as Setup | null, loss: loss as ModelModule['loss'] }
}

/** @throws ProgramError where it cannot be imported or lacks length or batch */
export async function loadData(url: string, who: string): Promise<DataModule> {
  const found = await importModule(url, who)
  const batch = functionOf(found.batch, 'batch', who)
  if (!batch || found.length === undefined)
    throw refuse(
      `${who}: exports no ${batch ? 'length' : 'batch'}. An indexed module exports \`length\` and \`batch(tf, indices, context)\`.`,
    )
  const { length } = found
  return {
    setup: functionOf(found.setup, 'setup', who) as Setup | null,
    length: () => (typeof length === 'function' ? (length as () => unknown)() : length),
    batch: batch as DataModule['batch'],
  }
}
