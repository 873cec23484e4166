// `eyes-wasm sample`: pictures from a VAE's prior, or from a Gaussian fitted to a model's latents. The study is experiments/sample.ts.
import { Command, Option } from 'commander'
import { inputError } from '../errors.js'
import type { SampleFigure } from '../experiments/sample.js'
import { oneOf } from '../training/option-checks.js'
import { addExamples, flagName, numberFlag } from './flags.js'
import { interruption } from './interrupt.js'
import { addStudyFlags, openStudy, runStudy, type StudyFlags } from './study-flags.js'

interface SampleFlags extends StudyFlags {
  readonly count?: number
  readonly fit?: 'low-rank'
  readonly variance?: number
  readonly limit?: number
  readonly draws?: number
  readonly features?: string
}

const parseFit = oneOf<'low-rank'>(['low-rank'])

/** What --fit is told, or undefined without it. */
function fitOf({ fit, variance, limit, draws, features }: SampleFlags) {
  if (fit !== undefined) return { variance: variance ?? 0.95, limit: limit ?? null, draws: draws ?? 256 }
  const unused = Object.entries({ variance, limit, draws, features }).find(([, value]) => value !== undefined)
  if (unused === undefined) return undefined
  throw inputError(
    `${flagName(unused[0])}: only goes with a fitted Gaussian, and none is fitted. Add --fit low-rank, or leave it out.`,
  )
}

async function runSample(run: string, flags: SampleFlags): Promise<void> {
  const { count = 32 } = flags
  if (!Number.isSafeInteger(count) || count < 1 || count > 400)
    throw inputError(`${flagName('count')}: found ${count}, wanted a whole number from 1 to 400. The default is 32.`)
  const fit = fitOf(flags)
  const [{ sampleFigure }, { distanceNames }] = await Promise.all([
    import('../experiments/sample.js'),
    import('../experiments/sample-distances.js'),
  ])

  function reportLines({ note, fit, distances = [], encoder }: SampleFigure): string[] {
    const lines = note === null ? [] : [note]
    if (fit === undefined) return lines
    const width = Math.max(...distances.map(({ what }) => distanceNames[what].length))
    return [
      ...lines,
      `Gaussian fitted to the latents of ${fit.images} images: ${fit.rank} directions with ${(100 * fit.share).toFixed(1)} % of the variance`,
      `squared Frechet distance on the channel means of the encoder of ${encoder} (lower is better; comparable for this encoder alone, and no FID):`,
      ...distances.map(
        ({ what, distance, pictures, images }) =>
          `${distanceNames[what].padEnd(width)}  ${distance.toPrecision(4).padStart(10)}  (${pictures} against ${images})`,
      ),
    ]
  }

  await runStudy(
    'sample',
    flags,
    async progress => {
      const runs = flags.features === undefined ? [run] : [run, flags.features]
      const { models, dataset, seed, study, made } = await openStudy(runs, flags, progress, interruption)
      return { ...(await sampleFigure(models[0]!, dataset, { count, seed, fit, features: models[1] }, study)), made }
    },
    reportLines,
  )
}

export function sampleCommand(): Command {
  const command = new Command('sample')
    .description('decode latents drawn from N(0, I) with a VAE, or from a Gaussian fitted to the latents')
    .argument('<run>', 'run folder or weights file of a VAE; with --fit, of an autoencoder too')
    .addOption(numberFlag('--count <n>', 'how many pictures (default: 32)'))
    .addOption(
      new Option(
        '--fit <how>',
        "low-rank: also draw from a Gaussian fitted to the images' latents, and measure the Frechet distance of both",
      ).argParser(text => parseFit(text, '--fit')),
    )
    .addOption(numberFlag('--variance <share>', 'with --fit: share of the variance to keep (default: 0.95)'))
    .addOption(
      numberFlag('--limit <n>', 'with --fit: fit to the first n images (default: all, held out or not; at most 2048)'),
    )
    .addOption(numberFlag('--draws <n>', 'with --fit: pictures behind each distance (default: 256)'))
    .addOption(
      new Option(
        '--features <run>',
        "with --fit: measure by this model's encoder, so that distances of several models compare (default: the model's own)",
      ),
    )
  addStudyFlags(command).action(runSample)
  return addExamples(command, [
    ['eyes-wasm sample runs/vae-k5s1p2 --count 64', 'a sheet of 64 pictures'],
    [
      'eyes-wasm sample runs/vae-k5s1p2 --fit low-rank',
      'beside them pictures of a fitted Gaussian, and how far each is from the images',
    ],
    [
      'eyes-wasm sample runs/vae-k4s2p2-n64 --fit low-rank --features runs/vae-k5s1p2',
      "distances of one model's pictures by another's encoder",
    ],
  ])
}
