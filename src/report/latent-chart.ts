// Two charts of a latent space as SVG: images on its first two principal components, coloured by label, and for a VAE what each channel
// carries. Look and drawing: chart.ts.
import type { TopLevelSpec } from 'vega-lite'
import { chartColours, chartFrame, chartPage, chartShapes, drawChart, seriesColour, seriesLegend } from './chart.js'

export interface LatentPoint {
  readonly x: number
  readonly y: number
  /** Class name, or '' where the images have no labels. */
  readonly label: string
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`

/** Scatter of images; `explained` are the shares of variance on the two axes. @returns an SVG document */
export async function latentScatter(
  points: readonly LatentPoint[],
  explained: readonly number[],
  title: string,
): Promise<string> {
  const labels = [...new Set(points.map(({ label }) => label))].sort()
  const legend = seriesLegend(labels, 'circle')
  const axis = (field: 'x' | 'y', component: number) => ({
    field,
    type: 'quantitative' as const,
    title: `principal component ${component} (${percent(explained[component - 1] ?? 0)} of the variance)`,
    scale: { zero: false },
  })
  const shape = {
    field: 'series',
    type: 'nominal' as const,
    scale: { domain: labels, range: labels.map((_, index) => chartShapes[index % chartShapes.length]!) },
    legend,
  }
  const specification: TopLevelSpec = {
    ...chartFrame({ title, subtitle: `${points.length} images`, width: 560, height: 460 }),
    data: { values: points.map(({ x, y, label }) => ({ x, y, series: label })) },
    mark: { type: 'point', filled: true, size: points.length > 300 ? 22 : 45, opacity: 0.6 },
    encoding: { x: axis('x', 1), y: axis('y', 2), color: seriesColour(labels, legend), shape },
    config: {
      ...chartFrame({ title }).config,
      legend: { labelFontSize: 13, labelLimit: 0, symbolSize: 90, symbolOpacity: 1 },
    },
  }
  return drawChart(specification)
}

export interface ChannelBar {
  readonly channel: number
  /** Mean KL divergence of one latent value of the channel, in nats. */
  readonly kl: number
  /** Share of the channel's units that are active, 0 to 1. */
  readonly active: number
}

/** Bars of KL and of active units, a pair a channel, the channel with the most KL first. @returns an SVG document */
export async function channelChart(channels: readonly ChannelBar[], title: string): Promise<string> {
  const ordered = channels.toSorted((a, b) => b.kl - a.kl || a.channel - b.channel)
  const order = ordered.map(({ channel }) => String(channel))
  const width = Math.max(320, Math.min(900, 9 * channels.length))
  const x = (title: string | null, labels: boolean) => ({
    field: 'channel',
    type: 'nominal' as const,
    sort: order,
    title,
    scale: { paddingInner: 0.15 },
    axis: { labels, ticks: labels, labelFontSize: 9, labelAngle: -90, labelOverlap: false },
  })
  const bar = (color: string) => ({ type: 'bar' as const, color })
  const specification: TopLevelSpec = {
    ...chartPage({
      title,
      subtitle:
        'channels by their KL divergence; a unit is active where its mean varies over images, Var(mu) > 0.01 (Burda et al. 2015)',
    }),
    data: {
      values: ordered.map(({ channel, kl, active }) => ({ channel: String(channel), kl, active: 100 * active })),
    },
    vconcat: [
      {
        width,
        height: 180,
        mark: bar(chartColours[0]),
        encoding: { x: x(null, false), y: { field: 'kl', type: 'quantitative', title: 'KL per value (nats)' } },
      },
      {
        width,
        height: 120,
        mark: bar(chartColours[1]),
        encoding: {
          x: x('channel', true),
          y: {
            field: 'active',
            type: 'quantitative',
            title: 'active units (%)',
            scale: { domain: [0, 100] },
            axis: { values: [0, 25, 50, 75, 100] },
          },
        },
      },
    ],
  }
  return drawChart(specification)
}
