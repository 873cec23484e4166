// The trainings behind the tables and figures. They are sweeps as `eyes-wasm sweep` runs them (the presets table1 and table4, and the
// VAE with L1 for Figure 5), each in a folder with a journal: a trial that the journal calls finished is read, never trained again.
import { join } from 'node:path'
import type { Dataset } from '../../data/dataset.js'
import { inputError } from '../../errors.js'
import { readTextFile } from '../../input-file.js'
import { show } from '../../quote.js'
import type { LossPoint } from '../../report/loss-chart.js'
import type { OptionNamer } from '../../training/options.js'
import { runFiles } from '../../training/run-folder.js'
import type { Callback, TrainConfig, TrainSummary } from '../../training/types.js'
import { overrideDefinition, type SweepDefinition } from '../sweep/definition.js'
import { expand, type SweepPlan, type Trial } from '../sweep/expand.js'
import { preset } from '../sweep/presets.js'
import type { FinishedTrial } from '../sweep/records.js'
import { holdsSweep, readRecords, SweepFolder } from '../sweep/sweep-folder.js'
import { runTrial } from '../sweep/trial.js'
import { l1Vae, table1Trials, table4Trials, type TrialPlan } from './plan.js'
import type { ReproduceSettings } from './state.js'

export interface TrialResult {
  readonly plan: TrialPlan
  /** Absolute path of its run folder. */
  readonly folder: string
  readonly summary: TrainSummary
  readonly history: readonly LossPoint[]
}

/** A trial and where the sweeps have it. */
interface Place {
  readonly plan: TrialPlan
  readonly sweep: SweepPlan
  readonly trial: Trial
  readonly folder: string
}

export interface TrialContext {
  readonly threads: number
  /** Read once for all trials. */
  readonly dataset: Dataset
  readonly signal?: AbortSignal | undefined
  readonly name?: OptionNamer | undefined
  readonly onStart: (config: TrainConfig) => Callback
  readonly onMeasure: () => void
}

export interface Trials {
  /** The finished trials among these, by id. */
  finished(plans: readonly TrialPlan[]): Promise<Map<string, TrialResult>>
  /**
   * Trains one trial and notes it in its journal.
   * @returns null when it was interrupted: the trial counts as not run
   * @throws what made it fail, after the failure was noted
   */
  run(plan: TrialPlan, context: TrialContext): Promise<TrialResult | null>
}

/** history.csv as the charts want it. @throws INPUT for a line without numbers */
export function parseHistory(path: string, text: string): LossPoint[] {
  const [head = '', ...rows] = text.trim().split(/\r?\n/)
  const names = head.split(',')
  return rows.map(line => {
    const cells = line.split(',').map(Number)
    const value = (name: string) => cells[names.indexOf(name)] ?? NaN
    const point = { epoch: value('epoch'), loss: value('loss'), mse: value('mse'), kl: value('kl') }
    if (Object.values(point).every(Number.isFinite)) return point
    throw inputError(`${path}: ${show(line)} has no epoch, loss, mse and kl. Take an unchanged file.`)
  })
}

async function readResult(plan: TrialPlan, sweepFolder: string, record: FinishedTrial): Promise<TrialResult> {
  const folder = join(sweepFolder, record.folder)
  const path = join(folder, runFiles.history)
  const text = await readTextFile(path, 1 << 28, 'the history.csv of a run folder').catch((error: unknown) => {
    throw inputError(
      `${path}: cannot be read, but ${sweepFolder} says that this trial is finished. Put it back, or give another folder.`,
      error,
    )
  })
  return { plan, folder, summary: record.summary, history: parseHistory(path, text) }
}

const lossSweep: SweepDefinition = {
  name: 'figure5',
  method: 'grid',
  fixed: {},
  axes: [
    { key: 'model', values: ['vae'] },
    { key: 'loss', values: ['l1'] },
    { key: 'geometry', values: [[l1Vae.options.kernel, l1Vae.options.stride, l1Vae.options.padding]] },
  ],
  cases: [],
  trials: 1,
  drawSeed: 0,
  seeds: 1,
}

const groups = [
  { name: 'table1', definition: preset('table1'), plans: table1Trials },
  { name: 'table4', definition: preset('table4'), plans: table4Trials },
  { name: 'figure5', definition: lossSweep, plans: [l1Vae] },
]

/** Where each trial of the report belongs, by id. */
function placesOf(folder: string, settings: ReproduceSettings, { height, width }: Dataset): Map<string, Place> {
  const { data, epochs, batch, lr, klWeight, seed, limit } = settings
  const options = { data, epochs, batch, lr, klWeight, seed, limit, size: { height, width } }
  const places = groups.flatMap(({ name, definition, plans }) => {
    const sweep = expand(overrideDefinition(definition, { options }))
    return plans.map((plan): Place => {
      const wanted = plan.options
      const trial = sweep.trials.find(({ options: { kernel, stride, padding } }) =>
        [kernel === wanted.kernel, stride === wanted.stride, padding === wanted.padding].every(Boolean),
      )
      if (!trial) throw new Error(`reproduce: the sweep ${name} has no trial for ${plan.title}`)
      return { plan, sweep, trial, folder: join(folder, name) }
    })
  })
  return new Map(places.map(place => [place.plan.id, place]))
}

/** The trials of a reproduction in `folder`. Nothing is written before the first one runs. */
export function openTrials(folder: string, settings: ReproduceSettings, dataset: Dataset): Trials {
  const places = placesOf(folder, settings, dataset)
  return {
    async finished(plans) {
      const found = new Map<string, TrialResult>()
      for (const plan of plans) {
        const place = places.get(plan.id)!
        const record = (await readRecords(place.folder, place.sweep)).get(place.trial.index)
        if (record?.status === 'finished') found.set(plan.id, await readResult(plan, place.folder, record))
      }
      return found
    },
    async run(plan, { threads, signal, name, onStart, onMeasure, dataset: images }) {
      const place = places.get(plan.id)!
      await holdsSweep(place.folder, place.sweep, place.folder)
      const sweepFolder = await SweepFolder.open(place.folder, place.sweep)
      await sweepFolder.openJournal()
      const attempt = await runTrial(place.trial, {
        plan: place.sweep,
        folder: sweepFolder,
        threads,
        images: () => Promise.resolve(images),
        signal,
        name,
        onStart: (_, config) => onStart(config),
        onMeasure,
      })
      if (!attempt) return null
      await sweepFolder.append(attempt.record)
      if (attempt.record.status === 'failed') throw attempt.error
      return readResult(plan, place.folder, attempt.record)
    },
  }
}
