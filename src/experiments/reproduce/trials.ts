// The trainings behind the tables and figures: each is a plain `train` into a run folder of its own below the reproduction's folder. A
// finished one is read, never trained again; an unfinished one is begun anew.
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Dataset } from '../../data/dataset.js'
import { EyesWasmError, inputError } from '../../errors.js'
import type { LossPoint } from '../../report/loss-chart.js'
import { train, type RunHooks } from '../../training/run.js'
import { runFiles } from '../../training/run-folder.js'
import type { Callback, TrainConfig, TrainSummary } from '../../training/types.js'
import type { TrialPlan } from './plan.js'
import type { ReproduceSettings } from './state.js'

export interface TrialResult {
  readonly plan: TrialPlan
  readonly folder: string
  readonly summary: TrainSummary
  readonly history: readonly LossPoint[]
}

const readOrNull = (path: string) =>
  readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw inputError(`${path}: cannot be read. Check the disk and its permissions.`, error)
  })

/** history.csv as the charts want it. */
export function parseHistory(path: string, text: string): LossPoint[] {
  const [head = '', ...rows] = text.trim().split(/\r?\n/)
  const names = head.split(',')
  return rows.map(line => {
    const cells = line.split(',').map(Number)
    const value = (name: string) => cells[names.indexOf(name)] ?? NaN
    const point = { epoch: value('epoch'), loss: value('loss'), mse: value('mse'), kl: value('kl') }
    if (Object.values(point).every(Number.isFinite)) return point
    throw inputError(`${path}: '${line}' has no epoch, loss, mse and kl. Remove that run's folder to train it again.`)
  })
}

function parseSummary(path: string, text: string): TrainSummary {
  try {
    const summary = JSON.parse(text) as Partial<TrainSummary> | null
    const numbers = [summary?.epochs, summary?.images, summary?.seconds, summary?.imagesPerSecond]
    if (numbers.every(value => typeof value === 'number')) return summary as TrainSummary
  } catch (error) {
    throw inputError(`${path}: is not JSON. Remove that run's folder to train it again.`, error)
  }
  throw inputError(`${path}: is no summary of a run. Remove that run's folder to train it again.`)
}

export const trialFolder = (folder: string, { id }: TrialPlan) => join(folder, 'trials', id)

/** A trial that was trained to its last epoch, or null. @throws INPUT for files that are not what a run leaves behind */
export async function readTrial(folder: string, plan: TrialPlan, epochs: number): Promise<TrialResult | null> {
  const own = trialFolder(folder, plan)
  const path = join(own, runFiles.summary)
  const text = await readOrNull(path)
  if (text === null) return null
  const summary = parseSummary(path, text)
  if (summary.epochs !== epochs) return null
  const historyPath = join(own, runFiles.history)
  const history = parseHistory(historyPath, (await readOrNull(historyPath)) ?? '')
  return { plan, folder: own, summary, history }
}

export interface TrialContext {
  readonly folder: string
  readonly settings: ReproduceSettings
  readonly threads: number
  /** Read once for all trials. */
  readonly dataset: Dataset
  readonly signal?: AbortSignal | undefined
  readonly onReady?: (config: TrainConfig) => Callback
  readonly onMeasure?: () => void
}

/**
 * Trains one trial and leaves its run folder.
 * @throws ABORTED when the signal came before its last epoch: the trial counts as not run
 */
export async function runTrial(plan: TrialPlan, context: TrialContext): Promise<TrialResult> {
  const { folder, settings, threads, dataset, signal, onReady, onMeasure } = context
  const { data, epochs, batch, lr, klWeight, seed, limit } = settings
  const out = trialFolder(folder, plan)
  // What an earlier call left unfinished.
  await rm(out, { recursive: true, force: true })
  const hooks: RunHooks = {
    images: () => Promise.resolve(dataset),
    ...(onReady && { onReady }),
    ...(onMeasure && { onMeasure }),
  }
  const { height, width } = dataset
  const options = { ...plan.options, data, epochs, batch, lr, klWeight, seed, limit, threads, size: { height, width } }
  const { summary, history, stopped } = await train({ ...options, out, signal }, hooks)
  if (stopped !== undefined || summary.epochs !== epochs)
    throw new EyesWasmError('ABORTED', `${plan.title}: stopped in epoch ${summary.epochs + 1} of ${epochs}.`)
  return { plan, folder: out, summary, history }
}
