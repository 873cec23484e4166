// Clipping, averaging, augmentation, schedules and held-out images with real threads: the same bits for one, two and three of them, and each
// does what it says. The VAE is large enough for its parameters to be summed in ranges.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateEyes } from '../../src/data/generated-eyes.js'
import { splitImages } from '../../src/data/split.js'
import { copyMoved } from '../../src/kernels/move-picture.js'
import { initialize } from '../../src/models/initialize.js'
import { layerSpecs, parameterCount, parameterSpecs } from '../../src/models/geometry.js'
import type { ModelSpec } from '../../src/models/spec.js'
import { moveOf } from '../../src/imaging/augment.js'
import { averageDecay } from '../../src/parallel/update.js'
import { openExecutor } from '../../src/training/executor.js'
import { rangeCount } from '../../src/parallel/step.js'
import { openSession, type Session } from '../../src/training/session.js'
import type { Callback, Recipe, TrainingOptions } from '../../src/training/types.js'
import { sha256 } from '../support/faults.js'

const vae: ModelSpec = { kind: 'vae', kernel: 3, stride: 1, padding: 1, height: 50, width: 50 }
const ae: ModelSpec = { ...vae, kind: 'ae', height: 24, width: 20 }
const [count, batch] = [13, 9]
const options: TrainingOptions = {
  ...{ epochs: 2, batch, lr: 1e-3, loss: 'mse', klWeight: 0.1, seed: 11, shuffle: true, limit: null },
}

const recipes: Record<string, Partial<Recipe>> = {
  nothing: {},
  cosine: { lrSchedule: 'cosine', lrWarmup: 1, lrMin: 1e-5 },
  'one-cycle': { lrSchedule: 'one-cycle' },
  plateau: { lrSchedule: 'plateau' },
  clipping: { clipNorm: 0.01 },
  averaging: { ema: 0.9 },
  augmentation: { flip: true, shift: 2 },
  'held-out images': { valSplit: 0.3 },
  'all of it': { lrSchedule: 'one-cycle', clipNorm: 0.01, ema: 0.9, flip: true, shift: 2, valSplit: 0.3 },
}

describe('the same for every number of threads', () => {
  const threads = [1, 2, 3]
  /** Without and with an average. */
  const sessions: Record<'plain' | 'averaged', Session[]> = { plain: [], averaged: [] }
  const seen = new Map<string, string>()
  beforeAll(async () => {
    const dataset = generateEyes({ count, seed: 5 })
    for (const wanted of threads) {
      sessions.plain.push(await openSession({ spec: vae, dataset, threads: wanted, batch }))
      sessions.averaged.push(await openSession({ spec: vae, dataset, threads: wanted, batch, average: true }))
    }
  })
  afterAll(() => Promise.all(Object.values(sessions).flatMap(all => all.map(session => session.close()))))

  it('for a model whose update is shared', () => {
    expect(sessions.plain.map(session => session.threads)).toEqual(threads)
    expect(rangeCount(8, parameterCount(parameterSpecs(layerSpecs(vae))), 3)).toBeGreaterThan(1)
  })

  it.each(Object.entries(recipes))('%s', async (name, recipe) => {
    const found: { weights: string; losses: (number | undefined)[] }[] = []
    for (const session of recipe.ema ? sessions.averaged : sessions.plain) {
      const { model, history } = await session.train({ ...options, ...recipe })
      const losses = history.flatMap(({ loss, mse, kl, valLoss, valMse, valKl }) => [
        ...[loss, mse, kl],
        ...(valLoss === undefined ? [] : [valLoss, valMse, valKl]),
      ])
      expect(losses).toHaveLength(recipe.valSplit ? 12 : 6)
      found.push({ weights: sha256(model.parameters), losses })
    }
    expect(found[1]).toEqual(found[0])
    expect(found[2]).toEqual(found[0])
    // A plateau is not reached in two epochs.
    const same = name === 'plateau' ? seen.get('nothing') : [...seen.values()].find(hash => hash === found[0]!.weights)
    expect(found[0]!.weights === same).toBe(name === 'plateau')
    seen.set(name, found[0]!.weights)
  })
})

const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))

describe.each([
  ['one range', ae, 1],
  ['some ranges', vae, 3],
] as const)('clipping, %s', (_, spec, threads) => {
  it('scales a gradient that is too long to the norm, and leaves a shorter one', async () => {
    const images = generateEyes({ count, seed: 5, size: spec })
    const executor = await openExecutor({ spec, images, imageCount: count, batch, threads })
    try {
      const objective = { loss: 'mse', klWeight: 0.1 } as const
      const gradientWith = async (clipNorm: number) => {
        initialize(parameterSpecs(layerSpecs(spec)), 3, executor.parameters)
        executor.parametersChanged()
        executor.firstMoment.fill(0)
        executor.secondMoment.fill(0)
        executor.order.set(Array.from({ length: count }, (_, i) => i))
        await executor.computeGradient({ epoch: 1, from: 0, to: batch, seed: 0, objective })
        expect(await executor.update(1, 1e-3, { clipNorm, decay: 0 })).toBe(true)
        return executor.gradient.slice()
      }
      const plain = await gradientWith(0)
      const length = norm(plain)
      expect(length).toBeGreaterThan(0)
      expect(await gradientWith(1.001 * length)).toEqual(plain)
      const clipped = await gradientWith(0.25 * length)
      expect(norm(clipped) / length).toBeCloseTo(0.25, 6)
      plain.forEach((value, i) => expect(clipped[i]).toBeCloseTo(0.25 * value, 6))
      // Adam's first moment after one step is a tenth of the gradient that it was given.
      expect(norm(executor.firstMoment) / length).toBeCloseTo(0.025, 6)
    } finally {
      await executor.close()
    }
  })
})

