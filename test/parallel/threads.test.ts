// The promise of parallel training: the same weights to the last bit for every number of threads. Real threads, generated eyes.
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateEyes } from '../../src/data/generated-eyes.js'
import type { ModelSpec } from '../../src/models/spec.js'
import { openSession, type Session, type TrainingOptions } from '../../src/training/session.js'

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

const sha256 = (...values: Float32Array[]) => {
  const hash = createHash('sha256')
  for (const { buffer, byteOffset, byteLength } of values) hash.update(new Uint8Array(buffer, byteOffset, byteLength))
  return hash.digest('hex')
}

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
