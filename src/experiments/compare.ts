// The same images through several models side by side (Figure 5 of the report: MSE + KL beside L1 + KL): whole picture, magnified crop
// where the original has the most detail, and a map of the error, with PSNR and SSIM. Writes no file.
import type { Dataset } from '../data/dataset.js'
import { pictureGrid, type Picture } from '../report/pictures.js'
import { pictureAt } from '../training/figures.js'
import { psnr } from '../training/metrics.js'
import { detail, errorMap, heatPicture, magnified, mostDetailed, type Crop } from './detail.js'
import { checkIds, listed, sheetScale, withSession, type Artwork, type NamedModel, type StudyOptions } from './study.js'

export interface CompareOptions {
  readonly ids: readonly number[]
  readonly seed: number
  /** VAE: draw its noise (by `seed`) instead of decoding the mean. */
  readonly sample?: boolean | undefined
}

/** One image through one model. */
export interface ComparePoint {
  readonly model: string
  readonly id: number
  /** dB, on [0, 1]. */
  readonly psnr: number
  readonly ssim: number
  /** Fine detail (root mean square of the Laplacian) of the reconstruction over the original's: 1 = all of it, less = blurred. */
  readonly detail: number
}

export interface CompareFigure {
  readonly ids: readonly number[]
  readonly seed: number
  /** Whether a VAE's noise was drawn. */
  readonly sample: boolean
  /** Every model and id, in this order. */
  readonly points: readonly ComparePoint[]
  readonly artworks: readonly Artwork[]
}

interface Rebuilt {
  readonly label: string
  readonly pictures: readonly Picture[]
  readonly points: readonly ComparePoint[]
}

function rebuild(named: NamedModel, dataset: Dataset, options: CompareOptions, study: StudyOptions): Promise<Rebuilt> {
  const { label, model } = named
  const { ids, seed, sample = false } = options
  return withSession(named, dataset, study, async session => {
    study.onProgress?.(`${label}: reconstructing`)
    const pixels = await session.reconstruct(model, ids, { seed, fromMean: !sample })
    const { mse, ssim } = await session.measure(model, ids, { seed, fromMean: !sample })
    const pictures = ids.map((_, index) => pictureAt(pixels, index, dataset))
    const points = ids.map((id, index) => ({
      model: label,
      id,
      psnr: psnr(mse[index]!),
      ssim: ssim[index]!,
      detail: detail(pictures[index]!) / detail(pictureAt(dataset.pixels, id, dataset)),
    }))
    return { label, pictures, points }
  })
}

/** The error that is drawn black: reached by one pixel in a hundred, rounded up to a twentieth. */
function fullScale(maps: readonly Float64Array[]): number {
  const all = Float64Array.from(maps.flatMap(map => Array.from(map))).sort()
  const high = all[Math.floor(0.99 * (all.length - 1))] ?? 0
  return Math.max(1, Math.ceil(high * 20)) / 20
}

/** A copy with the crop's outline in white beside black, which shows on every ground. */
function outlined(picture: Picture, crop: Crop): Picture {
  const pixels = picture.pixels.slice()
  const white = pixels instanceof Uint8Array ? 255 : 1
  const paint = (x: number, y: number) => {
    const value = (x + y) % 2 === 0 ? white : 0
    pixels.fill(value, (y * picture.width + x) * 3, (y * picture.width + x) * 3 + 3)
  }
  for (let x = crop.x; x < crop.x + crop.width; x++) [crop.y, crop.y + crop.height - 1].forEach(y => paint(x, y))
  for (let y = crop.y; y < crop.y + crop.height; y++) [crop.x, crop.x + crop.width - 1].forEach(x => paint(x, y))
  return { ...picture, pixels }
}

const magnification = 2

/** Cells of one image's row: the original and its crop, then each model's picture, crop and error map. */
function rowOf(found: readonly Rebuilt[], dataset: Dataset, index: number, id: number, maps: readonly Picture[]) {
  const original = pictureAt(dataset.pixels, id, dataset)
  const crop = mostDetailed(original)
  const cells: { picture: Picture; caption: string }[] = [
    { picture: outlined(original, crop), caption: `id ${id}` },
    { picture: magnified(original, crop, magnification), caption: '' },
  ]
  found.forEach(({ pictures, points }, model) => {
    const point = points[index]!
    const percent = `detail ${Math.round(100 * point.detail)}%`
    cells.push(
      { picture: pictures[index]!, caption: `${point.psnr.toFixed(2)} dB\nSSIM ${point.ssim.toFixed(3)}` },
      { picture: magnified(pictures[index]!, crop, magnification), caption: percent },
      { picture: maps[model]!, caption: '' },
    )
  })
  return cells
}

async function sheet(found: readonly Rebuilt[], dataset: Dataset, ids: readonly number[]) {
  const maps = found.map(({ pictures }) =>
    ids.map((id, index) => errorMap(pictureAt(dataset.pixels, id, dataset), pictures[index]!)),
  )
  const full = fullScale(maps.flat())
  const rows = ids.map((id, index) => {
    const drawn = maps.map(own => heatPicture(own[index]!, pictureAt(dataset.pixels, id, dataset), full))
    return rowOf(found, dataset, index, id, drawn)
  })
  const png = await pictureGrid(
    rows.map(row => row.map(({ picture }) => picture)),
    {
      captions: rows.map(row => row.map(({ caption }) => caption)),
      columnLabels: ['original', 'crop', ...found.flatMap(({ label }) => [label, 'crop', `error 0-${full}`])],
      scale: sheetScale(dataset),
      gap: 6,
    },
  )
  return { png, full }
}

function summaryOf({ label, points }: Rebuilt): string {
  const each = points.map(point => `${point.id}: ${point.psnr.toFixed(1)} dB, SSIM ${point.ssim.toFixed(3)}`)
  return `${label} (${each.join('; ')})`
}

/**
 * Reconstructs the given images with each model and puts the results side by side, in the order of `models`. Same arguments, same bytes,
 * for any number of threads.
 * @throws INPUT for an id out of range; ABORTED; WORKER
 */
export async function compareFigure(
  models: readonly NamedModel[],
  dataset: Dataset,
  options: CompareOptions,
  study: StudyOptions = {},
): Promise<CompareFigure> {
  const { ids, seed, sample = false } = options
  checkIds(ids, dataset, study.name)
  const found: Rebuilt[] = []
  for (const named of models) found.push(await rebuild(named, dataset, options, study))
  study.onProgress?.('drawing')
  const { png, full } = await sheet(found, dataset, ids)
  const how = sample ? `a VAE's noise drawn, seed ${seed}` : "a VAE's mean decoded"
  return {
    ids,
    seed,
    sample,
    points: found.flatMap(({ points }) => points),
    artworks: [
      {
        file: 'compare.png',
        content: png,
        alt: `Images ${listed(ids)} beside their reconstructions, with a magnified crop and an error map each. ${found.map(summaryOf).join('. ')}.`,
        caption:
          `The same images through ${listed(found.map(({ label }) => label))} (${how}): picture with PSNR and SSIM (higher is better), the outlined crop magnified ${magnification} times, ` +
          `absolute error from 0 (white) to ${full} (black). Detail: energy of the Laplacian against the original's, as root mean square; below 100 % is blurred.`,
      },
    ],
  }
}
