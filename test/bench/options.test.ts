// The bench's flags, its list of convolutions, its statistics and its verdicts. What it measures is not tested: it checks itself.
import { describe, expect, it } from 'vitest'
import { markdown } from '../../bench/markdown.js'
import { timingOf } from '../../bench/measure.js'
import { modelName, passesOf, reportModels } from '../../bench/models.js'
import { parseOptions, usage } from '../../bench/options.js'
import { EyesWasmError } from '../../src/errors.js'
import { layerSpecs } from '../../src/models/geometry.js'
import { results, trainRow } from './fixtures.js'

describe('flags', () => {
  it('select sections, models and threads, each once', () => {
    const args = ['--only', 'limits,train,limits', '--models', 'all', '--threads', '4,1,4', '--quick']
    const options = parseOptions(args, 4)
    expect(options.sections).toEqual(['limits', 'train'])
    expect(options.models).toHaveLength(12)
    expect(options.others).toEqual(['mobilenet', 'u-net', 'dense', 'lenet'])
    expect(options.threads).toEqual([1, 4])
    expect(options).toMatchObject({ quick: true, json: null, compare: null, render: null, help: false })
  })

  it('have defaults: all sections, some models, threads up to the cores', () => {
    const options = parseOptions([], 6)
    expect(options.sections).toHaveLength(8)
    expect(options.models.map(modelName)).toEqual(['ae-3-1-1', 'vae-5-1-2'])
    expect(options.others).toHaveLength(4)
    expect(options.threads).toEqual([1, 2, 4, 6])
    expect(parseOptions(['--quick'], 6).models.map(modelName)).toEqual(['ae-3-1-1', 'vae-4-2-2'])
  })

  it('name models of the report and of others in one list', () => {
    const options = parseOptions(['--models', 'lenet,ae-3-1-1,dense'])
    expect(options.models.map(modelName)).toEqual(['ae-3-1-1'])
    expect(options.others).toEqual(['dense', 'lenet'])
    expect(parseOptions(['--quick']).others).toEqual(['lenet'])
  })

  it('take files', () => {
    expect(parseOptions(['--json', 'a.json', '--compare', 'b.json'])).toMatchObject({
      json: 'a.json',
      compare: 'b.json',
    })
    expect(parseOptions(['--render', 'a.json,b.json']).render).toEqual(['a.json', 'b.json'])
  })

  it.each([
    [['--only', 'speed']],
    [['--only', '']],
    [['--models', 'ae-3-1-2']],
    [['--threads', '0']],
    [['--threads', '3']],
    [['--threads', '1e0']],
    [['--threads', '1,']],
    [['--json', '']],
    [['--compare', ' ']],
    [['--render', 'a.json,']],
    [['--render', 'a.json', '--quick']],
    [['--json']],
    [['--fast']],
    [['stray']],
  ])('%j is an error of input', args => {
    expect(() => parseOptions(args, 2)).toThrow(EyesWasmError)
    expect(() => parseOptions(args, 2)).toThrow(/wanted|--only NAMES/)
  })

  it('are all in the usage', () => {
    for (const flag of ['only', 'models', 'threads', 'quick', 'json', 'compare', 'render'])
      expect(usage).toContain(`--${flag} `)
    expect(usage).toContain('Exit code')
  })
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
    const shares = [
      { used: 0.8, granted: 1 },
      { used: 1, granted: 1 },
    ]
    expect(timingOf([9, 1, 2, 4, 3, 8, 5, 7], shares, 4)).toEqual({
      min: 1,
      median: 5,
      spread: 2.5,
      samples: 8,
      cpuShare: 0.9,
      runs: shares,
      refused: 4,
    })
  })

  it('say pass and short where something is wanted, and list what is missing and what is wrong', () => {
    const train = [
      trainRow('ae-3-1-1', 1, 1000),
      { ...trainRow('ae-3-1-1', 2, 500), speedup: 2, wanted: 1.9 },
      { ...trainRow('ae-3-1-1', 4, 540), speedup: 1.85, wanted: 1.9 },
    ]
    const text = markdown(results({ train, starved: ['a row'], failures: ['something is wrong'], finished: false }))
    expect(text).toContain('Node 24.21.0 (V8 13.6, revectorized)')
    expect(text).toContain(', interrupted\n')
    expect(text).toMatch(/\| 2 \|.*\| 2\.00 \| pass \(1\.90\)/)
    expect(text).toMatch(/\| 4 \|.*\| 1\.85 \| short \(1\.90\)/)
    expect(text).toContain('## Left out: the machine was too busy\n\na row')
    expect(text).toContain('## Failures\n\nsomething is wrong')
  })
})
