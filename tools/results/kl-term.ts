// Part "KL term": whether the report's VAE loss is MSE + 1 x mean KL. Each row of its Table 4 is split by its own PSNR and laid beside our
// trainings with that loss; the long run shows where they are going. The conclusion is computed from these numbers.
import type { SweepRow } from '../../src/experiments/sweep/rows.js'
import { publishedQuality, reportGeometries } from '../../src/report/published.js'
import { madeByRun, madeBySweep, reportEpochs } from './made.js'
import { fixed, meanOf, mseOfPsnr, nothing, percent, table, type Part, type Source } from './part.js'
import { extrapolate, type Extrapolation } from './power-law.js'
import type { Run, Sweep } from './source.js'

/** What a row of the report's is made of, if its "MSE loss" is MSE + mean KL. */
export interface Split {
  readonly mse: number
  readonly kl: number
  readonly sum: number
}

/** Table 4's row of this geometry. */
export function splitOf(kernel: number, stride: number, padding: number): Split {
  const found = publishedQuality({ kind: 'vae', kernel, stride, padding })!
  const mse = mseOfPsnr(found.psnr)
  return { mse, kl: found.mse - mse, sum: found.mse }
}

/** "MSE loss" over the MSE that fits the PSNR: about 1 where it is the MSE. */
export const lossRatios = (kind: 'ae' | 'vae'): number[] =>
  reportGeometries.map(([kernel, stride, padding]) => {
    const found = publishedQuality({ kind, kernel, stride, padding })!
    return found.mse / mseOfPsnr(found.psnr)
  })

/** PyTorch's training of (3, 1, 1) with weight 1 on the same images, as the issue states it: epoch, MSE. Measured once, outside this repository. */
const pytorch = [
  [5, 0.051],
  [10, 0.031],
  [27, 0.017],
] as const

/** Epochs of the long run that are shown. */
const shownEpochs = [5, 10, 27, 50, 100, 150, 200, 300, 400, 500]

/** The last state of a long run: measured at the report's epochs, or extrapolated to them. */
export interface Ending extends Split {
  readonly epoch: number
  readonly extrapolated: { readonly mse: Extrapolation; readonly kl: Extrapolation } | null
}

const points = ({ history }: Run, key: 'mse' | 'kl') =>
  history.map(record => ({ epoch: record.epoch, value: record[key] }))

/** Mean of the last ten epochs of a run that is done, else the extrapolation; null where it is too short for that. */
export function endingOf(run: Run): Ending | null {
  if (run.history.length >= reportEpochs) {
    const last = run.history.slice(-10)
    const [mse, kl] = [meanOf(last.map(record => record.mse)), meanOf(last.map(record => record.kl))]
    return { epoch: run.history.length, mse, kl, sum: mse + kl, extrapolated: null }
  }
  const [mse, kl] = [extrapolate(points(run, 'mse'), reportEpochs), extrapolate(points(run, 'kl'), reportEpochs)]
  if (mse === null || kl === null) return null
  return { epoch: reportEpochs, mse: mse.value, kl: kl.value, sum: mse.value + kl.value, extrapolated: { mse, kl } }
}

/** How near counts as the same: the 0.5 dB for the MSE, and a fifth for the KL divergence and the sum. */
export const tolerances: Split = { mse: 10 ** 0.05 - 1, kl: 0.2, sum: 0.2 }

export type Conclusion = 'confirmed' | 'not confirmed' | 'left open'

/** Ours over the report's, less 1. */
export const deviations = (ours: Split, report: Split): Split => ({
  mse: ours.mse / report.mse - 1,
  kl: ours.kl / report.kl - 1,
  sum: ours.sum / report.sum - 1,
})

/** How far off an extrapolation may be, as a share: what the back-test was off over a doubling of the epochs, for every doubling. */
const doubt = (found: Extrapolation, epoch: number) =>
  Math.abs(found.backTest) * Math.max(1, Math.log2(epoch / found.to))

/** Near in all three; what is beyond its tolerance by no more than an extrapolation may be off leaves it open. */
export function conclude(ours: Ending, report: Split): Conclusion {
  const off = deviations(ours, report)
  const { extrapolated: by, epoch } = ours
  const doubts: Split = by
    ? { mse: doubt(by.mse, epoch), kl: doubt(by.kl, epoch), sum: Math.max(doubt(by.mse, epoch), doubt(by.kl, epoch)) }
    : { mse: 0, kl: 0, sum: 0 }
  const beyond = (['mse', 'kl', 'sum'] as const).map(
    key => [Math.abs(off[key]) - tolerances[key], doubts[key]] as const,
  )
  if (beyond.every(([excess]) => excess <= 0)) return 'confirmed'
  return beyond.every(([excess, uncertain]) => excess <= uncertain) ? 'left open' : 'not confirmed'
}

