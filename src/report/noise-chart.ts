// PSNR over the strength of latent noise, a line a model, as an SVG: the curve beside Figures 6 to 13. Look and drawing: chart.ts.
import type { TopLevelSpec } from 'vega-lite'
import { chartColours, chartFrame, chartShapes, drawChart, seriesColour, seriesDash } from './chart.js'

export interface NoiseCurve {
  readonly label: string
  /** PSNR in dB, [sigma][image]. */
  readonly psnr: readonly (readonly number[])[]
}

/** A line through the mean over images, a shade from the lowest to the highest. @returns an SVG document */
export async function noiseChart(curves: readonly NoiseCurve[], sigmas: readonly number[]): Promise<string> {
  const labels = curves.map(({ label }) => label)
  const values = curves.flatMap(({ label, psnr }) =>
    sigmas.flatMap((sigma, step) => {
      const finite = psnr[step]!.filter(Number.isFinite)
      if (finite.length === 0) return []
      const mean = finite.reduce((sum, value) => sum + value, 0) / finite.length
      return [{ sigma, mean, low: Math.min(...finite), high: Math.max(...finite), series: label }]
    }),
  )
  const x = {
    field: 'sigma',
    type: 'quantitative' as const,
    title: 'sigma: standard deviation of the noise added to the latent',
    axis: { values: [...sigmas], format: '~g', labelOverlap: true },
  }
  const title = 'PSNR in dB (higher is better)'
  const y = { type: 'quantitative' as const, title, scale: { zero: false } }
  const line = {
    mark: { type: 'line' as const, strokeWidth: 2 },
    encoding: { x, y: { ...y, field: 'mean' }, color: seriesColour(labels), strokeDash: seriesDash(labels) },
  }
  // Bands and points take no part in the legend: each series has its own, in colours written out.
  const marks = labels.flatMap((label, index) => {
    const own = { transform: [{ filter: { field: 'series', equal: label } }] }
    const color = chartColours[index % chartColours.length]!
    const shape = chartShapes[index % chartShapes.length]!
    return [
      {
        ...own,
        mark: { type: 'area' as const, opacity: 0.15, color },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
      },
      {
        ...own,
        mark: { type: 'point' as const, filled: true, size: 60, opacity: 1, color, shape },
        encoding: { x, y: { ...y, field: 'mean' } },
      },
    ]
  })
  const specification: TopLevelSpec = {
    ...chartFrame({
      title: 'What noise in the latent does to the picture',
      subtitle: `mean over ${psnrCount(curves)} images; shaded from the lowest to the highest`,
    }),
    data: { values },
    layer: [...marks, line],
  }
  return drawChart(specification)
}

const psnrCount = (curves: readonly NoiseCurve[]) => curves[0]?.psnr[0]?.length ?? 0
