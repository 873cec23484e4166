// Part "Goals": what was wanted of the four long runs, what the report has, and what was reached. Whether a goal is met is computed here.
import { publishedQuality } from '../../src/report/published.js'
import { bestGeometry } from '../../src/training/options.js'
import { runTitle } from '../../src/training/run-folder.js'
import type { ImagesQuality } from '../../src/training/types.js'
import { madeByRun, shortenings } from './made.js'
import { rowOrder, type RowOrder } from './order.js'
import { fixed, meanOf, nothing, psnrOfMse, readAll, table, type Part, type Source } from './part.js'
import type { Run } from './source.js'

export const longRuns = ['ae-report', 'ae-best', 'vae-report', 'vae-best'] as const

/** Numbers that are wanted: at least `least`, or no further than `within` from `centre`. */
export type Goal = { readonly least: number } | { readonly centre: number; readonly within: number }

interface Measure {
  readonly run: (typeof longRuns)[number]
  readonly what: string
  readonly digits: number
  /** Reads the value off a run; of the images held out where `heldOut`. */
  readonly value: (run: Run, heldOut: boolean) => number | undefined
  /** Which of the report's values it stands beside. */
  readonly report?: 'psnr' | 'ssim'
  readonly goal?: Goal
}

const lastEpochs = 10

/** PSNR of the mean MSE of the last ten epochs, which history.csv has of the images trained on and of those held out. */
export function lastTenPsnr({ history }: Run, heldOut: boolean): number | undefined {
  const last = history.slice(-lastEpochs).map(({ mse, valMse }) => (heldOut ? valMse : mse))
  const known = last.filter(value => value !== undefined)
  return known.length === 0 ? undefined : psnrOfMse(meanOf(known))
}

/** Mean of what the weights after each of the last ten epochs measured; undefined unless all ten are there (`<name>.jsonl`). */
export const lastTen =
  (key: 'psnr' | 'ssim') =>
  ({ measured, history }: Run, heldOut: boolean): number | undefined => {
    const last = measured.slice(-lastEpochs)
    const isComplete =
      last.length === lastEpochs && last.every(({ epochs }, i) => epochs === history.length - lastEpochs + 1 + i)
    const values = last.map(summary => (heldOut ? summary.heldOut : summary)?.[key])
    const known = values.filter(value => value !== undefined)
    return isComplete && known.length === lastEpochs ? meanOf(known) : undefined
  }

const final =
  (key: Exclude<keyof ImagesQuality, 'images'>) =>
  ({ summary }: Run, heldOut: boolean) =>
    (heldOut ? summary?.heldOut : summary)?.[key]

/** The table of goals, and what stands beside them. */
const measures: readonly Measure[] = [
  {
    run: 'ae-report',
    what: 'PSNR, mean of the last 10 epochs (dB)',
    digits: 2,
    value: lastTen('psnr'),
    report: 'psnr',
    goal: { least: 42.5 },
  },
  {
    run: 'ae-report',
    what: 'SSIM, mean of the last 10 epochs',
    digits: 4,
    value: lastTen('ssim'),
    report: 'ssim',
    goal: { least: 0.996 },
  },
  { run: 'ae-report', what: 'PSNR, final weights (dB)', digits: 2, value: final('psnr'), report: 'psnr' },
  { run: 'ae-report', what: 'SSIM, final weights', digits: 4, value: final('ssim'), report: 'ssim' },
  {
    run: 'ae-report',
    what: 'PSNR of the mean training MSE of the last 10 epochs (dB)',
    digits: 2,
    value: lastTenPsnr,
    report: 'psnr',
  },
  {
    run: 'ae-best',
    what: 'PSNR of the mean training MSE of the last 10 epochs (dB)',
    digits: 2,
    value: lastTenPsnr,
    report: 'psnr',
  },
  {
    run: 'ae-best',
    what: 'PSNR, final weights (dB)',
    digits: 2,
    value: final('psnr'),
    report: 'psnr',
    goal: { least: 48 },
  },
  { run: 'ae-best', what: 'SSIM, final weights', digits: 4, value: final('ssim'), report: 'ssim' },
  {
    run: 'vae-report',
    what: 'PSNR of the mean training MSE of the last 10 epochs, noise drawn (dB)',
    digits: 2,
    value: lastTenPsnr,
    report: 'psnr',
  },
  {
    run: 'vae-report',
    what: 'PSNR, noise drawn (dB)',
    digits: 2,
    value: final('psnr'),
    report: 'psnr',
    goal: { centre: 26.85, within: 0.5 },
  },
  {
    run: 'vae-report',
    what: 'SSIM, noise drawn',
    digits: 4,
    value: final('ssim'),
    report: 'ssim',
    goal: { centre: 0.841, within: 0.02 },
  },
  { run: 'vae-report', what: 'PSNR, from the mean (dB)', digits: 2, value: final('psnrMean') },
  { run: 'vae-report', what: 'SSIM, from the mean', digits: 4, value: final('ssimMean') },
  { run: 'vae-report', what: 'mean KL (nats a latent value)', digits: 5, value: final('kl') },
  { run: 'vae-best', what: 'PSNR, noise drawn (dB)', digits: 2, value: final('psnr'), report: 'psnr' },
  { run: 'vae-best', what: 'SSIM, noise drawn', digits: 4, value: final('ssim'), report: 'ssim' },
  { run: 'vae-best', what: 'PSNR, from the mean (dB)', digits: 2, value: final('psnrMean'), goal: { least: 32 } },
  { run: 'vae-best', what: 'SSIM, from the mean', digits: 4, value: final('ssimMean') },
  { run: 'vae-best', what: 'mean KL (nats a latent value)', digits: 5, value: final('kl') },
]

