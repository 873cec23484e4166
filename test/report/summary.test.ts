// The printed architecture against the report's Figures 1 and 3.
import { describe, expect, it } from 'vitest'
import { layerSpecs, parameterSpecs } from '../../src/models/geometry.js'
import type { ModelSpec } from '../../src/models/spec.js'
import { algorithmSummary, modelSummary } from '../../src/report/summary.js'

function summaryOf(spec: ModelSpec, columns?: number) {
  const layers = layerSpecs(spec)
  return modelSummary(spec, layers, parameterSpecs(layers), columns)
}

const ae: ModelSpec = { kind: 'ae', kernel: 3, stride: 1, padding: 1, height: 50, width: 50 }
const vae: ModelSpec = { ...ae, kind: 'vae', kernel: 5, padding: 2 }

/** A line's columns, which two or more spaces separate. */
const columnsOf = (line: string) => line.trim().split(/ {2,}/)

describe('modelSummary', () => {
  it("is the report's Figure 1 for the autoencoder", () => {
    const lines = summaryOf(ae)
    expect(lines.map(line => columnsOf(line)[0])).toEqual([
      'Autoencoder(',
      '(encoder): Sequential(',
      '(0): Conv2d(3, 12, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))',
      '(1): ReLU()',
      '(2): Conv2d(12, 24, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))',
      '(3): ReLU()',
      '(4): Conv2d(24, 48, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))',
      '(5): ReLU()',
      ')',
      '(decoder): Sequential(',
      '(0): ConvTranspose2d(48, 24, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))',
      '(1): ReLU()',
      '(2): ConvTranspose2d(24, 12, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))',
      '(3): ReLU()',
      '(4): ConvTranspose2d(12, 3, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))',
      '(5): Tanh()',
      ')',
      ')',
      '26,691 parameters (107 kB), input 3x50x50, latent 48x50x50',
    ])
    // 12 filters of 3 x 3 x 3 weights and a bias each.
    expect(columnsOf(lines[2]!).slice(1)).toEqual(['12x50x50', '336'])
  })

  it("has both heads of the report's Figure 3 for the VAE, and its parameters add up", () => {
    const lines = summaryOf(vae)
    const head = lines.indexOf('  (enc_out_2): Sequential(')
    expect(columnsOf(lines[head + 1]!)).toEqual([
      '(0): Conv2d(48, 96, kernel_size=(5, 5), stride=(1, 1), padding=(2, 2))',
      '96x50x50',
      '115,296',
    ])
    const counts = lines.slice(1, -1).map(line => Number((columnsOf(line)[2] ?? '0').replaceAll(',', '')))
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(419_763)
    expect(lines.at(-1)).toMatch(/^419,763 parameters/)
  })

  it('shows linear heads as PyTorch would print them', () => {
    const lines = summaryOf({ ...vae, heads: 'linear' })
    const [mean, logVariance] = ['1', '2'].map(n => lines.indexOf(`  (enc_out_${n}): Sequential(`)) as [number, number]
    expect(lines[mean + 2]).toBe('  )')
    expect(columnsOf(lines[logVariance + 2]!)).toEqual(['(1): Hardtanh(min_val=-10, max_val=10)'])
    expect(lines.at(-1)).toBe(summaryOf(vae).at(-1))
  })

  it('shows what a bottleneck adds', () => {
    const lines = summaryOf({ ...vae, kernel: 4, stride: 2, padding: 2, heads: 'linear', latent: 64 })
    const spread = lines.indexOf('  (decoder_in): Sequential(')
    expect(columnsOf(lines[spread + 1]!)).toEqual([
      '(0): ConvTranspose2d(64, 96, kernel_size=(5, 5), stride=(1, 1))',
      '96x5x5',
      '153,696',
    ])
    expect(columnsOf(lines[spread + 2]!)).toEqual(['(1): ReLU()'])
    expect(lines.at(-1)).toMatch(/^668,171 parameters .*latent 64x1x1$/)
  })

  it('shows the maps of a strided geometry', () => {
    const lines = summaryOf({ ...ae, kernel: 4, stride: 2, padding: 2 })
    const maps = lines.slice(1, -1).flatMap(line => columnsOf(line)[1] ?? [])
    expect(maps).toEqual(['12x26x26', '24x14x14', '48x8x8', '24x14x14', '12x26x26', '3x50x50'])
  })

  it('leaves a padding of 0 out, as PyTorch does', () => {
    expect(summaryOf({ ...ae, padding: 0 })[2]).toContain('stride=(1, 1))')
  })

  it('fits 80 columns', () => {
    for (const spec of [ae, vae]) {
      expect(Math.max(...summaryOf(spec).map(line => line.length))).toBeGreaterThan(80)
      expect(Math.max(...summaryOf(spec, 80).map(line => line.length))).toBeLessThanOrEqual(80)
    }
  })
})

describe('algorithmSummary', () => {
  const strided: ModelSpec = { ...vae, kernel: 4, stride: 2, padding: 2 }

  it('has a line for each layer, within 80 columns, and says what the names mean', () => {
    for (const spec of [ae, vae, strided]) {
      const layers = layerSpecs(spec)
      const lines = algorithmSummary(layers)
      expect(lines.slice(1, -1).map(line => columnsOf(line)[0])).toEqual(layers.map(({ name }) => name))
      expect(columnsOf(lines[0]!)).toEqual(['algorithm', 'forward', 'input gradient', 'filter gradient'])
      for (const line of lines.slice(1, -1)) {
        const [, ...algorithms] = columnsOf(line)
        expect(algorithms).toHaveLength(3)
        for (const name of algorithms) expect(name).toMatch(/^(-|direct|(\d+ )?F\(\d,\d\))$/)
      }
      // The pictures have no gradient.
      expect(columnsOf(lines[1]!)[2]).toBe('-')
      const parts = spec === strided ? '; 4 F(m,k): in 4 parts' : ''
      expect(lines.at(-1)).toBe(`F(m,k): Winograd's, m outputs of k taps along an axis${parts}`)
      expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(80)
    }
  })

  it('explains nothing where all is direct', () => {
    const layers = layerSpecs({ ...ae, kernel: 1, padding: 0 })
    const lines = algorithmSummary(layers)
    expect(lines).toHaveLength(1 + layers.length)
    expect(lines.slice(1).every(line => columnsOf(line)[1] === 'direct')).toBe(true)
  })
})
