// The charts of the studies as text: what they draw, name and leave out, and that they are the same each time.
import { describe, expect, it } from 'vitest'
import { chartColours } from '../../src/report/chart.js'
import { channelChart, latentScatter } from '../../src/report/latent-chart.js'
import { noiseChart } from '../../src/report/noise-chart.js'

const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(match => match[1])
const count = (svg: string, role: string) => svg.split(`aria-roledescription="${role}"`).length - 1

describe('noiseChart', () => {
  const curves = [
    { label: 'AE', psnr: [[40, 42], [30], [20, 22]] },
    { label: 'VAE', psnr: [[26, 28], [25], [24, 25]] },
  ]

  it('draws a line, a band and points for each model, one legend entry each', async () => {
    const svg = await noiseChart(curves, [0, 0.5, 1])
    expect(texts(svg).filter(text => text === 'AE' || text === 'VAE')).toEqual(['AE', 'VAE'])
    expect(count(svg, 'point')).toBe(6)
    for (const colour of chartColours.slice(0, 2)) expect(svg).toContain(`stroke="${colour}"`)
    expect(texts(svg)).toContain('PSNR in dB (higher is better)')
    expect(await noiseChart(curves, [0, 0.5, 1])).toBe(svg)
  })

  it('leaves out what has no place on the axis', async () => {
    expect(await noiseChart([{ label: 'AE', psnr: [[Infinity], [20]] }], [0, 1])).not.toMatch(/NaN|Infinity/)
  })
})

describe('latentScatter', () => {
  const points = Array.from({ length: 9 }, (_, i) => ({ x: i, y: i % 3, label: `label ${i % 2}` }))

  it('draws a mark an image, tells the classes apart and the shares of variance', async () => {
    const svg = await latentScatter(points, [0.5, 0.25], 'Latents of AE')
    expect(count(svg, 'point')).toBe(9)
    expect(texts(svg)).toEqual(
      expect.arrayContaining(['label 0', 'label 1', 'principal component 1 (50.0 % of the variance)']),
    )
  })

  it('has no legend where there are no labels', async () => {
    const svg = await latentScatter(
      points.map(point => ({ ...point, label: '' })),
      [1, 0],
      'Latents',
    )
    expect(svg).not.toContain('role-legend-label')
  })
})

describe('channelChart', () => {
  it('draws two bars a channel, the one with the most KL first', async () => {
    const channels = [0.1, 0.5, 0].map((kl, channel) => ({ channel, kl, active: kl }))
    const svg = await channelChart(channels, 'Channels')
    expect(count(svg, 'bar')).toBe(6)
    const values = [...svg.matchAll(/channel: (\d); KL/g)].map(match => match[1])
    expect(values).toEqual(['1', '0', '2'])
  })
})
