// The sweep itself, for the command line and for other studies: run what is not finished yet, one trial by its index, or join what many
// machines left. Prints nothing; progress arrives through the hooks.
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import type { DataHooks, Dataset } from '../../data/dataset.js'
import { loadDataset } from '../../data/load.js'
import { inputError } from '../../errors.js'
import { completeConfig, resolveOptions, type OptionNamer } from '../../training/options.js'
import type { Callback, TrainConfig } from '../../training/types.js'
import { expand, type SweepPlan, type Trial } from './expand.js'
import { tableFiles } from './table-files.js'
import { readDefinition, type DefinitionOptions } from './read.js'
import type { TrialRecord } from './records.js'
import { failedOf, outcomesOf, sweepRows, type SweepResult } from './rows.js'
import { holdsSweep, readRecords, SweepFolder } from './sweep-folder.js'
import { tableNotes } from './table.js'
import { runTrial } from './trial.js'

export interface SweepOptions extends DefinitionOptions {
  /** The sweep's folder: new, empty, or begun by this very sweep, which then goes on. By default runs/sweep-<name>-<hash>. */
  readonly out?: string | undefined
  /** Trials side by side; 1 by default. They share the worker threads (`options.threads`, by default one a core). */
  readonly parallel?: number | undefined
  /** Run the trials again that have failed. */
  readonly retryFailed?: boolean | undefined
  /** Ends after the step under way; the trials that it belongs to are left for the next time. */
  readonly signal?: AbortSignal | undefined
}

export interface SweepHooks extends DataHooks {
  /** How messages name an option. */
  readonly name?: OptionNamer
  /** Everything is checked; `pending` trials are run next. */
  readonly onPlan?: (plan: SweepPlan, folder: string, pending: readonly Trial[]) => void
  /** A trial begins to train; the callback sees its steps and epochs. */
  readonly onTrial?: (trial: Trial, config: TrainConfig) => Callback
  readonly onMeasure?: (trial: Trial) => void
  /** A trial has ended, and its record is on disk. */
  readonly onRecord?: (trial: Trial, record: TrialRecord) => void
}

interface Prepared {
  readonly plan: SweepPlan
  readonly path: string
  /** The folder holds this sweep already. */
  readonly isBegun: boolean
  readonly records: Map<number, TrialRecord>
}

const itself: OptionNamer = key => key

const defaultFolder = ({ name, sha256 }: SweepPlan) => join('runs', `sweep-${name}-${sha256.slice(0, 8)}`)

/** The trials of a sweep and its folder, without touching it. @throws INPUT */
export async function planSweep(options: DefinitionOptions & { readonly out?: string | undefined }, name = itself) {
  const plan = expand(await readDefinition(options, name))
  return { plan, path: resolve(options.out ?? defaultFolder(plan)) }
}

async function prepare(options: SweepOptions, name = itself): Promise<Prepared> {
  const { plan, path } = await planSweep(options, name)
  const isBegun = await holdsSweep(path, plan, name('out'))
  return { plan, path, isBegun, records: isBegun ? await readRecords(path, plan) : new Map<number, TrialRecord>() }
}

/** Reads each source once and keeps it in memory, for all trials that want it. */
function sharedImages({ onData, onSkip }: SweepHooks): typeof loadDataset {
  const loaded = new Map<string, Promise<Dataset>>()
  return (source, options) => {
    const key = JSON.stringify([source, options?.size ?? null, options?.onBadImage ?? null])
    const reading = loaded.get(key) ?? loadDataset(source, { ...options, onProgress: onData, onSkip })
    loaded.set(key, reading)
    return reading
  }
}

const imagesKey = ({ options }: Trial) =>
  JSON.stringify([options.data ?? null, options.size ?? null, options.onBadImage ?? null])

/** All trials that name the same images must have been trained on the same. @throws INPUT */
function checkSameImages(seen: Map<string, string>, { plan, records }: Prepared): void {
  for (const [index, record] of records) {
    if (record.status === 'failed') continue
    const key = imagesKey(plan.trials[index]!)
    const expected = seen.get(key) ?? record.dataSha256
    if (expected !== record.dataSha256)
      throw inputError(
        `${record.data}: its SHA-256 is ${expected.slice(0, 12)}, but trial ${index} of this sweep was trained on ${record.dataSha256.slice(0, 12)}. Bring the images back as they were, or begin the sweep anew in another folder.`,
      )
    seen.set(key, expected)
  }
}

/** Reads the images of all `pending` trials and checks what depends on them, before anything is written. @throws INPUT */
async function checkInput(
  pending: readonly Trial[],
  prepared: Prepared,
  images: typeof loadDataset,
  { signal }: SweepOptions,
  name: OptionNamer,
): Promise<void> {
  const seen = new Map<string, string>()
  for (const trial of pending) {
    const resolved = resolveOptions(trial.options, name)
    const { settings, size } = resolved
    const dataset = await images(settings.data, { size: size ?? undefined, onBadImage: settings.onBadImage, signal })
    completeConfig(resolved, dataset, name)
    seen.set(imagesKey(trial), dataset.sha256)
  }
  checkSameImages(seen, prepared)
}

const checkedCount = (value: number | undefined, fallback: number, who: string) => {
  if (value === undefined) return fallback
  if (Number.isSafeInteger(value) && value >= 1 && value <= 1024) return value
  throw inputError(`${who}: found ${value}, wanted a whole number from 1 to 1024. For example 2.`)
}

