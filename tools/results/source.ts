// The folder of runs that docs/results is made of: training runs, sweeps and studies, each under a name that is agreed on (names.ts). Reads
// what `train`, `sweep`, `sample` and `spectrum` left there; what is missing is null. Trains nothing, writes nothing.
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { StudyMade } from '../../src/cli/study-flags.js'
import { inputError } from '../../src/errors.js'
import type { SweepPlan } from '../../src/experiments/sweep/expand.js'
import type { TrialRecord } from '../../src/experiments/sweep/records.js'
import { outcomesOf, sweepRows, type SweepRow, type TrialOutcome } from '../../src/experiments/sweep/rows.js'
import { readRecords } from '../../src/experiments/sweep/sweep-folder.js'
import { readRunConfig, type ReadRunConfig, type RunConfig } from '../../src/training/run-config.js'
import type { EpochRecord, TrainSummary } from '../../src/training/types.js'

/** A training run's folder. */
export interface Run extends Pick<ReadRunConfig, 'config' | 'control'> {
  readonly name: string
  readonly path: string
  readonly origin: Pick<RunConfig, 'data' | 'versions' | 'machine' | 'vectors' | 'date'>
  readonly history: readonly EpochRecord[]
  /** null: it is under way, or was stopped. */
  readonly summary: TrainSummary | null
  /** What `train --json` printed each time that the run was finished and trained further: the lines of `<name>.jsonl` beside its folder. */
  readonly measured: readonly TrainSummary[]
}

/** A sweep's folder, as far as it has come. */
export interface Sweep {
  readonly name: string
  readonly path: string
  readonly plan: SweepPlan
  readonly outcomes: readonly TrialOutcome[]
  readonly rows: readonly SweepRow[]
  /** Run folders of its finished trials, in their order. */
  readonly runs: readonly Run[]
}

/** The JSON file of `sample` or `spectrum`; what stands in it beside this is the reader's to know. */
export interface Study {
  readonly name: string
  readonly path: string
  readonly data: Readonly<Record<string, unknown>>
  /** Missing in files of before it was kept. */
  readonly made: StudyMade | undefined
  readonly files: readonly { readonly file: string; readonly alt: string; readonly caption: string }[]
}

const hasCode = (error: unknown, code: string) => error instanceof Error && 'code' in error && error.code === code

async function textOf(...path: string[]): Promise<string | null> {
  return readFile(join(...path), 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return null
    throw error
  })
}

/** Numbers that JSON has not are written by their names. */
const parse = (text: string): unknown =>
  JSON.parse(text, (_, value: unknown) =>
    value === 'Infinity' || value === '-Infinity' || value === 'NaN' ? Number(value) : value,
  )

const historyKeys: Readonly<Record<string, keyof EpochRecord>> = {
  images_per_second: 'imagesPerSecond',
  val_loss: 'valLoss',
  val_mse: 'valMse',
  val_kl: 'valKl',
}

/** The epochs of a history.csv; a last line that is torn off is left out. */
export function parseHistory(text: string): EpochRecord[] {
  const [head = '', ...lines] = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
  const keys = head.split(',').map(column => historyKeys[column] ?? column)
  const rows = lines.filter(line => line !== '').map(line => line.split(',').map(Number))
  return rows.map(row => Object.fromEntries(keys.map((key, i) => [key, row[i]])) as unknown as EpochRecord)
}

/** @throws INPUT for a config.json that is none; null where there is no run */
export async function readRun(folder: string, name: string): Promise<Run | null> {
  const path = join(folder, name)
  const text = await textOf(path, 'config.json')
  if (text === null) return null
  const { config, control } = await readRunConfig(path)
  const { data, versions, machine, vectors, date } = parse(text) as RunConfig
  const [history, summary, measured] = await Promise.all([
    textOf(path, 'history.csv'),
    textOf(path, 'summary.json'),
    textOf(folder, `${name}.jsonl`),
  ])
  return {
    name,
    path,
    config,
    control,
    origin: { data, versions, machine, vectors, date },
    history: parseHistory(history ?? ''),
    summary: summary === null ? null : (parse(summary) as TrainSummary),
    measured: (measured ?? '')
      .split('\n')
      .filter(line => line !== '')
      .map(line => parse(line) as TrainSummary),
  }
}

/** What a page may say of a trial: not where its images lay, nor what an error said about it. */
function neutral(record: TrialRecord | null, isGenerated: boolean): TrialRecord | null {
  if (record === null) return null
  if (record.status === 'failed') return { ...record, message: record.code }
  return isGenerated ? record : { ...record, data: 'real eyes' }
}

/** @throws INPUT for a journal that is none; null where there is no sweep */
export async function readSweep(folder: string, name: string): Promise<Sweep | null> {
  const path = join(folder, name)
  const text = await textOf(path, 'sweep.json')
  if (text === null) return null
  const plan = parse(text) as SweepPlan
  const outcomes = outcomesOf(plan, await readRecords(path, plan)).map(({ trial, record }) => ({
    trial,
    record: neutral(record, (trial.options.data ?? null) === null),
  }))
  const found = await Promise.all(
    outcomes.map(async ({ record }) => (record?.status === 'finished' ? readRun(path, record.folder) : null)),
  )
  return { name, path, plan, outcomes, rows: sweepRows(outcomes), runs: found.filter(run => run !== null) }
}

/** @param command whose JSON file it is @throws INPUT for one that is not JSON; null where there is none */
export async function readStudy(folder: string, name: string, command: string): Promise<Study | null> {
  const path = join(folder, name)
  const text = await textOf(path, `${command}.json`)
  if (text === null) return null
  try {
    const data = parse(text) as Omit<Study, 'name' | 'path' | 'data'>
    return { name, path, data: data as unknown as Study['data'], made: data.made, files: data.files }
  } catch (error) {
    throw inputError(`${path}: ${command}.json is not JSON, wanted what ${command} writes. Run it again.`, error)
  }
}

/** Names of the folders in it, sorted. @throws INPUT where there is no such folder */
export async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw inputError(`results: cannot read ${folder}, wanted a folder of runs. Name the one they are in.`, error)
  })
  return entries
    .filter(entry => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted()
}
