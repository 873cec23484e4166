// Training loss over epochs as an SVG (Figures 2 and 4 of the report). What the chart shows is decided here, how charts look and are
// drawn in chart.ts. Same history, same bytes.
import type { TopLevelSpec } from 'vega-lite'
import { chartFrame, drawChart, seriesColour, seriesDash } from './chart.js'

/** What the chart reads of an epoch; an `EpochRecord` fits. */
export interface LossPoint {
  readonly epoch: number
  readonly loss: number
  /** Mean squared error on the [-1, 1] scale. */
  readonly mse: number
  /** 0 throughout for an autoencoder: its line is then left out. */
  readonly kl: number
  /** Loss of held-out images, where there are any. */
  readonly valLoss?: number
}

interface Series {
  readonly key: 'loss' | 'mse' | 'kl' | 'valLoss'
  readonly label: string
}

/** One line for an autoencoder trained with MSE (loss = mse); otherwise the loss and the parts worth seeing. */
function seriesOf(history: readonly LossPoint[]): Series[] {
  const isHeldOut = history.some(({ valLoss }) => valLoss !== undefined)
  return [...trainingSeries(history), ...(isHeldOut ? [{ key: 'valLoss', label: 'held-out loss' } as const] : [])]
}

function trainingSeries(history: readonly LossPoint[]): Series[] {
  const isVae = history.some(({ kl }) => kl !== 0)
  const isMse = !isVae && history.every(({ loss, mse }) => Math.abs(loss - mse) <= 1e-6 * mse)
  if (isMse) return [{ key: 'loss', label: 'loss (MSE)' }]
  const parts: Series[] = [
    { key: 'loss', label: 'loss' },
    { key: 'mse', label: 'MSE' },
  ]
  return isVae ? [...parts, { key: 'kl', label: 'KL divergence' }] : parts
}

/**
 * A loss of 0 or below (that of `sigma` is a logarithm) wants a linear axis. A part of it that is 0, like the KL divergence of a latent that tells
 * nothing, does not: there a logarithmic axis leaves the point out, as it leaves out what is not finite.
 */
const isLinear = (history: readonly LossPoint[]) =>
  history.some(({ loss, valLoss = 1 }) => [loss, valLoss].some(value => Number.isFinite(value) && value <= 0))

interface Drawn {
  readonly epoch: number
  readonly value: number
  readonly series: string
}

/** 1, 2 and 5 times every power of ten that float32 holds, ascending. */
const roundNumbers = Array.from({ length: 84 }, (_, step) =>
  [1, 2, 5].map(digit => Number(`${digit}e${step - 45}`)),
).flat()

/** Round tick marks, and the range of the axis: a little more than the values need, and never without two ticks. */
function logarithmicAxis(values: readonly number[]): { ticks: number[]; domain: [number, number] } {
  let low = values.length === 0 ? 0.001 : Math.min(...values) / 1.25
  let high = values.length === 0 ? 1 : Math.max(...values) * 1.25
  const between = (numbers: readonly number[]) => numbers.filter(number => number >= low && number <= high)
  if (between(roundNumbers).length < 2) {
    low = roundNumbers.findLast(number => number <= low) ?? low
    high = roundNumbers.find(number => number >= high) ?? high
  }
  const powersOfTen = roundNumbers.filter((_, index) => index % 3 === 0)
  const ticks = between(roundNumbers).length <= 12 ? between(roundNumbers) : between(powersOfTen)
  return { ticks, domain: [low, high] }
}

function logarithmic(values: readonly Drawn[]) {
  const { ticks, domain } = logarithmicAxis(values.map(({ value }) => value))
  return { scale: { type: 'log' as const, domain, nice: false }, axis: { values: ticks, format: '~g' } }
}

const linear = { scale: { type: 'linear' as const, zero: false, nice: true }, axis: { format: '~g' } }

type Vertical = ReturnType<typeof logarithmic> | typeof linear

function encodingOf(vertical: Vertical, labels: string[], last: number, title: string) {
  return {
    x: {
      field: 'epoch',
      type: 'quantitative' as const,
      title: 'epoch',
      scale: { domain: last > 1 ? [1, last] : [0, 2], nice: false },
      axis: last > 1 ? { format: 'd', tickMinStep: 1, tickCount: Math.min(10, last) } : { format: 'd', values: [1] },
    },
    y: {
      field: 'value',
      type: 'quantitative' as const,
      title,
      ...vertical,
    },
    color: seriesColour(labels),
  }
}

function specification(history: readonly LossPoint[], title: string): TopLevelSpec {
  const series = seriesOf(history)
  const labels = series.map(({ label }) => label)
  const straight = isLinear(history)
  const drawable = (value: number) => Number.isFinite(value) && (straight || value > 0)
  const values = series.flatMap(({ key, label }) =>
    history.flatMap(({ epoch, [key]: value = 0 }) => (drawable(value) ? [{ epoch, value, series: label }] : [])),
  )
  const isHeldOut = series.some(({ key }) => key === 'valLoss')
  const axis = `${isHeldOut ? 'loss' : 'training loss'}${straight ? '' : ' (logarithmic)'}`
  const encoding = encodingOf(straight ? linear : logarithmic(values), labels, history.at(-1)?.epoch ?? 1, axis)
  const line = {
    mark: { type: 'line' as const, strokeWidth: 2 },
    encoding: { ...encoding, strokeDash: seriesDash(labels) },
  }
  // A line through one point would be invisible; a few points show where they are.
  const points = { mark: { type: 'point' as const, filled: true, size: 50, opacity: 1 }, encoding }
  return {
    ...chartFrame({ title }),
    data: { values },
    layer: history.length <= 12 ? [line, points] : [line],
  }
}

/**
 * Draws the loss of each epoch on a logarithmic axis, or a linear one where a loss is 0 or below; for a VAE also its MSE and KL parts, and that of held-out images where there are any.
 * @returns an SVG document; it also draws for a history of one epoch
 */
export async function lossChart(history: readonly LossPoint[], title: string): Promise<string> {
  return drawChart(specification(history, title))
}
