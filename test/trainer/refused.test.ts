// Modules, data and options that ParallelTrainer refuses by name, and what it tells of a training whose numbers are not finite.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { EyesWasmError } from '../../src/errors.js'
import { sharedArray } from '../../src/trainer/data.js'
import { adam, adamW, sgd } from '../../src/trainer/optimizers.js'
import { settingsText } from '../../src/trainer/options.js'
import { ParallelTrainer } from '../../src/trainer/trainer.js'
import type { FitOptions, SharedData, TrainerOptions } from '../../src/trainer/types.js'
import { labelled, moduleUrl } from './fixtures.js'

const optimizer = sgd({ lr: 0.01 })
const options = (way: string): TrainerOptions => ({
  ...{ model: moduleUrl('bad.js'), data: labelled([24, 6]), optimizer, threads: 1, microBatch: 4, settings: { way } },
})
const short: FitOptions = { epochs: 2, batch: 8 }

async function fit(given: TrainerOptions, fitOptions = short) {
  const trainer = new ParallelTrainer(given)
  try {
    return await trainer.fit(fitOptions)
  } finally {
    await trainer.close()
  }
}

async function failure(work: Promise<unknown>): Promise<EyesWasmError> {
  const error = await work.catch((thrown: unknown) => thrown)
  if (error instanceof EyesWasmError) return error
  throw new Error('it was not refused', { cause: error })
}

describe('a module', () => {
  it.each([
    ['differs', 'bad.js: its variables differ from thread to thread: number 1 is w'],
    ['loss throws', 'bad.js: loss threw: TypeError: x is not as it was'],
    ['throws late', 'bad.js: loss threw: TypeError: not this one'],
    ['assigns late', 'bad.js: loss assigns to w, which only the trainer changes'],
    ['new variable', 'bad.js: the variables are others in step 1 than when it was probed: late4 is new'],
  ])('%s', async (way, message) => {
    const error = await failure(fit(options(way)))
    expect(error.message).toContain(message)
    expect(error).toMatchObject({ code: 'MODEL', exitCode: 2 })
  })

  it('whose file is missing, or exports nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'eyes-module-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const model = join(folder, 'late.mjs')
    const trainer = new ParallelTrainer({ ...options(''), model })
    const missing = await failure(trainer.variables())
    expect(missing).toMatchObject({ code: 'MODEL' })
    expect(missing.message).toContain('late.mjs: could not be imported: ')
    // The next call looks again.
    writeFileSync(model, 'export const loss = 3')
    expect((await failure(trainer.variables())).message).toContain('loss is a number, wanted a function')
    await trainer.close()
    // No tfjs is installed there.
    writeFileSync(join(folder, 'layers.mjs'), 'export const setup = tf => tf.layers.dense({}), loss = () => 0')
    const layers = await failure(fit({ ...options(''), model: join(folder, 'layers.mjs') }))
    expect(layers.message).toMatch(
      /setup threw: TypeError: .*dense.* The tf that it is handed is tfjs-core, without layers/,
    )
  })

  it('with a variable that the loss does not depend on: told of, and left alone', async () => {
    const told: string[] = []
    const trainer = new ParallelTrainer({ ...options('unused'), onNotice: text => told.push(text) })
    await trainer.fit({ epochs: 1, batch: 8 })
    expect((await trainer.variables()).get('idle')!.values).toEqual(Float32Array.of(1))
    expect(told).toEqual(['bad.js: the loss does not depend on idle, whose gradient is taken as 0.'])
    await trainer.close()
  })

  it('that takes another backend trains on eyes-wasm all the same', async () => {
    expect((await fit(options('other backend'))).history).toEqual(
      (await fit(options(''))).history.map(record => ({
        ...record,
        seconds: expect.any(Number) as number,
        examplesPerSecond: expect.any(Number) as number,
      })),
    )
  })
})

