// The loss chart as text: which lines it draws, that it draws at all for the shortest history, and that it is the same each time.
import { describe, expect, it } from 'vitest'
import { lossChart, type LossPoint } from '../../src/report/loss-chart.js'

const autoencoder = (epochs: number): LossPoint[] =>
  Array.from({ length: epochs }, (_, index) => ({
    epoch: index + 1,
    loss: 0.1 / (index + 1),
    mse: 0.1 / (index + 1),
    kl: 0,
  }))
const vae = (epochs: number): LossPoint[] =>
  autoencoder(epochs).map(point => ({ ...point, loss: point.mse + 0.006, kl: 0.006 }))

/** Paths drawn with a line's stroke width: one a series. */
const lines = (svg: string) => [...svg.matchAll(/<path aria-label="[^"]*"[^>]*stroke-width="2"/g)].length
const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(match => match[1])

describe('lossChart', () => {
  it('draws one line for an autoencoder trained with MSE', async () => {
    const svg = await lossChart(autoencoder(30), 'AE (3, 1, 1)')
    expect(svg.startsWith('<svg')).toBe(true)
    expect(lines(svg)).toBe(1)
    expect(texts(svg)).toEqual(expect.arrayContaining(['AE (3, 1, 1)', 'epoch', '0.01', '0.1']))
    expect(texts(svg)).not.toContain('KL divergence')
  })

  it('draws loss, MSE and KL for a VAE, with a legend', async () => {
    const svg = await lossChart(vae(30), 'VAE')
    expect(lines(svg)).toBe(3)
    expect(texts(svg)).toEqual(expect.arrayContaining(['loss', 'MSE', 'KL divergence']))
  })

  it('draws loss and MSE for an autoencoder trained with L1', async () => {
    const history = autoencoder(20).map(point => ({ ...point, loss: point.loss * 3 }))
    expect(lines(await lossChart(history, 'AE, L1'))).toBe(2)
  })

  it('draws the loss of held-out images beside the others, and says so at the axis', async () => {
    for (const [history, wanted] of [
      [autoencoder(20), 2],
      [vae(20), 4],
    ] as const) {
      const svg = await lossChart(
        history.map(point => ({ ...point, valLoss: 2 * point.loss })),
        'held out',
      )
      expect(lines(svg)).toBe(wanted)
      expect(texts(svg)).toEqual(expect.arrayContaining(['held-out loss', 'loss (logarithmic)']))
    }
  })

  it('shows the single point of a one-epoch history, between two labelled ticks', async () => {
    const svg = await lossChart([{ epoch: 1, loss: 0.13, mse: 0.13, kl: 0 }], 'one epoch')
    expect(svg).toMatch(/aria-roledescription="point"/)
    expect(texts(svg)).toEqual(expect.arrayContaining(['1', '0.1', '0.2']))
    expect(svg).not.toMatch(/NaN|Infinity/)
  })

  it('has a linear axis for losses of 0 or below, and draws every one of them', async () => {
    const history = vae(5).map(point => ({ ...point, loss: 0.5 - point.epoch }))
    const svg = await lossChart(history, 'sigma')
    expect(texts(svg)).toEqual(expect.arrayContaining(['training loss', '−4']))
    expect(texts(svg).join()).not.toContain('logarithmic')
    // A point a value, as the history is short.
    expect([...svg.matchAll(/aria-roledescription="point"/g)]).toHaveLength(15)
    const positive = vae(5).map(point => ({ ...point, kl: 0, mse: 0.5 * point.loss }))
    expect(texts(await lossChart(positive, 'KL 0')).join()).toContain('logarithmic')
  })

  it('leaves out what a logarithmic axis cannot show', async () => {
    const history = [...vae(3), { epoch: 4, loss: NaN, mse: Infinity, kl: 0 }]
    expect(await lossChart(history, 'broken')).not.toMatch(/NaN|Infinity/)
  })

  it('is the same to the byte each time', async () => {
    expect(await lossChart(vae(40), 'again')).toBe(await lossChart(vae(40), 'again'))
  })
})
