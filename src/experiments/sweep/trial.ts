// One trial: a `train` with the trial's options and a run folder of its own, or the rest of one that was stopped. What comes of it is a
// record, also of a failure; only what concerns more than this trial (a full disk, an interruption) is thrown or answered as nothing.
import { rmdir } from 'node:fs/promises'
import { EyesWasmError } from '../../errors.js'
import { layerSpecs, parameterCount, parameterSpecs } from '../../models/geometry.js'
import type { loadDataset } from '../../data/load.js'
import type { OptionNamer } from '../../training/options.js'
import { train, type RunOptions } from '../../training/run.js'
import type { Callback, TrainConfig } from '../../training/types.js'
import type { SweepPlan, Trial } from './expand.js'
import type { TrialRecord } from './records.js'
import type { SweepFolder, TrialFolder } from './sweep-folder.js'

export interface TrialContext {
  readonly plan: SweepPlan
  readonly folder: SweepFolder
  /** Worker threads, where the trial itself does not say. */
  readonly threads: number
  readonly images: typeof loadDataset
  readonly signal?: AbortSignal | undefined
  readonly name?: OptionNamer | undefined
  /** Training begins; the callback sees its steps and epochs. */
  readonly onStart?: (trial: Trial, config: TrainConfig) => Callback
  readonly onMeasure?: (trial: Trial) => void
}

/** Errors after which no other trial has a chance either. */
const isFatal = (error: unknown) => error instanceof EyesWasmError && error.code === 'STORAGE'

const isInput = (error: unknown) => error instanceof EyesWasmError && error.code === 'INPUT'

const isInterruption = (error: unknown) => error instanceof EyesWasmError && error.code === 'ABORTED'

interface Attempt {
  readonly record: TrialRecord
  /** Why the trial failed, if it did. */
  readonly error?: unknown
}

function failure(trial: Trial, sweep: string, folder: string | null, error: unknown): Attempt {
  const code = error instanceof EyesWasmError ? error.code : 'INTERNAL'
  const message = error instanceof Error ? error.message : String(error)
  const { index, id } = trial
  const date = new Date().toISOString()
  return { record: { index, id, sweep, status: 'failed', code, message, folder, date }, error }
}

/**
 * Trains, measures and records one trial.
 * @returns undefined when it was interrupted: the next attempt goes on in its folder
 * @throws STORAGE
 */
export async function runTrial(trial: Trial, context: TrialContext): Promise<Attempt | undefined> {
  const stopped = await context.folder.findStopped(trial)
  const { data, threads = context.threads } = trial.options
  const resumed = stopped && (await attemptIn(stopped, { resume: stopped.path, data, threads }, trial, context))
  // One that cannot go on (damaged, of other kernels, in use by another process) is left as it is.
  if (resumed && !isInput(resumed.attempt?.error)) return resumed.attempt
  const own = await context.folder.makeTrialFolder(trial)
  return (await attemptIn(own, { ...trial.options, out: own.path }, trial, context)).attempt
}

async function attemptIn(
  own: TrialFolder,
  options: RunOptions,
  trial: Trial,
  { plan, threads, images, signal, name, onStart, onMeasure }: TrialContext,
): Promise<{ readonly attempt: Attempt | undefined }> {
  const { index, id } = trial
  let data = { dataSha256: '', data: '' }
  try {
    const { summary, model, config, stopped } = await train(
      { threads, ...options, signal },
      {
        images,
        ...(name && { name }),
        onReady: (config, { sha256, source }) => {
          data = { dataSha256: sha256, data: source }
          return onStart?.(trial, config) ?? {}
        },
        onMeasure: () => onMeasure?.(trial),
      },
    )
    if (stopped !== undefined || !summary) return { attempt: undefined }
    const parameters = parameterCount(parameterSpecs(layerSpecs(model.spec)))
    const { klWeight } = config
    const ended = { index, id, sweep: plan.sha256, folder: own.name, date: new Date().toISOString() }
    return { attempt: { record: { ...ended, status: 'finished', summary, klWeight, parameters, ...data } } }
  } catch (error) {
    // Removes it only where nothing was written into it.
    const isRemoved = await rmdir(own.path).then(
      () => true,
      () => false,
    )
    if (isInterruption(error)) return { attempt: undefined }
    if (isFatal(error)) throw error
    return { attempt: failure(trial, plan.sha256, isRemoved ? null : own.name, error) }
  }
}
