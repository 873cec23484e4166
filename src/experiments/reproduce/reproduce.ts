// The whole report in one go: trains what is missing, measures, draws, and writes report.html and report.md. A stopped reproduction goes
// on with the same call: a finished trial is never trained again. Prints nothing; what a caller wants to show arrives through the hooks.
import { join, resolve } from 'node:path'
import type { DataHooks, Dataset } from '../../data/dataset.js'
import { loadDataset } from '../../data/load.js'
import { EyesWasmError } from '../../errors.js'
import type { ModelSpec } from '../../models/spec.js'
import { pageHtml } from '../../report/page/page.js'
import { pageMarkdown } from '../../report/page/markdown.js'
import {
  completeConfig,
  defaults,
  resolveOptions,
  type OptionNamer,
  type TrainOptions,
} from '../../training/options.js'
import { makeFolder, writeFileWhole } from '../../training/storage.js'
import type { Callback } from '../../training/types.js'
import { reproduceContent } from './content.js'
import type { ReproduceResults } from './results.js'
import { estimateText, measureSpeed, trialSeconds, type EstimatePart } from './estimate.js'
import { drawCharts, drawFigures, evaluateBest, modelSummaries } from './figures.js'
import { madeLines } from './made.js'
import { l1Vae, readOnly, table1Trials, table4Trials, trialsFor, type TrialPlan } from './plan.js'
import { openFolder, writeState, type ReproduceSettings, type ReproduceState } from './state.js'
import { openTrials, type TrialResult, type Trials } from './trials.js'

/** What all trials share; model, geometry and loss are the report's. */
export interface ReproduceOptions extends Pick<
  TrainOptions,
  'epochs' | 'batch' | 'lr' | 'klWeight' | 'seed' | 'threads' | 'data' | 'onBadImage' | 'size' | 'limit'
> {
  /** `table1,figure5,figure6-13`; all by default. */
  readonly only?: string | undefined
  /** Folder: new, empty, or of a reproduction to go on with; numbered under runs/ by default. */
  readonly out?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** A model that could not be trained. */
export interface TrialFailure {
  readonly title: string
  readonly message: string
}

export interface ReproduceHooks extends DataHooks {
  readonly name?: OptionNamer
  /** The folder is open, nothing is timed yet: trials that are there already, and all that are needed. */
  readonly onPlan?: (folder: string, finished: number, total: number) => void
  /** `about 3 h 20 min: Table 1 20 min, …` */
  readonly onEstimate?: (text: string) => void
  /** A trial begins, `number` of `total`. The answer sees its steps and epochs. */
  readonly onTrial?: (title: string, number: number, total: number) => Callback
  readonly onTrialDone?: (result: TrialResult) => void
  readonly onTrialFailed?: (failure: TrialFailure) => void
  /** A few words on what happens now. */
  readonly onStatus?: (text: string) => void
  /** The command line, for the page. */
  readonly commandLine?: string
}

export interface ReproduceOutcome {
  /** Absolute path of the folder. */
  readonly folder: string
  readonly page: string
  readonly markdown: string
  readonly items: readonly string[]
  readonly trials: readonly TrialResult[]
  /** Trials that this call trained; the others were there. */
  readonly trained: number
  /** Models that failed: the page says so in their place, and the next call tries them again. */
  readonly failures: readonly TrialFailure[]
  /** Wall time of this call, and of all calls into this folder. */
  readonly seconds: number
  readonly totalSeconds: number
}

interface Prepared {
  readonly folder: string
  readonly state: ReproduceState
  readonly settings: ReproduceSettings
  readonly dataset: Dataset
  readonly threads: number
  readonly items: readonly string[]
}

/** Reads and checks everything; the folder is opened last. */
async function prepare(
  options: ReproduceOptions,
  { name = key => key, onData, onSkip }: ReproduceHooks,
): Promise<Prepared> {
  const { only, out, signal, ...train } = options
  const items = readOnly(only, name)
  const resolved = resolveOptions(train, name)
  const dataset = await loadDataset(resolved.settings.data, {
    size: resolved.size ?? undefined,
    onBadImage: resolved.settings.onBadImage,
    onProgress: onData,
    onSkip,
    signal,
  })
  const { data, epochs, batch, lr, klWeight, seed, limit, threads } = completeConfig(resolved, dataset, name)
  const settings = { data, dataSha256: dataset.sha256, epochs, batch, lr, klWeight, seed, limit }
  const opened = await openFolder(out, settings, name)
  return { folder: resolve(opened.folder), state: opened.state, settings, dataset, threads, items }
}

const specOf = (
  { options: { model = defaults.model, kernel, stride, padding } }: TrialPlan,
  dataset: Dataset,
): ModelSpec => ({
  kind: model,
  kernel,
  stride,
  padding,
  height: dataset.height,
  width: dataset.width,
})

function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new EyesWasmError('ABORTED', 'stopped.', { cause: signal.reason })
}

const groups: readonly (readonly [name: string, trials: readonly TrialPlan[]])[] = [
  ['Table 1', table1Trials],
  ['Table 4', table4Trials],
  ['Figure 5', [l1Vae]],
]

