// What all charts share: drawing a vega-lite specification as SVG without a browser or a canvas, its look, and the colours. The library is
// large, so it is loaded when the first chart is drawn. What a chart shows is in a file of its own.
import type { TopLevelSpec } from 'vega-lite'

/** Okabe and Ito's palette (jfly.uni-koeln.de/color), told apart with every common colour blindness; use shapes or dashes beside it. */
export const palette = ['#0072B2', '#D55E00', '#009E73']

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

/** The parts of a specification that are alike in every chart: title, margins, background, fonts. */
export const chartFrame = (title: string) => ({
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  title: { text: title, anchor: 'start' as const, fontSize: 15, fontWeight: 600 as const, offset: 10 },
  padding: 16,
  background: '#ffffff',
  config,
})

/** Draws a chart. @returns an SVG document, the same bytes for the same specification */
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
