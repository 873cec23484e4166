// PSNR over the KL divergence of VAEs that were trained with several KL weights, a line a kind of VAE, as an SVG. Look and drawing:
// chart.ts.
import type { TopLevelSpec } from 'vega-lite'
import { chartColours, chartFrame, chartShapes, drawChart, seriesColour, seriesDash, seriesLegend } from './chart.js'

export interface RatePoint {
  /** KL divergence in bits a pixel, above 0. */
  readonly bits: number
  /** dB. */
  readonly psnr: number
  /** Written at the point; '' for none. */
  readonly text: string
}

export interface RateCurve {
  readonly label: string
  readonly points: readonly RatePoint[]
}

const isDrawable = ({ bits, psnr }: RatePoint) => Number.isFinite(psnr) && Number.isFinite(bits) && bits > 0

/** 1, 2 and 5 times powers of ten. */
const ticks = Array.from({ length: 13 }, (_, power) => [1, 2, 5].map(digit => Number(`${digit}e${power - 6}`))).flat()

/** Lines in the order of their rate. @returns an SVG document, the same bytes for the same numbers */
export function rateDistortionChart(curves: readonly RateCurve[], subtitle: string): Promise<string> {
  const labels = curves.map(({ label }) => label)
  const values = curves.flatMap(({ label, points }) =>
    points.filter(isDrawable).map(point => ({ ...point, series: label })),
  )
  const x = {
    field: 'bits',
    type: 'quantitative' as const,
    title: 'rate: KL divergence in bits a pixel (logarithmic)',
    scale: { type: 'log' as const, nice: false, padding: 36 },
    axis: { values: ticks, format: '~g' },
  }
  const y = {
    field: 'psnr',
    type: 'quantitative' as const,
    title: 'PSNR in dB (higher is better)',
    scale: { zero: false },
  }
  // Texts of one curve stand below its points and those of the next above: the curves run close to each other.
  const lettered = curves.filter(({ points }) => points.some(({ text }) => text !== '')).map(({ label }) => label)
  const textAt = (label: string) =>
    lettered.indexOf(label) % 2 === 1
      ? { align: 'right' as const, dx: -7, dy: -8 }
      : { align: 'left' as const, dx: 7, dy: 10 }
  // Points and their texts take no part in the legend: each series has its own, in colours written out.
  const marks = labels.flatMap((label, index) => {
    const own = { transform: [{ filter: { field: 'series', equal: label } }] }
    const color = chartColours[index % chartColours.length]!
    const shape = chartShapes[index % chartShapes.length]!
    return [
      {
        ...own,
        mark: { type: 'point' as const, filled: true, size: 60, opacity: 1, color, shape },
        encoding: { x, y },
      },
      {
        ...own,
        mark: { type: 'text' as const, ...textAt(label), fontSize: 11, color },
        encoding: { x, y, text: { field: 'text', type: 'nominal' as const } },
      },
    ]
  })
  const legend = labels.length > 1 ? { ...seriesLegend(labels)!, columns: 2 } : null
  const line = {
    mark: { type: 'line' as const, strokeWidth: 2 },
    encoding: { x, y, color: seriesColour(labels, legend), strokeDash: seriesDash(labels, legend) },
  }
  const specification: TopLevelSpec = {
    ...chartFrame({ title: 'What a KL weight buys: PSNR over rate', subtitle }),
    data: { values },
    layer: [...marks, line],
  }
  return drawChart(specification)
}
