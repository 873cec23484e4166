// What the weight of the KL divergence buys: VAEs trained with several weights, PSNR over rate. The trainings are a sweep's (sweep/); here
// are its definition, and what is read from its result. Reads the trials' config.json, writes no file.
import { join } from 'node:path'
import { inputError } from '../errors.js'
import type { Heads, ModelSpec } from '../models/spec.js'
import { rateDistortionChart, type RateCurve } from '../report/rate-distortion-chart.js'
import type { OptionNamer } from '../training/options.js'
import { readRunConfig } from '../training/run-config.js'
import type { SweepSource } from './sweep/read.js'
import { finishedOf, type SweepResult, type SweepRow } from './sweep/rows.js'
import { csvField } from './csv.js'
import { latentShape, listed, type Artwork } from './study.js'

export interface RateDistortionOptions {
  /** Weights of the KL divergence, different and 0 or more. */
  readonly klWeights: readonly number[]
  readonly heads: readonly Heads[]
}

export const defaultKlWeights = [0.03, 0.1, 0.3, 1, 3] as const

/** One setting, means over its seeds. */
export interface RateDistortionPoint {
  readonly heads: Heads
  readonly klWeight: number
  /** Mean KL divergence of a latent value, in nats, as in the loss. */
  readonly kl: number
  /** The same over the whole latent, in bits a pixel (`bitsPerPixel`): the rate. */
  readonly bits: number
  /** dB and SSIM with the noise drawn, which belong to this rate. */
  readonly psnr: number
  readonly ssim: number
  /** Decoded from the mean. */
  readonly psnrMean: number
  readonly ssimMean: number
  /** Trainings that this is the mean of. */
  readonly seeds: number
  readonly epochs: number | null
}

export interface RateDistortion {
  readonly points: readonly RateDistortionPoint[]
  readonly artworks: readonly Artwork[]
}

/** The heads that are compared where nothing is said. */
export const defaultHeads = ['relu', 'linear'] as const satisfies readonly Heads[]

/**
 * The sweep that trains every weight with every kind of heads.
 * @throws INPUT for values that are not different
 */
export function rateDistortionSweep(
  { klWeights, heads }: RateDistortionOptions,
  name: OptionNamer = key => key,
): SweepSource {
  for (const [key, values] of Object.entries({ klWeights, compareHeads: heads }))
    if (values.length === 0 || new Set<number | string>(values).size !== values.length)
      throw inputError(
        `${name(key)}: found ${values.length === 0 ? 'nothing' : values.join(',')}, wanted different values, at least one. For example ${key === 'klWeights' ? '0.1,1' : 'relu'}.`,
      )
  const definition = { model: ['vae'], heads, klWeight: klWeights }
  return { name: 'rate-distortion', definition }
}

/**
 * The rate of a VAE whose mean KL divergence is `kl` nats a latent value: kl x latent values / (ln 2 x pixels), in bits a pixel. A pixel is
 * one place of the picture, all three colours of it: a picture of 24-bit colour has 24. For the report's stride of 1, with 96 channels in
 * each place, it is 138.5 x kl.
 *
 * KL(q(z|x) || N(0, I)), mean over images, is at least the information that a drawn latent carries about its image, and what it would cost
 * to send it by bits-back coding (Hinton and van Camp 1993; Alemi et al., "Fixing a broken ELBO", 2018).
 */
export function bitsPerPixel(kl: number, spec: ModelSpec): number {
  return (kl * latentShape(spec).size) / (Math.LN2 * spec.height * spec.width)
}

/** Size of the pictures that a row's trials were trained on. */
async function pictureSize(row: SweepRow, folder: string): Promise<Pick<ModelSpec, 'height' | 'width'> | undefined> {
  const [first] = finishedOf(row.outcomes)
  if (first === undefined) return undefined
  const { height, width } = (await readRunConfig(join(folder, first.folder))).config
  return { height, width }
}

