// What all charts share: vega-lite drawn to SVG without a browser or a canvas, one look, colours that colour-blind readers tell apart.
// Which marks a chart has is the business of the files that use this (loss-chart.ts and others). The library is large, so it is loaded
// when the first chart is drawn; this file's own import costs nothing. Same specification, same bytes.
import type { TopLevelSpec } from 'vega-lite'

/** Okabe and Ito's palette (jfly.uni-koeln.de/color), told apart with every common colour blindness; without its yellow, too pale on white. */
export const chartColours = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#000000'] as const

/** Dashes of lines and shapes of points, so that series differ without any colour too. In the order of `chartColours`. */
export const chartDashes: readonly (readonly number[])[] = [
  [1, 0],
  [6, 3],
  [2, 2],
  [8, 3, 2, 3],
  [12, 4],
  [4, 2, 1, 2, 1, 2],
  [1, 4],
]
export const chartShapes = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down', 'stroke'] as const

const grey = '#555555'

const config = {
  font: 'system-ui, "Segoe UI", Helvetica, Arial, sans-serif',
  view: { stroke: null },
  axis: {
    labelFontSize: 12,
    titleFontSize: 13,
    titleFontWeight: 'normal',
    titleColor: grey,
    labelColor: grey,
    gridColor: '#e6e6e6',
    domainColor: '#999999',
    tickColor: '#999999',
  },
  legend: { labelFontSize: 13, labelLimit: 0, symbolSize: 600, symbolStrokeWidth: 2 },
} as const

export interface ChartFrame {
  readonly title: string
  /** A line of smaller text under the title. */
  readonly subtitle?: string
  /** Size of the plotting area in CSS pixels (default 640 x 360). */
  readonly width?: number
  readonly height?: number
}

/** Everything of a specification but its data and marks. */
export const chartFrame = ({ width = 640, height = 360, ...texts }: ChartFrame) => ({
  ...chartPage(texts),
  width,
  height,
})

/** The same without a size, for a chart of several parts that have their own. */
export function chartPage({ title, subtitle }: Pick<ChartFrame, 'title' | 'subtitle'>) {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: {
      text: title,
      anchor: 'start' as const,
      fontSize: 15,
      fontWeight: 600 as const,
      offset: 10,
      ...(subtitle !== undefined && { subtitle, subtitleFontSize: 12, subtitleColor: grey, subtitlePadding: 5 }),
    },
    padding: 16,
    background: '#ffffff',
    config,
  }
}

/** A legend above the chart; none for a single series. */
export const seriesLegend = (labels: readonly string[], symbolType: 'stroke' | 'circle' = 'stroke') =>
  labels.length > 1 ? { title: null, orient: 'top' as const, symbolType } : null

const cycled = <T>(values: readonly T[], count: number): T[] =>
  Array.from({ length: count }, (_, index) => values[index % values.length]!)

/** Colours by the field `series`, in the order of `labels`. */
export const seriesColour = (labels: readonly string[], legend = seriesLegend(labels)) => ({
  field: 'series',
  type: 'nominal' as const,
  scale: { domain: [...labels], range: cycled(chartColours, labels.length) },
  legend,
})

/** Dashes by the field `series`, in the order of `labels`. */
export const seriesDash = (labels: readonly string[], legend = seriesLegend(labels)) => ({
  field: 'series',
  type: 'nominal' as const,
  scale: { domain: [...labels], range: cycled(chartDashes, labels.length).map(dash => [...dash]) },
  legend,
})

/**
 * Draws a vega-lite specification.
 * @returns an SVG document
 */
export async function drawChart(specification: TopLevelSpec): Promise<string> {
  const [vega, vegaLite] = await Promise.all([import('vega'), import('vega-lite')])
  const { spec } = vegaLite.compile(specification)
  const view = new vega.View(vega.parse(spec), { renderer: 'none' })
  try {
    return await view.toSVG()
  } finally {
    view.finalize()
  }
}