describe('what each does', () => {
  const dataset = generateEyes({ count, seed: 5, size: ae })
  const withSession = async <T>(work: (session: Session) => Promise<T>, average = false, images = dataset) => {
    const session = await openSession({ spec: ae, dataset: images, threads: 1, batch, average })
    return work(session).finally(() => session.close())
  }

  it('averaging: the model is the average of the weights after each step, which go on as without it', async () => {
    const ema = 0.75
    const raw: Float32Array[] = []
    const note: Callback = {
      onStart: snapshot => void raw.push(snapshot().parameters),
      onStep: (_, snapshot) => void raw.push(snapshot().parameters),
    }
    const { model } = await withSession(
      session => session.train({ ...options, ema, epochs: 4, callbacks: [note] }),
      true,
    )
    const plain = await withSession(session => session.train({ ...options, epochs: 4 }))
    expect(raw.at(-1)).toEqual(plain.model.parameters)
    const average = raw[0]!.slice()
    raw.slice(1).forEach((weights, i) => {
      const rate = Math.fround(1 - averageDecay(ema, i + 1))
      weights.forEach((w, j) => (average[j] = average[j]! + Math.fround(rate * Math.fround(w - average[j]!))))
    })
    expect(model.parameters).toEqual(average)
    expect([1, 2, 1000].map(step => averageDecay(ema, step))).toEqual([2 / 11, 3 / 12, 0.75])
  })

  it('augmentation: as training on images that were moved before, and not the same in the next epoch', async () => {
    const recipe = { flip: true, shift: 3 }
    const movedFor = (epoch: number) => {
      const pixels = new Uint8Array(new SharedArrayBuffer(dataset.pixels.length))
      const one = ae.height * ae.width * 3
      for (let id = 0; id < count; id++) {
        const from = dataset.pixels.subarray(id * one, (id + 1) * one)
        copyMoved(from, pixels.subarray(id * one, (id + 1) * one), ae, moveOf(recipe, options.seed, epoch, id))
      }
      return { ...dataset, pixels }
    }
    const epochs = 1
    const found = await withSession(session => session.train({ ...options, ...recipe, epochs }))
    const [first, second] = await Promise.all(
      [1, 2].map(epoch => withSession(session => session.train({ ...options, epochs }), false, movedFor(epoch))),
    )
    expect(found.model.parameters).toEqual(first!.model.parameters)
    expect(found.model.parameters).not.toEqual(second!.model.parameters)
  })

  it('held-out images: never trained on, and measured as they are after each epoch', async () => {
    const recipe = { valSplit: 0.3, flip: true, shift: 2 }
    const { training, heldOut } = splitImages(dataset, { limit: null, seed: options.seed, valSplit: 0.3 })
    const pixels = new Uint8Array(new SharedArrayBuffer(dataset.pixels.length))
    pixels.set(dataset.pixels)
    const one = ae.height * ae.width * 3
    for (const id of heldOut) pixels.fill(128, id * one, (id + 1) * one)
    await withSession(async session => {
      const { model, history } = await session.train({ ...options, ...recipe })
      const others = await withSession(other => other.train({ ...options, ...recipe }), false, { ...dataset, pixels })
      expect(others.model.parameters).toEqual(model.parameters)
      expect(others.history.map(({ valLoss }) => valLoss)).not.toEqual(history.map(({ valLoss }) => valLoss))
      const { quality } = await session.evaluate(model, { seed: options.seed, limit: null, ids: [...heldOut] })
      const last = history.at(-1)!
      expect(last.valMse! / quality.mse).toBeCloseTo(1, 5)
      expect(last.valLoss).toBe(last.valMse)
      expect(last.valKl).toBe(0)
      expect(training.length + heldOut.length).toBe(count)
    })
  })

  it('held-out images with an average: the average is measured', async () => {
    await withSession(async session => {
      const { model, history } = await session.train({ ...options, ema: 0.9, valSplit: 0.3, lr: 0.01 })
      const ids = [...splitImages(dataset, { limit: null, seed: options.seed, valSplit: 0.3 }).heldOut]
      const { quality } = await session.evaluate(model, { seed: options.seed, limit: null, ids })
      expect(history.at(-1)!.valMse! / quality.mse).toBeCloseTo(1, 5)
    }, true)
  })

  it('a session has an average if and only if it was opened with one', async () => {
    await withSession(session => expect(session.train({ ...options, ema: 0.9 })).rejects.toThrow(/average false/))
  })
})
