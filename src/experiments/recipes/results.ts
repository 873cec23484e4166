// What each recipe came to: quality on the images trained on and on those held out, from the trials' summaries; fine detail, measured here with the
// trained models on the held-out images; differences to the baseline seed by seed. Writes nothing.
import { join } from 'node:path'
import type { Dataset } from '../../data/dataset.js'
import { splitImages } from '../../data/split.js'
import { openModel } from '../../training/apply.js'
import type { TrainOptions } from '../../training/options.js'
import { readRunConfig } from '../../training/run-config.js'
import type { TrainSummary } from '../../training/types.js'
import { spectrumAnalyser, type SpectrumAnalyser } from '../power-spectrum.js'
import { highShares, measureSpectrum, type MeasuredSpectrum } from '../spectrum.js'
import { statistic, type Statistic } from '../statistics.js'
import type { FinishedTrial } from '../sweep/records.js'
import type { SweepResult, TrialOutcome } from '../sweep/rows.js'
import type { NamedModel, StudyOptions } from '../study.js'
import { recipeSettings, type RecipeSetting } from './settings.js'
import { judge, metrics, typicalSpread, verdict, type Differences, type Judged, type Metric } from './verdict.js'

/** One trial, measured. PSNR in dB and SSIM on [0, 1]; a VAE's with its noise drawn. */
export interface RecipeTrial {
  readonly seed: number
  readonly summary: TrainSummary
  /** Absolute path of its run folder. */
  readonly folder: string
  /** On the held-out images, a VAE's from the mean: sums over images and colours, [rings]. */
  readonly spectrum: MeasuredSpectrum
  /** Share of the power of the high frequencies that is kept, and that of the error there. */
  readonly highPower: number
  readonly highError: number
}

/** One row: a recipe, or the baseline of its model. Statistics are over seeds, null where no trial has finished. */
export interface RecipeRow extends RecipeSetting {
  readonly label: string
  readonly trials: readonly RecipeTrial[]
  readonly values: Readonly<Record<RowValue, Statistic | null>>
  /** Less the baseline's, seed by seed; of a baseline null. */
  readonly judged: Readonly<Record<Metric, Judged | null>> | null
  /** PSNR on the images trained on, judged in the same way. */
  readonly judgedTraining: Judged | null
  /** The rule's words; null for a baseline, and where nothing has finished. */
  readonly verdict: string | null
}

/** Columns of numbers, of one trial each. */
const valueOf = {
  psnr: ({ summary }: RecipeTrial) => summary.psnr,
  ssim: ({ summary }: RecipeTrial) => summary.ssim,
  heldOutPsnr: ({ summary }: RecipeTrial) => summary.heldOut?.psnr,
  heldOutSsim: ({ summary }: RecipeTrial) => summary.heldOut?.ssim,
  heldOutPsnrMean: ({ summary }: RecipeTrial) => summary.heldOut?.psnrMean,
  kl: ({ summary }: RecipeTrial) => summary.heldOut?.kl,
  highPower: ({ highPower }: RecipeTrial) => highPower,
  highError: ({ highError }: RecipeTrial) => highError,
} satisfies Record<string, (trial: RecipeTrial) => number | undefined>
export type RowValue = keyof typeof valueOf

export interface RecipesFound {
  readonly rows: readonly RecipeRow[]
  /** How many images were trained on and held out. */
  readonly training: number
  readonly heldOut: number
  /** Typical spread of a difference over seeds, by model; null with one seed. */
  readonly spread: Readonly<Record<'ae' | 'vae', Readonly<Record<Metric, number | null>>>>
}

const nameOf = (row: RecipeSetting) => `${row.model.toUpperCase()} ${row.recipe?.name ?? 'baseline'}`

async function measureTrial(
  record: FinishedTrial,
  label: string,
  { folder, dataset, analyser, study }: Measuring,
): Promise<RecipeTrial> {
  const path = join(folder, record.folder)
  const [{ model }, { config }] = [await openModel({ model: path }), await readRunConfig(path)]
  const images = [...splitImages(dataset, config).heldOut]
  const named: NamedModel = { label, model }
  const spectrum = await measureSpectrum(named, dataset, analyser, { images, shown: [], seed: config.seed }, study)
  return {
    ...{ seed: config.seed, summary: record.summary, folder: path, spectrum },
    ...highShares(spectrum, analyser.nyquist),
  }
}

interface Measuring {
  readonly folder: string
  readonly dataset: Dataset
  readonly analyser: SpectrumAnalyser
  readonly study: StudyOptions
}

