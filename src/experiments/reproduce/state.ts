// reproduce.json: which reproduction a folder holds, so that the same command goes on there and another one is refused, and how long was
// spent on it so far. Finished trials speak for themselves (their own summary.json).
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { inputError } from '../../errors.js'
import { readTextFile, systemCodeOf } from '../../input-file.js'
import type { OptionNamer } from '../../training/options.js'
import { makeFolder, makeNumberedFolder, writeFileWhole } from '../../training/storage.js'
import { show } from '../../quote.js'
import { version } from '../../version.js'

const file = 'reproduce.json'
const format = 'eyes-wasm reproduction'
const formatVersion = 1

/** Everything that the numbers and pictures depend on; threads and --only are not among it. */
export interface ReproduceSettings {
  readonly data: string | null
  readonly dataSha256: string
  readonly epochs: number
  readonly batch: number
  readonly lr: number
  readonly klWeight: number
  readonly seed: number
  readonly limit: number | null
}

export interface ReproduceState {
  readonly format: typeof format
  readonly formatVersion: typeof formatVersion
  readonly version: string
  readonly settings: ReproduceSettings
  /** Wall time of all calls so far. */
  readonly seconds: number
}

const fresh = (settings: ReproduceSettings): ReproduceState => ({
  format,
  formatVersion,
  version,
  settings,
  seconds: 0,
})

const isSettings = (value: unknown) => typeof value === 'object' && value !== null

function parseState(path: string, text: string): ReproduceState {
  try {
    const value = JSON.parse(text) as Partial<ReproduceState> | null
    const isOurs = value?.format === format && value.formatVersion === formatVersion
    if (isOurs && isSettings(value.settings) && Number.isFinite(value.seconds)) return value as ReproduceState
  } catch {
    // Said below, with every other way of being no such file.
  }
  throw inputError(
    `${path}: is not a record of a reproduction by this version, wanted "${format}" ${formatVersion}. Give another --out.`,
  )
}

/** The first setting that differs, said as the command names it. */
function checkSame(path: string, found: ReproduceSettings, wanted: ReproduceSettings, name: OptionNamer): void {
  for (const key of Object.keys(wanted) as (keyof ReproduceSettings)[]) {
    if (found[key] === wanted[key]) continue
    const option = key === 'dataSha256' ? `${name('data')} (the pictures themselves)` : name(key)
    throw inputError(
      `${option}: found ${show(wanted[key])}, but ${path} was begun with ${show(found[key])}. Say the same as then to go on, or give another ${name('out')}.`,
    )
  }
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code

/**
 * Opens the folder of a reproduction: new, empty, or one that was begun with the same settings. Without `out`: a numbered one under runs/.
 * @throws INPUT for a folder that holds something else; STORAGE
 */
export async function openFolder(
  out: string | undefined,
  settings: ReproduceSettings,
  name: OptionNamer,
): Promise<{ folder: string; state: ReproduceState }> {
  if (out === undefined) {
    const folder = await makeNumberedFolder(join('runs', 'reproduce'))
    const state = fresh(settings)
    await writeState(folder, state)
    return { folder, state }
  }
  const path = join(out, file)
  const text = await readTextFile(path, 1_000_000, `a ${file}`).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(systemCodeOf(error) ?? '')) return null
    throw error
  })
  if (text !== null) {
    const state = parseState(path, text)
    checkSame(path, state.settings, settings, name)
    return { folder: out, state }
  }
  const entries = await readdir(out).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return []
    throw inputError(`${name('out')}: ${out} is not a folder (${codeOf(error)}). Choose another name.`, error)
  })
  if (entries.length > 0)
    throw inputError(
      `${name('out')}: ${out} holds ${entries.length} files that are no reproduction, wanted a new folder, an empty one, or one to go on in. Choose another name.`,
    )
  await makeFolder(out)
  const state = fresh(settings)
  await writeState(out, state)
  return { folder: out, state }
}

export const writeState = (folder: string, state: ReproduceState) =>
  writeFileWhole(join(folder, file), JSON.stringify(state, null, 2) + '\n')
