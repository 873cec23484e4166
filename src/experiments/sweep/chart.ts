// A sweep as a chart: PSNR and SSIM of each setting, ours (with the spread over seeds) beside the report's. What it shows;
// report/chart.ts draws it.
import type { TopLevelSpec } from 'vega-lite'
import { chartColours, chartPage, drawChart } from '../../report/chart.js'
import type { SweepRow } from './rows.js'

interface Point {
  readonly setting: string
  readonly who: string
  readonly value: number
  readonly low: number
  readonly high: number
}

const [ours, theirs] = ['ours', 'report']

function pointsOf(rows: readonly SweepRow[], key: 'psnr' | 'ssim'): Point[] {
  const points = rows.flatMap(({ label, [key]: found, report }): Point[] => {
    const published = report?.[key]
    const sd = found?.sd ?? 0
    return [
      ...(found ? [{ setting: label, who: ours, value: found.mean, low: found.mean - sd, high: found.mean + sd }] : []),
      ...(published === undefined
        ? []
        : [{ setting: label, who: theirs, value: published, low: published, high: published }]),
    ]
  })
  return points.filter(({ value, low }) => Number.isFinite(value) && Number.isFinite(low))
}

const rowHeight = 26

/** Settings from top to bottom, values to the right: labels of any length can be read. */
function panel(rows: readonly SweepRow[], key: 'psnr' | 'ssim', title: string, withLabels: boolean) {
  const y = {
    field: 'setting',
    type: 'nominal' as const,
    sort: null,
    scale: { domain: rows.map(({ label }) => label) },
    title: null,
    axis: withLabels ? { labelLimit: 0, grid: true } : { labels: false, ticks: false, grid: true },
  }
  const x = { type: 'quantitative' as const, title, scale: { zero: false, nice: true } }
  const scale = { domain: [ours, theirs], range: chartColours.slice(0, 2) }
  const shapes = { domain: [ours, theirs], range: ['circle', 'diamond'] }
  const legend = { title: null, orient: 'top' as const, symbolSize: 90 }
  return {
    width: 300,
    height: rowHeight * Math.max(1, rows.length),
    data: { values: pointsOf(rows, key) },
    layer: [
      {
        mark: { type: 'rule' as const, strokeWidth: 2 },
        encoding: {
          y,
          x: { ...x, field: 'low' },
          x2: { field: 'high' },
          color: { field: 'who', type: 'nominal' as const, scale, legend },
        },
      },
      {
        mark: { type: 'point' as const, filled: true, size: 90, opacity: 1 },
        encoding: {
          y,
          x: { ...x, field: 'value' },
          color: { field: 'who', type: 'nominal' as const, scale, legend },
          shape: { field: 'who', type: 'nominal' as const, scale: shapes, legend },
        },
      },
    ],
  }
}

/** PSNR and SSIM of every setting. @returns an SVG document, the same bytes for the same rows */
export function sweepChart(rows: readonly SweepRow[], title: string): Promise<string> {
  const specification: TopLevelSpec = {
    ...chartPage({ title }),
    hconcat: [
      panel(rows, 'psnr', 'PSNR in dB (higher is better)', true),
      panel(rows, 'ssim', 'SSIM (higher is better)', false),
    ],
  }
  return drawChart(specification)
}
