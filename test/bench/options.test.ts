// The bench's flags, its list of convolutions, its statistics and its verdicts. What it measures is not tested: it checks itself.
import { describe, expect, it } from 'vitest'
import { markdown } from '../../bench/markdown.js'
import { timingOf } from '../../bench/measure.js'
import { passesOf, reportModels } from '../../bench/models.js'
import { parseOptions } from '../../bench/options.js'
import type { Results } from '../../bench/results.js'
import { EyesWasmError } from '../../src/errors.js'
import { layerSpecs } from '../../src/models/geometry.js'

describe('flags', () => {
  it('select sections, models and threads', () => {
    const options = parseOptions(['--only', 'limits,train', '--models', 'all', '--threads', '1,2', '--quick'])
    expect(options.sections).toEqual(['limits', 'train'])
    expect(options.models).toHaveLength(12)
    expect(options.threads).toEqual([1, 2])
    expect(options.quick).toBe(true)
  })

  it.each([[['--only', 'speed']], [['--models', 'ae-3-1-2']], [['--threads', '0']], [['--fast']], [['stray']]])(
    '%j is an error of input',
    args => {
      expect(() => parseOptions(args)).toThrow(EyesWasmError)
      expect(() => parseOptions(args)).toThrow(/wanted|--only NAMES/)
    },
  )
})

describe('passes', () => {
  it('are the forward pass and both gradients of each layer, but for the images', () => {
    const passes = passesOf(layerSpecs(reportModels.get('ae-3-1-1')!))
    expect(passes).toHaveLength(6 * 3 - 1)
    const kernelOf = (layer: string, pass: string) =>
      passes.find(p => p.layer.name === layer && p.pass === pass)?.kernel
    expect(kernelOf('encoder.2', 'forward')).toBe('Conv2D')
    expect(kernelOf('decoder.0', 'forward')).toBe('Conv2DBackpropInput')
    expect(kernelOf('decoder.0', 'input gradient')).toBe('Conv2D')
    expect(kernelOf('encoder.0', 'input gradient')).toBeUndefined()
  })
})

describe('results', () => {
  it('a timing is its least, its median and half its quartiles’ distance', () => {
    expect(timingOf([9, 1, 2, 4, 3, 8, 5, 7], 0.5)).toEqual({
      min: 1,
      median: 5,
      spread: 2.5,
      samples: 8,
      cpuShare: 0.5,
    })
  })

  it('say pass and FAIL where something is wanted, and list failures', () => {
    const timing = timingOf([10], 1)
    const row = { model: 'ae-3-1-1', microBatches: 32, timing, imagesPerSecond: 100, best: 100 }
    const results: Results = {
      format: 'eyes-wasm-bench-1',
      version: '1.2.3',
      date: '2026-01-01T00:00:00.000Z',
      quick: false,
      machine: { cpu: 'a CPU', cores: 2, memoryGiB: 8, os: 'an OS', node: '20.19.0', v8: '11.3' },
      train: [
        { ...row, threads: 1 },
        { ...row, threads: 2, speedup: 1.9, wanted: 1.85 },
        { ...row, threads: 4, speedup: 1.8, wanted: 1.85 },
      ],
      notes: [],
      failures: ['something is wrong'],
    }
    const text = markdown(results)
    expect(text).toMatch(/\| 2 \|.*\| 1\.90 \| pass \(1\.85\)/)
    expect(text).toMatch(/\| 4 \|.*\| 1\.80 \| FAIL \(1\.85\)/)
    expect(text).toContain('## Failures\n\nsomething is wrong')
  })
})
