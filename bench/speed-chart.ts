// The README's chart of training speed: for each model, how many times PyTorch's speed ours is, a bar for each Node version measured.
// Every colour reads on light and on dark pages, and there is no background. Drawn by src/report/chart.ts.
import type { TopLevelSpec } from 'vega-lite'
import { chartColours, chartFrame, drawChart } from '../src/report/chart.js'
import { reportModels } from './models.js'
import { goalsFor, modelRatios } from './ratios.js'
import type { Results } from './results.js'
import { modelTitle, speed } from './table.js'

/** Middle grey: contrast above 4 with white and with a dark page's background. */
const ink = '#7a7f87'
const ourColours = ['#2f81f7', chartColours[4]] as const

export interface Bar {
  readonly model: string
  /** `Node 24`. */
  readonly series: string
  readonly ratio: number
  readonly label: string
}

export const nodeName = ({ machine }: Results) => `Node ${machine.node.split('.')[0]}`

/** The bars of some results, in the order of the report's tables. */
export function barsOf(all: readonly Results[]): Bar[] {
  const order = [...reportModels.keys()]
  return all
    .flatMap(results =>
      modelRatios(results.peers ?? [], goalsFor(results.machine.node)).map(({ name, ratio, own }) => ({
        name,
        bar: {
          model: modelTitle(name),
          series: nodeName(results),
          ratio,
          label: `${ratio.toFixed(1)}×, ${speed(own.imagesPerSecond)} images/s`,
        },
      })),
    )
    .sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
    .map(({ bar }) => bar)
}

const unique = (values: readonly string[]) => [...new Set(values)]

function specification(all: readonly Results[]): TopLevelSpec {
  const bars = barsOf(all)
  const series = unique(all.map(nodeName))
  const models = unique(bars.map(bar => bar.model))
  const threads = Math.max(...all.flatMap(({ peers = [] }) => peers.map(row => row.threads)))
  const frame = chartFrame({
    title: 'Training speed beside PyTorch on the same cores',
    subtitle: `times PyTorch’s images a second, ${threads} threads, batch 164; the line is PyTorch`,
    width: 560,
    height: models.length * (14 * series.length + 8),
  })
  const y = {
    field: 'model',
    type: 'nominal',
    sort: models,
    title: null,
    axis: { domain: false, ticks: false },
  } as const
  const yOffset = { field: 'series', sort: series } as const
  const colour = { field: 'series', type: 'nominal', scale: { domain: series, range: [...ourColours] } } as const
  const most = Math.max(1, ...bars.map(bar => bar.ratio))
  const scale = { domain: [0, 1.3 * most], nice: false }
  const axis = { tickMinStep: 1, format: 'd' }
  const x = { type: 'quantitative', title: null, scale, axis } as const
  return {
    ...frame,
    background: 'transparent',
    title: { ...frame.title, color: ink, subtitleColor: ink },
    config: {
      ...frame.config,
      axis: {
        ...frame.config.axis,
        labelColor: ink,
        gridColor: ink,
        gridOpacity: 0.2,
        domainColor: ink,
        tickColor: ink,
      },
      legend: { ...frame.config.legend, labelColor: ink, symbolSize: 160 },
    },
    data: { values: bars },
    layer: [
      {
        mark: 'bar',
        encoding: {
          y,
          yOffset,
          x: { ...x, field: 'ratio' },
          color: { ...colour, legend: { title: null, orient: 'top' } },
        },
      },
      {
        mark: { type: 'text', align: 'left', dx: 5, fontSize: 11, color: ink },
        encoding: { y, yOffset, x: { ...x, field: 'ratio' }, text: { field: 'label' } },
      },
      {
        data: { values: [{ one: 1 }] },
        mark: { type: 'rule', color: '#d1242f', strokeWidth: 2 },
        encoding: { x: { ...x, field: 'one' } },
      },
    ],
  }
}

/** An SVG document. The results must have rows of PyTorch. */
export const drawSpeed = (all: readonly Results[]): Promise<string> => drawChart(specification(all))