const goalText = (goal: Goal, digits: number) =>
  'least' in goal ? `${goal.least} or more` : `${goal.centre.toFixed(digits > 2 ? 3 : 2)} ± ${goal.within}`

/** `met`, or by how much it is missed. Values count as they are, not as they are printed. */
export function verdict(goal: Goal, value: number | undefined, digits: number): string {
  if (value === undefined || Number.isNaN(value)) return 'not measured yet'
  const lacking = 'least' in goal ? goal.least - value : Math.abs(value - goal.centre) - goal.within
  if (lacking <= 0) return 'met'
  // A miss never looks like none.
  const shown = Math.max(lacking, 10 ** -digits).toFixed(digits)
  return `**missed** by ${shown}${'least' in goal ? '' : ' beyond the range'}`
}

const cutShort = ' (cut short, see below)'

function orderVerdict({ isComplete, differing }: RowOrder): string {
  if (!isComplete) return 'not measured yet'
  return differing.length === 0 ? 'met' : '**missed**'
}

function rowOf(measure: Measure, run: Run | undefined, hasHeldOut: boolean): string[] {
  const { what, digits, goal, report } = measure
  const kind = measure.run.startsWith('vae') ? 'vae' : 'ae'
  const value = run && measure.value(run, false)
  const config = run?.config ?? { model: kind, ...bestGeometry[kind] }
  const published = report && publishedQuality({ ...config, kind: config.model })?.[report]
  const short = run && shortenings(run).length > 0 && goal !== undefined && value !== undefined ? cutShort : ''
  return [
    `${runTitle(config)}, \`${measure.run}\`: ${what}`,
    published === undefined ? nothing : String(published),
    goal === undefined ? nothing : goalText(goal, digits),
    fixed(value, digits),
    ...(hasHeldOut ? [fixed(run && measure.value(run, true), digits)] : []),
    goal === undefined ? '' : verdict(goal, value, digits) + short,
  ]
}

const definitions = [
  'PSNR and SSIM as in the report: of each image on [0, 1], then the mean over images; "noise drawn" is a VAE as it is trained, and the one that the report\'s numbers fit. ' +
    "Mean of the last 10 epochs: the weights after each of them measured on all images. PSNR of the mean training MSE: 10 log10(4 / MSE), the errors as training saw them, before each step; the PSNR of a mean error is never above the mean of the images' PSNRs, and a spike of one epoch weighs most in it. " +
    "With an average of the weights (`--ema`) the final weights are the average, the epochs' MSE is not of it.",
  '',
]

export async function goalsPart({ run, sweep }: Source): Promise<Part> {
  const runs = await readAll(longRuns, run)
  const hasHeldOut = [...runs.values()].some(({ summary }) => summary?.heldOut !== undefined)
  const rows = measures.map(measure => rowOf(measure, runs.get(measure.run), hasHeldOut))
  const table4 = await sweep('table4')
  const order = table4 && rowOrder(table4.rows, 'psnr')
  if (order)
    rows.push([
      `VAE: the six rows of Table 4 in the report's order of PSNR`,
      nothing,
      'the same order',
      order.differing.length === 0 ? 'the same' : `${order.differing.length} of ${order.pairs} pairs differ`,
      ...(hasHeldOut ? [nothing] : []),
      orderVerdict(order) + (table4.runs.some(each => shortenings(each).length > 0) ? cutShort : ''),
    ])
  const heads = ['what', 'report', 'wanted', 'ours', ...(hasHeldOut ? ['held out'] : []), 'goal']
  return {
    id: 'goals',
    title: 'Goals',
    lines: [
      ...table(heads, rows),
      ...definitions,
      ...[...runs.values()].flatMap(own => [`**\`${own.name}\`**`, '', ...madeByRun(own), '']),
    ],
    files: [],
    missing: [...longRuns.filter(name => !runs.has(name)), ...(table4 ? [] : ['table4'])],
  }
}
