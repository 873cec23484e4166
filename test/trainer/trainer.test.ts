// ParallelTrainer with real threads: the same bits for one, two and three of them, what it learns, and what a stopped and resumed training is.
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { adamW, sgd } from '../../src/trainer/optimizers.js'
import { ParallelTrainer } from '../../src/trainer/trainer.js'
import type { FitEpoch, FitOptions, TrainerOptions } from '../../src/trainer/types.js'
import { sha256 } from '../support/faults.js'
import { labelled, moduleUrl } from './fixtures.js'

const dense: Omit<TrainerOptions, 'optimizer'> = {
  model: moduleUrl('dense.js'),
  data: labelled([50, 6]),
  seed: 4,
  microBatch: 4,
}
const batchNorm = { model: moduleUrl('batch-norm.js'), data: labelled([72, 8, 8, 1]), seed: 5, microBatch: 8 }

/** A history without its times. */
const timeless = (history: readonly FitEpoch[]) =>
  history.map(({ epoch, loss, parts, validation }) => ({ epoch, loss, parts, validation }))

async function train(options: TrainerOptions, fit: FitOptions) {
  const trainer = new ParallelTrainer(options)
  try {
    const { history, stopped } = await trainer.fit(fit)
    const variables = await trainer.variables()
    const hash = sha256(...[...variables.values()].map(({ values }) => values))
    return { hash, history: timeless(history), stopped, variables, evaluation: await trainer.evaluate() }
  } finally {
    await trainer.close()
  }
}

describe('the same for every number of threads', () => {
  it('a dense model with dropout, clipped, averaged and validated', async () => {
    const found = []
    for (const threads of [1, 2, 3]) {
      const options = { ...dense, threads, optimizer: adamW({ lr: 0.01 }), clipNorm: 0.5, ema: 0.9 }
      found.push(await train(options, { epochs: 3, batch: 16, validation: { share: 0.2 } }))
    }
    expect(found[1]).toEqual(found[0])
    expect(found[2]).toEqual(found[0])
    expect(found[0]!.history).toHaveLength(3)
    expect(found[0]!.history[2]!.loss).toBeLessThan(found[0]!.history[0]!.loss)
    expect(found[0]!.history[0]!.parts.accuracy).toBeGreaterThan(0)
    expect(found[0]!.history[0]!.validation!.parts.accuracy).toBeGreaterThan(0)
  })

  it('a layers model with batch normalisation, whose moving statistics move', async () => {
    const found = []
    for (const threads of [1, 2, 3]) {
      const optimizer = sgd({ lr: 0.05, momentum: 0.9, nesterov: true, weightDecay: 1e-4 })
      found.push(await train({ ...batchNorm, threads, optimizer }, { epochs: 2, batch: 32 }))
    }
    expect(found[1]).toEqual(found[0])
    expect(found[2]).toEqual(found[0])
    const moving = [...found[0]!.variables].filter(([, { trainable }]) => !trainable)
    expect(moving).toHaveLength(2)
    for (const [name, { values }] of moving) expect(new Set(values).size, name).toBe(4)
  })
})

describe('a state variable', () => {
  it('leaves the tensors alone that a module keeps and assigns to it', async () => {
    const options = { model: moduleUrl('kept.js'), data: labelled([6, 2]), threads: 1, microBatch: 3 }
    const found = await train({ ...options, optimizer: sgd({ lr: 0.1 }) }, { epochs: 3, batch: 6, shuffle: false })
    expect(found.history.map(({ parts }) => parts.sum)).toEqual([4, 4, 4])
    expect(found.variables.get('state')!.values).toEqual(Float32Array.of(2))
  })
})

describe('a data module', () => {
  it('can be validated and measured on, whatever was trained on; the model is CommonJS that TypeScript compiled', async () => {
    const options = { model: moduleUrl('compiled.cjs'), data: { x: labelled([24, 6]).x }, threads: 1 }
    const trainer = new ParallelTrainer({ ...options, optimizer: sgd({ lr: 0.1 }) })
    const data = moduleUrl('data.js')
    const { history } = await trainer.fit({ epochs: 1, batch: 24, validation: { data } })
    const weight = (await trainer.variables()).get('weight')!.values[0]!
    const row = [0, 4, 8, 1, 5, 9].map(value => value / 11)
    const wanted = (row.reduce((sum, value) => sum + value, 0) / 6 - weight) ** 2
    expect((await trainer.evaluate({ data, indices: [0] })).loss).toBeCloseTo(wanted, 6)
    expect(await trainer.evaluate({ data })).toEqual(history[0]!.validation)
    expect(await trainer.evaluate()).not.toEqual(history[0]!.validation)
    await expect(trainer.evaluate({ data, indices: [40] })).rejects.toThrow('hold 40, wanted numbers from 0 to 39')
    await expect(trainer.evaluate({ data: moduleUrl('none.js') })).rejects.toThrow('none.js: could not be imported')
    expect((await trainer.variables()).get('weight')!.values[0]).toBe(weight)
    await trainer.close()
  })
})

