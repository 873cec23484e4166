// One training run from options to results: pictures, initial weights, workers, training, measuring, run folder. The command line and
// the library both call this and nothing below it. Prints nothing; what a caller wants to show arrives through the hooks.
import { resolve } from 'node:path'
import type { Dataset } from '../data/dataset.js'
import { loadDataset } from '../data/load.js'
import { EyesWasmError, inputError } from '../errors.js'
import { readWeightsFile, weightsSha256 } from '../formats/pytorch.js'
import { checkSpec, layerSpecs, parameterSpecs } from '../models/geometry.js'
import type { ModelSpec } from '../models/spec.js'
import { reconstructionsPicture } from './figures.js'
import { completeConfig, resolveOptions, type OptionNamer, type ResolvedOptions, type TrainOptions } from './options.js'
import { readRunConfig, runConfig, type ReadRunConfig } from './run-config.js'
import { RunFolder, runName } from './run-folder.js'
import { openSession, type Evaluation, type Session, type TrainedModel, type TrainingResult } from './session.js'
import { checkVacant } from './storage.js'
import type { Callback, EpochRecord, TrainConfig, TrainSummary } from './types.js'

export interface RunOptions extends TrainOptions {
  /** config.json of an earlier run: exactly that run again, where the other options do not say otherwise. */
  readonly config?: string | undefined
  /** Run folder, new or empty; left out: none is written. */
  readonly out?: string | undefined
  readonly callbacks?: readonly Callback[] | undefined
  /** Ends the training after the step under way; what was trained until then is measured, written and returned. */
  readonly signal?: AbortSignal | undefined
}

/** What `train` resolves to. */
export interface RunOutcome {
  readonly summary: TrainSummary
  readonly history: readonly EpochRecord[]
  readonly model: TrainedModel
  readonly config: TrainConfig
  /** Absolute path of the run folder, or null. */
  readonly folder: string | null
  /** Why training ended before its last epoch, if it did. */
  readonly stopped?: string
}

/** What the command line adds to a run. */
export interface RunHooks {
  /** How messages name an option. */
  readonly name?: OptionNamer
  /** Makes a numbered folder under this one where `out` is left out. */
  readonly folders?: string
  /** Reads the images; `loadDataset` unless runs over the same images share them in memory. */
  readonly images?: typeof loadDataset
  /** Images decoded so far. */
  readonly onData?: (done: number, total: number) => void
  /** Everything is checked; workers start next. The callback returned is called after all others. */
  readonly onReady?: (config: TrainConfig, dataset: Dataset, spec: ModelSpec) => Callback
  /** Training is over; measuring starts. */
  readonly onMeasure?: () => void
  /** A worker failed, and what it had is computed again: one line. */
  readonly onFault?: (message: string) => void
}

interface Prepared {
  readonly config: TrainConfig
  readonly dataset: Dataset
  readonly spec: ModelSpec
  readonly initial: Float32Array | undefined
  readonly initSha256: string | null
}

const specOf = ({ model, kernel, stride, padding, height, width }: TrainConfig): ModelSpec => ({
  kind: model,
  kernel,
  stride,
  padding,
  height,
  width,
})

/** @throws ABORTED when the signal has been raised. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return
  throw new EyesWasmError('ABORTED', 'stopped before training began. Nothing was written.', { cause: signal.reason })
}

/** The earlier run's options under the given ones. Pictures named anew come in a size of their own. */
function mergeOptions(earlier: ReadRunConfig | null, given: TrainOptions): TrainOptions {
  if (earlier === null) return given
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const size = given.data === undefined ? earlier.options.size : undefined
  return { ...earlier.options, size, ...said }
}

const ownKeys = ['config', 'out', 'callbacks', 'signal']

/** What is left of a run's options without the run's own. */
function trainOptionsOf(options: RunOptions): TrainOptions {
  return Object.fromEntries(Object.entries(options).filter(([key]) => !ownKeys.includes(key)))
}

function checkUnchanged(file: string, found: string | null, wanted: string | null, option: string): void {
  if (found === wanted) return
  throw inputError(
    `${file}: SHA-256 is ${found}, the earlier run had ${wanted}. Give ${option} to train with what is there now.`,
  )
}

/** The weights to start from, as a flat vector. @throws INPUT where they do not fit the model */
async function readInitial({ settings }: ResolvedOptions) {
  if (settings.init === null) return { initial: undefined, initSha256: null }
  const { model: kind, kernel, stride, padding } = settings
  const { spec, parameters } = await readWeightsFile(settings.init, { kind, kernel, stride, padding })
  return { initial: parameters, initSha256: weightsSha256(parameters, parameterSpecs(layerSpecs(spec))) }
}

