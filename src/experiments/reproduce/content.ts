// The report's tables and figures with our results in them, as content for a page. Numbers are compared and worded here; what is not
// there (yet) says so. Trains, reads and draws nothing.
import { publishedQuality, type PublishedQuality } from '../../report/published.js'
import type {
  Block,
  Cell,
  ColumnGroup,
  KeyResult,
  PageContent,
  Section,
  TableBlock,
  Verdict,
} from '../../report/page/content.js'
import { defaults } from '../../training/options.js'
import type { QualityReport } from '../../training/apply.js'
import { roughDuration } from './estimate.js'
import { bestAe, bestVae, noiseFigures, table1Trials, table4Trials, type TrialPlan } from './plan.js'
import type { ReproduceSettings } from './state.js'
import type { TrialResult } from './trials.js'

/** Everything that there is to show; what was not asked for or not run yet is null or missing. */
export interface ReproduceResults {
  readonly items: readonly string[]
  readonly settings: ReproduceSettings
  readonly images: number
  readonly totalImages: number
  readonly trials: ReadonlyMap<string, TrialResult>
  /** Best models from their files, as `evaluate` measures them, by trial id. */
  readonly evaluations: ReadonlyMap<string, QualityReport>
  /** Printed architectures by trial id. */
  readonly summaries: ReadonlyMap<string, readonly string[]>
  /** Loss charts by trial id. */
  readonly charts: ReadonlyMap<string, string>
  /** Ready-made figures by block id: reconstructions, compare, noise. */
  readonly figures: ReadonlyMap<string, readonly Block[]>
  /** Models that could not be trained. */
  readonly failures: readonly { readonly title: string; readonly message: string }[]
  readonly made: PageContent['made']
}

type Measure = 'psnr' | 'ssim' | 'mse'
const digits: Readonly<Record<Measure, number>> = { psnr: 2, ssim: 3, mse: 4 }

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

const published = ({ options: { model, ...geometry } }: TrialPlan): PublishedQuality =>
  publishedQuality({ kind: model ?? defaults.model, ...geometry })!

const geometryTitle = ({ options: { kernel, stride, padding } }: TrialPlan) => `(${kernel}, ${stride}, ${padding})`

const speed = (found: TrialResult | undefined): Cell[] =>
  found === undefined
    ? [{ text: '–' }, { text: '–' }]
    : [{ text: found.summary.imagesPerSecond.toFixed(1) }, { text: roughDuration(found.summary.seconds, 1) }]

const scales =
  'PSNR and SSIM are on [0, 1], MSE on the models’ own scale [−1, 1]; each is a mean over the images trained on.'

