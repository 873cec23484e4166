// Power over spatial frequency as an SVG: above, what originals and each model's reconstructions have; below, the error's share of the
// original's power. Look and drawing: chart.ts.
import type { TopLevelSpec } from 'vega-lite'
import { chartColours, chartDashes, chartPage, drawChart, seriesLegend } from './chart.js'

export interface SpectrumCurve {
  readonly label: string
  /** Mean power of a frequency of each ring; ring 0 is not drawn. */
  readonly power: readonly number[]
  /** Mean power of the error in each ring; none for the originals. */
  readonly error?: readonly number[]
}

const width = 640
const black = '#000000'

/**
 * Originals in black and unbroken, models in the charts' other colours and dashes. There are six of these and seven of those, so that 42 models
 * differ in one or the other.
 */
function styles(models: number) {
  const colours = chartColours.filter(colour => colour !== black)
  const indices = Array.from({ length: models }, (_, i) => i)
  return {
    range: [black, ...indices.map(i => colours[i % colours.length]!)],
    dashes: [chartDashes[0]!, ...indices.map(i => chartDashes[(i + 1) % chartDashes.length]!)].map(dash => [...dash]),
  }
}

const isDrawable = (value: number) => Number.isFinite(value) && value > 0

/**
 * Draws spectra, the originals' first. @param rings the last ring to draw @param subtitle what they are means of
 * @returns an SVG document, the same bytes for the same numbers
 */
export function spectrumChart(curves: readonly SpectrumCurve[], rings: number, subtitle: string): Promise<string> {
  const labels = curves.map(({ label }) => label)
  const original = curves[0]?.power ?? []
  const values = curves.flatMap(({ label, power, error }) =>
    power.slice(1, rings + 1).flatMap((value, index) => {
      const ring = index + 1
      const share = error === undefined ? null : (100 * error[ring]!) / original[ring]!
      return isDrawable(value) ? [{ ring, power: value, share, series: label }] : []
    }),
  )
  const { range, dashes } = styles(labels.length - 1)
  const legend = { ...seriesLegend(labels), columns: 3 }
  const series = { field: 'series', type: 'nominal' as const }
  const panel = (field: 'power' | 'share', height: number, title: string, log: boolean) => ({
    width,
    height,
    transform: field === 'share' ? [{ filter: 'isValid(datum.share)' }] : [],
    mark: { type: 'line' as const, strokeWidth: 2 },
    encoding: {
      x: {
        field: 'ring',
        type: 'quantitative' as const,
        title: field === 'share' ? 'spatial frequency (cycles a picture)' : null,
        scale: { domain: [1, rings], nice: false },
        axis: { format: 'd', tickMinStep: 1 },
      },
      y: {
        field,
        type: 'quantitative' as const,
        title,
        ...(log ? { scale: { type: 'log' as const }, axis: { format: '.0e', tickCount: 6 } } : {}),
      },
      color: { ...series, scale: { domain: labels, range }, legend },
      strokeDash: { ...series, scale: { domain: labels, range: dashes }, legend },
    },
  })
  const specification: TopLevelSpec = {
    ...chartPage({ title: 'What is kept of fine detail: power by spatial frequency', subtitle }),
    data: { values },
    bounds: 'flush',
    spacing: 40,
    vconcat: [
      panel('power', 280, 'power of a frequency (logarithmic)', true),
      panel('share', 160, "error (% of originals')", false),
    ],
  }
  return drawChart(specification)
}
