// Figures 6 to 13 of the report: Gaussian noise of the latent's own shape is added to the latent code, which is then decoded. Answers
// plain data, pictures and a curve; which models, images and noise levels is the caller's choice. Writes no file.
import type { Dataset } from '../data/dataset.js'
import { inputError } from '../errors.js'
import { noiseChart } from '../report/noise-chart.js'
import { pictureGrid, type Picture } from '../report/pictures.js'
import { exp } from '../random/portable-math.js'
import { streams } from '../random/philox.js'
import { pictureAt, picturePsnr } from '../training/figures.js'
import { mean } from '../training/metrics.js'
import type { Latents } from '../training/session.js'
import { openGaussian, type Gaussian } from './gaussian.js'
import {
  checkIds,
  imagesOf,
  latentShape,
  listed,
  sheetScale,
  withSession,
  type Artwork,
  type NamedModel,
  type StudyOptions,
} from './study.js'

export interface NoiseOptions {
  /** Standard deviations of the noise, in units of the latent's own values; ascending reads best. 0 shows the undisturbed picture. */
  readonly sigmas: readonly number[]
  readonly ids: readonly number[]
  readonly seed: number
  /** VAE: start from a latent drawn with its own noise (by `seed`), as in training, instead of from the mean. */
  readonly sample?: boolean | undefined
}

/** The report does not print its noise levels; these run from none to ruin. */
export const defaultSigmas = [0, 0.25, 0.5, 1, 2] as const

/** One decoded picture, measured against its original. */
export interface NoisePoint {
  readonly model: string
  readonly id: number
  readonly sigma: number
  /** dB, on [0, 1]. */
  readonly psnr: number
}

export interface NoiseFigure extends NoiseOptions {
  /** Every model, id and sigma, in this order. */
  readonly points: readonly NoisePoint[]
  /** Root mean square of the latents' deviation from their mean: what sigma is to be compared with. By model. */
  readonly latentDeviation: readonly { readonly model: string; readonly deviation: number }[]
  /** A PNG for each id, one sheet of all, and the curve as SVG. */
  readonly artworks: readonly Artwork[]
}

/** What one model makes of the images: pictures [id][sigma] and their PSNR. */
interface Disturbed {
  readonly label: string
  readonly deviation: number
  readonly pictures: readonly (readonly Picture[])[]
  readonly psnr: readonly (readonly number[])[]
}

function checkSigmas(sigmas: readonly number[], name = (key: string) => key): void {
  const wrong = sigmas.find(sigma => !(sigma >= 0 && sigma <= 1e6))
  if (sigmas.length > 0 && wrong === undefined) return
  throw inputError(
    `${name('sigma')}: found ${wrong ?? 'none'}, wanted numbers from 0 to 1000000. For example ${defaultSigmas.join(',')}.`,
  )
}

function standardDeviation(values: Float32Array): number {
  const centre = mean(values)
  let sum = 0
  for (const value of values) sum += (value - centre) * (value - centre)
  return Math.sqrt(sum / values.length)
}

/** Latent codes to start from, [ids.length, latent]: an autoencoder's code, a VAE's mean, or z = mean + exp(logVariance / 2) noise. */
function startingCodes(
  { mean: codes, logVariance }: Latents,
  { ids, seed, sample = false }: NoiseOptions,
  gaussian: Gaussian,
): Float32Array {
  if (!sample || logVariance === undefined) return codes
  const size = codes.length / ids.length
  const drawn = codes.slice()
  ids.forEach((id, index) => {
    const noise = gaussian(size, seed, id, streams.noise)
    const start = index * size
    for (let i = 0; i < size; i++) drawn[start + i]! += exp(logVariance[start + i]! / 2) * noise[i]!
  })
  return drawn
}

/** One latent under each noise level, [sigmas.length, latent]; the noise only differs in its strength. */
function disturb(latent: Float32Array, noise: Float32Array, sigmas: readonly number[]): Float32Array<ArrayBuffer> {
  const out = new Float32Array(sigmas.length * latent.length)
  sigmas.forEach((sigma, index) => {
    const start = index * latent.length
    for (let i = 0; i < latent.length; i++) out[start + i] = latent[i]! + sigma * noise[i]!
  })
  return out
}

function disturbAll(
  named: NamedModel,
  dataset: Dataset,
  options: NoiseOptions,
  gaussian: Gaussian,
  study: StudyOptions,
): Promise<Disturbed> {
  const { sigmas, ids, seed } = options
  const { label, model } = named
  const { size } = latentShape(model.spec)
  return withSession(named, dataset, study, async session => {
    const pictures: Picture[][] = []
    const latents = startingCodes(await session.encode(model, imagesOf(dataset, ids)), options, gaussian)
    for (const [index, id] of ids.entries()) {
      study.onProgress?.(`${label}: image ${id}`)
      const latent = latents.subarray(index * size, (index + 1) * size)
      const pixels = await session.decode(model, disturb(latent, gaussian(size, seed, id), sigmas))
      pictures.push(sigmas.map((_, step) => pictureAt(pixels, step, dataset)))
    }
    const psnr = pictures.map((row, index) => {
      const original = pictureAt(dataset.pixels, ids[index]!, dataset)
      return row.map(picture => picturePsnr(original, picture))
    })
    return { label, deviation: standardDeviation(latents), pictures, psnr }
  })
}

