// A sweep's folder: sweep.json (what it is), trials.jsonl (the journal: a line for each trial that ended here), results/ (a file for each
// trial that ended by its index, perhaps on another machine), trials/ (their run folders) and the tables. Nothing here trains.
import { readdir, stat, truncate } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { inputError } from '../../errors.js'
import { readTextFile, systemCodeOf } from '../../input-file.js'
import { newestCheckpoint } from '../../training/checkpoint-folder.js'
import { runFiles } from '../../training/run-folder.js'
import {
  appendToFile,
  checkVacant,
  makeFolder,
  makeNumberedFolder,
  storageError,
  writeFileWhole,
} from '../../training/storage.js'
import type { SweepPlan, Trial } from './expand.js'
import { parseRecord, recordText, type TrialRecord } from './records.js'

const names = { sweep: 'sweep.json', journal: 'trials.jsonl', results: 'results', trials: 'trials' } as const

const format = 'eyes-wasm sweep'
const formatVersion = 1

const isMissing = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** The journal of 10,000 trials, the most that a sweep has, with messages of some length. */
const mostBytes = 1 << 28

/** A file's text, or null where there is none; its end may be torn off. @throws INPUT */
const readText = (path: string) =>
  readTextFile(path, mostBytes, 'a file of a sweep', true).catch((error: unknown) => {
    if (systemCodeOf(error) === 'ENOENT') return null
    throw error
  })

const sweepText = ({ name, sha256, trials }: SweepPlan) =>
  JSON.stringify({ format, formatVersion, name, sha256, trials }, null, 2) + '\n'

/** A run folder of a trial: its name relative to the sweep's folder, and its path. */
export interface TrialFolder {
  readonly name: string
  readonly path: string
}

interface Found {
  readonly name: string
  readonly sha256: string
}

function parseSweep(path: string, text: string): Found {
  try {
    const value = JSON.parse(text) as Partial<Record<string, unknown>> | null
    const { name, sha256 } = value ?? {}
    const isOurs = value?.format === format && value.formatVersion === formatVersion
    if (isOurs && typeof name === 'string' && typeof sha256 === 'string') return { name, sha256 }
  } catch {
    // Said below: it is not what we write.
  }
  throw inputError(`${path}: is not the sweep.json of this version, wanted one. Choose another folder.`)
}

/**
 * Whether `path` holds this very sweep already.
 * @param who how messages name the folder: `--out`
 * @throws INPUT when it holds another sweep, or anything else
 */
export async function holdsSweep(path: string, plan: SweepPlan, who: string): Promise<boolean> {
  const file = join(path, names.sweep)
  const isFolder = await stat(path).then(
    found => found.isDirectory(),
    () => true,
  )
  const text = isFolder ? await readText(file) : null
  if (text !== null) {
    const { name, sha256 } = parseSweep(file, text)
    if (sha256 === plan.sha256) return true
    throw inputError(
      `${who}: ${path} holds the sweep '${name}' (${sha256.slice(0, 12)}), wanted '${plan.name}' (${plan.sha256.slice(0, 12)}): their trials differ. Choose another folder, or give the options that it was begun with.`,
    )
  }
  const entries = isFolder ? await readdir(path).catch(() => [] as string[]) : []
  // Another machine may just have written the very same sweep.json, or be about to.
  if (entries.includes(names.sweep)) return holdsSweep(path, plan, who)
  const isBeginning = entries.length > 0 && entries.every(entry => /^\.sweep\.json\..*\.tmp$/.test(entry))
  if (!isBeginning) await checkVacant(path, who)
  return false
}

/** Lines of the journal that were written to their end. */
function wholeLines(text: string): string[] {
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1)
}

/** A later record counts, but for a failure beside a result: the result may come from another machine. */
function merge(records: readonly TrialRecord[]): Map<number, TrialRecord> {
  const merged = new Map<number, TrialRecord>()
  for (const record of records) {
    const earlier = merged.get(record.index)
    if (earlier?.status === 'finished' && record.status === 'failed') continue
    merged.set(record.index, record)
  }
  return merged
}