const five = (value: number | null | undefined) => fixed(value, 5)

function splitTable(rows: readonly SweepRow[]): string[] {
  const body = reportGeometries.map(([kernel, stride, padding]) => {
    const report = splitOf(kernel, stride, padding)
    const row = rows.find(each => each.kernel === kernel && each.stride === stride && each.padding === padding)
    const [mse, kl] = [row?.mse?.mean, row?.kl?.mean]
    return [
      `(${kernel}, ${stride}, ${padding})`,
      five(report.mse),
      five(report.kl),
      fixed(report.sum, 4),
      row?.epochs === null || row === undefined ? nothing : String(row.epochs),
      five(mse),
      five(kl),
      five(mse !== undefined && kl !== undefined ? mse + kl : undefined),
      kl === undefined ? nothing : percent(kl / report.kl - 1),
      ...[row?.psnr, row?.psnrMean].map(value => fixed(value?.mean, 2)),
      ...[row?.ssim, row?.ssimMean].map(value => fixed(value?.mean, 4)),
    ]
  })
  const heads = [
    '(k, s, p)',
    'report: MSE of its PSNR',
    'report: the rest, KL',
    'report: "MSE loss"',
    'our epochs',
    'our MSE',
    'our KL',
    'our sum',
    'our KL beside the rest',
    'PSNR, noise',
    'PSNR, mean',
    'SSIM, noise',
    'SSIM, mean',
  ]
  return table(heads, body)
}

/** What decoding the mean does to the scores, counted over rows. */
export function meanAgainstNoise(rows: readonly SweepRow[]): { rows: number; ssimHigher: number; psnrLower: number } {
  const known = rows.flatMap(({ psnr, psnrMean, ssim, ssimMean }) =>
    psnr && psnrMean && ssim && ssimMean ? [{ psnr, psnrMean, ssim, ssimMean }] : [],
  )
  return {
    rows: known.length,
    ssimHigher: known.filter(({ ssim, ssimMean }) => ssimMean.mean > ssim.mean).length,
    psnrLower: known.filter(({ psnr, psnrMean }) => psnrMean.mean < psnr.mean).length,
  }
}

function longTable(run: Run): string[] {
  const { history, config } = run
  const report = splitOf(config.kernel, config.stride, config.padding)
  const shown = [...new Set([...shownEpochs.filter(epoch => epoch < history.length), history.length])]
  const measured = shown.map(epoch => {
    const { mse, kl } = history[epoch - 1]!
    return [String(epoch), five(mse), five(kl), five(mse + kl)]
  })
  const ending = endingOf(run)
  const foretold = ending?.extrapolated
    ? [[`*${reportEpochs}, extrapolated*`, ...[ending.mse, ending.kl, ending.sum].map(value => `*${five(value)}*`)]]
    : []
  return table(
    ['epoch', 'MSE', 'KL', 'sum'],
    [
      ...measured,
      ...foretold,
      [`the report's row, ${reportEpochs}`, five(report.mse), five(report.kl), five(report.sum)],
    ],
  )
}

const off = (test: Extrapolation) => percent(test.backTest, 1)

function conclusionLines(run: Run): string[] {
  const ending = endingOf(run)
  if (ending === null) return [`*The long run has ${run.history.length} epochs, too few to say where it is going.*`, '']
  const { config } = run
  const report = splitOf(config.kernel, config.stride, config.padding)
  const shares = deviations(ending, report)
  const parts = (['mse', 'kl', 'sum'] as const).map(
    key =>
      `${key === 'sum' ? 'sum' : key.toUpperCase()} ${percent(shares[key], 1)} (at most ±${(100 * tolerances[key]).toFixed(0)} %)`,
  )
  const how = ending.extrapolated
    ? `**Extrapolated** to ${reportEpochs} epochs by a power law (exponents ${fixed(ending.extrapolated.mse.exponent, 2)} and ${fixed(ending.extrapolated.kl.exponent, 2)}) through epochs ${ending.extrapolated.mse.from} to ${ending.extrapolated.mse.to}; ` +
      `such a fit through the second quarter of the epochs is ${off(ending.extrapolated.mse)} (MSE) and ${off(ending.extrapolated.kl)} (KL) off their last tenth.`
    : `Measured: the mean of the last 10 of ${ending.epoch} epochs.`
  return [
    `${how} Against the report's row: ${parts.join(', ')}.`,
    '',
    `**The reading "loss = MSE + 1 × mean KL" is ${conclude(ending, report)}${ending.extrapolated ? ', as far as an extrapolation can' : ''}.**`,
    '',
  ]
}

