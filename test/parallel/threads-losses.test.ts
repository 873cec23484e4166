// The same bits for 1, 2 and 3 threads with every loss, and with each of the VAE's options: each is a mean over images, and what a step
// minimises is a pure function of its number. Real threads, generated eyes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateEyes } from '../../src/data/generated-eyes.js'
import { lossNames } from '../../src/models/loss-names.js'
import type { ModelSpec } from '../../src/models/spec.js'
import { openSession, type Session } from '../../src/training/session.js'
import type { TrainingOptions } from '../../src/training/types.js'
import { sha256 } from '../support/faults.js'

const threadCounts = [1, 2, 3]
const geometry = { kernel: 3, stride: 1, padding: 1, height: 24, width: 24 } as const
const vaeOptions: readonly Partial<TrainingOptions>[] = [
  {},
  { loss: 'sigma' },
  { klWarmup: 2 },
  { freeBits: 0.02 },
  { loss: 'sigma', klWarmup: 1, freeBits: 0.02 },
]

const bottleneck = { kind: 'vae', kernel: 4, stride: 2, padding: 2, height: 18, width: 18, heads: 'linear' } as const

interface Case {
  readonly spec: ModelSpec
  /** Images, and of a step: enough for four micro-batches. */
  readonly count: number
  readonly batch: number
  readonly trainings: readonly Partial<TrainingOptions>[]
}

const cases: readonly Case[] = [
  {
    spec: { kind: 'ae', ...geometry },
    count: 61,
    batch: 50,
    trainings: lossNames.filter(loss => loss !== 'sigma').map(loss => ({ loss })),
  },
  { spec: { kind: 'vae', ...geometry }, count: 14, batch: 11, trainings: vaeOptions },
  { spec: { kind: 'vae', ...geometry, heads: 'linear' }, count: 14, batch: 11, trainings: vaeOptions },
  // The model is small: it takes many images to be cut into four parts.
  { spec: { ...bottleneck, latent: 7 }, count: 430, batch: 400, trainings: vaeOptions.slice(1, 3) },
]

describe.each(cases)('$spec.kind, heads $spec.heads, latent $spec.latent', ({ spec, count, batch, trainings }) => {
  let sessions: Session[] = []
  const weights = new Set<string>()
  beforeAll(async () => {
    const dataset = generateEyes({ count, seed: 5, size: { height: spec.height, width: spec.width } })
    sessions = []
    for (const threads of threadCounts) sessions.push(await openSession({ spec, dataset, threads, batch }))
  })
  afterAll(() => Promise.all(sessions.map(session => session.close())))

  it.each(trainings)('%j', async over => {
    expect(sessions.map(session => session.threads)).toEqual(threadCounts)
    const options: TrainingOptions = {
      ...{ epochs: 2, batch, lr: 1e-3, loss: 'mse', klWeight: 0.5, seed: 11, shuffle: true, limit: null },
      ...over,
    }
    const found: unknown[] = []
    for (const session of sessions) {
      const { model, history } = await session.train(options)
      const losses = history.map(({ loss, mse, kl }) => [loss, mse, kl])
      expect(losses.flat().every(Number.isFinite)).toBe(true)
      // Twice the same steps: the model has learnt something.
      expect(losses[1]![1]).toBeLessThan(losses[0]![1]!)
      found.push({ weights: sha256(model.parameters), losses })
    }
    expect(found).toEqual([found[0], found[0], found[0]])
    // And every option makes a difference.
    weights.add((found[0] as { weights: string }).weights)
    expect(weights.size).toBe(1 + trainings.indexOf(over))
  })
})
