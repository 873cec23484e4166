// Parts "rate and distortion" and "spectra under each loss": charts and tables of studies whose trainings are sweeps. Charts are drawn anew
// where the study's names of models do not say what differs between them.
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { SpectrumFigure } from '../../src/experiments/spectrum.js'
import type { SweepRow } from '../../src/experiments/sweep/rows.js'
import { spectrumChart } from '../../src/report/spectrum-chart.js'
import { generatedPrefix, pictures, plain } from './copying.js'
import { madeByStudy, madeBySweep } from './made.js'
import { fixed, nothing, percentOf, table, type Part, type ResultFile, type Source } from './part.js'
import type { Study, Sweep } from './source.js'

/** The study's own words of a file. */
interface Shown {
  readonly file: string
  readonly alt: string
  readonly caption: string
}

async function rateFiles(sweep: Sweep, shown: readonly Shown[]): Promise<{ files: ResultFile[]; lines: string[] }> {
  const files = await Promise.all(
    shown.map(async ({ file }) => ({ name: file, content: await readFile(join(sweep.path, file), 'utf8') })),
  )
  const lines = shown.flatMap(({ file, alt, caption }) =>
    file.endsWith('.svg')
      ? [`![${plain(alt)}](${file})`, '', plain(caption), '']
      : [`[${plain(caption)}](${file})`, ''],
  )
  return { files, lines }
}

export async function ratePart({ sweep, study }: Source): Promise<Part> {
  const name = 'rate-distortion'
  const [trained, record] = await Promise.all([sweep(name), study(name, name)])
  const { files, lines } = trained && record ? await rateFiles(trained, record.files) : { files: [], lines: [] }
  return {
    id: name,
    title: 'What a KL weight buys: rate and distortion',
    lines: [...lines, ...(trained ? [...madeBySweep(trained), ''] : [])],
    files,
    missing: trained && record ? [] : [name],
  }
}

/** What each model of a spectrum is called here: the loss of the trial that it is, or the study's own name where it is no trial. */
export function lossLabels({ made, data }: Pick<Study, 'made' | 'data'>, sweep: Sweep | null): string[] {
  const { models } = data as unknown as SpectrumFigure
  return models.map(({ model }, index) => {
    const run = basename(made?.runs[index]?.run ?? model)
    const found = sweep?.outcomes.find(({ record }) => record?.folder && run.endsWith(basename(record.folder)))
    return found ? (found.trial.options.loss ?? 'mse') : model
  })
}

/** A row a loss: training's own scores, and what is left of the fine detail. */
function lossRows(sweep: Sweep | null, study: Study | null): string[] {
  const labels = study ? lossLabels(study, sweep) : []
  const models = study ? (study.data as unknown as SpectrumFigure).models : []
  const trained = new Map<string, SweepRow>(
    sweep?.rows.map(row => [row.outcomes[0]!.trial.options.loss ?? 'mse', row] as const),
  )
  return table(
    ['loss', 'PSNR (dB)', 'SSIM', 'MSE', 'fine detail kept', 'its error'],
    [...new Set([...trained.keys(), ...labels])].map(name => {
      const [row, spectrum] = [trained.get(name), models[labels.indexOf(name)]]
      return [
        name,
        fixed(row?.psnr?.mean ?? spectrum?.psnr, 2),
        fixed(row?.ssim?.mean, 4),
        fixed(row?.mse?.mean, 5),
        spectrum ? percentOf(spectrum.highPower) : nothing,
        spectrum ? percentOf(spectrum.highError) : nothing,
      ]
    }),
  )
}

async function spectrumFiles(study: Study, sweep: Sweep | null) {
  const found = study.data as unknown as SpectrumFigure
  const { nyquist, original, models, images, window, sample } = found
  const how = `means over ${images} images and 3 colours, ${window === 'hann' ? 'under a Hann window' : 'without a window'}${sample ? ', noise drawn' : ''}`
  const labels = lossLabels(study, sweep)
  const curves = models.map(({ power, error }, index) => ({ label: labels[index]!, power, error }))
  const chart = await spectrumChart([{ label: 'originals', power: original }, ...curves], nyquist, how)
  const heads = ['cycles_a_picture', 'original', ...curves.flatMap(({ label }) => [`${label} power`, `${label} error`])]
  const rows = original.map((value, ring) =>
    [ring, value, ...curves.flatMap(({ power, error }) => [power[ring]!, error[ring]!])].join(','),
  )
  const summary = models.map(
    ({ highPower, highError }, index) =>
      `${labels[index]!} keeps ${percentOf(highPower)}, with an error of ${percentOf(highError)}`,
  )
  const alt = `Power over spatial frequency of the originals and of reconstructions under each loss. Above ${Math.floor(nyquist / 2)} cycles a picture ${summary.join('; ')}.`
  return {
    files: [
      { name: `${study.name}.svg`, content: chart },
      { name: `${study.name}.csv`, content: `${heads.join(',')}\n${rows.join('\n')}\n` },
    ],
    lines: [
      `![${plain(alt)}](${study.name}.svg)`,
      '',
      `Fine detail is all above ${Math.floor(nyquist / 2)} cycles a picture, half of what the pixels can hold. Kept: the reconstructions' power there, in per cent of the originals'; its error: the power of the difference, where 100 % is as bad as leaving the detail out. ` +
        `Noise has power too, so that neither number says enough alone. [As a table](${study.name}.csv).`,
      '',
    ],
  }
}

async function lossesOf(name: string, { sweep, study }: Source): Promise<Omit<Part, 'id' | 'title'>> {
  const [trained, measured] = await Promise.all([sweep(name), study(`${name}-spectrum`, 'spectrum')])
  const drawn = measured ? await spectrumFiles(measured, trained) : { files: [], lines: [] }
  const shown = measured ? await pictures(measured) : { files: [], lines: [] }
  return {
    lines: [
      ...(trained || measured ? lossRows(trained, measured) : []),
      ...drawn.lines,
      ...shown.lines,
      ...(trained ? [...madeBySweep(trained), ''] : []),
      ...(measured ? [...madeByStudy(measured), ''] : []),
    ],
    files: [...drawn.files, ...shown.files],
    missing: [...(trained ? [] : [name]), ...(measured ? [] : [`${name}-spectrum`])],
  }
}

export async function spectrumPart(source: Source): Promise<Part> {
  const [real, generated] = [await lossesOf('losses', source), await lossesOf(`${generatedPrefix}losses`, source)]
  const heading = generated.lines.length > 0 ? ['### On generated eyes, with pictures', ''] : []
  return {
    id: 'spectrum',
    title: 'How to preserve high-frequency information: spectra under each loss',
    lines: [...real.lines, ...heading, ...generated.lines],
    files: [...real.files, ...generated.files],
    missing: [...real.missing, ...generated.missing],
  }
}
