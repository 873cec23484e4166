// Whether a recipe helps: a stated rule over paired differences to the baseline, in words. Pure; what is measured is results.ts.
import { statistic, type Statistic } from '../statistics.js'

/** What a row is judged by, each on held-out images. */
export const metrics = ['psnr', 'ssim', 'sharpness'] as const
export type Metric = (typeof metrics)[number]

/** A smaller difference of the means is none, however well it repeats: dB, SSIM, share of the power. */
export const leastDifference: Readonly<Record<Metric, number>> = { psnr: 0.1, ssim: 0.002, sharpness: 0.02 }

/** Differences to the baseline with the same seed, one value a seed. */
export type Differences = Readonly<Record<Metric, readonly number[]>>

export interface Judged {
  readonly difference: Statistic
  /** A difference beyond this is one. */
  readonly threshold: number
  readonly sign: -1 | 0 | 1
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2
}

/** The median row's standard deviation over seeds; null where there is one seed. */
export const typicalSpread = (rows: readonly Differences[], metric: Metric): number | null =>
  median(rows.flatMap(row => statistic(row[metric])?.sd ?? []))

/**
 * A difference counts when it is larger than `leastDifference`, and than twice its standard error; with few seeds a row's own spread is little
 * known, so that the error is at least that of the median row.
 * @param spread `typicalSpread` of the rows that it stands among
 */
export function judge(differences: readonly number[], metric: Metric, spread: number | null): Judged | null {
  const difference = statistic(differences)
  if (difference === null) return null
  const { mean, sd, n } = difference
  const error = Math.max(sd ?? 0, spread ?? 0) / Math.sqrt(n)
  const threshold = Math.max(leastDifference[metric], 2 * error)
  // A value that is not finite is judged like the best or the worst one; NaN is no difference.
  const sign = mean > threshold ? 1 : mean < -threshold ? -1 : 0
  return { difference, threshold, sign }
}

const words: Readonly<Record<Metric, string>> = { psnr: 'PSNR', ssim: 'SSIM', sharpness: 'sharpness' }

const listed = (found: readonly Metric[]) =>
  found
    .map((metric, index) => (index === 0 ? '' : index === found.length - 1 ? ' and ' : ', ') + words[metric])
    .join('')

/** `helps`, `does not`, or what is gained and what it costs. */
export function verdict(signs: Readonly<Record<Metric, -1 | 0 | 1>>): string {
  const gains = metrics.filter(metric => signs[metric] === 1)
  const costs = metrics.filter(metric => signs[metric] === -1)
  if (gains.length === 0) return costs.length === 0 ? 'no difference' : `does not: costs ${listed(costs)}`
  if (costs.length > 0) return `helps ${listed(gains)}, costs ${listed(costs)}`
  return gains.includes('psnr') ? 'helps' : `helps ${listed(gains)} only`
}