it('a loss that is not finite: the step, and variables as the last good step left them', async () => {
  const trainer = new ParallelTrainer(options('not finite'))
  const error = await failure(trainer.fit({ ...short, shuffle: false }))
  expect(error).toMatchObject({ code: 'NON_FINITE', exitCode: 3 })
  expect(error.message).toMatch(/^fit: the loss is (NaN|Infinity) in epoch 1, step 2 \(examples 8, 9, 10/)
  const { values } = (await trainer.variables()).get('w')!
  expect(values.every(value => Number.isFinite(value) && value !== 1)).toBe(true)
  await trainer.close()
})

it('an update that is not finite: the variable', async () => {
  const error = await failure(fit({ ...options(''), optimizer: sgd({ lr: 1e38 }) }))
  expect(error.message).toMatch(/^fit: the (weights of w is|loss is|gradient of w is)/)
  expect(error).toMatchObject({ code: 'NON_FINITE' })
})

describe('data', () => {
  const float = new Float32Array(12)
  const cases: [string, () => unknown, string][] = [
    ['a shape that does not fit', () => sharedArray(float, [5, 2]), '12 values do not fill [5, 2], which has 10'],
    ['nothing', () => sharedArray(new Float32Array(0), [0, 3]), 'is empty'],
    ['a list', () => sharedArray([1, 2] as unknown as Float32Array), 'wanted a Float32Array'],
    ['floats as integers', () => sharedArray(float, [12], { dtype: 'int32' }), 'of a Float32Array'],
    ['a fraction', () => sharedArray(float, [2.5, 4]), 'wanted whole numbers'],
  ]
  it.each(cases)('%s', (_, make, message) => {
    expect(make).toThrow(message)
  })

  it('of different lengths, or none at all', () => {
    const open = (data: SharedData) => () => new ParallelTrainer({ ...options(''), data })
    expect(open({ x: sharedArray(float, [6, 2]), y: sharedArray(new Int32Array(5)) })).toThrow(
      'data: x has 6 examples, y has 5',
    )
    expect(open({})).toThrow('data: is empty')
    expect(open({ x: float as unknown as SharedData['x'] & Float32Array })).toThrow('data: x is no shared array')
  })

  it('that is a Buffer becomes bytes, other arrays are refused by name', () => {
    const { values } = sharedArray(Buffer.from([1, 2, 255]))
    expect(values.constructor).toBe(Uint8Array)
    expect([...values]).toEqual([1, 2, 255])
    expect(() => sharedArray(new Float64Array(2) as unknown as Float32Array)).toThrow('values are of Float64Array')
  })

  it('is copied into shared memory once, and bytes may become floats', () => {
    const bytes = Uint8Array.of(1, 2, 3, 4)
    const first = sharedArray(bytes, [2, 2], { dtype: 'float32' })
    expect(first).toMatchObject({ shape: [2, 2], dtype: 'float32' })
    expect(first.values.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect(sharedArray(first.values, [4]).values).toBe(first.values)
    expect(sharedArray(bytes).dtype).toBe('int32')
  })
})

describe('options', () => {
  const open = (more: object) => () => new ParallelTrainer({ ...options(''), ...more })
  it.each([
    [{ threads: 0 }, 'threads is 0'],
    [{ threds: 2 }, 'found threds'],
    [{ seed: -1 }, 'seed'],
    [{ ema: 1 }, 'ema is 1'],
    [{ clipNorm: NaN }, 'clipNorm is NaN'],
    [{ microBatch: 1.5 }, 'microBatch is 1.5'],
    [{ optimizer: undefined }, 'has no optimizer'],
    [{ optimizer: 'adam' }, 'has no optimizer'],
    [{ onNotice: 'loud' }, 'onNotice is loud, wanted a function'],
    [{ settings: { f: () => 1 } }, 'settings: () => 1 could not be cloned. Hand over data'],
    [{ model: '' }, 'wanted the URL or the path'],
    [{ model: () => 1 }, 'model is () => 1, wanted the URL or the path'],
    [{ model: 'https://' }, 'model is https://, wanted the URL or the path'],
    [{ model: 'file://another-host/my-model.js' }, 'model is file://another-host/my-model.js, wanted the URL'],
  ])('%o', (more, message) => {
    expect(open(more)).toThrow(message)
  })

  it('of the optimisers', () => {
    expect(() => adam({ lr: -1 })).toThrow('adam: lr is -1')
    expect(() => adam({ beta1: 1 })).toThrow('beta1 is 1')
    expect(() => adam({ weightDecay: 1 } as object)).toThrow('adam: found weightDecay')
    for (const optimizer of [adam, adamW, sgd])
      expect(() => optimizer(0.1 as unknown as object)).toThrow(
        `${optimizer.name}: found 0.1, wanted an object of lr, `,
      )
    expect(() => sgd({ learningRate: 1 } as object)).toThrow('found learningRate, wanted lr, momentum')
    expect(() => adamW({ weightDecay: -1 })).toThrow('weightDecay is -1')
    expect(() => sgd({ nesterov: true })).toThrow('momentum above 0')
    expect(adamW().rule).toMatchObject({ name: 'adam', weightDecay: 0.01 })
  })

  it.each([
    [{ epochs: 0 }, 'epochs is 0'],
    [{ batch: -1 }, 'batch is -1'],
    [{ resume: true }, 'resume without checkpoint'],
    [{ validation: { share: 1 } }, 'validation.share is 1'],
    [{ validation: { data: labelled([4, 5]) } }, 'fit: validation.data: holds'],
    [{ epoch: 1 }, 'found epoch'],
    [{ validation: 0.2 }, 'validation: found 0.2, wanted an object of share, data'],
    [{ validation: { share: 0.2, data: labelled([4, 6]) } }, 'validation has share and data'],
    [{ callbacks: { onEpoch: () => undefined } }, 'callbacks are no list'],
    [{ callbacks: [{ onEpochEnd: () => undefined }] }, 'callbacks[0] has no function onStart, onStep, onEpoch'],
    [{ signal: new AbortController() }, 'wanted an AbortSignal'],
  ])('of fit: %o', async (more, message) => {
    await expect(new ParallelTrainer(options('')).fit({ ...short, ...(more as FitOptions) })).rejects.toThrow(message)
  })

  it('settings are told apart, whatever they are made of', () => {
    const weights = Float32Array.of(1, 2)
    const all = [
      null,
      NaN,
      'NaN',
      1n,
      '1',
      new Map([[1, 2]]),
      new Set([1]),
      {},
      weights,
      weights.buffer,
      [1, 2],
      weights.slice(1),
    ]
    expect(new Set(all.map(settingsText)).size).toBe(all.length)
    const loop: { self?: object } = {}
    loop.self = loop
    expect(() => settingsText(loop)).toThrow('fit: settings hold themselves')
  })

  it('of evaluate, and a trainer that is closed', async () => {
    const trainer = new ParallelTrainer(options(''))
    await expect(trainer.evaluate({ indices: [24] })).rejects.toThrow('indices hold 24, wanted numbers from 0 to 23')
    const sparse = [0, undefined] as number[]
    await expect(trainer.evaluate({ indices: sparse })).rejects.toThrow('indices hold undefined, wanted numbers')
    await expect(trainer.evaluate({ data: labelled([4, 5]) })).rejects.toThrow('evaluate: data: holds')
    await expect(trainer.evaluate({ ids: [0] } as object)).rejects.toThrow('evaluate: found ids, wanted data, indices')
    await expect(trainer.evaluate({ indices: 3 } as object)).rejects.toThrow('evaluate: indices are 3, wanted a list')
    await trainer.close()
    await expect(trainer.variables()).rejects.toThrow('is closed')
  })
})
