// The two pictures of the page: power spectra under each loss, and generated eyes rebuilt by the models trained with each. Real eyes are
// never shown: their models are given generated ones. Writes no file.
import type { Dataset } from '../../data/dataset.js'
import { splitImages } from '../../data/split.js'
import { pictureGrid, type Picture } from '../../report/pictures.js'
import { spectrumChart } from '../../report/spectrum-chart.js'
import { openModel } from '../../training/apply.js'
import { figureIds } from '../../training/figure-ids.js'
import { pictureAt, picturePsnr } from '../../training/figures.js'
import { mean } from '../../training/metrics.js'
import { readRunConfig } from '../../training/run-config.js'
import { spectrumAnalyser } from '../power-spectrum.js'
import { counted, listed, withSession, type Artwork, type StudyOptions } from '../study.js'
import type { RecipeRow } from './results.js'

/** Baselines and other losses, of one model or of both. */
const lossRows = (rows: readonly RecipeRow[]) =>
  rows.filter(({ recipe, trials }) => (recipe === null || recipe.isLoss === true) && trials.length > 0)

/** `AE loss l1` -> `AE l1`; a baseline's loss is the report's. */
const lossLabel = ({ model, recipe }: RecipeRow) =>
  `${model.toUpperCase()} ${recipe === null ? 'mse' : recipe.name.replace(/^loss /, '')}`

const addUp = (sums: readonly Float64Array[]) =>
  sums[0]!.map((_, ring) => sums.reduce((total, values) => total + values[ring]!, 0))

/** Spectra of originals and reconstructions, means over seeds and held-out images; one chart a model. */
export async function lossSpectrum(
  rows: readonly RecipeRow[],
  model: 'ae' | 'vae',
  { height, width }: Dataset,
  heldOut: number,
): Promise<Artwork | null> {
  const own = lossRows(rows).filter(row => row.model === model)
  if (own.length === 0) return null
  const { nyquist, frequencies } = spectrumAnalyser({ height, width, window: 'hann' })
  const perFrequency = (row: RecipeRow, key: 'original' | 'power' | 'error') =>
    Array.from(
      addUp(row.trials.map(({ spectrum }) => spectrum[key])),
      (sum, ring) => sum / (3 * heldOut * row.trials.length * frequencies[ring]!),
    )
  const curves = [
    { label: 'originals', power: perFrequency(own[0]!, 'original') },
    ...own.map(row => ({
      label: lossLabel(row),
      power: perFrequency(row, 'power'),
      error: perFrequency(row, 'error'),
    })),
  ]
  const subtitle = `${model.toUpperCase()}, means over ${heldOut} held-out images, 3 colours and ${counted(own[0]!.trials.length, 'seed')}${model === 'vae' ? '; decoded from the mean' : ''}`
  const shares = own.map(row => `${lossLabel(row)} ${percent(row.values.highPower?.mean)}`)
  return {
    file: `recipes-spectrum-${model}.svg`,
    content: await spectrumChart(curves, nyquist, subtitle),
    alt: `Power over spatial frequency of held-out originals and of their reconstructions. Kept above half the highest frequency: ${listed(shares)}.`,
    caption: `Radial power spectrum under each loss: ${subtitle}.`,
  }
}

const percent = (share: number | undefined) => (share === undefined ? '–' : `${(100 * share).toFixed(0)} %`)

const wantedPictures = 6
/** Spread over the source, for those that are left when the trained ones are taken out. */
const spreadPictures = 64

/** Generated eyes that none of the models was trained on, the report's ids first. `trained`: how they were trained on these very images. */
function unseenIds(
  eyes: Dataset,
  trained: { limit: number | null; valSplit: number; seeds: readonly number[] } | null,
) {
  const seen = new Set(
    trained === null ? [] : trained.seeds.flatMap(seed => [...splitImages(eyes, { ...trained, seed }).training]),
  )
  const unseen = figureIds(eyes.count, spreadPictures).filter(id => !seen.has(id))
  return (unseen.length > 0 ? unseen : figureIds(eyes.count, wantedPictures)).slice(0, wantedPictures)
}

/**
 * Generated eyes, and what the model of each loss (its first seed) makes of them; VAEs from the mean.
 * @param eyes generated ones of the size that the models take
 * @param isTrainedOn whether these are what the models were trained on
 */
export async function lossPictures(
  rows: readonly RecipeRow[],
  eyes: Dataset,
  isTrainedOn: boolean,
  study: StudyOptions,
): Promise<Artwork | null> {
  const own = lossRows(rows)
  const [first] = own
  if (first === undefined) return null
  const { config } = await readRunConfig(first.trials[0]!.folder)
  const seeds = own.flatMap(({ trials }) => trials.map(({ seed }) => seed))
  const ids = unseenIds(eyes, isTrainedOn ? { limit: config.limit, valSplit: config.valSplit, seeds } : null)
  const originals = ids.map(id => pictureAt(eyes.pixels, id, eyes))
  const sheet: { label: string; pictures: Picture[]; captions: string[] }[] = []
  for (const row of own) {
    const [{ folder, seed }] = row.trials as [(typeof row.trials)[number]]
    const { model } = await openModel({ model: folder })
    const label = lossLabel(row)
    const pixels = await withSession({ label, model }, eyes, study, session =>
      session.reconstruct(model, ids, { seed, fromMean: true }),
    )
    const pictures = ids.map((_, index) => pictureAt(pixels, index, eyes))
    const psnrs = pictures.map((picture, index) => picturePsnr(originals[index]!, picture))
    sheet.push({
      label: `${label}\n${mean(psnrs).toFixed(1)} dB`,
      pictures,
      captions: psnrs.map(psnr => `${psnr.toFixed(1)} dB`),
    })
  }
  const content = await pictureGrid([originals, ...sheet.map(({ pictures }) => pictures)], {
    captions: [ids.map(id => `id ${id}`), ...sheet.map(({ captions }) => captions)],
    rowLabels: ['original', ...sheet.map(({ label }) => label)],
    scale: 3,
    gap: 6,
  })
  const unseen = isTrainedOn
    ? 'none of which was trained on'
    : 'from models that were trained on the images above, and have seen none of these'
  return {
    file: 'recipes-losses.png',
    content,
    alt: `Six generated eyes above their reconstructions by models trained with ${listed(own.map(lossLabel))}.`,
    caption: `Generated eyes, ${unseen}, rebuilt under each loss (a VAE's mean decoded), seed ${first.trials[0]!.seed}.`,
  }
}
