// How much of each spatial frequency models keep: radial power spectra of originals, reconstructions and errors, and pictures of the fine
// detail alone. It answers the report's question "how to preserve high-frequency information?" with numbers. Writes no file.
import type { Dataset } from '../data/dataset.js'
import { inputError } from '../errors.js'
import { pictureGrid, type Picture } from '../report/pictures.js'
import { spectrumChart } from '../report/spectrum-chart.js'
import { pictureAt, picturePsnr } from '../training/figures.js'
import { mean } from '../training/metrics.js'
import { highPass, highPassScale } from './high-pass.js'
import { channelOf, spectrumAnalyser, type SpectrumAnalyser, type SpectrumWindow } from './power-spectrum.js'
import { csvField } from './csv.js'
import { checkIds, listed, sheetScale, withSession, type Artwork, type NamedModel, type StudyOptions } from './study.js'

export interface SpectrumOptions {
  /** Measure the first `limit` images; null = all. */
  readonly limit: number | null
  /** Images to draw. */
  readonly ids: readonly number[]
  readonly seed: number
  readonly window: SpectrumWindow
  /** VAE: draw its noise (by `seed`) instead of decoding the mean. */
  readonly sample?: boolean | undefined
}

/** Power by ring, means over images and colour channels of pictures on [0, 1]; a ring's value is the mean over its frequencies. */
export interface ModelSpectrum {
  readonly model: string
  /** Power of the reconstructions, [rings]. */
  readonly power: readonly number[]
  /** Power of reconstruction - original, [rings]. */
  readonly error: readonly number[]
  /** Sum over the high frequencies (above half the highest along an axis): the reconstructions' power over the originals', 1 = all of it. */
  readonly highPower: number
  /** The same of the error: 0 = exact; 1 = no better than leaving all of it out. */
  readonly highError: number
  /** dB on [0, 1], mean over the images measured. */
  readonly psnr: number
}

export interface SpectrumFigure {
  readonly images: number
  readonly window: SpectrumWindow
  /** Whether a VAE's noise was drawn. */
  readonly sample: boolean
  /** Ring r is the frequencies within half a cycle of r cycles a picture (power-spectrum.ts); `nyquist` is the highest along an axis. */
  readonly nyquist: number
  /** How many frequencies each ring has. */
  readonly frequencies: readonly number[]
  /** Power of the originals, [rings]. */
  readonly original: readonly number[]
  readonly models: readonly ModelSpectrum[]
  readonly artworks: readonly Artwork[]
}

/** Images reconstructed at once. */
const atOnce = 64

/** The first ring of the high frequencies. */
const highFrom = (nyquist: number) => Math.floor(nyquist / 2) + 1

/** Numbers of the images to measure, and to show. */
export interface SpectrumImages {
  readonly images: readonly number[]
  readonly shown: readonly number[]
}

/** Sums over images and colours, [rings] each, of one model. */
export interface MeasuredSpectrum {
  readonly named: NamedModel
  readonly original: Float64Array
  readonly power: Float64Array
  readonly error: Float64Array
  readonly psnr: number
  /** Reconstructions of the images to be shown. */
  readonly pictures: readonly Picture[]
}

/** Sums the power of one model's reconstructions of `images`, and of their errors; `shown` are answered as pictures. */
export async function measureSpectrum(
  named: NamedModel,
  dataset: Dataset,
  analyser: SpectrumAnalyser,
  { images, shown: ids, seed, sample = false }: Pick<SpectrumOptions, 'seed' | 'sample'> & SpectrumImages,
  study: StudyOptions,
): Promise<MeasuredSpectrum> {
  const count = images.length
  const zeros = () => new Float64Array(analyser.rings)
  const [original, power, error] = [zeros(), zeros(), zeros()]
  const settings = { seed, fromMean: !sample }
  const psnrs: number[] = []
  const pictures = await withSession(named, dataset, study, async session => {
    for (let first = 0; first < count; first += atOnce) {
      study.signal?.throwIfAborted()
      study.onProgress?.(`${named.label}: image ${first + 1} of ${count}`)
      const part = images.slice(first, first + atOnce)
      const pixels = await session.reconstruct(named.model, part, settings)
      part.forEach((id, index) => {
        psnrs.push(picturePsnr(pictureAt(dataset.pixels, id, dataset), pictureAt(pixels, index, dataset)))
        for (let channel = 0; channel < 3; channel++) {
          const a = analyser.transform(channelOf(dataset.pixels, id, channel, dataset))
          const b = analyser.transform(channelOf(pixels, index, channel, dataset))
          analyser.addPower(original, a)
          analyser.addPower(power, b)
          analyser.addPower(error, b, a)
        }
      })
    }
    const shown = await session.reconstruct(named.model, ids, settings)
    return ids.map((_, index) => pictureAt(shown, index, dataset))
  })
  return { named, original, power, error, psnr: mean(psnrs), pictures }
}

const sumFrom = (values: Float64Array, ring: number) => values.subarray(ring).reduce((sum, value) => sum + value, 0)

/** What is kept of the high frequencies, and the error there: shares of the originals' power. */
export function highShares(
  { original, power, error }: Omit<MeasuredSpectrum, 'named' | 'psnr' | 'pictures'>,
  nyquist: number,
) {
  const [all, kept, lost] = [original, power, error].map(sums => sumFrom(sums, highFrom(nyquist)))
  return { highPower: kept! / all!, highError: lost! / all! }
}

