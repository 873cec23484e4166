// The promise of parallel training: the same weights to the last bit for every number of threads. Real threads, generated eyes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateEyes } from '../../src/data/generated-eyes.js'
import { initialize } from '../../src/models/initialize.js'
import type { ModelSpec } from '../../src/models/spec.js'
import { openExecutor } from '../../src/training/executor.js'
import { openSession, type Session } from '../../src/training/session.js'
import type { TrainingOptions } from '../../src/training/types.js'
import { sha256 } from '../support/faults.js'
import { openOneThread } from '../support/one-thread.js'

interface Case {
  readonly spec: ModelSpec
  /** Images in the data set, and of a step: the batch is odd and the last one smaller. */
  readonly count: number
  readonly batch: number
}

const geometry = { kernel: 3, stride: 1, padding: 1, height: 50, width: 50 } as const
// Large enough for eight micro-batches of a GFLOP each, or eight threads would not be started.
const cases: readonly Case[] = [
  { spec: { kind: 'ae', ...geometry }, count: 32, batch: 21 },
  { spec: { kind: 'vae', ...geometry }, count: 13, batch: 9 },
]
const threadCounts = [1, 2, 3, 8]

describe.each(cases)('$spec.kind, $count images in batches of $batch', ({ spec, count, batch }) => {
  let sessions: Session[]
  beforeAll(async () => {
    const dataset = generateEyes({ count, seed: 5 })
    sessions = []
    for (const threads of threadCounts) sessions.push(await openSession({ spec, dataset, threads, batch }))
  })
  afterAll(() => Promise.all(sessions.map(session => session.close())))

  const options: TrainingOptions = {
    ...{ epochs: 2, batch, lr: 1e-3, loss: 'mse', klWeight: 0.1, seed: 11, shuffle: true, limit: null },
  }
  /** What each number of threads makes of `run`; one after the other, for the machine's two cores. */
  async function forEach<T>(run: (session: Session) => Promise<T>): Promise<T[]> {
    const results: T[] = []
    for (const session of sessions) results.push(await run(session))
    return results
  }
  const train = (over: Partial<TrainingOptions> = {}) =>
    forEach(async session => {
      const { model, history } = await session.train({ ...options, ...over })
      const losses = history.flatMap(({ loss, mse, kl }) => [loss, mse, kl])
      return { weights: sha256(model.parameters), losses }
    })

  it('really runs that many threads', () => {
    expect(sessions.map(session => session.threads)).toEqual(threadCounts)
  })

  it('the same weights and losses', async () => {
    const [one, ...others] = await train()
    expect(others.map(({ weights }) => weights)).toEqual(Array(3).fill(one!.weights))
    for (const { losses } of others) expect(losses).toEqual(one!.losses)
    expect(one!.losses).toHaveLength(6)
  })

  it('the same with a limit, where fewer micro-batches are made', async () => {
    const limited = await train({ limit: batch - 2, epochs: 1 })
    expect(new Set(limited.map(({ weights }) => weights)).size).toBe(1)
  })

  it('the same metrics and reconstructions, drawn and from the mean', async () => {
    const { model } = await sessions[0]!.train({ ...options, epochs: 1, limit: 5 })
    const [one, ...others] = await forEach(async session => ({
      evaluation: await session.evaluate(model, { seed: 3, limit: null }),
      images: sha256(
        await session.reconstruct(model, [4, 0, 9], { seed: 3, fromMean: false }),
        await session.reconstruct(model, [4, 0, 9], { seed: 3, fromMean: true }),
      ),
    }))
    for (const other of others) expect(other).toEqual(one)
  })

  it('but not with another seed', async () => {
    const short = { ...options, epochs: 1, limit: 4 }
    const weights = async (seed: number) => sha256((await sessions[1]!.train({ ...short, seed })).model.parameters)
    expect(await weights(1)).not.toBe(await weights(2))
    expect(await weights(1)).toBe(await weights(1))
  })
})

it('the sum over unequal micro-batches is the gradient and the loss of the whole batch', async () => {
  const [{ spec }] = cases as [Case]
  const images = generateEyes({ count: 21, seed: 5 })
  const plain = await openOneThread(spec)
  initialize(plain.specs, 0, plain.parameters)
  const objective = { loss: 'mse', klWeight: 0 } as const
  const onModelScale = Float32Array.from(images.pixels, byte => 2 * Math.fround(byte / 255) - 1)
  const wanted = plain.computeGradient({ images: onModelScale, count: 21 }, objective)

  const executor = await openExecutor({ spec, images, imageCount: 21, batch: 21, threads: 2 })
  try {
    executor.parameters.set(plain.parameters)
    executor.parametersChanged()
    executor.order.set(Array.from({ length: 21 }, (_, i) => i))
    const parts = await executor.computeGradient({ epoch: 1, from: 0, to: 21, seed: 0, objective })
    expect(parts.finite).toBe(true)
    expect(await executor.update(1, 0)).toBe(true)
    expect(executor.parameters).toEqual(plain.parameters)
    expect(Math.abs(parts.loss - wanted.loss) / wanted.loss).toBeLessThan(1e-6)
    // Each gradient is a sum over 21 x 2500 pixels in another order: sqrt(52500) roundings of 2^-24, in each of six layers.
    const bound = 6 * Math.sqrt(52_500) * 2 ** -24
    expect(bound).toBeLessThan(1e-4)
    for (const { name, offset, size } of plain.specs) {
      const [ours, theirs] = [executor.gradient, plain.gradient].map(all => all.subarray(offset, offset + size)) as [
        Float32Array,
        Float32Array,
      ]
      const largest = Math.max(...theirs.map(Math.abs))
      const worst = Math.max(...theirs.map((x, i) => Math.abs(x - ours[i]!)))
      expect(worst / largest, name).toBeLessThan(bound)
    }
  } finally {
    await executor.close()
  }
})
