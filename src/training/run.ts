// One training run from options to results: what prepare.ts (a new run) or resume.ts (one that goes on) has made ready, then workers,
// training, measuring, run folder. The command line and the library both call this and nothing below it. Prints nothing; what a caller
// wants to show arrives through the hooks.
import { join, resolve } from 'node:path'
import { EyesWasmError } from '../errors.js'
import { weightsSha256 } from '../formats/pytorch.js'
import { layerSpecs, parameterCount, parameterSpecs } from '../models/geometry.js'
import { shellWord } from '../quote.js'
import { checkpointFiles } from './checkpoint-folder.js'
import { specOf } from './checkpoint.js'
import { earlyStopping, patienceText, timeLimit } from './limits.js'
import { fullObjective } from './loop.js'
import { prepare, stepImages, throwIfAborted, type Prepared, type RunHooks, type RunOptions } from './prepare.js'
import { finish } from './results.js'
import { checkResume, checkSameInput, checkUnbegun, findRun, isUnbegun, prepareFound, type FoundRun } from './resume.js'
import { resumedConfig, runConfig } from './run-config.js'
import { RunFolder, runName } from './run-folder.js'
import { createSaver, type Saver } from './saver.js'
import { openSession, type Session, type TrainedModel, type TrainingResult } from './session.js'
import { modelWeights, placeOf, type Place } from './state.js'
import type { Callback, EpochRecord, TrainConfig, TrainSummary } from './types.js'

export type { RunHooks, RunOptions } from './prepare.js'