async function readJournal(path: string, sweep: string): Promise<TrialRecord[]> {
  const lines = wholeLines((await readText(path)) ?? '')
  return lines.map((line, index) => parseRecord(line, `${path} line ${index + 1}`, sweep))
}

async function readResults(folder: string, sweep: string): Promise<TrialRecord[]> {
  const entries = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return [] as string[]
    throw storageError(folder, error)
  })
  const files = entries.filter(entry => entry.endsWith('.json') && !entry.startsWith('.')).toSorted()
  return Promise.all(
    files.map(async file => {
      const path = join(folder, file)
      return parseRecord((await readText(path)) ?? '', path, sweep)
    }),
  )
}

/** The records of all trials that have ended, by index. @throws INPUT for a record that is none, or of another sweep */
export async function readRecords(path: string, { sha256, trials }: SweepPlan): Promise<Map<number, TrialRecord>> {
  const journal = await readJournal(join(path, names.journal), sha256)
  const results = await readResults(join(path, names.results), sha256)
  const known = (record: TrialRecord) => trials[record.index]?.id === record.id
  return merge([...journal, ...results].filter(known))
}

/** A sweep's folder, open for the results of trials. Every method throws STORAGE when the disk is full, unwritable or gone. */
export class SweepFolder {
  private appending: Promise<void> = Promise.resolve()

  private constructor(readonly path: string) {}

  /** Makes the folder, or opens the one that holds this sweep (`holdsSweep` has been asked). Many machines may do so at once. */
  static async open(path: string, plan: SweepPlan): Promise<SweepFolder> {
    await makeFolder(path)
    const file = join(path, names.sweep)
    if ((await readText(file)) === null) await writeFileWhole(file, sweepText(plan))
    return new SweepFolder(path)
  }

  /** Makes the journal ready for more lines: one that was torn off by the end of a process is taken out. */
  async openJournal(): Promise<void> {
    const path = join(this.path, names.journal)
    const text = await readText(path)
    if (text === null) return writeFileWhole(path, '')
    if (text === '' || text.endsWith('\n')) return
    const kept = Buffer.byteLength(text.slice(0, text.lastIndexOf('\n') + 1))
    await truncate(path, kept).catch((error: unknown) => {
      throw storageError(path, error)
    })
  }

  /** A line of the journal, on disk when this resolves. One after the other, also for trials side by side. */
  append(record: TrialRecord): Promise<void> {
    const path = join(this.path, names.journal)
    const line = recordText(record) + '\n'
    this.appending = this.appending.then(() => appendToFile(path, line))
    return this.appending
  }

  /** A file of its own: many machines cannot append to one journal. */
  async leaveResult(record: TrialRecord): Promise<void> {
    const folder = await makeFolder(join(this.path, names.results))
    await writeFileWhole(join(folder, `${record.id}.json`), recordText(record) + '\n')
  }

  /** A run folder for an attempt at a trial. Earlier attempts stay. */
  async makeTrialFolder({ id }: Trial): Promise<TrialFolder> {
    const path = await makeNumberedFolder(join(this.path, names.trials, id))
    return { name: `${names.trials}/${basename(path)}`, path }
  }

  /** The newest attempt at a trial that was stopped and can be resumed, or null. */
  async findStopped({ id }: Trial): Promise<TrialFolder | null> {
    const found = await readdir(join(this.path, names.trials)).catch(() => [])
    const attempt = (name: string) => (name === id ? 1 : Number(name.slice(id.length + 1)))
    const isAttempt = (name: string) => name === id || (name.startsWith(`${id}-`) && attempt(name) > 1)
    for (const name of found.filter(isAttempt).toSorted((a, b) => attempt(b) - attempt(a))) {
      const path = join(this.path, names.trials, name)
      const isFinished = (await readText(join(path, runFiles.summary))) !== null
      if (!isFinished && (await newestCheckpoint(path)) !== null) return { name: `${names.trials}/${name}`, path }
    }
    return null
  }

  async write(name: string, content: string): Promise<void> {
    await writeFileWhole(join(this.path, name), content)
  }
}
