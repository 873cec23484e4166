// Rate and distortion from a small sweep that really trains, and the units of the rate.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  bitsPerPixel,
  defaultHeads,
  rateDistortion,
  rateDistortionSweep,
  type RateDistortion,
} from '../../src/experiments/rate-distortion.js'
import type { SweepResult } from '../../src/experiments/sweep/rows.js'
import { runSweep } from '../../src/experiments/sweep/sweep.js'

describe('bitsPerPixel', () => {
  const report = { kind: 'vae', kernel: 5, stride: 1, padding: 2, height: 50, width: 50 } as const

  it('counts nats of 96 latent values a pixel as bits', () => {
    expect(bitsPerPixel(Math.LN2, report)).toBeCloseTo(96, 10)
    expect(bitsPerPixel(0.0058, report)).toBeCloseTo((0.0058 * 96) / Math.LN2, 12)
  })

  it('has fewer latent values than pixels at stride 2', () => {
    // (4, 2, 2): 50 -> 26 -> 14 -> 8, and the heads to 5 places.
    expect(bitsPerPixel(Math.LN2, { ...report, kernel: 4, stride: 2, padding: 2 })).toBeCloseTo((96 * 25) / 2500, 10)
  })
})

describe('rateDistortionSweep', () => {
  it('varies weights and heads', () => {
    const source = rateDistortionSweep({ klWeights: [0.1, 1], heads: ['relu'] })
    const definition = { model: ['vae'], heads: ['relu'], klWeight: [0.1, 1] }
    expect(source).toEqual({ name: 'rate-distortion', definition })
    expect(defaultHeads).toEqual(['relu', 'linear'])
  })

  it('refuses what is given twice or not at all', () => {
    const refused = (klWeights: number[]) => () =>
      rateDistortionSweep({ klWeights, heads: ['relu'] }, key => `--${key}`)
    expect(refused([1, 1])).toThrow(/--klWeights: found 1,1, wanted different values/)
    expect(refused([])).toThrow(/--klWeights: found nothing/)
  })
})

describe('rateDistortion', () => {
  let folder: string
  let result: SweepResult
  let found: RateDistortion

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyes-rate-'))
    const sweep = rateDistortionSweep({ klWeights: [3, 0.1], heads: ['relu'] })
    const geometry = { kernel: 4, stride: 2, padding: 1, size: 16 }
    const options = { ...geometry, epochs: 2, batch: 8, limit: 16, threads: 1 }
    result = await runSweep({ sweep, options, out: join(folder, 'sweep') })
    found = await rateDistortion(result)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('has a point a weight, in bits a pixel, with what the trials measured', () => {
    expect(found.points.map(({ klWeight }) => klWeight)).toEqual([3, 0.1])
    found.points.forEach((point, index) => {
      const record = result.trials[index]!.record
      if (record?.status !== 'finished') throw new Error('trial has not finished')
      const { kl, psnr, psnrMean } = record.summary
      expect(point).toMatchObject({ heads: 'relu', kl, psnr, psnrMean, seeds: 1, epochs: 2 })
      // 16 -> 8 -> 4 -> 2 and the heads to 1 place of 96 channels, over 256 pixels.
      expect(point.bits).toBeCloseTo((kl! * 96) / 256 / Math.LN2, 12)
    })
  })

  it('draws a chart, and writes the points as a table', () => {
    const [chart, table] = found.artworks
    expect(found.artworks.map(({ file }) => file)).toEqual(['rate-distortion.svg', 'rate-distortion.csv'])
    expect(chart!.content).toMatch(/^<svg/)
    expect(chart!.content).toContain('ReLU heads, from the mean')
    expect(chart!.content).not.toMatch(/NaN|undefined/)
    const [header, ...rows] = String(table!.content).trim().split('\n')
    expect(header!.split(',')).toHaveLength(10)
    expect(rows.map(row => row.split(',').slice(0, 3))).toEqual(
      found.points.map(({ klWeight, kl }) => ['relu', `${klWeight}`, `${kl}`]),
    )
  })

  it('passes over trials that have not finished, and wants one that has', async () => {
    const [first, second] = result.rows
    const unfinished = {
      ...second!,
      kl: null,
      outcomes: second!.outcomes.map(({ trial }) => ({ trial, record: null })),
    }
    const { points } = await rateDistortion({ ...result, rows: [first!, unfinished] })
    expect(points.map(({ klWeight }) => klWeight)).toEqual([3])
    await expect(rateDistortion({ ...result, rows: [unfinished] })).rejects.toThrow(/no trial in .* has finished/)
  })
})