/** Seconds of the trials that are missing, by table; each model is timed once. Pictures and measuring again are the last part. */
async function estimate(
  missing: readonly TrialPlan[],
  prepared: Prepared,
  options: ReproduceOptions,
  hooks: ReproduceHooks,
): Promise<EstimatePart[]> {
  const { dataset, threads, settings } = prepared
  const images = settings.limit ?? dataset.count
  const speeds = new Map<string, number>()
  const seconds = new Map<string, number>()
  for (const plan of missing) {
    throwIfStopped(options.signal)
    const spec = specOf(plan, dataset)
    const key = JSON.stringify(spec)
    if (!speeds.has(key)) {
      hooks.onStatus?.(`timing one step of ${plan.title}`)
      const { batch } = settings
      speeds.set(key, await measureSpeed(spec, { dataset, threads, batch, images, signal: options.signal }))
    }
    seconds.set(plan.id, trialSeconds(spec.kind, settings.epochs, images, speeds.get(key)!))
  }
  const parts = groups.map(([title, trials]): EstimatePart => {
    const own = trials.map(({ id }) => seconds.get(id) ?? 0)
    return [title, own.reduce((sum, one) => sum + one, 0)]
  })
  const after: EstimatePart = ['measuring and drawing', 30 + (2 * images) / 50]
  return [...parts.filter(([, sum]) => sum > 0), after]
}

/** A disk that is full or gone, and workers that do not start, are no matter of one model. */
const isFatal = (error: unknown) =>
  error instanceof EyesWasmError && (error.code === 'STORAGE' || error.code === 'WORKER' || error.code === 'ABORTED')

/**
 * Trains what is missing, in the report's order; each finished one counts at once. One that fails does not stop the rest.
 * @returns what failed, with its message
 */
async function runTrials(
  plans: readonly TrialPlan[],
  found: Map<string, TrialResult>,
  trials: Trials,
  prepared: Prepared,
  options: ReproduceOptions,
  hooks: ReproduceHooks,
): Promise<TrialFailure[]> {
  const { threads, dataset } = prepared
  const { signal } = options
  const failures: TrialFailure[] = []
  for (const [index, plan] of plans.entries()) {
    if (found.has(plan.id)) continue
    throwIfStopped(signal)
    const onStart = () => hooks.onTrial?.(plan.title, index + 1, plans.length) ?? {}
    const onMeasure = () => hooks.onStatus?.(`measuring ${plan.title}`)
    try {
      const result = await trials.run(plan, { threads, dataset, signal, name: hooks.name, onStart, onMeasure })
      if (!result) throw new EyesWasmError('ABORTED', `${plan.title}: stopped.`)
      found.set(plan.id, result)
      hooks.onTrialDone?.(result)
    } catch (error) {
      if (isFatal(error)) throw error
      const failure = { title: plan.title, message: error instanceof Error ? error.message : String(error) }
      failures.push(failure)
      hooks.onTrialFailed?.(failure)
    }
  }
  return failures
}

async function writeReport(folder: string, results: ReproduceResults): Promise<{ page: string; markdown: string }> {
  const content = reproduceContent(results)
  const page = join(folder, 'report.html')
  const markdown = join(folder, 'report.md')
  const { text, files } = pageMarkdown(content, 'figures')
  await makeFolder(join(folder, 'figures'))
  for (const [name, bytes] of files) await writeFileWhole(join(folder, name), bytes)
  await writeFileWhole(markdown, text)
  await writeFileWhole(page, pageHtml(content))
  return { page, markdown }
}

/** Everything that is made of the trials. */
async function collect(
  prepared: Prepared,
  trials: ReadonlyMap<string, TrialResult>,
  options: ReproduceOptions,
  hooks: ReproduceHooks,
) {
  const { dataset, settings, items, threads } = prepared
  const context = { ...prepared, trials, signal: options.signal, onStatus: hooks.onStatus }
  const images = settings.limit ?? dataset.count
  hooks.onStatus?.('drawing curves')
  const charts = await drawCharts(context)
  const evaluations = await evaluateBest(context)
  const figures = await drawFigures(context)
  const summaries = modelSummaries(plan => specOf(plan, dataset))
  return {
    items,
    settings,
    images,
    totalImages: dataset.count,
    trials,
    evaluations,
    summaries,
    charts,
    figures,
    threads,
  }
}

/**
 * Reproduces the report, or the items of `only`.
 * @throws INPUT before anything is trained; ABORTED when stopped (finished trials stay); NON_FINITE, STORAGE, WORKER from a trial
 */
export async function reproduce(options: ReproduceOptions = {}, hooks: ReproduceHooks = {}): Promise<ReproduceOutcome> {
  const start = performance.now()
  const elapsed = () => (performance.now() - start) / 1000
  const prepared = await prepare(options, hooks)
  const { folder, state, items } = prepared
  const plans = trialsFor(items)
  const trials = openTrials(folder, prepared.settings, prepared.dataset)
  const found = await trials.finished(plans)
  const before = found.size
  hooks.onPlan?.(folder, before, plans.length)
  try {
    const missing = plans.filter(({ id }) => !found.has(id))
    hooks.onEstimate?.(estimateText(await estimate(missing, prepared, options, hooks)))
    const failures = await runTrials(plans, found, trials, prepared, options, hooks)
    const results = await collect(prepared, found, options, hooks)
    const totalSeconds = state.seconds + elapsed()
    const made = madeLines({ ...results, dataset: prepared.dataset, totalSeconds, commandLine: hooks.commandLine })
    const paths = await writeReport(folder, { ...results, failures, made })
    const trained = found.size - before
    const counts = { trained, failures, seconds: elapsed(), totalSeconds }
    return { folder, ...paths, items, trials: [...found.values()], ...counts }
  } finally {
    await writeState(folder, { ...state, seconds: state.seconds + elapsed() })
  }
}