async function pointOf(row: SweepRow, folder: string): Promise<RateDistortionPoint | undefined> {
  const size = await pictureSize(row, folder)
  const { kl, psnr, ssim, psnrMean, ssimMean, kernel, stride, padding, outcomes, epochs } = row
  if (size === undefined || !kl || !psnr || !ssim || !psnrMean || !ssimMean) return undefined
  const { heads = 'relu', klWeight = 1 } = outcomes[0]!.trial.options
  return {
    heads,
    klWeight,
    kl: kl.mean,
    bits: bitsPerPixel(kl.mean, { kind: 'vae', kernel, stride, padding, heads, ...size }),
    psnr: psnr.mean,
    ssim: ssim.mean,
    psnrMean: psnrMean.mean,
    ssimMean: ssimMean.mean,
    seeds: psnr.n,
    epochs,
  }
}

const headNames: Readonly<Record<Heads, string>> = { relu: 'ReLU heads', linear: 'linear heads' }

/** Two curves for each kind of heads; the weights stand at the points with the noise drawn. */
function curvesOf(points: readonly RateDistortionPoint[]): RateCurve[] {
  const kinds = [...new Set(points.map(({ heads }) => heads))]
  return kinds.flatMap(kind => {
    const own = points.filter(({ heads }) => heads === kind).toSorted((a, b) => a.klWeight - b.klWeight)
    return [
      {
        label: `${headNames[kind]}, noise drawn`,
        points: own.map(({ bits, psnr, klWeight }) => ({ bits, psnr, text: String(klWeight) })),
      },
      {
        label: `${headNames[kind]}, from the mean`,
        points: own.map(({ bits, psnrMean }) => ({ bits, psnr: psnrMean, text: '' })),
      },
    ]
  })
}

const csvColumns = [
  'heads',
  'klWeight',
  'kl',
  'bits',
  'psnr',
  'ssim',
  'psnrMean',
  'ssimMean',
  'seeds',
  'epochs',
] as const satisfies readonly (keyof RateDistortionPoint)[]

const csvHeader =
  'heads,kl_weight,kl_nats_per_value,kl_bits_per_pixel,psnr_db,ssim,psnr_from_mean_db,ssim_from_mean,seeds,epochs'

function csvOf(points: readonly RateDistortionPoint[]): string {
  const rows = points.map(point => csvColumns.map(key => csvField(String(point[key] ?? ''))).join(','))
  return `${[csvHeader, ...rows].join('\n')}\n`
}

/**
 * Rate and distortion of a sweep that `rateDistortionSweep` defined: a point for each setting with a finished trial, chart and table.
 * @throws INPUT when no trial has finished
 */
export async function rateDistortion({ rows, folder }: SweepResult): Promise<RateDistortion> {
  const found = await Promise.all(rows.map(row => pointOf(row, folder)))
  const points = found.filter(point => point !== undefined)
  if (points.length === 0)
    throw inputError(`rate-distortion: no trial in ${folder} has finished, wanted one. Run the command again.`)
  const epochs = [...new Set(points.map(point => point.epochs ?? '?'))]
  const subtitle = `numbers at the points: weight of the KL divergence in the loss; ${listed(epochs)} epochs`
  const ends = points.map(
    ({ heads, klWeight, bits, psnr }) =>
      `${headNames[heads]}, weight ${klWeight}: ${psnr.toFixed(2)} dB at ${bits.toPrecision(3)} bits`,
  )
  return {
    points,
    artworks: [
      {
        file: 'rate-distortion.svg',
        content: await rateDistortionChart(curvesOf(points), subtitle),
        alt: `PSNR over KL divergence in bits a pixel. ${ends.join('; ')}.`,
        caption:
          'PSNR of VAEs over their rate, the KL divergence of the latent from N(0, I) in bits a pixel; a smaller weight buys PSNR with bits. ' +
          'With the noise drawn, as in training, and decoded from the mean.',
      },
      {
        file: 'rate-distortion.csv',
        content: csvOf(points),
        alt: 'The same as a table.',
        caption: 'Rate and distortion by KL weight; means over seeds.',
      },
    ],
  }
}