/** Reads and checks all input. Nothing has been written when this throws. */
async function prepare(
  options: RunOptions,
  { name = key => key, images = loadDataset, onData }: RunHooks,
): Promise<Prepared> {
  const { out, config: earlierPath, signal } = options
  const given = trainOptionsOf(options)
  const earlier = earlierPath === undefined ? null : await readRunConfig(earlierPath)
  const resolved = resolveOptions(mergeOptions(earlier, given), name)
  if (out !== undefined) await checkVacant(out, name('out'))
  const { settings, size } = resolved
  if (size !== null) checkSpec(specOf({ ...settings, ...size }))
  const { initial, initSha256 } = await readInitial(resolved)
  if (earlier !== null && given.init === undefined)
    checkUnchanged(`${settings.init}`, initSha256, earlier.initSha256, name('init'))
  throwIfAborted(signal)
  const dataset = await images(settings.data, {
    ...(size && { size }),
    ...(onData && { onProgress: onData }),
    ...(signal && { signal }),
  })
  if (earlier !== null && given.data === undefined && given.size === undefined)
    checkUnchanged(dataset.source, dataset.sha256, earlier.dataSha256, name('data'))
  const config = completeConfig(resolved, dataset, name)
  const spec = specOf(config)
  checkSpec(spec)
  throwIfAborted(signal)
  return { config, dataset, spec, initial, initSha256 }
}

/** Images of the largest step: a batch beyond the images there are is one step an epoch. */
const stepImages = ({ config, dataset }: Prepared) => Math.min(config.batch, config.limit ?? dataset.count)

function summarise(
  config: TrainConfig,
  { model, history, seconds, imagesPerSecond }: TrainingResult,
  { quality, fromMean, kl }: Evaluation,
  { images, threads }: { images: number; threads: number },
): TrainSummary {
  return {
    model: config.model,
    kernel: config.kernel,
    stride: config.stride,
    padding: config.padding,
    epochs: history.length,
    images,
    threads,
    psnr: quality.psnr,
    ssim: quality.ssim,
    mse: quality.mse,
    imagesPerSecond,
    seconds,
    ...(fromMean && { psnrMean: fromMean.psnr, ssimMean: fromMean.ssim, mseMean: fromMean.mse }),
    ...(kl !== undefined && { kl }),
    weightsSha256: weightsSha256(model.parameters, parameterSpecs(layerSpecs(model.spec))),
  }
}

async function makeFolder({ config, dataset, initSha256 }: Prepared, out: string | undefined, folders?: string) {
  const record = runConfig(config, dataset, initSha256)
  if (out !== undefined) return RunFolder.create(resolve(out), false, record)
  return folders === undefined ? null : RunFolder.create(resolve(folders, runName(config)), true, record)
}

async function trainAndMeasure(session: Session, prepared: Prepared, options: RunOptions, hooks: RunHooks) {
  const { config, dataset, initial } = prepared
  const folder = await makeFolder(prepared, options.out, hooks.folders)
  const callbacks = [...(folder ? [folder.historyCallback] : []), ...(options.callbacks ?? [])]
  const { signal } = options
  const batch = stepImages(prepared)
  const result = await session.train({ ...config, batch, callbacks, ...(signal && { signal }) }, initial)
  const { model, history, stopped } = result
  hooks.onMeasure?.()
  await folder?.writeWeights(model)
  const { seed, limit } = config
  const evaluation = await session.evaluate(model, { seed, limit })
  const counts = { images: limit ?? dataset.count, threads: session.threads }
  const summary = summarise(config, result, evaluation, counts)
  if (folder) {
    const reconstructions = await reconstructionsPicture(session, model, dataset, seed)
    await folder.writeResults({ config, model, history, summary, reconstructions })
  }
  return { summary, history, model, config, folder: folder?.path ?? null, ...(stopped !== undefined && { stopped }) }
}

/**
 * Trains as `options` say. No worker thread or file is left open, whatever happens.
 * @throws INPUT before anything is written; NON_FINITE, STORAGE or WORKER later; ABORTED when the signal came before training began
 */
export async function train(options: RunOptions = {}, hooks: RunHooks = {}): Promise<RunOutcome> {
  const prepared = await prepare(options, hooks)
  const { config, dataset, spec } = prepared
  const shown = hooks.onReady?.(config, dataset, spec)
  const { onFault } = hooks
  const session = await openSession({ spec, dataset, threads: config.threads, batch: stepImages(prepared), onFault })
  try {
    throwIfAborted(options.signal)
    const callbacks = [...(options.callbacks ?? []), ...(shown ? [shown] : [])]
    return await trainAndMeasure(session, prepared, { ...options, callbacks }, hooks)
  } finally {
    await session.close()
  }
}
