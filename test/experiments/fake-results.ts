// A reproduction that was never trained: invented numbers for every table and figure, so that the page's tests need no minutes.
import type { Block } from '../../src/report/page/content.js'
import { lossChart } from '../../src/report/loss-chart.js'
import { pictureGrid } from '../../src/report/pictures.js'
import type { ReproduceResults } from '../../src/experiments/reproduce/results.js'
import {
  bestAe,
  bestVae,
  itemIds,
  l1Vae,
  noiseFigures,
  table1Trials,
  table4Trials,
  type TrialPlan,
} from '../../src/experiments/reproduce/plan.js'
import type { TrialResult } from '../../src/experiments/reproduce/trials.js'

/** What a user may have called things: everything that could break out of markup. */
export const hostile = `"><script>alert('1')</script> & <img src=x onerror=alert(2)> | \`*_`

const history = Array.from({ length: 40 }, (_, index) => ({
  epoch: index + 1,
  loss: 0.3 / (index + 1) + 0.01,
  mse: 0.28 / (index + 1) + 0.009,
  kl: 0.001 + index / 1e5,
}))

function fakeTrial(plan: TrialPlan, index: number): TrialResult {
  const isVae = plan.options.model === 'vae'
  const { kernel, stride, padding } = plan.options
  const summary = {
    model: isVae ? ('vae' as const) : ('ae' as const),
    ...{ kernel, stride, padding },
    ...{ epochs: 40, images: 1476, threads: 2, seconds: 75 * (index + 1), imagesPerSecond: 100 / (index + 1) },
    ...{ psnr: 30 - index, ssim: 0.9 - index / 100, mse: 0.004 + index / 1000, weightsSha256: 'f'.repeat(64) },
    ...(isVae && { psnrMean: 31 - index, ssimMean: 0.91, mseMean: 0.0035, kl: 0.006 }),
  }
  const own = isVae ? history : history.map(point => ({ ...point, loss: point.mse, kl: 0 }))
  return { plan, folder: `runs/${plan.id}`, summary, history: own }
}

async function picture(id: string, label: string): Promise<Block> {
  const pixels = Uint8Array.from({ length: 50 * 50 * 3 }, (_, i) => (i * 7) % 256)
  const row = Array.from({ length: 6 }, () => ({ height: 50, width: 50, pixels }))
  const png = await pictureGrid([row, row], { scale: 3 })
  const size = { width: 6 * 154 + 4, height: 2 * 154 + 4 }
  return {
    kind: 'picture',
    id,
    label,
    title: 'Invented pictures',
    picture: png,
    size,
    alt: `Nothing: ${hostile}`,
    notes: [hostile],
  }
}

/** Every table and figure, with hostile names in it. */
export async function fakeResults(changes: Partial<ReproduceResults> = {}): Promise<ReproduceResults> {
  const plans = [...table1Trials, ...table4Trials, l1Vae]
  const trials = new Map(plans.map((plan, index) => [plan.id, fakeTrial(plan, index)]))
  const evaluations = new Map(
    [bestAe, bestVae].map(({ id }) => [id, { ...trials.get(id)!.summary, data: hostile, report: null }]),
  )
  const charts = new Map<string, string>()
  for (const plan of [bestAe, bestVae]) charts.set(plan.id, await lossChart(trials.get(plan.id)!.history, plan.title))
  const figures = new Map<string, readonly Block[]>([['overview', [await picture('overview-picture', 'Overview')]]])
  for (const id of ['figure5', ...noiseFigures.map(({ figures: [first] }) => `figure${first}`)])
    figures.set(id, [await picture(id, id)])
  return {
    items: itemIds,
    settings: {
      data: hostile,
      dataSha256: '0'.repeat(64),
      epochs: 40,
      batch: 164,
      lr: 0.001,
      klWeight: 1,
      seed: 0,
      limit: null,
    },
    images: 1476,
    totalImages: 1476,
    trials,
    evaluations,
    summaries: new Map([bestAe, bestVae].map(({ id }) => [id, [`${id}(`, `  (0): ${hostile}`, ')']])),
    charts,
    figures,
    failures: [{ title: hostile, message: hostile }],
    made: [['Pictures', hostile]],
    ...changes,
  }
}
