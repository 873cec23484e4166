// The report's Tables 1 to 6 with our numbers beside its own. Numbers are compared and worded here; the page around them is content.ts.
import { publishedQuality, type PublishedQuality } from '../../report/published.js'
import type { Cell, ColumnGroup, TableBlock, Verdict } from '../../report/page/content.js'
import { defaults } from '../../training/options.js'
import type { QualityReport } from '../../training/apply.js'
import { roughDuration } from './estimate.js'
import { table1Trials, table4Trials, type TrialPlan } from './plan.js'
import type { ReproduceSettings } from './state.js'
import type { TrialResult } from './trials.js'
import type { ReproduceResults } from './results.js'

export type Measure = 'psnr' | 'ssim' | 'mse'
export const digits: Readonly<Record<Measure, number>> = { psnr: 2, ssim: 3, mse: 4 }

/** Ours minus the report's at the precision that both are printed in, with the typographic minus. */
export function difference(measure: Measure, ours: number, theirs: number): Cell {
  const shown = (value: number) => Number(value.toFixed(digits[measure]))
  const change = shown(shown(ours) - shown(theirs))
  const text =
    change === 0
      ? (0).toFixed(digits[measure])
      : `${change > 0 ? '+' : '−'}${Math.abs(change).toFixed(digits[measure])}`
  if (Number.isNaN(change)) return { text: '–' }
  const isBetter = measure === 'mse' ? change < 0 : change > 0
  const verdict: Verdict = change === 0 ? 'equal' : isBetter ? 'better' : 'worse'
  return { text, verdict }
}

const number = (measure: Measure, value: number | undefined): Cell => ({
  text: value === undefined ? '–' : value.toFixed(digits[measure]),
})

/** Report, ours, difference; ours may be missing. */
const compared = (measure: Measure, theirs: number, ours: number | undefined): Cell[] => [
  number(measure, theirs),
  number(measure, ours),
  ours === undefined ? { text: '–' } : difference(measure, ours, theirs),
]

const columns = ['report', 'ours', 'difference'] as const
const psnrGroup: ColumnGroup = { title: 'PSNR', note: 'dB, higher is better', columns }
const ssimGroup: ColumnGroup = { title: 'SSIM', note: 'up to 1, higher is better', columns }
const speedGroup: ColumnGroup = { title: 'Training', note: 'ours', columns: ['images/s', 'time'] }

export const published = ({ options: { model, ...geometry } }: TrialPlan): PublishedQuality =>
  publishedQuality({ kind: model ?? defaults.model, ...geometry })!

const geometryTitle = ({ options: { kernel, stride, padding } }: TrialPlan) => `(${kernel}, ${stride}, ${padding})`

const speed = (found: TrialResult | undefined): Cell[] =>
  found === undefined
    ? [{ text: '–' }, { text: '–' }]
    : [{ text: found.summary.imagesPerSecond.toFixed(1) }, { text: roughDuration(found.summary.seconds, 1) }]

const scales =
  'PSNR and SSIM are on [0, 1], MSE on the models’ own scale [−1, 1]; each is a mean over the images trained on.'

export function table1({ trials }: ReproduceResults): TableBlock {
  const group = { title: 'MSE loss', note: 'on [−1, 1], lower is better', columns }
  return {
    kind: 'table',
    id: 'table1',
    label: 'Table 1',
    title: 'Autoencoder: kernel, stride and padding',
    rowTitle: '(k, s, p)',
    groups: [psnrGroup, ssimGroup, group, speedGroup],
    rows: table1Trials.map(plan => {
      const { psnr, ssim, mse } = published(plan)
      const found = trials.get(plan.id)
      const ours = found?.summary
      const cells = [
        ...compared('psnr', psnr, ours?.psnr),
        ...compared('ssim', ssim, ours?.ssim),
        ...compared('mse', mse, ours?.mse),
      ]
      return { title: geometryTitle(plan), cells: [...cells, ...speed(found)] }
    }),
    notes: [scales],
  }
}

/** MSE + weight x mean KL, both measured with the noise drawn: what the report's Table 4 calls MSE loss. */
const wholeLoss = (summary: Pick<QualityReport, 'mse' | 'kl'>, { klWeight }: ReproduceSettings) =>
  summary.kl === undefined ? undefined : summary.mse + klWeight * summary.kl

const weighted = ({ klWeight }: ReproduceSettings) => (klWeight === 1 ? 'KL' : `${klWeight} × KL`)