function table1({ trials }: ReproduceResults): TableBlock {
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

function table4({ trials, settings }: ReproduceResults): TableBlock {
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

function table4FromMean({ trials }: ReproduceResults): TableBlock {
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

function hyperParameters(plan: TrialPlan, results: ReproduceResults): TableBlock {
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

function bestModel(plan: TrialPlan, { evaluations, settings }: ReproduceResults): TableBlock {
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

function architecture(plan: TrialPlan, { summaries }: ReproduceResults): Block {
  const isVae = plan.options.model === 'vae'
  return {
    kind: 'listing',
    id: isVae ? 'figure3' : 'figure1',
    label: isVae ? 'Figure 3' : 'Figure 1',
    title: `Architecture of the ${isVae ? 'VAE' : 'autoencoder'}`,
    lines: summaries.get(plan.id) ?? [],
    notes: ['In PyTorch’s notation; output shapes are channels × height × width.'],
  }
}

const missing = (id: string, label: string, title: string, reason: string): Block => ({
  kind: 'missing',
  id,
  label,
  title,
  reason,
})
const notRun = 'Not run yet. The same command goes on where it was stopped.'

function lossCurve(plan: TrialPlan, { trials, charts }: ReproduceResults): Block {
  const isVae = plan.options.model === 'vae'
  const id = isVae ? 'figure4' : 'figure2'
  const label = isVae ? 'Figure 4' : 'Figure 2'
  const title = `Training loss per epoch, ${plan.title}`
  const found = trials.get(plan.id)
  const svg = charts.get(plan.id)
  if (!found || svg === undefined) return missing(id, label, title, notRun)
  const [first, last] = [found.history.at(0), found.history.at(-1)]
  const alt = `Line chart, logarithmic: the training loss falls from ${first?.loss.toPrecision(3)} in epoch 1 to ${last?.loss.toPrecision(3)} in epoch ${last?.epoch}.`
  const notes = [
    isVae
      ? 'Loss, lower is better: MSE on [−1, 1] plus the weighted KL divergence; both parts are drawn, too.'
      : 'Loss, lower is better: MSE on [−1, 1].',
  ]
  return { kind: 'curve', id, label, title, svg, history: found.history, alt, notes }
}

/** The ready blocks of a figure, or one that says that they are missing. */
const figure = (results: ReproduceResults, id: string, label: string, title: string): readonly Block[] =>
  results.figures.get(id) ?? [missing(id, label, title, notRun)]

function modelSection(plan: TrialPlan, results: ReproduceResults): Section {
  const wants = (item: string) => results.items.includes(item)
  const isVae = plan.options.model === 'vae'
  const [tuning, chosen, quality, printed, curve] = isVae
    ? ['table4', 'table5', 'table6', 'figure3', 'figure4']
    : ['table1', 'table2', 'table3', 'figure1', 'figure2']
  const blocks: Block[] = [
    ...(wants(printed) ? [architecture(plan, results)] : []),
    ...(wants(tuning) ? (isVae ? [table4(results), table4FromMean(results)] : [table1(results)]) : []),
    ...(wants(chosen) ? [hyperParameters(plan, results)] : []),
    ...(wants(curve) ? [lossCurve(plan, results)] : []),
    ...(wants(quality) ? [bestModel(plan, results)] : []),
  ]
  const text = isVae
    ? [
        'Two heads beside each other give mean and log variance, each followed by ReLU, as the report prints its model; the latent is drawn from them and decoded.',
      ]
    : [
        'Three convolutions down, three transposed convolutions up; every layer has the same kernel, stride and padding.',
      ]
  return { id: isVae ? 'vae' : 'autoencoder', title: isVae ? 'Variational autoencoder' : 'Autoencoder', text, blocks }
}

function figureSections(results: ReproduceResults): Section[] {
  const wants = (item: string) => results.items.includes(item)
  const pairs = noiseFigures.filter(({ figures }) => figures.some(n => wants(`figure${n}`)))
  const noise = pairs.flatMap(({ figures: [ae, vae] }) =>
    figure(results, `figure${ae}`, `Figures ${ae} and ${vae}`, 'Noise in the latent code'),
  )
  return [
    ...(wants('figure5')
      ? [
          {
            id: 'losses',
            title: 'High frequencies: MSE against L1',
            text: [
              'The same VAE trained with MSE + KL and with L1 + KL. The report finds L1 sharper, and that it generalises less.',
            ],
            blocks: figure(results, 'figure5', 'Figure 5', 'VAE trained with MSE and with L1'),
          },
        ]
      : []),
    ...(pairs.length > 0
      ? [
          {
            id: 'noise',
            title: 'Noise in the latent code',
            text: [
              'Gaussian noise of the latent’s own shape is added to the code, then decoded: AE above VAE. The report finds that the autoencoder’s pictures turn noisy while the VAE’s stay smooth.',
            ],
            blocks: [...noise, ...(results.figures.get('noise-curve') ?? [])],
          },
        ]
      : []),
  ]
}

function keyResults({ trials }: ReproduceResults): KeyResult[] {
  return [bestAe, bestVae].flatMap(plan => {
    const found = trials.get(plan.id)
    if (!found) return []
    const theirs = published(plan)
    const how = plan.options.model === 'vae' ? ', noise drawn' : ''
    const card = (measure: 'psnr' | 'ssim', unit: string): KeyResult => {
      const { text, verdict } = difference(measure, found.summary[measure], theirs[measure])
      return {
        title: `${plan.title}${how}`,
        value: found.summary[measure].toFixed(digits[measure]),
        unit,
        comparison: `${text} (report ${theirs[measure].toFixed(digits[measure])})`,
        ...(verdict && { verdict }),
      }
    }
    return [card('psnr', 'dB PSNR'), card('ssim', 'SSIM')]
  })
}

/** What keeps these numbers from being comparable with the report's. */
function notices({ settings, images, totalImages, failures }: ReproduceResults): string[] {
  const { epochs, data } = settings
  const isShort = epochs < defaults.epochs || images < 1476
  return [
    ...failures.map(({ title, message }) => `${title} could not be trained: ${message}`),
    ...(isShort
      ? [
          `A short run: ${epochs} of the report’s ${defaults.epochs} epochs on ${images} of ${totalImages} images. The differences say how far such a run gets, not what the models can reach.`,
        ]
      : []),
    ...(data === null
      ? [
          'Trained and measured on generated eyes, not on the report’s photographs: the values are not those of the same pictures.',
        ]
      : []),
  ]
}

export function reproduceContent(results: ReproduceResults): PageContent {
  const overview = {
    id: 'overview',
    title: 'Before and after',
    text: [],
    blocks: results.figures.get('overview') ?? [],
  }
  const sections = [overview, modelSection(bestAe, results), modelSection(bestVae, results), ...figureSections(results)]
  return {
    title: 'Eyes, rebuilt',
    lead: 'An autoencoder and a variational autoencoder learn to rebuild pictures of eyes. Every table and figure of the report, trained and measured again with WebAssembly on the CPU, beside the report’s own numbers.',
    notices: notices(results),
    results: keyResults(results),
    sections: sections.filter(({ blocks }) => blocks.length > 0),
    made: results.made,
  }
}