/** Rows of one id: each model's pictures after the original. */
function rowsOf(found: readonly Disturbed[], dataset: Dataset, id: number, index: number) {
  const original = pictureAt(dataset.pixels, id, dataset)
  return {
    rows: found.map(({ pictures }) => [original, ...pictures[index]!]),
    captions: found.map(({ psnr }) => [`id ${id}`, ...psnr[index]!.map(value => `${value.toFixed(1)} dB`)]),
    rowLabels: found.map(({ label }) => label),
  }
}

const columnsOf = (sigmas: readonly number[]) => [
  'original',
  ...sigmas.map(sigma => (sigma === 0 ? 'no noise' : `sigma ${sigma}`)),
]

async function sheet(found: readonly Disturbed[], dataset: Dataset, sigmas: readonly number[], ids: readonly number[]) {
  const parts = ids.map((id, index) => rowsOf(found, dataset, id, index))
  return pictureGrid(
    parts.flatMap(({ rows }) => rows),
    {
      captions: parts.flatMap(({ captions }) => captions),
      rowLabels: parts.flatMap(({ rowLabels }) => rowLabels),
      columnLabels: columnsOf(sigmas),
      scale: sheetScale(dataset),
      gap: 6,
    },
  )
}

function describe(found: readonly Disturbed[], sigmas: readonly number[], index: number): string {
  const parts = found.map(
    ({ label, psnr }) =>
      `${label}: ${psnr[index]!.map((value, step) => `${value.toFixed(1)} dB at sigma ${sigmas[step]!}`).join(', ')}`,
  )
  return parts.join('; ')
}

async function artworksOf(found: readonly Disturbed[], dataset: Dataset, options: NoiseOptions): Promise<Artwork[]> {
  const { sigmas, ids, seed, sample = false } = options
  const labels = found.map(({ label }) => label)
  const code = sample ? "latent code (a VAE's drawn with its own noise)" : "latent code (a VAE's mean)"
  const how = `Gaussian noise of standard deviation sigma (seed ${seed}) added to the ${code}, then decoded`
  const scales = found.map(({ label, deviation }) => `${label} ${deviation.toPrecision(2)}`)
  const note = `The latents themselves have a standard deviation of: ${scales.join('; ')}.`
  const single = await Promise.all(
    ids.map(async (id, index): Promise<Artwork> => {
      const own = found.map(one => ({ ...one, pictures: [one.pictures[index]!], psnr: [one.psnr[index]!] }))
      return {
        file: `noise-${id}.png`,
        content: await sheet(own, dataset, sigmas, [id]),
        alt: `Image ${id} and its reconstructions under growing latent noise. PSNR of ${describe(found, sigmas, index)}.`,
        caption: `Image ${id}: ${how}; PSNR under each picture. ${labels.join(' above ')}.`,
      }
    }),
  )
  const chart = await noiseChart(
    found.map(({ label, psnr }) => ({ label, psnr: sigmas.map((_, step) => psnr.map(row => row[step]!)) })),
    sigmas,
  )
  const means = found.map(({ label, psnr }) => {
    const curve = sigmas.map((sigma, step) => `${mean(psnr.map(row => row[step]!)).toFixed(1)} dB at ${sigma}`)
    return `${label} ${curve.join(', ')}`
  })
  return [
    {
      file: 'noise.png',
      content: await sheet(found, dataset, sigmas, ids),
      alt: `Images ${listed(ids)}, each reconstructed under growing latent noise by ${listed(labels)}, with the PSNR under each picture.`,
      caption: `${how}; PSNR under each picture, higher is better. ${note}`,
    },
    ...single,
    {
      file: 'noise.svg',
      content: chart,
      alt: `Curves of PSNR over sigma, mean over images ${listed(ids)}: ${means.join('; ')}.`,
      caption: `PSNR over the noise's sigma: mean over ${ids.length} images, shaded from the lowest to the highest. ${note}`,
    },
  ]
}

/**
 * Disturbs the latents of the given images and decodes them. Autoencoders come above VAEs. Same arguments, same bytes, for any number
 * of threads.
 * @throws INPUT for an id or sigma out of range; ABORTED; WORKER
 */
export async function noiseFigure(
  models: readonly NamedModel[],
  dataset: Dataset,
  options: NoiseOptions,
  study: StudyOptions = {},
): Promise<NoiseFigure> {
  const { sigmas, ids, seed, sample = false } = options
  checkIds(ids, dataset, study.name)
  checkSigmas(sigmas, study.name)
  const gaussian = await openGaussian()
  const found: Disturbed[] = []
  for (const kind of ['ae', 'vae'] as const)
    for (const named of models.filter(({ model }) => model.spec.kind === kind))
      found.push(await disturbAll(named, dataset, options, gaussian, study))
  study.onProgress?.('drawing')
  return {
    sigmas,
    ids,
    seed,
    sample,
    points: found.flatMap(({ label, psnr }) =>
      ids.flatMap((id, index) => sigmas.map((sigma, step) => ({ model: label, id, sigma, psnr: psnr[index]![step]! }))),
    ),
    latentDeviation: found.map(({ label, deviation }) => ({ model: label, deviation })),
    artworks: await artworksOf(found, dataset, options),
  }
}