describe('a stopped training', () => {
  const folders: string[] = []
  const folder = () => {
    folders.push(mkdtempSync(join(tmpdir(), 'eyes-fit-')))
    return folders.at(-1)!
  }
  afterAll(() => folders.forEach(path => rmSync(path, { recursive: true })))

  it('goes on to the bits of one that was never stopped', async () => {
    const optimizer = sgd({ lr: step => 0.05 / (1 + step), momentum: 0.9 })
    const options = { ...batchNorm, threads: 2, optimizer, ema: 0.5 }
    const fit = { epochs: 2, batch: 32 }
    const whole = await train(options, fit)
    const checkpoint = folder()
    const stop = {
      onStep: ({ epoch, step }: { epoch: number; step: number }) =>
        epoch === 2 && step === 1 ? { stop: 'here' } : undefined,
    }
    const first = await train(options, { ...fit, checkpoint, callbacks: [stop] })
    expect(first.stopped).toBe('here')
    // As if a process had been killed while it wrote: half a file under a temporary name, and a `last` that cannot be read.
    const files = join(checkpoint, 'checkpoints')
    const kept = join(files, 'previous.safetensors')
    copyFileSync(join(files, 'last.safetensors'), kept)
    writeFileSync(join(files, 'last.safetensors'), 'half')
    writeFileSync(join(files, '.last.safetensors.0123456789ab.tmp'), 'half')
    const told: string[] = []
    const onNotice = (text: string) => told.push(text)
    const second = await train({ ...options, threads: 3, onNotice }, { ...fit, checkpoint, resume: true })
    expect({ ...second, stopped: undefined }).toEqual(whole)
    expect(told).toEqual([expect.stringContaining('Using the one before it, checkpoints/previous.safetensors.')])
    // The damaged one did not take the place of the good one.
    expect(readdirSync(files).toSorted()).toEqual(['damaged.safetensors', 'last.safetensors', 'previous.safetensors'])
    expect(readFileSync(join(files, 'damaged.safetensors'), 'utf8')).toBe('half')
    const trainer = new ParallelTrainer(options)
    await trainer.fit({ epochs: 1, batch: 32 })
    const variables = await trainer.variables()
    await expect(trainer.fit({ ...fit, checkpoint })).rejects.toThrow(/already. Set resume/)
    // What is refused changes nothing, the weights' average neither.
    expect(await trainer.variables()).toEqual(variables)
    await trainer.close()
    for (const [other, word] of [
      [{ seed: 6 }, 'seed'],
      [{ optimizer: sgd({ lr: 0.05 }) }, 'the optimizer'],
      [{ microBatch: 9 }, 'the cut of a batch'],
      [{ data: labelled([73, 8, 8, 1]) }, 'the data'],
      [{ model: moduleUrl('dense.js'), data: labelled([72, 6]) }, "the model's file"],
    ] as const)
      await expect(train({ ...options, ...other, threads: 1 }, { ...fit, checkpoint, resume: true })).rejects.toThrow(
        `another value of ${word}`,
      )
  })
  it('by a signal, between two steps, with parts that are no numbers', async () => {
    const options = { ...dense, threads: 1, optimizer: sgd({ lr: 0.05 }), settings: { part: Number.NaN } }
    const whole = await train(options, { epochs: 2, batch: 16 })
    const checkpoint = folder()
    const controller = new AbortController()
    const abort = {
      onStep: () => {
        controller.abort()
        return undefined
      },
    }
    const fit = { epochs: 2, batch: 16, checkpoint }
    const first = await train(options, { ...fit, callbacks: [abort], signal: controller.signal })
    expect(first).toMatchObject({ stopped: 'interrupted', history: [] })
    const second = await train(options, { ...fit, resume: true })
    expect({ ...second, stopped: undefined }).toEqual(whole)
    expect(second.history[0]!.parts.part).toBeNaN()
  })
})
