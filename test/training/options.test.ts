// From partial options to a checked configuration: defaults, ranges, messages.
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { EyesWasmError } from '../../src/errors.js'
import { lossNames } from '../../src/models/loss-names.js'
import { parseNumber, parseSize } from '../../src/training/option-checks.js'
import { bottleneck } from '../../src/training/presets.js'
import { completeConfig, optionNames, resolveOptions, type TrainOptions } from '../../src/training/options.js'

const pictures = { source: 'test', count: 100, height: 50, width: 50 }

/** The message of the INPUT error that `work` throws. */
function messageOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    expect(error).toBeInstanceOf(EyesWasmError)
    expect((error as EyesWasmError).exitCode).toBe(2)
    return (error as EyesWasmError).message
  }
  throw new Error('nothing was thrown')
}

describe('resolveOptions', () => {
  it("takes the report's values where nothing is said", () => {
    expect(resolveOptions({})).toEqual({
      size: null,
      settings: {
        model: 'ae',
        kernel: 3,
        stride: 1,
        padding: 1,
        latent: 0,
        epochs: 500,
        batch: 164,
        lr: 0.001,
        loss: 'mse',
        klWeight: 1,
        heads: 'relu',
        klWarmup: 0,
        freeBits: 0,
        seed: 0,
        threads: availableParallelism(),
        data: null,
        onBadImage: 'fail',
        limit: null,
        init: null,
        shuffle: true,
        preset: 'report',
        lrSchedule: 'constant',
        lrWarmup: 0,
        lrMin: 0,
        clipNorm: 0,
        ema: 0,
        flip: false,
        shift: 0,
        valSplit: 0,
      },
    })
    expect(resolveOptions({ model: 'vae' }).settings).toMatchObject({ kernel: 5, stride: 1, padding: 2 })
    expect(resolveOptions({ model: 'vae', kernel: 3 }).settings).toMatchObject({ kernel: 3, padding: 2 })
  })

  it('takes a preset for the defaults alone', () => {
    const { settings } = resolveOptions({ preset: 'best', model: 'vae', ema: 0, lr: 0.5 })
    expect(settings).toMatchObject({ preset: 'best', lrSchedule: 'one-cycle', ema: 0, lr: 0.5, kernel: 5 })
    expect(resolveOptions({ preset: 'report' })).toEqual(resolveOptions({}))
  })

  it('takes a VAE, a geometry and a loss of its own for a bottleneck, where nothing is said', () => {
    const own = { ...{ model: 'vae', kernel: 4, stride: 2, padding: 2, latent: 64 }, ...bottleneck }
    expect(resolveOptions({ latent: 64 }).settings).toMatchObject(own)
    expect(resolveOptions({ latent: 64, preset: 'best' }).settings).toMatchObject({ ...own, lrSchedule: 'one-cycle' })
    const said = { latent: 8, kernel: 6, padding: 3, loss: 'mse', klWeight: 0.5, klWarmup: 0 } as const
    expect(resolveOptions(said).settings).toMatchObject(said)
    expect(resolveOptions({ latent: 0 })).toEqual(resolveOptions({}))
  })

  it('makes paths absolute', () => {
    expect(resolveOptions({ data: 'eyes', init: 'a.safetensors' }).settings).toMatchObject({
      data: resolve('eyes'),
      init: resolve('a.safetensors'),
    })
  })

  // [option, refused values, accepted values]
  const cases: [keyof TrainOptions, unknown[], unknown[]][] = [
    ['model', ['gan', '', 3, null, 'AE'], ['ae', 'vae']],
    ['kernel', [0, -1, 1.5, 256, NaN, '3'], [1, 255]],
    ['stride', [0, 0.5], [1, 2]],
    ['padding', [-1, 256], [0, 255]],
    ['latent', [-1, 0.5, 4097, '64', null], [0, 1, 64]],
    ['epochs', [0, 1.5, 1_000_001, Infinity], [1, 1_000_000]],
    ['batch', [0, -164], [1]],
    ['lr', [0, -1, NaN, Infinity, '1e-3'], [1e-8, 10]],
    ['loss', ['l2', 'MSE', 'toString'], [...lossNames]],
    ['klWeight', [-0.1, NaN], [0, 0.5]],
    ['heads', ['tanh', null, ''], ['relu', 'linear']],
    ['klWarmup', [-1, 0.5, '3'], [0, 20]],
    ['freeBits', [-0.1, NaN, Infinity], [0, 0.25]],
    ['seed', [-1, 0.5, 2 ** 53], [0, 2 ** 53 - 1]],
    ['threads', [0, 1025, 1.5], [1, 1024]],
    ['data', ['', 7], ['x', null]],
    ['onBadImage', ['ignore', true, null], ['fail', 'skip']],
    ['size', [10, 2049, 'big', { height: 50 }], [11, 2048, { height: 11, width: 12 }]],
    ['limit', [0, 0.5, '5'], [1, null]],
    ['init', ['', 7], ['x', null]],
    ['shuffle', ['no', 0], [true, false]],
    ['preset', ['fast', '', null], ['report', 'best']],
    ['lrSchedule', ['linear', null], ['constant', 'cosine', 'one-cycle', 'plateau']],
    ['lrWarmup', [-1, 0.5, NaN], [0, 5]],
    ['lrMin', [-1, NaN, '0'], [0, 1e-6]],
    ['clipNorm', [-1, Infinity], [0, 0.5]],
    ['ema', [1, -0.1, NaN, '0.9'], [0, 0.999]],
    ['flip', ['yes', 1], [true, false]],
    ['shift', [-1, 1.5, 1025], [0, 2]],
    ['valSplit', [1, -0.1, NaN], [0, 0.5]],
  ]

  it('has a case for every option', () => {
    expect(cases.map(([key]) => key).sort()).toEqual([...optionNames].sort())
  })

  it.each(cases)('%s: refuses what is out of range, by the name of its flag', (key, refused, accepted) => {
    for (const value of refused) {
      const message = messageOf(() => resolveOptions({ [key]: value }, name => `--${name}`))
      expect(message).toMatch(new RegExp(`^--${key}: found .+, wanted .+`))
    }
    for (const value of accepted) expect(() => resolveOptions({ [key]: value })).not.toThrow()
  })

  it('refuses options that it does not know', () => {
    expect(messageOf(() => resolveOptions({ epoch: 3 } as TrainOptions))).toMatch(/^epoch: no such option/)
    expect(messageOf(() => resolveOptions({ constructor: 3 } as unknown as TrainOptions))).toMatch(/no such option/)
  })
})