/** What `train` resolves to. */
export interface RunOutcome {
  /** Null when the run was stopped before its end, by the signal or `maxTime`: it was not measured, and can be resumed. */
  readonly summary: TrainSummary | null
  /** One record an epoch, over every part of the run. */
  readonly history: readonly EpochRecord[]
  /** The trained model: the weights' average where the run keeps one. */
  readonly model: TrainedModel
  /** Every option with its value. */
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

/** A run that is ready. */
interface Job {
  readonly prepared: Prepared
  readonly options: RunOptions
  readonly hooks: RunHooks
  /** `performance.now()` at the call of `train`. */
  readonly started: number
}

/** The folder of a run and what saves into it; both null where none is wanted. */
type Target = { readonly folder: RunFolder; readonly saver: Saver } | { readonly folder: null; readonly saver: null }

const parametersOf = (config: TrainConfig) => parameterSpecs(layerSpecs(specOf(config)))

const recordOf = ({ identity, control, dataset }: Prepared) =>
  runConfig(identity.config, control, dataset, identity.initSha256)

/** The run's new folder with its config.json, or null where none is wanted. */
async function makeFolder({ prepared, options: { out }, hooks }: Job) {
  const { config } = prepared.identity
  const { name = (key: string) => key, folders } = hooks
  const record = recordOf(prepared)
  const make = (path: string, numbered: boolean) =>
    RunFolder.create(resolve(path), numbered, record, parameterCount(parametersOf(config)), name('out'))
  if (out !== undefined) return make(out, false)
  return folders === undefined ? null : make(join(folders, runName(config)), true)
}

/** What to do about an error that ended a training whose last good step has been kept. */
const cures: Partial<Record<EyesWasmError['code'], (folder: string) => string>> = {
  NON_FINITE: folder =>
    `The last good step is kept: train a new run from it with --init ${shellWord(join(folder, checkpointFiles.last))} and a lower --lr.`,
  WORKER: folder => `What was trained is kept. Continue with: eyes-wasm train --resume ${shellWord(folder)}`,
  STORAGE: folder =>
    `What was saved before is kept. Once that is mended, continue with: eyes-wasm train --resume ${shellWord(folder)}`,
}

/** Keeps the last good step where it can, whatever went wrong, and adds to an expected error how to go on. */
async function afterFailure(error: unknown, { folder, saver }: Target): Promise<unknown> {
  if (!folder || !(await folder.isThere())) return error
  const code = error instanceof EyesWasmError ? error.code : undefined
  const isKept =
    code === 'STORAGE' ||
    (await saver.save().then(
      () => true,
      () => false,
    ))
  const cure = code && cures[code]
  if (!(error instanceof EyesWasmError) || !cure) return error
  const words = isKept ? cure(folder.path) : `The checkpoint before is in ${folder.path}/checkpoints.`
  return new EyesWasmError(error.code, `${error.message} ${words}`, { cause: error })
}

/** Trains, and leaves the weights as soon as there are any: what follows takes time and may fail. */
async function trainSession(
  session: Session,
  { prepared, options, started }: Job,
  { folder, saver }: Target,
  shown: Callback | undefined,
): Promise<TrainingResult> {
  const { identity, control, from } = prepared
  const callbacks = [
    ...(folder ? [folder.historyCallback, saver.callback] : []),
    ...(control.patience === null ? [] : [earlyStopping(control)]),
    ...(control.maxTime === null ? [] : [timeLimit(control.maxTime, started)]),
    ...(options.callbacks ?? []),
    ...(shown ? [shown] : []),
  ]
  const { signal } = options
  const batch = stepImages(identity)
  const result = await session.train({ ...identity.config, batch, callbacks, ...(signal && { signal }) }, from)
  await saver?.save()
  await folder?.writeWeights(result.model)
  return result
}

async function trainAndFinish(session: Session, job: Job, target: Target, shown: Callback | undefined) {
  const { prepared, options, hooks } = job
  const { folder } = target
  const { config, imageCount } = prepared.identity
  try {
    const result = await trainSession(session, job, target, shown)
    const summary = await finish(session, { prepared, folder, result }, options, hooks)
    const stopped = result.stopped ?? (summary === null ? 'interrupted' : undefined)
    return {
      summary,
      history: result.history,
      model: result.model,
      config,
      folder: folder?.path ?? null,
      place: placeOf(result.state, imageCount, stepImages(prepared.identity)),
      ...(stopped !== undefined && { stopped }),
    }
  } catch (error) {
    throw await afterFailure(error, target)
  }
}

/** From what is prepared to the outcome. `openFolder` is called when the workers are there. */
async function carryOut(job: Job, openFolder: () => Promise<Target>): Promise<RunOutcome> {
  const { prepared, options, hooks } = job
  const { identity, dataset } = prepared
  const { config } = identity
  const spec = specOf(config)
  const shown = hooks.onReady?.(config, dataset, spec)
  const { onNotice: onFault } = hooks
  const session = await openSession({
    ...{ spec, dataset, threads: config.threads, batch: stepImages(identity), average: config.ema > 0, onFault },
    objective: fullObjective(config),
  })
  try {
    throwIfAborted(options.signal)
    const target = await openFolder()
    try {
      return await trainAndFinish(session, job, target, shown)
    } finally {
      await target.folder?.close()
    }
  } finally {
    await session.close()
  }
}

/** `isSaved`: the folder's `last` is where training starts. */
function targetIn(folder: RunFolder, { identity, control }: Prepared, isSaved: boolean): Target {
  return { folder, saver: createSaver(folder.checkpoints(identity), control, isSaved) }
}

async function trainNew(options: RunOptions, hooks: RunHooks, started: number): Promise<RunOutcome> {
  const prepared = await prepare(options, hooks)
  const job = { prepared, options, hooks, started }
  return carryOut(job, async () => {
    const folder = await makeFolder(job)
    return folder ? targetIn(folder, prepared, false) : { folder, saver: null }
  })
}

/** A run that was killed before its first checkpoint: it begins again, as its config.json says. */
async function beginAgain(folder: RunFolder, options: RunOptions, hooks: RunHooks, started: number) {
  const earlier = await checkUnbegun(folder.path, options, hooks)
  const prepared = await prepare({ ...options, resume: undefined, config: folder.path }, hooks)
  checkSameInput(earlier, prepared, hooks)
  return carryOut({ prepared, options, hooks, started }, async () => {
    await folder.begin(recordOf(prepared), parameterCount(parametersOf(prepared.identity.config)))
    return targetIn(folder, prepared, false)
  })
}

/** The outcome of a run with nothing left to train, or null where its results are not complete. */
async function finishedOutcome(folder: RunFolder, { loaded, config, control }: FoundRun): Promise<RunOutcome | null> {
  const { snapshot, imageCount } = loaded.checkpoint
  const { state } = snapshot
  const parameters = modelWeights(snapshot)
  const summary = await folder.readSummary(weightsSha256(parameters, parametersOf(config)))
  if (!summary) return null
  return {
    summary,
    history: state.history,
    model: { spec: specOf(config), parameters },
    config,
    folder: folder.path,
    place: placeOf(state, imageCount, Math.min(config.batch, imageCount)),
    ...(state.epoch < config.epochs && { stopped: patienceText(control) }),
    unchanged: true,
  }
}

async function resumeIn(folder: RunFolder, options: RunOptions, hooks: RunHooks, started: number): Promise<RunOutcome> {
  if (await isUnbegun(folder.path)) return beginAgain(folder, options, hooks, started)
  const found = await findRun(folder.path, options, hooks)
  const finished = found.isTrained ? await finishedOutcome(folder, found) : null
  if (finished) return finished
  throwIfAborted(options.signal)
  const prepared = await prepareFound(found, options, hooks)
  const { loaded, config, control } = found
  const { state } = loaded.checkpoint.snapshot
  hooks.onResume?.(placeOf(state, prepared.identity.imageCount, stepImages(prepared.identity)))
  return carryOut({ prepared, options, hooks, started }, async () => {
    await folder.checkRoom(parameterCount(parametersOf(config)), config.epochs)
    await folder.rewind(await resumedConfig(folder.path, config, control), loaded)
    return targetIn(folder, prepared, loaded.isLast)
  })
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
