// `eyes-wasm noise`: Figures 6 to 13 of the report, latent noise and what it does to the picture. The study is experiments/noise.ts.
import { Command, Option } from 'commander'
import type { NoiseFigure } from '../experiments/noise.js'
import { addExamples } from './flags.js'
import { interruption } from './interrupt.js'
import { addStudyFlags, idsFlag, numbersFlag, openStudy, runStudy, type StudyFlags } from './study-flags.js'

interface NoiseFlags extends StudyFlags {
  readonly sigma?: number[]
  readonly ids?: number[]
  readonly sample?: boolean
}

/** A row a model: PSNR at each sigma, mean over images. */
function reportLines({ points, sigmas, ids, latentDeviation }: NoiseFigure): string[] {
  const rows = latentDeviation.map(({ model, deviation }) => {
    const cells = sigmas.map(sigma => {
      const own = points.filter(point => point.model === model && point.sigma === sigma)
      return (own.reduce((sum, { psnr }) => sum + psnr, 0) / own.length).toFixed(1).padStart(7)
    })
    return { model, text: `${cells.join('')}   latent sd ${deviation.toPrecision(2)}` }
  })
  const width = Math.max('sigma'.length, ...rows.map(({ model }) => model.length))
  return [
    `PSNR in dB (higher is better), mean over images ${ids.join(', ')}`,
    'sigma'.padEnd(width) + sigmas.map(sigma => String(sigma).padStart(7)).join(''),
    ...rows.map(({ model, text }) => model.padEnd(width) + text),
  ]
}

async function runNoise(runs: string[], { sigma, ids, sample, ...flags }: NoiseFlags): Promise<void> {
  const [{ noiseFigure, defaultSigmas }, { figureIds }] = await Promise.all([
    import('../experiments/noise.js'),
    import('../training/figure-ids.js'),
  ])
  await runStudy(
    'noise',
    flags,
    async progress => {
      const { models, dataset, seed, study } = await openStudy(runs, flags, progress, interruption)
      const shown = ids ?? figureIds(dataset.count, 4)
      return noiseFigure(models, dataset, { sigmas: sigma ?? defaultSigmas, ids: shown, seed, sample }, study)
    },
    reportLines,
  )
}

export function noiseCommand(): Command {
  const command = new Command('noise')
    .description('add Gaussian noise to latent codes and show what the models decode (Figures 6 to 13)')
    .argument('<run...>', 'run folders or weights files; autoencoders are drawn above VAEs')
    .addOption(numbersFlag('--sigma <list>', 'standard deviations of the noise (default: 0,0.25,0.5,1,2)'))
    .addOption(idsFlag("the report's 3,227,841,1475"))
    .addOption(new Option('--sample', "start from a VAE's drawn latent instead of its mean"))
  addStudyFlags(command).action(runNoise)
  return addExamples(command, [
    ['eyes-wasm noise runs/ae-k3s1p1 runs/vae-k5s1p2', "the report's figures: PNG an image, one sheet, a curve"],
    ['eyes-wasm noise runs/ae-k3s1p1 --sigma 0,0.1,0.2 --ids 3,7', 'other noise, other images'],
  ])
}
