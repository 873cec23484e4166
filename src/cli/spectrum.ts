// `eyes-wasm spectrum`: how much of each spatial frequency models keep. The study is experiments/spectrum.ts.
import { Command, Option } from 'commander'
import type { SpectrumWindow } from '../experiments/power-spectrum.js'
import type { SpectrumFigure } from '../experiments/spectrum.js'
import { oneOf } from '../training/option-checks.js'
import { addExamples, wholeFlag } from './flags.js'
import { interruption } from './interrupt.js'
import { addStudyFlags, idsFlag, openStudy, runStudy, type StudyFlags } from './study-flags.js'

interface SpectrumFlags extends StudyFlags {
  readonly limit?: number
  readonly ids?: number[]
  readonly window: SpectrumWindow
  readonly sample?: boolean
}

const parseWindow = oneOf<SpectrumWindow>(['hann', 'none'])

/** A row a model. */
function reportLines({ models, images, nyquist }: SpectrumFigure): string[] {
  const width = Math.max(...models.map(({ model }) => model.length))
  const cells = (label: string, ...values: string[]) =>
    label.padEnd(width) + values.map(value => value.padStart(12)).join('')
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  const rows = models.map(({ model, psnr, highPower, highError }) =>
    cells(model, psnr.toFixed(2), percent(highPower), percent(highError)),
  )
  return [
    `high frequencies, ${Math.floor(nyquist / 2) + 1} cycles a picture and more, over ${images} images: power kept (100 % is all) and error`,
    `(0 % is exact, 100 % as bad as leaving them out), in per cent of the originals' power there`,
    cells('', 'PSNR (dB)', 'kept', 'error'),
    ...rows,
  ]
}

async function runSpectrum(runs: string[], { limit, ids, window, sample, ...flags }: SpectrumFlags): Promise<void> {
  const [{ spectrumFigure }, { figureIds }] = await Promise.all([
    import('../experiments/spectrum.js'),
    import('../training/figure-ids.js'),
  ])
  await runStudy(
    'spectrum',
    flags,
    async progress => {
      const { models, dataset, seed, study, made } = await openStudy(runs, flags, progress, interruption)
      const shown = ids ?? figureIds(dataset.count, 4)
      const options = { limit: limit ?? null, ids: shown, seed, window, sample }
      return { ...(await spectrumFigure(models, dataset, options, study)), made }
    },
    reportLines,
  )
}

export function spectrumCommand(): Command {
  const command = new Command('spectrum')
    .description('measure what models keep of each spatial frequency: power spectra, their error, and the fine detail')
    .argument('<run...>', 'run folders or weights files')
    .addOption(idsFlag("the report's 3,227,841,1475"))
    .addOption(wholeFlag('--limit <n>', 'measure the first n images (default: all, also those that a run held out)', 1))
    .addOption(
      new Option('--window <name>', 'hann fades pictures out towards their borders, whose steps are no detail; or none')
        .default('hann')
        .argParser(text => parseWindow(text, '--window')),
    )
    .addOption(new Option('--sample', "draw a VAE's noise instead of decoding its mean"))
  addStudyFlags(command).action(runSpectrum)
  return addExamples(command, [
    ['eyes-wasm spectrum runs/ae-k3s1p1 runs/vae-k5s1p2', 'chart, table and pictures of two runs'],
    [
      'eyes-wasm spectrum runs/trained-mse runs/trained-l1 --limit 300 --json',
      'two losses, fewer images, for a program',
    ],
  ])
}