/** Runs `work` for each item, `width` at a time. The first error stops the others through `stop`, and is thrown when all have ended. */
async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<boolean>,
  stop: () => void,
) {
  let next = 0
  const lane = async () => {
    while (next < items.length) if (!(await work(items[next++]!))) return
  }
  const lanes = Array.from({ length: width }, () =>
    lane().catch((error: unknown) => {
      next = items.length
      stop()
      throw error
    }),
  )
  const failed = (await Promise.allSettled(lanes)).find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
}

function resultOf({ plan, path, records }: Prepared): SweepResult {
  const trials = outcomesOf(plan, records)
  const rows = sweepRows(trials)
  return {
    name: plan.name,
    sha256: plan.sha256,
    folder: path,
    trials,
    rows,
    notes: tableNotes(rows),
    failed: failedOf(trials),
    missing: trials.filter(({ record }) => record === null).map(({ trial }) => trial.index),
  }
}

async function writeTables(folder: SweepFolder, result: SweepResult): Promise<void> {
  for (const [name, content] of await tableFiles(result)) await folder.write(name, content)
}

/**
 * Runs every trial that has not ended yet (with `retryFailed` also those that failed), and writes the tables. The same call again goes on
 * where this one was stopped.
 * @throws INPUT before anything is written; STORAGE. A trial's own failure is in the result
 */
export async function runSweep(options: SweepOptions, hooks: SweepHooks = {}): Promise<SweepResult> {
  const { name = itself } = hooks
  const parallel = checkedCount(options.parallel, 1, name('parallel'))
  const threads = checkedCount(options.options?.threads, availableParallelism(), name('threads'))
  const prepared = await prepare(options, name)
  const { plan, path, records } = prepared
  const isWanted = ({ index }: Trial) => {
    const record = records.get(index)
    return record === undefined || (record.status === 'failed' && options.retryFailed === true)
  }
  const pending = plan.trials.filter(isWanted)
  const images = sharedImages(hooks)
  await checkInput(pending, prepared, images, options, name)
  const folder = await SweepFolder.open(path, plan)
  await folder.openJournal()
  hooks.onPlan?.(plan, path, pending)
  const width = Math.min(parallel, Math.max(1, pending.length))
  const stopping = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, stopping.signal]) : stopping.signal
  const context = {
    plan,
    folder,
    threads: Math.max(1, Math.floor(threads / width)),
    images,
    signal,
    ...trialHooks(hooks),
  }
  const run = async (trial: Trial) => {
    if (signal.aborted) return false
    const attempt = await runTrial(trial, context)
    if (attempt === undefined) return false
    await folder.append(attempt.record)
    records.set(trial.index, attempt.record)
    hooks.onRecord?.(trial, attempt.record)
    return true
  }
  await inParallel(pending, width, run, () => stopping.abort())
  const result = resultOf(prepared)
  await writeTables(folder, result)
  return result
}

const trialHooks = ({ name, onTrial, onMeasure }: SweepHooks) => ({
  ...(name && { name }),
  ...(onTrial && { onStart: onTrial }),
  ...(onMeasure && { onMeasure }),
})

/** What `runSweepTrial` leaves. */
export interface SweepTrialResult {
  readonly folder: string
  readonly trial: Trial
  /** null: interrupted. */
  readonly record: TrialRecord | null
  /** It was finished before, and not run again. */
  readonly isOld: boolean
}

/**
 * Runs the one trial of this index, unless it is finished, and leaves its record as a file of its own: many machines may share the
 * folder. No tables; see `collectSweep`.
 * @throws INPUT, also for an index beyond the sweep; what the training threw, after the failure was recorded
 */
export async function runSweepTrial(
  options: SweepOptions,
  index: number,
  hooks: SweepHooks = {},
): Promise<SweepTrialResult> {
  const { name = itself, onPlan } = hooks
  const threads = checkedCount(options.options?.threads, availableParallelism(), name('threads'))
  const prepared = await prepare(options, name)
  const { plan, path, records } = prepared
  const trial = Number.isSafeInteger(index) && index >= 0 ? plan.trials[index] : undefined
  if (trial === undefined)
    throw inputError(
      `${name('index')}: found ${index}, but the sweep '${plan.name}' has ${plan.trials.length} trials. Give a whole number from 0 to ${plan.trials.length - 1}.`,
    )
  const earlier = records.get(index)
  if (earlier?.status === 'finished') return { folder: path, trial, record: earlier, isOld: true }
  const images = sharedImages(hooks)
  await checkInput([trial], prepared, images, options, name)
  const folder = await SweepFolder.open(path, plan)
  onPlan?.(plan, path, [trial])
  const { signal } = options
  const attempt = await runTrial(trial, { plan, folder, threads, images, signal, ...trialHooks(hooks) })
  if (attempt === undefined) return { folder: path, trial, record: null, isOld: false }
  await folder.leaveResult(attempt.record)
  if (attempt.record.status === 'failed') throw attempt.error
  hooks.onRecord?.(trial, attempt.record)
  return { folder: path, trial, record: attempt.record, isOld: false }
}

/** Joins the records in the sweep's folder, whoever left them, and writes the tables. @throws INPUT where there is no such sweep; STORAGE */
export async function collectSweep(options: SweepOptions, { name = itself }: SweepHooks = {}): Promise<SweepResult> {
  const prepared = await prepare(options, name)
  const { plan, path, isBegun } = prepared
  if (!isBegun)
    throw inputError(
      `${name('collect')}: ${path} holds no trial of the sweep '${plan.name}', wanted its folder. Run trials first, or name the folder with ${name('out')}.`,
    )
  checkSameImages(new Map(), prepared)
  const result = resultOf(prepared)
  await writeTables(await SweepFolder.open(path, plan), result)
  return result
}