describe('completeConfig', () => {
  it("takes the pictures' size", () => {
    expect(completeConfig(resolveOptions({ epochs: 2 }), { ...pictures, height: 48, width: 64 })).toMatchObject({
      epochs: 2,
      height: 48,
      width: 64,
    })
  })

  it('refuses a limit beyond the pictures', () => {
    expect(() => completeConfig(resolveOptions({ limit: 100 }), pictures)).not.toThrow()
    expect(messageOf(() => completeConfig(resolveOptions({ limit: 101 }), pictures))).toMatch(/limit: found 101.*100/)
  })

  it.each<[string, TrainOptions, RegExp]>([
    ['a least rate that nothing uses', { lrMin: 1e-5 }, /^lrMin: found 0.00001 with lrSchedule constant/],
    ['a least rate above the largest', { lrSchedule: 'cosine', lrMin: 0.1 }, /^lrMin: found 0.1, wanted at most lr/],
    ['a shift as wide as the pictures', { shift: 50 }, /^shift: found 50, wanted less than the 50 pixels/],
    ['to hold one image of one out', { limit: 1, valSplit: 0.5 }, /^valSplit: found 0.5 of 1 image/],
  ])('refuses %s', (_, options, message) => {
    expect(messageOf(() => completeConfig(resolveOptions(options), pictures))).toMatch(message)
  })

  it("refuses pictures smaller than SSIM's window", () => {
    expect(messageOf(() => completeConfig(resolveOptions({}), { ...pictures, width: 10 }))).toMatch(/width: found 10/)
  })
})

describe('texts of flags', () => {
  it('reads numbers', () => {
    const good = { '12': 12, '1e-3': 0.001, '.5': 0.5, '-2': -2, '3.': 3, '+4': 4 }
    for (const [text, value] of Object.entries(good)) expect(parseNumber(text, '--x')).toBe(value)
    for (const text of ['', ' ', 'abc', '0x10', 'Infinity', 'NaN', '1_000', '12px', '1e'])
      expect(messageOf(() => parseNumber(text, '--x'))).toMatch(/^--x: found '.*', wanted a number/)
  })

  it('reads sizes', () => {
    expect(parseSize('50', '--size')).toEqual({ height: 50, width: 50 })
    expect(parseSize('48x64', '--size')).toEqual({ height: 48, width: 64 })
    for (const text of ['', 'x', '48x', 'x48', '48x64x3', '-50', '5', '50.5'])
      expect(messageOf(() => parseSize(text, '--size'))).toMatch(/^--size: found /)
  })
})