const spectrumOf = (
  found: MeasuredSpectrum,
  perFrequency: (sums: Float64Array) => number[],
  nyquist: number,
): ModelSpectrum => ({
  model: found.named.label,
  power: perFrequency(found.power),
  error: perFrequency(found.error),
  ...highShares(found, nyquist),
  psnr: found.psnr,
})

function csvOf(original: readonly number[], models: readonly ModelSpectrum[], frequencies: Float64Array): string {
  const columns = models.flatMap(({ model }) => [csvField(`${model} power`), csvField(`${model} error`)])
  const rows = original.map((value, ring) =>
    [ring, frequencies[ring]!, value, ...models.flatMap(({ power, error }) => [power[ring]!, error[ring]!])].join(','),
  )
  return `${['cycles_a_picture', 'frequencies', 'original', ...columns].join(',')}\n${rows.join('\n')}\n`
}

/** Each picture above its own fine detail: originals first, then each model's. */
async function sheet(
  found: readonly MeasuredSpectrum[],
  dataset: Dataset,
  ids: readonly number[],
): Promise<Uint8Array> {
  const originals = ids.map(id => pictureAt(dataset.pixels, id, dataset))
  const full = highPassScale(originals)
  const detail = (pictures: readonly Picture[]) => pictures.map(picture => highPass(picture, full))
  const rows = [originals, detail(originals), ...found.flatMap(({ pictures }) => [pictures, detail(pictures)])]
  const labels = found.flatMap(({ named }) => [named.label, 'its detail'])
  const captions = [
    ids.map(id => `id ${id}`),
    [],
    ...found.flatMap(({ pictures }) => [
      pictures.map((picture, index) => `${picturePsnr(originals[index]!, picture).toFixed(2)} dB`),
      [],
    ]),
  ]
  return pictureGrid(rows, {
    captions,
    rowLabels: ['original', 'its detail', ...labels],
    scale: sheetScale(dataset),
    gap: 6,
  })
}

const percent = (share: number) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`

/**
 * Measures what each model keeps of every spatial frequency, over images and colours. Same arguments, same bytes, for any number of
 * threads.
 * @throws INPUT for an id out of range or a limit below 1; ABORTED; WORKER
 */
export async function spectrumFigure(
  models: readonly NamedModel[],
  dataset: Dataset,
  options: SpectrumOptions,
  study: StudyOptions = {},
): Promise<SpectrumFigure> {
  const { limit, ids, window, seed, sample = false } = options
  const { name = (key: string) => key } = study
  checkIds(ids, dataset, study.name)
  if (limit !== null && (!Number.isSafeInteger(limit) || limit < 1))
    throw inputError(
      `${name('limit')}: found ${limit}, wanted a whole number of 1 or more. Leave it out to measure every image.`,
    )
  const count = Math.min(limit ?? dataset.count, dataset.count)
  const analyser = spectrumAnalyser({ height: dataset.height, width: dataset.width, window })
  const found: MeasuredSpectrum[] = []
  const images = Array.from({ length: count }, (_, index) => index)
  for (const named of models)
    found.push(await measureSpectrum(named, dataset, analyser, { images, shown: ids, seed, sample }, study))
  const { nyquist, frequencies } = analyser
  const high = highFrom(nyquist)
  const perFrequency = (sums: Float64Array) => Array.from(sums, (sum, ring) => sum / (3 * count * frequencies[ring]!))
  const original = perFrequency(found[0]!.original)
  const spectra = found.map(each => spectrumOf(each, perFrequency, nyquist))
  study.onProgress?.('drawing')
  const how = sample ? `a VAE's noise drawn, seed ${seed}` : "a VAE's mean decoded"
  const under = window === 'hann' ? 'under a Hann window' : 'without a window'
  const subtitle = `means over ${count} images and 3 colours, each less its mean, ${under}; ${how}`
  const curves = [
    { label: 'originals', power: original },
    ...spectra.map(({ model, power, error }) => ({ label: model, power, error })),
  ]
  const summary = spectra.map(
    ({ model, highPower, highError }) => `${model} keeps ${percent(highPower)} with an error of ${percent(highError)}`,
  )
  const artworks: Artwork[] = [
    {
      file: 'spectrum.svg',
      content: await spectrumChart(curves, nyquist, subtitle),
      alt: `Power over spatial frequency, 1 to ${nyquist} cycles a picture, of ${count} originals and their reconstructions. Above ${high - 1} cycles ${summary.join('; ')}.`,
      caption: `Radial power spectrum, ${subtitle}. Above ${high - 1} cycles a picture ${summary.join('; ')} (of the originals' power there; an error of 100 % is as bad as leaving it out).`,
    },
    {
      file: 'spectrum.csv',
      content: csvOf(original, spectra, frequencies),
      alt: 'The spectra as a table.',
      caption: `Mean power of a frequency by ring; pictures on [0, 1]. Rings beyond ${nyquist} are corners of the transform.`,
    },
    {
      file: 'spectrum.png',
      content: await sheet(found, dataset, ids),
      alt: `Images ${listed(ids)}, and the same through ${listed(models.map(({ label }) => label))}; under each its fine detail on grey.`,
      caption:
        'Pictures and their fine detail: the picture less its Gaussian blur of 1 pixel, the same gain for all, on grey.',
    },
  ]
  return {
    images: count,
    window,
    sample,
    nyquist,
    frequencies: Array.from(frequencies),
    original,
    models: spectra,
    artworks,
  }
}
