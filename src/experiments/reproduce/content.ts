// The report's tables and figures with our results in them, as content for a page; what is not there (yet) says so. The tables
// themselves are tables.ts. Trains, reads and draws nothing.
import type { Block, KeyResult, PageContent, Section } from '../../report/page/content.js'
import { defaults } from '../../training/options.js'
import { bestAe, bestVae, noiseFigures, type TrialPlan } from './plan.js'
import type { ReproduceResults } from './results.js'
import { bestModel, difference, digits, hyperParameters, published, table1, table4, table4FromMean } from './tables.js'

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
