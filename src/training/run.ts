// One training run from options to results: what prepare.ts (a new run) or resume.ts (one that goes on) has made ready, then workers,
// training, measuring, run folder. The command line and the library both call this and nothing below it. Prints nothing; what a caller
// wants to show arrives through the hooks.
import { join, resolve } from 'node:path'
import { EyesWasmError } from '../errors.js'
import { weightsSha256 } from '../formats/pytorch.js'
import { layerSpecs, parameterCount, parameterSpecs } from '../models/geometry.js'
import { orAborted } from './abort.js'
import { specOf } from './checkpoint.js'
import { reconstructionsPicture } from './figures.js'
import { earlyStopping, timeLimit } from './limits.js'
import { prepare, stepImages, throwIfAborted, type Prepared, type RunHooks, type RunOptions } from './prepare.js'
import { checkResume, findRun, prepareFound, type FoundRun } from './resume.js'
import { resumedConfig, runConfig } from './run-config.js'
import { RunFolder, runName } from './run-folder.js'
import { createSaver, type Saver } from './saver.js'
import { openSession, type Evaluation, type Session, type TrainedModel, type TrainingResult } from './session.js'
import { placeOf, type Place } from './state.js'
import type { EpochRecord, TrainConfig, TrainSummary } from './types.js'

export type { RunHooks, RunOptions } from './prepare.js'

/** What `train` resolves to. */
export interface RunOutcome {
  /** Null when the run was stopped before its end, by the signal or `maxTime`: it was not measured, and can be resumed. */
  readonly summary: TrainSummary | null
  readonly history: readonly EpochRecord[]
  readonly model: TrainedModel
  readonly config: TrainConfig
  /** Absolute path of the run folder, or null. */
  readonly folder: string | null
  /** Where training ended. */
  readonly place: Place
  /** Why training ended before its last epoch, if it did. */
  readonly stopped?: string
  /** True where a resumed run had nothing left to do. */
  readonly unchanged?: true
}

/** The folder of a run, and what belongs to it. */
interface Open {
  readonly prepared: Prepared
  readonly folder: RunFolder | null
  readonly saver: Saver | null
}

const parametersOf = (config: TrainConfig) => parameterSpecs(layerSpecs(specOf(config)))

function summarise(
  { config, imageCount }: Prepared['identity'],
  { model, history, seconds, imagesPerSecond }: TrainingResult,
  { quality, fromMean, kl }: Evaluation,
  threads: number,
): TrainSummary {
  return {
    model: config.model,
    kernel: config.kernel,
    stride: config.stride,
    padding: config.padding,
    epochs: history.length,
    images: imageCount,
    threads,
    psnr: quality.psnr,
    ssim: quality.ssim,
    mse: quality.mse,
    imagesPerSecond,
    seconds,
    ...(fromMean && { psnrMean: fromMean.psnr, ssimMean: fromMean.ssim, mseMean: fromMean.mse }),
    ...(kl !== undefined && { kl }),
    weightsSha256: weightsSha256(model.parameters, parametersOf(config)),
  }
}

/** The run's new folder with its config.json, or null where none is wanted. */
async function makeFolder({ identity, control, dataset }: Prepared, { out }: RunOptions, hooks: RunHooks) {
  const { config, initSha256 } = identity
  const { name = (key: string) => key, folders } = hooks
  const record = runConfig(config, control, dataset, initSha256)
  const make = (path: string, numbered: boolean) =>
    RunFolder.create(resolve(path), numbered, record, parameterCount(parametersOf(config)), name('out'))
  if (out !== undefined) return make(out, false)
  return folders === undefined ? null : make(join(folders, runName(config)), true)
}

/** What to do about an error that ended a training whose last good step has been kept. */
const cures: Partial<Record<EyesWasmError['code'], (folder: string) => string>> = {
  NON_FINITE: folder =>
    `The last good step is kept: train a new run from it with --init ${folder}/checkpoints/last.safetensors and a lower --lr.`,
  WORKER: folder => `What was trained is kept. Continue with: eyes-wasm train --resume ${folder}`,
  STORAGE: folder =>
    `The checkpoint before is kept. Once that is mended, continue with: eyes-wasm train --resume ${folder}`,
}

/** Keeps the last good step where it can, and adds to the error how to go on. */
async function afterFailure(error: unknown, { folder, saver }: Open): Promise<unknown> {
  if (!(error instanceof EyesWasmError) || !folder || !saver) return error
  const cure = cures[error.code]
  if (!cure) return error
  const isKept =
    error.code === 'STORAGE' ||
    (await saver.save().then(
      () => true,
      () => false,
    ))
  const words = isKept ? cure(folder.path) : `The checkpoint before is in ${folder.path}/checkpoints.`
  return new EyesWasmError(error.code, `${error.message} ${words}`, { cause: error })
}

async function trainSession(
  session: Session,
  open: Open,
  options: RunOptions,
  shown: RunOptions['callbacks'],
  started: number,
) {
  const { prepared, folder, saver } = open
  const { identity, control, from } = prepared
  const callbacks = [
    ...(folder ? [folder.historyCallback] : []),
    ...(saver ? [saver.callback] : []),
    ...(control.patience === null ? [] : [earlyStopping(control)]),
    ...(control.maxTime === null ? [] : [timeLimit(control.maxTime, started)]),
    ...(options.callbacks ?? []),
    ...(shown ?? []),
  ]
  const { signal } = options
  const batch = stepImages(identity)
  try {
    const result = await session.train({ ...identity.config, batch, callbacks, ...(signal && { signal }) }, from)
    await saver?.save()
    return result
  } catch (error) {
    throw await afterFailure(error, open)
  }
}

