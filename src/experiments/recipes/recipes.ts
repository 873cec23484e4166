// The study behind docs/recipes.md: from a finished sweep (settings.ts) to the page, its pictures and the numbers as data. Trains nothing and
// writes nothing.
import type { Dataset } from '../../data/dataset.js'
import type { loadDataset } from '../../data/load.js'
import { inputError } from '../../errors.js'
import { resolveOptions, type TrainOptions } from '../../training/options.js'
import type { Artwork, StudyOptions } from '../study.js'
import { finishedOf, type SweepResult } from '../sweep/rows.js'
import { lossPictures, lossSpectrum } from './figures.js'
import { pictureFolder, recipesPage, type Provenance } from './page.js'
import { recipesFound, type RecipesFound } from './results.js'
import { baselineOptions } from './settings.js'

export interface RecipesOptions {
  /** What the sweep was given. */
  readonly given: TrainOptions
  /** What the command was, for the page. */
  readonly command: string
  readonly machine: string
  readonly version: string
  /** How the page calls the images. */
  readonly dataName: string
}

export interface RecipesStudy {
  readonly found: RecipesFound
  readonly page: string
  /** Pictures of the page; `file` is their name in `images/`. */
  readonly pictures: readonly Artwork[]
}

/** A row as data: no pixels, no spectra. */
export const plainRows = ({ rows }: RecipesFound) =>
  rows.map(({ label, model, changes, values, judged, judgedTraining, verdict, trials }) => ({
    ...{ label, model, changes, values, judged, judgedTraining, verdict },
    trials: trials.map(({ seed, summary, highPower, highError }) => ({ seed, highPower, highError, summary })),
  }))

/**
 * Measures, judges and draws what a sweep of recipes trained.
 * @param images reads the trials' images again, and generated eyes
 * @throws INPUT when no trial has finished
 */
export async function recipesStudy(
  result: SweepResult,
  { given, command, machine, version, dataName }: RecipesOptions,
  images: typeof loadDataset,
  study: StudyOptions = {},
): Promise<RecipesStudy> {
  const records = finishedOf(result.trials)
  if (records.length === 0)
    throw inputError(`recipes: no trial in ${result.folder} has finished, wanted one. Run the command again.`)
  const baselines = (['ae', 'vae'] as const).map(model => baselineOptions(model, given))
  const { settings, size } = resolveOptions(baselines[0]!)
  const { signal } = study
  const dataset = await images(settings.data, { size: size ?? undefined, onBadImage: settings.onBadImage, signal })
  const found = await recipesFound(result, given, dataset, study)
  const pictures = await picturesOf(found, dataset, settings.data === null, images, study)
  const page = recipesPage(found, pictures, {
    ...{ command, machine, version, data: dataName, images: dataset.count, dataSha256: dataset.sha256 },
    date: records
      .map(({ date }) => date)
      .toSorted()
      .at(-1)!
      .slice(0, 10),
    seeds: [...new Set(found.rows.flatMap(({ trials }) => trials.map(({ seed }) => seed)))],
    baselines: baselines.map(options => withoutFolder(options, dataName)),
    epochs: settings.epochs,
    batch: settings.batch,
  } satisfies Provenance)
  return { found, page, pictures }
}

/** The images by their name alone: a page says nothing of the machine's folders. */
const withoutFolder = ({ data, ...options }: TrainOptions, dataName: string): TrainOptions =>
  data === undefined || data === null ? options : { ...options, data: dataName }

async function picturesOf(
  found: RecipesFound,
  dataset: Dataset,
  isGenerated: boolean,
  images: typeof loadDataset,
  study: StudyOptions,
): Promise<Artwork[]> {
  const { height, width } = dataset
  const eyes = isGenerated ? dataset : await images(null, { size: { height, width }, signal: study.signal })
  const made = [
    await lossSpectrum(found.rows, 'ae', dataset, found.heldOut),
    await lossSpectrum(found.rows, 'vae', dataset, found.heldOut),
    await lossPictures(found.rows, eyes, isGenerated, study),
  ]
  return made.filter(artwork => artwork !== null)
}

/** Files of the study by their path under its folder. */
export const recipesFiles = ({ page, pictures }: RecipesStudy): [path: string, content: string | Uint8Array][] => [
  ['recipes.md', page],
  ...pictures.map(({ file, content }): [string, string | Uint8Array] => [`${pictureFolder}/${file}`, content]),
]