export function table4({ trials, settings }: ReproduceResults): TableBlock {
  const loss = `MSE + ${weighted(settings)}`
  return {
    kind: 'table',
    id: 'table4',
    label: 'Table 4',
    title: 'VAE: kernel, stride and padding; measured with the noise drawn, as in training',
    rowTitle: '(k, s, p)',
    groups: [
      psnrGroup,
      ssimGroup,
      { title: `“MSE loss” as ${loss}`, note: 'the whole loss, lower is better', columns },
      { title: 'MSE alone', note: 'lower is better', columns: ['ours'] },
    ],
    rows: table4Trials.map(plan => {
      const { psnr, ssim, mse } = published(plan)
      const ours = trials.get(plan.id)?.summary
      const cells = [
        ...compared('psnr', psnr, ours?.psnr),
        ...compared('ssim', ssim, ours?.ssim),
        ...compared('mse', mse, ours && wholeLoss(ours, settings)),
        number('mse', ours?.mse),
      ]
      return { title: geometryTitle(plan), cells }
    }),
    notes: [
      `A VAE is measured twice. This table has the noise drawn; the next one decodes the mean. The report’s “MSE loss” fits its PSNR only as the whole training loss, MSE + mean KL, so it is compared with ours of that kind; MSE alone stands beside it.`,
      scales,
    ],
  }
}

export function table4FromMean({ trials }: ReproduceResults): TableBlock {
  return {
    kind: 'table',
    id: 'table4-from-mean',
    label: 'Table 4, from the mean',
    title: 'The same VAEs, decoded from the mean instead of a drawn latent',
    rowTitle: '(k, s, p)',
    groups: [psnrGroup, ssimGroup, { title: 'MSE alone', note: 'lower is better', columns: ['ours'] }, speedGroup],
    rows: table4Trials.map(plan => {
      const { psnr, ssim } = published(plan)
      const found = trials.get(plan.id)
      const ours = found?.summary
      const cells = [
        ...compared('psnr', psnr, ours?.psnrMean),
        ...compared('ssim', ssim, ours?.ssimMean),
        number('mse', ours?.mseMean),
        ...speed(found),
      ]
      return { title: geometryTitle(plan), cells }
    }),
    notes: ['The report does not say which of the two it measured; its values stand beside both.'],
  }
}

export function hyperParameters(plan: TrialPlan, results: ReproduceResults): TableBlock {
  const { settings, images } = results
  const isVae = plan.options.model === 'vae'
  const { kernel, stride, padding } = plan.options
  const rows: [string, string, string][] = [
    ['epochs', '500', String(settings.epochs)],
    ['images', '1476', String(images)],
    ['batch', '164', String(Math.min(settings.batch, images))],
    ['optimiser', 'Adam', 'Adam'],
    ['learning rate', '0.001', String(settings.lr)],
    ['kernel', String(kernel), String(kernel)],
    ['stride', String(stride), String(stride)],
    ['padding', String(padding), String(padding)],
    ['loss', isVae ? 'MSE + KL' : 'MSE', isVae ? `MSE + ${weighted(settings)}` : 'MSE'],
    ...(isVae ? ([['KL weight', 'not printed', String(settings.klWeight)]] as [string, string, string][]) : []),
  ]
  const label = isVae ? 'Table 5' : 'Table 2'
  return {
    kind: 'table',
    id: isVae ? 'table5' : 'table2',
    label,
    title: `${isVae ? 'VAE' : 'Autoencoder'}: the chosen hyper-parameters`,
    rowTitle: 'hyper-parameter',
    groups: [{ title: '', columns: ['report', 'ours'] }],
    rows: rows.map(([title, report, ours]) => ({ title, cells: [{ text: report }, { text: ours }] })),
    notes: [],
  }
}

export function bestModel(plan: TrialPlan, { evaluations, settings }: ReproduceResults): TableBlock {
  const { psnr, ssim } = published(plan)
  const found = evaluations.get(plan.id)
  const isVae = plan.options.model === 'vae'
  const row = (title: string, ours: { psnr?: number | undefined; ssim?: number | undefined }) => ({
    title,
    cells: [...compared('psnr', psnr, ours.psnr), ...compared('ssim', ssim, ours.ssim)],
  })
  const loss = found && wholeLoss(found, settings)
  return {
    kind: 'table',
    id: isVae ? 'table6' : 'table3',
    label: isVae ? 'Table 6' : 'Table 3',
    title: `The best ${isVae ? 'VAE' : 'autoencoder'}, ${geometryTitle(plan)}, measured from its weights file`,
    rowTitle: isVae ? 'measured' : 'model',
    groups: [psnrGroup, ssimGroup],
    rows: isVae
      ? [
          row('noise drawn', { psnr: found?.psnr, ssim: found?.ssim }),
          row('from the mean', { psnr: found?.psnrMean, ssim: found?.ssimMean }),
        ]
      : [row(plan.title, { psnr: found?.psnr, ssim: found?.ssim })],
    notes: [
      `As the report’s performance.py does: the trained weights are read back from model.safetensors and measured by eyes-wasm evaluate${found ? ` over ${found.images} images` : ''}. The homework asks for a PSNR of 22 and an SSIM of 0.64.`,
      ...(loss === undefined
        ? []
        : [
            `MSE ${found!.mse.toFixed(4)} with the noise drawn, mean KL ${found!.kl!.toFixed(4)}, together ${loss.toFixed(4)}.`,
          ]),
    ],
  }
}
