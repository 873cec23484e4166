// Ours over PyTorch: which rows are taken, the goals of each Node version, and what a short row shows.
import { describe, expect, it } from 'vitest'
import { markdown, ratioTexts } from '../../bench/markdown.js'
import { reportModels } from '../../bench/models.js'
import { geometricMean, goalsFor, meanRatio, modelRatios } from '../../bench/ratios.js'
import { scalingOf } from '../../bench/scaling.js'
import { passOf } from '../../bench/step-split.js'
import { aMachine, besidePyTorch, kernelRow, peerRow, results, trainRow } from './fixtures.js'

const newer = goalsFor('24.21.0')
const older = goalsFor('20.20.2')
const models = [...reportModels.keys()]

describe('ratios', () => {
  it('are of medians, to the faster layout of PyTorch; other peers and models without PyTorch have none', () => {
    const peers = [
      ...besidePyTorch('ae-3-1-1', 5),
      peerRow('ae-3-1-1', 'tfjs cpu 4.22.0', 1000),
      peerRow('vae-3-1-1', 'eyes-wasm', 10),
    ]
    const ratios = modelRatios(peers, newer)
    expect(ratios).toHaveLength(1)
    expect(ratios[0]).toMatchObject({ name: 'ae-3-1-1', ratio: 5, required: 4.5, wanted: 6, verdict: 'pass' })
    expect(ratios[0]!.peer.peer).toContain('NCHW')
  })

  it.each([
    ['ae-3-1-1', 4.5, 3],
    ['vae-5-1-2', 4, 2.2],
    ['ae-9-1-4', 2, 1.2],
  ])('%s must reach %d on Node 24 and %d on Node 20', (model, onNewer, onOlder) => {
    for (const [goals, least] of [
      [newer, onNewer],
      [older, onOlder],
    ] as const) {
      expect(modelRatios(besidePyTorch(model, least), goals)[0]).toMatchObject({ required: least, verdict: 'pass' })
      expect(modelRatios(besidePyTorch(model, least - 0.01), goals)[0]!.verdict).toBe('short')
    }
  })

  it('have a geometric mean, of all twelve models or none', () => {
    expect(geometricMean([1, 4, 2])).toBeCloseTo(2)
    const all = models.flatMap((model, i) => besidePyTorch(model, i % 2 === 0 ? 2 : 8))
    const ratios = modelRatios(all, newer)
    const mean = meanRatio(ratios, newer)!
    expect(mean).toMatchObject({ required: 3.5, wanted: 5, verdict: 'pass' })
    expect(mean.ratio).toBeCloseTo(4)
    expect(meanRatio(ratios.slice(1), newer)).toBeNull()
    expect(meanRatio(modelRatios(all, older), older)).toMatchObject({ required: 2, verdict: 'pass' })
  })
})

describe('the table of ratios', () => {
  const split = {
    images: 10,
    milliseconds: 40,
    passes: { forward: 10, 'input gradient': 10, 'filter gradient': 18, 'outside the kernels': 2 },
    kernels: { conv2D: 20, conv2DBackpropFilter: 18 },
    overhead: 0.05,
  }

  it('shows pass and short, and a short row’s time by pass and layer', () => {
    const texts = ratioTexts(
      results({
        peers: [...besidePyTorch('ae-3-1-1', 5), ...besidePyTorch('vae-5-1-2', 3.9)],
        kernels: [kernelRow('vae-5-1-2', 'encoder.2', 1), kernelRow('vae-5-1-2', 'decoder.0', 7)],
        splits: { 'ae-3-1-1': split, 'vae-5-1-2': split },
      }),
    )
    expect(texts[0]).toContain('| AE (3,1,1) | 500 | 100 | NCHW | 5.00× | 4.5 | pass | 6 |')
    expect(texts[0]).toContain('| VAE (5,1,2) | 390 | 100 | NCHW | 3.90× | 4 | short | 5 |')
    expect(texts[1]).toContain('here are 2')
    expect(texts).toHaveLength(3)
    expect(texts[2]).toMatch(/^VAE \(5,1,2\) is short\. .*filter gradient 18\.0 ms \(45 %\)/)
    expect(texts[2]).toMatch(/longest passes for 4 images: decoder\.0 12→24 forward 7\.00 ms F\(4,3\), encoder\.2/)
  })

  it('ends with the mean of the twelve; on Node 20 nothing more is wanted', () => {
    const peers = models.flatMap(model => besidePyTorch(model, 2.5))
    const texts = ratioTexts(results({ peers, machine: { ...aMachine, node: '20.20.2' } }))
    expect(texts).toHaveLength(1)
    const lines = texts[0]!.split('\n')
    expect(lines).toHaveLength(2 + 12 + 1)
    expect(lines.at(-1)).toBe('| geometric mean of 12 |  |  |  | 2.50× | 2 | pass |  |')
  })

  it('is not there without PyTorch', () => {
    expect(ratioTexts(results({ peers: [peerRow('ae-3-1-1', 'eyes-wasm', 1)] }))).toEqual([])
  })
})

describe('the split by pass', () => {
  it('tells a transposed layer’s forward pass from an input gradient by the half of the step', () => {
    expect(passOf('conv2DBackpropInput', false)).toBe('forward')
    expect(passOf('conv2DBackpropInput', true)).toBe('input gradient')
    expect(passOf('conv2D', true)).toBe('input gradient')
    expect(passOf('conv2DBackpropFilter', true)).toBe('filter gradient')
    expect(passOf('tanh', false)).toBe('other kernels')
  })
})

describe('scaling', () => {
  it('is predicted from the share measured with most threads, for 4 to 32', () => {
    const rows = [
      { ...trainRow('ae-3-1-1', 1, 1000), serialShare: 0.5 },
      { ...trainRow('ae-3-1-1', 2, 520), serialShare: 0 },
      trainRow('ae-3-1-1', 4, 300),
    ]
    const scaling = scalingOf(rows)!
    expect(scaling).toMatchObject({ measured: 2, serialShare: 0, microBatches: 32, wanted: 0.9 })
    expect(scaling.predicted.map(one => one.threads)).toEqual([4, 8, 16, 32])
    // 164 images in 32 micro-batches of 5 or 6: the busiest of four threads has 41 of them.
    expect(scaling.predicted[0]!.speedup).toBeCloseTo(4, 1)
    expect(scalingOf([trainRow('ae-3-1-1', 2, 520)])).toBeNull()
    expect(scalingOf([{ ...trainRow('ae-5-1-2', 2, 520), serialShare: 0.1 }])).not.toHaveProperty('wanted')
    const text = markdown(results({ scaling: [{ ...scaling, serialShare: 0.02 }] }))
    expect(text).toMatch(/\| ae-3-1-1 \| 2 \| 2\.00 % \| 32 \| 4\.0× \(\d+ %\)/)
    expect(text).toMatch(/pass \(90 %\)/)
  })
})