/** Sharper: the power of the high frequencies is nearer to the originals', and no more of it is wrong. */
function sharpnessDifference(own: RecipeTrial, baseline: RecipeTrial): number {
  const nearer = Math.abs(1 - baseline.highPower) - Math.abs(1 - own.highPower)
  return nearer > 0 ? Math.min(nearer, Math.max(0, nearer - (own.highError - baseline.highError))) : nearer
}

function differencesOf(
  own: readonly RecipeTrial[],
  baseline: readonly RecipeTrial[],
): Differences & { training: number[] } {
  const pairs = own.flatMap(trial => {
    const other = baseline.find(({ seed }) => seed === trial.seed)
    return other ? [[trial, other] as const] : []
  })
  const of = (value: (trial: RecipeTrial) => number | undefined) =>
    pairs.map(([a, b]) => (value(a) ?? NaN) - (value(b) ?? NaN))
  return {
    psnr: of(valueOf.heldOutPsnr),
    ssim: of(valueOf.heldOutSsim),
    sharpness: pairs.map(([a, b]) => sharpnessDifference(a, b)),
    training: of(valueOf.psnr),
  }
}

const finished = ({ record }: TrialOutcome): FinishedTrial[] => (record?.status === 'finished' ? [record] : [])

/** What a row is judged by beside the held-out images: a recipe may help on the images that it was trained on alone. */
function wordsFor(judged: Readonly<Record<Metric, Judged | null>>, training: Judged | null): string | null {
  const { psnr, ssim, sharpness } = judged
  if (!psnr || !ssim || !sharpness) return null
  const said = verdict({ psnr: psnr.sign, ssim: ssim.sign, sharpness: sharpness.sign })
  if (training === null || training.sign === psnr.sign) return said
  const trainedOn = { [-1]: 'worse', 0: 'the same', 1: 'better' }[training.sign]
  return `${said}; PSNR on images trained on: ${trainedOn}`
}

/** Rows of one model, baseline first. */
function judgeRows(settings: readonly (RecipeSetting & { readonly trials: readonly RecipeTrial[] })[]) {
  const baseline = settings.find(({ recipe }) => recipe === null)?.trials ?? []
  const differences = settings.map(({ trials }) => differencesOf(trials, baseline))
  const others = differences.filter((_, index) => settings[index]!.recipe !== null)
  const spread = Object.fromEntries(metrics.map(metric => [metric, typicalSpread(others, metric)])) as Record<
    Metric,
    number | null
  >
  const trainingSpread = typicalSpread(
    others.map(({ training, ...other }) => ({ ...other, psnr: training })),
    'psnr',
  )
  const rows = settings.map((setting, index): RecipeRow => {
    const own = differences[index]!
    const values = Object.entries(valueOf).map(([key, value]) => [
      key,
      statistic(setting.trials.map(value).filter(found => found !== undefined)),
    ])
    const isBaseline = setting.recipe === null
    const judged = Object.fromEntries(
      metrics.map(metric => [metric, judge(own[metric], metric, spread[metric])]),
    ) as Record<Metric, Judged | null>
    const judgedTraining = isBaseline ? null : judge(own.training, 'psnr', trainingSpread)
    return {
      ...setting,
      label: nameOf(setting),
      values: Object.fromEntries(values) as RecipeRow['values'],
      judged: isBaseline ? null : judged,
      judgedTraining,
      verdict: isBaseline ? null : wordsFor(judged, judgedTraining),
    }
  })
  return { rows, spread }
}

/**
 * Measures the fine detail of every finished trial of `recipesSweep(given)`, and judges.
 * @param dataset the images that the trials were trained on
 * @throws INPUT, ABORTED, WORKER
 */
export async function recipesFound(
  { trials, folder }: Pick<SweepResult, 'trials' | 'folder'>,
  given: TrainOptions,
  dataset: Dataset,
  study: StudyOptions,
): Promise<RecipesFound> {
  const analyser = spectrumAnalyser({ height: dataset.height, width: dataset.width, window: 'hann' })
  const settings = recipeSettings(given)
  const measured: (RecipeSetting & { readonly trials: readonly RecipeTrial[] })[] = []
  for (const [index, setting] of settings.entries()) {
    const records = trials.filter(({ trial }) => trial.setting === index).flatMap(finished)
    const own: RecipeTrial[] = []
    for (const record of records)
      own.push(await measureTrial(record, nameOf(setting), { folder, dataset, analyser, study }))
    measured.push({ ...setting, trials: own })
  }
  const [ae, vae] = (['ae', 'vae'] as const).map(kind => judgeRows(measured.filter(({ model }) => model === kind)))
  const summary = measured.flatMap(row => row.trials)[0]?.summary
  return {
    rows: [...ae!.rows, ...vae!.rows],
    training: summary?.images ?? 0,
    heldOut: summary?.heldOut?.images ?? 0,
    spread: { ae: ae!.spread, vae: vae!.spread },
  }
}