/** Quality and pictures of a model that is trained, and the files of a finished run. @throws ABORTED before any of them is written */
async function measure(
  session: Session,
  { prepared, folder }: Open,
  result: TrainingResult,
  signal: AbortSignal | undefined,
): Promise<TrainSummary> {
  const { identity, dataset } = prepared
  const { config } = identity
  const { model, history } = result
  const evaluation = await orAborted(session.evaluate(model, { seed: config.seed, limit: config.limit }), signal)
  const summary = summarise(identity, result, evaluation, session.threads)
  if (folder) {
    const reconstructions = await orAborted(reconstructionsPicture(session, model, dataset, config.seed), signal)
    await folder.writeResults({ config, model, history, summary, reconstructions })
  }
  return summary
}

/** The summary, or null when the signal came: whoever sent it waits. */
async function measureUnlessStopped(
  session: Session,
  open: Open,
  result: TrainingResult,
  { signal }: RunOptions,
  { measureAlways = false, onMeasure }: RunHooks,
): Promise<TrainSummary | null> {
  if (result.paused) return null
  const end = measureAlways ? undefined : signal
  if (end?.aborted) return null
  onMeasure?.()
  return measure(session, open, result, end).catch((error: unknown) => {
    if (error instanceof EyesWasmError && error.code === 'ABORTED') return null
    throw error
  })
}

/** From what is prepared to the outcome. `openFolder` is called when the workers are there. */
async function carryOut(
  prepared: Prepared,
  openFolder: () => Promise<Pick<Open, 'folder' | 'saver'>>,
  options: RunOptions,
  hooks: RunHooks,
  started: number,
): Promise<RunOutcome> {
  const { identity, dataset } = prepared
  const { config, imageCount } = identity
  const spec = specOf(config)
  const shown = hooks.onReady?.(config, dataset, spec)
  const session = await openSession({ spec, dataset, threads: config.threads, batch: stepImages(identity) })
  let folder: RunFolder | null = null
  try {
    throwIfAborted(options.signal)
    const open = { prepared, ...(await openFolder()) }
    folder = open.folder
    const result = await trainSession(session, open, options, shown && [shown], started)
    await folder?.writeWeights(result.model)
    const summary = await measureUnlessStopped(session, open, result, options, hooks)
    const stopped = result.stopped ?? (summary === null ? 'interrupted' : undefined)
    return {
      summary,
      history: result.history,
      model: result.model,
      config,
      folder: folder?.path ?? null,
      place: placeOf(result.state, imageCount, stepImages(identity)),
      ...(stopped !== undefined && { stopped }),
    }
  } finally {
    await session.close()
    await folder?.close()
  }
}

const saverOf = ({ identity, control }: Prepared, folder: RunFolder | null, isSaved: boolean) =>
  folder && createSaver(folder.checkpoints(identity), control, isSaved)

async function trainNew(options: RunOptions, hooks: RunHooks, started: number): Promise<RunOutcome> {
  const prepared = await prepare(options, hooks)
  const openFolder = async () => {
    const folder = await makeFolder(prepared, options, hooks)
    return { folder, saver: saverOf(prepared, folder, false) }
  }
  return carryOut(prepared, openFolder, options, hooks, started)
}

/** The outcome of a run with nothing left to do, or null where its results are not complete. */
async function finishedOutcome(folder: RunFolder, { loaded, config }: FoundRun): Promise<RunOutcome | null> {
  const { snapshot, imageCount } = loaded.checkpoint
  const { state, parameters } = snapshot
  const model = { spec: specOf(config), parameters }
  const summary = await folder.readSummary(weightsSha256(parameters, parametersOf(config)))
  if (!summary) return null
  const place = placeOf(state, imageCount, Math.min(config.batch, imageCount))
  return { summary, history: state.history, model, config, folder: folder.path, place, unchanged: true }
}

async function resumeIn(folder: RunFolder, options: RunOptions, hooks: RunHooks, started: number): Promise<RunOutcome> {
  const found = await findRun(folder.path, options, hooks)
  const finished = found.isTrained ? await finishedOutcome(folder, found) : null
  if (finished) return finished
  throwIfAborted(options.signal)
  const prepared = await prepareFound(found, options, hooks)
  const { loaded, config, control } = found
  const { state } = loaded.checkpoint.snapshot
  hooks.onResume?.(placeOf(state, prepared.identity.imageCount, stepImages(prepared.identity)))
  const openFolder = async () => {
    await folder.checkRoom(parameterCount(parametersOf(config)), config.epochs)
    await folder.rewind(await resumedConfig(folder.path, config, control), loaded)
    return { folder, saver: saverOf(prepared, folder, loaded.isLast) }
  }
  return carryOut(prepared, openFolder, options, hooks, started)
}

async function trainOn(options: RunOptions, hooks: RunHooks, started: number): Promise<RunOutcome> {
  const folder = await RunFolder.open(resolve(await checkResume(options, hooks.name ?? (key => key))))
  try {
    return await resumeIn(folder, options, hooks, started)
  } finally {
    await folder.close()
  }
}

/**
 * Trains as `options` say, or goes on with the run that `options.resume` names. No worker thread, file or lock is left, whatever happens.
 * @throws INPUT before anything is written; NON_FINITE, STORAGE or WORKER later; ABORTED when the signal came before training began
 */
export async function train(options: RunOptions = {}, hooks: RunHooks = {}): Promise<RunOutcome> {
  const started = performance.now()
  return options.resume === undefined ? trainNew(options, hooks, started) : trainOn(options, hooks, started)
}