const range = (values: readonly number[]) => `${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)}`

/** What the report's own tables say without any training of ours. */
function ownNumbers(): string[] {
  const [ae, vae] = [lossRatios('ae'), lossRatios('vae')]
  const isApart = Math.min(...vae) > Math.max(...ae)
  return [
    `The report's "MSE loss" is ${range(ae)} times 4 / 10^(PSNR/10) in Table 1, and ${range(vae)} times that in Table 4. ` +
      `${isApart ? 'So Table 4 holds something that Table 1 does not' : 'So Table 4 cannot be told from Table 1 by this'}; what is left of it is the column "the rest".`,
    '',
  ]
}

/** ReLU heads at every KL weight that was tried: whose loss splits as the report's row does, if that is MSE + weight x KL. */
function weightLines({ rows }: Sweep): string[] {
  const geometry = reportGeometries.find(
    ([kernel, stride, padding]) =>
      rows[0]?.kernel === kernel && rows[0].stride === stride && rows[0].padding === padding,
  )
  const known = rows.flatMap(({ outcomes, kl, mse, epochs }) => {
    const { heads = 'relu', klWeight = 1 } = outcomes[0]!.trial.options
    return heads === 'relu' && kl && mse ? [{ klWeight, kl: kl.mean, mse: mse.mean, epochs }] : []
  })
  if (geometry === undefined || known.length === 0) return []
  const [kernel, stride, padding] = geometry
  const report = splitOf(kernel, stride, padding)
  const sorted = known.toSorted((a, b) => a.klWeight - b.klWeight)
  const distance = ({ klWeight, kl, mse }: (typeof known)[number]) =>
    Math.hypot(Math.log((klWeight * kl) / report.kl), Math.log(mse / report.mse))
  const nearest = known.toSorted((a, b) => distance(a) - distance(b))[0]!
  return [
    `Other weights, (${geometry.join(', ')}) with ReLU heads:`,
    '',
    ...table(
      [
        'KL weight',
        'epochs',
        'MSE',
        'KL',
        "weight × KL beside the report's rest",
        "MSE beside the report's",
        'MSE + weight × KL',
      ],
      sorted.map(({ klWeight, epochs, mse, kl }) => [
        String(klWeight),
        String(epochs ?? nothing),
        five(mse),
        five(kl),
        percent((klWeight * kl) / report.kl - 1),
        percent(mse / report.mse - 1),
        five(mse + klWeight * kl),
      ]),
    ),
    `Both parts together (by the logarithms of their ratios) are nearest to the report's with weight ${nearest.klWeight}, after ${nearest.epochs ?? nothing} epochs; the MSE falls on with more of them.`,
    '',
  ]
}

function table4Lines(sweep: Sweep): string[] {
  const { rows, ssimHigher, psnrLower } = meanAgainstNoise(sweep.rows)
  const own = sweep.runs.find(({ config }) => config.kernel === 3)
  const beside = pytorch.flatMap(([epoch, mse]) => {
    const record = own?.history[epoch - 1]
    return record ? [[String(epoch), String(mse), fixed(record.mse, 4), fixed(record.kl, 4)]] : []
  })
  return [
    `Decoded from the mean, SSIM is higher in ${ssimHigher} of ${rows} rows and PSNR lower in ${psnrLower}.`,
    '',
    ...(beside.length === 0
      ? []
      : [
          '(3, 1, 1), beside PyTorch (weight 1; the KL there was 0.005 to 0.008):',
          '',
          ...table(['epoch', "PyTorch's MSE", 'our MSE', 'our KL'], beside),
        ]),
    ...madeBySweep(sweep),
    '',
  ]
}

export async function klTermPart({ run, sweep }: Source): Promise<Part> {
  const [table4, long, rates] = await Promise.all([sweep('table4'), run('vae-report'), sweep('rate-distortion')])
  const begun = long && long.history.length > 0 ? long : null
  return {
    id: 'kl-term',
    title: "The report's KL term",
    lines: [
      ...ownNumbers(),
      ...splitTable(table4?.rows ?? []),
      ...(table4 ? table4Lines(table4) : []),
      ...(begun
        ? ['### The long run', '', ...longTable(begun), ...conclusionLines(begun), ...madeByRun(begun), '']
        : []),
      ...(rates ? weightLines(rates) : []),
    ],
    files: [],
    missing: [...(table4 ? [] : ['table4']), ...(begun ? [] : ['vae-report']), ...(rates ? [] : ['rate-distortion'])],
  }
}
