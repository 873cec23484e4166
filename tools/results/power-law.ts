// A run that was stopped, carried on in thought: a power law through its last epochs, and how well the same would have foretold what came.
// An extrapolation is no measurement; whoever shows one marks it.
import { meanOf } from './part.js'

export interface Point {
  /** 1, 2, … */
  readonly epoch: number
  /** Above 0. */
  readonly value: number
}

/** value(epoch) = scale x epoch^exponent, by least squares over the logarithms of both. */
export interface PowerLaw {
  readonly scale: number
  readonly exponent: number
  readonly at: (epoch: number) => number
}

/** @param points two or more, at different epochs */
export function fitPowerLaw(points: readonly Point[]): PowerLaw {
  const xs = points.map(({ epoch }) => Math.log(epoch))
  const ys = points.map(({ value }) => Math.log(value))
  const [x, y] = [meanOf(xs), meanOf(ys)]
  const spread = xs.reduce((sum, each) => sum + (each - x) * (each - x), 0)
  const exponent = xs.reduce((sum, each, i) => sum + (each - x) * (ys[i]! - y), 0) / spread
  const scale = Math.exp(y - exponent * x)
  return { scale, exponent, at: epoch => scale * epoch ** exponent }
}

export interface Extrapolation {
  /** Epochs that the law is fitted to. */
  readonly from: number
  readonly to: number
  readonly exponent: number
  /** What it says at the epoch asked for. */
  readonly value: number
  /**
   * The same fit over the second quarter of the epochs, asked for the mean of the last tenth, less what was measured there, as a share of it:
   * how far off it was over a doubling of the epochs.
   */
  readonly backTest: number
}

/** Fewer epochs say nothing. */
export const leastEpochs = 20

/** Carries values of the epochs 1 to n on to `epoch` by a power law through the second half of them; null for fewer than `leastEpochs`. */
export function extrapolate(points: readonly Point[], epoch: number): Extrapolation | null {
  const n = points.length
  if (n < leastEpochs || points.some(({ value }) => !(value > 0))) return null
  const [quarter, half, last] = [Math.floor(n / 4), Math.floor(n / 2), Math.floor(0.9 * n)]
  const law = fitPowerLaw(points.slice(half))
  const earlier = fitPowerLaw(points.slice(quarter, half))
  const tail = points.slice(last)
  const found = meanOf(tail.map(({ value }) => value))
  const foretold = meanOf(tail.map(point => earlier.at(point.epoch)))
  return {
    from: points[half]!.epoch,
    to: points[n - 1]!.epoch,
    exponent: law.exponent,
    value: law.at(epoch),
    backTest: foretold / found - 1,
  }
}
