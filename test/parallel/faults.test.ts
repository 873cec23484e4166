// Worker threads that fail while they work: in every way, at every moment, the weights are those of an undisturbed run to the last bit, or
// the run ends in time with WORKER. Real threads; test/support/faulty-worker.js makes them fail. Time limits are short here: the real ones
// take ten seconds each, in pool.test.ts.
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { EyesWasmError } from '../../src/errors.js'
import {
  type Fault,
  openFaulty,
  stateHash,
  trainFaulty,
  type Training,
  trainingOptions,
  type Way,
  withFault,
} from '../support/faults.js'
import { trainLoop } from '../../src/training/loop.js'
import { initialState } from '../../src/training/state.js'

const geometry = { kernel: 3, stride: 1, padding: 1, height: 50, width: 50 } as const
/** Four micro-batches a step; three steps. */
const ae: Training = { spec: { kind: 'ae', ...geometry }, count: 33, batch: 11, epochs: 1, threads: 2 }
/** Enough parameters for an update in ranges; two steps. */
const vae: Training = { spec: { kind: 'vae', ...geometry }, count: 18, batch: 9, epochs: 1, threads: 2 }

/** What keeps this process alive, as far as a pool could be behind it. (Timeouts are the test runner's too.) */
const handles = () => process.getActiveResourcesInfo().filter(name => /Worker|MessagePort/.test(name))
afterEach(() => vi.waitFor(() => expect(handles()).toEqual([]), { timeout: 10_000, interval: 5 }))

/** Trains under the fault; how many faults there were, and what the user was told, which `told` has at once. */
async function train(training: Training, fault: Fault, told: string[] = []) {
  const pool = { ...training.pool, onFault: (message: string) => told.push(message) }
  const { result, faults } = await withFault(fault, () => trainFaulty({ ...training, pool }))
  return { ...result, faults, told }
}

async function failure(
  training: Training,
  fault: Fault,
): Promise<{ error: EyesWasmError; seconds: number; told: string[] }> {
  const told: string[] = []
  const pool = { ...training.pool, onFault: (message: string) => told.push(message) }
  const start = performance.now()
  const { result: error } = await withFault(fault, () =>
    trainFaulty({ ...training, pool }).catch((thrown: unknown) => thrown),
  )
  if (!(error instanceof EyesWasmError)) throw new Error('the run did not fail as it should', { cause: error })
  expect(error).toMatchObject({ code: 'WORKER', exitCode: 1 })
  return { error, seconds: (performance.now() - start) / 1000, told }
}

describe('an autoencoder in four micro-batches a step', () => {
  let undisturbed: Awaited<ReturnType<typeof trainFaulty>>
  beforeAll(async () => {
    undisturbed = await trainFaulty(ae)
    expect(await trainFaulty({ ...ae, threads: 1 })).toEqual(undisturbed)
  })

  const ways: [Way, RegExp][] = [
    ['exit', /exit code 9/],
    ['throw', /injected/],
    ['throw-late', /injected/],
    ['unreachable', /RuntimeError: unreachable/],
    ['wasm-memory', /RangeError: WebAssembly.Memory.grow/],
  ]
  const moments = ['before', 'within', 'between', 'after'] as const
  const cases = ways.flatMap(([way, reason], i) =>
    // Each way at the first step, and at another moment in another step.
    [
      { way, reason, moment: 'within', version: 0 } as const,
      { way, reason, moment: moments[i % 4]!, version: 1 + (i % 2) } as const,
    ],
  )
  it.each(cases)('$way, $moment, step $version', async ({ way, reason, moment, version }) => {
    const { faults, told, ...result } = await train(ae, { way, moment, version: version + 1 })
    expect(faults).toBe(1)
    expect(result).toEqual(undisturbed)
    // What nobody caught ends a thread at some moment of its own: it may have answered before.
    const consequence = way === 'throw-late' ? '.*' : 'its micro-batches are computed again'
    expect(told).toEqual([expect.stringMatching(new RegExp(`^worker \\d ended \\(.*\\): ${consequence}$`))])
    expect(told[0]).toMatch(reason)
  })

  it('a heap that is full', async () => {
    const pool = { resourceLimits: { maxOldGenerationSizeMb: 96 } }
    const { faults, told, ...result } = await train({ ...ae, pool }, { way: 'heap', moment: 'within' })
    expect(faults).toBe(1)
    expect(result).toEqual(undisturbed)
    expect(told[0]).toMatch(/out of memory|memory limit/)
  })

  it('the only thread', async () => {
    const { faults, ...result } = await train({ ...ae, threads: 1 }, { way: 'exit', moment: 'between', times: 3 })
    expect(faults).toBe(3)
    expect(result).toMatchObject(undisturbed)
  })

  it('every thread at once, of more threads than there are cores', async () => {
    const { faults, ...result } = await train(
      { ...ae, threads: 4 },
      { way: 'throw', moment: 'before', version: 2, times: 4 },
    )
    expect(faults).toBeGreaterThan(1)
    expect(result).toMatchObject(undisturbed)
  })

  it('once in every step, for as long as steps are finished between', async () => {
    const longer = { ...ae, epochs: 3 }
    const { faults, told, ...result } = await train(longer, { way: 'exit', moment: 'within', inEach: true })
    expect(result).toEqual(await trainFaulty(longer))
    expect(faults).toBe(9)
    expect(told).toHaveLength(9)
  })

  it.each(['throw', 'exit'] as const)('with no task in hand: %s', async way => {
    const told: string[] = []
    // Both fail after the first step; the next one begins when the pool knows it.
    const onStep = async () => {
      await vi.waitFor(() => expect(told).toHaveLength(2), { timeout: 30_000, interval: 5 })
      return undefined
    }
    const training = { ...ae, options: { callbacks: [{ onStep }] } }
    const { faults, state, losses } = await train(training, { way, moment: 'idle', times: 2 }, told)
    expect(faults).toBe(2)
    expect({ state, losses }).toEqual(undisturbed)
    expect(told).toEqual(Array(2).fill(expect.stringMatching(/^worker \d ended \(.*\): another takes its place$/)))
  })

  it('a user who throws when he is told of a fault ends the run with what he threw', async () => {
    const mine = new Error('mine')
    for (const moment of ['within', 'idle'] as const) {
      let isTold = false
      const onFault = () => {
        isTold = true
        throw mine
      }
      const onStep = async () => {
        // With no task in hand nobody waits for the thread: the pool itself tells of its end.
        await vi.waitFor(() => expect(isTold).toBe(true), { timeout: 30_000, interval: 5 })
        return undefined
      }
      const training = { ...ae, pool: { onFault }, options: { callbacks: [{ onStep }] } }
      const { result } = await withFault({ way: 'exit', moment }, () => trainFaulty(training).catch((e: unknown) => e))
      expect(result, moment).toBe(mine)
    }
  })

  describe('that stop answering', () => {
    it.each(['js-loop', 'wait'] as const)('%s, with a short limit', async way => {
      const { faults, told, ...result } = await train(
        { ...ae, pool: { silence: 1500 } },
        { way, moment: 'within', version: 2 },
      )
      expect(faults).toBe(1)
      expect(result).toEqual(undisturbed)
      expect(told).toEqual([expect.stringMatching(/ended \(no sign of life for \d+(\.\d)? s\): its micro-batches/)])
    })
  })

  describe('without end', () => {
    it.each(['exit', 'throw'] as const)('at every step: %s', async way => {
      const { error, seconds, told } = await failure(ae, { way, moment: 'within', times: 1000 })
      // No time was spent in waiting for anybody.
      expect(seconds).toBeLessThan(30)
      expect(error.message).toMatch(/^worker threads: .*(exit code 9|injected).* Try fewer threads/)
      expect(told.length).toBeLessThan(12)
    })

    it('a micro-batch that ends every worker is named with its images', async () => {
      const { error } = await failure({ ...ae, threads: 1 }, { way: 'exit', moment: 'within', times: 1000 })
      expect(error.message).toMatch(/micro-batch 1 of \d \(images [\d, ]+(…)?\) failed 3 times/)
    })

    it('the state that is left is that of the last finished step', async () => {
      const { result } = await withFault({ way: 'exit', moment: 'before', version: 3, times: 1000 }, async () => {
        const executor = await openFaulty(ae)
        const hashes: string[] = []
        try {
          const callbacks = [{ onStep: () => void hashes.push(stateHash(executor)) }]
          await trainLoop(executor, initialState(), ae.count, { ...trainingOptions(ae), callbacks }).catch(
            () => undefined,
          )
          return { hashes, left: stateHash(executor) }
        } finally {
          await executor.close()
        }
      })
      expect(result.hashes).toHaveLength(2)
      expect(result.left).toBe(result.hashes[1])
    })
  })
})

describe('a VAE whose updates are shared', () => {
  let undisturbed: Awaited<ReturnType<typeof trainFaulty>>
  beforeAll(async () => {
    undisturbed = await trainFaulty(vae)
  })

  it.each(['throw', 'unreachable'] as const)(
    '%s in the middle of a range: it is taken back and made again',
    async way => {
      const { faults, told, ...result } = await train(vae, { way, kind: 'update', moment: 'half' })
      expect(faults).toBe(1)
      expect(told).toEqual([expect.stringMatching(/its part of the update is computed again$/)])
      expect(result).toEqual(undisturbed)
    },
  )

  it('one that stops answering there', async () => {
    const fault = { way: 'wasm-loop', kind: 'update', moment: 'half' } as const
    const { faults, told, ...result } = await train({ ...vae, pool: { silence: 1500 } }, fault)
    expect([faults, told.length]).toEqual([1, 1])
    expect(result).toEqual(undisturbed)
  })

  it('every thread at once', async () => {
    const { faults, told, ...result } = await train(vae, { way: 'exit', kind: 'update', moment: 'begin', times: 2 })
    expect([faults, told.length]).toEqual([2, 2])
    expect(result).toEqual(undisturbed)
  })
})

describe('images through the model', () => {
  const ids = Array.from({ length: ae.count }, (_, i) => i)
  /** Metrics and pictures of all images, and the codes of some. */
  async function results(pool: Training['pool'] = {}) {
    const executor = await openFaulty({ ...ae, pool })
    try {
      const settings = { seed: 1, fromMean: false }
      const measured = await executor.measure(ids, settings)
      const pictures = await executor.reconstruct(ids.slice(0, 5), settings)
      const { mean } = await executor.encode(pictures, 5)
      return { measured, pictures, mean }
    } finally {
      await executor.close()
    }
  }

  it.each([
    { way: 'exit', moment: 'begin' },
    { way: 'throw', moment: 'end' },
    { way: 'throw-late', moment: 'end' },
  ] as const)('the same after $way at the $moment', async ({ way, moment }) => {
    const told: string[] = []
    const pool = { onFault: (message: string) => told.push(message) }
    const { result, faults } = await withFault({ way, moment, kind: 'call', times: 2 }, () => results(pool))
    expect(faults).toBe(2)
    expect(told).toEqual(Array(2).fill(expect.stringMatching(/its part of the work is computed again$/)))
    expect(result).toEqual(await results())
  })

  it('WORKER when it never ends', async () => {
    const { result } = await withFault({ way: 'exit', moment: 'begin', kind: 'call', times: 1000 }, () =>
      results().catch((error: unknown) => error),
    )
    expect(result).toMatchObject({ code: 'WORKER', exitCode: 1 })
  })
})

describe('workers that cannot be replaced', () => {
  /** Every thread that there is ends in the first step; others do not start. */
  const lost = (way: Way, threads: number) => ({ way, moment: 'replacement', threads }) as const

  it.each(['exit', 'throw'] as const)('WORKER in time where the only one is gone: %s', async way => {
    const { result, seconds } = await endAll(1, way)
    expect(result).toMatchObject({ code: 'WORKER', exitCode: 1 })
    expect((result as Error).message).not.toContain('no answer')
    expect(seconds).toBeLessThan(30)
  })

  it('WORKER in time where the replacement never says that it is ready', async () => {
    const { result, seconds } = await endAll(1, 'wasm-loop', [], { startLimit: 3000 })
    expect(result).toMatchObject({ code: 'WORKER', exitCode: 1 })
    expect((result as Error).message).toContain('no answer within 3 s')
    expect(seconds).toBeGreaterThan(2.9)
    expect(seconds).toBeLessThan(13)
  })

  it('the others go on where there are any', async () => {
    const told: string[] = []
    const { result } = await endAll(2, 'exit', told)
    expect(result).toEqual({ state: (await trainFaulty({ ...ae, epochs: 2 })).state })
    expect(told[0]).toMatch(/^worker \d ended \(.*\): its micro-batches are computed again$/)
    expect(told[1]).toBe('worker 3 ended (exit code 9): going on with 1')
  })

  /** Ends one worker of `threads` from outside in the first step, while no other can start. */
  async function endAll(threads: number, way: Way, told: string[] = [], limits: Training['pool'] = {}) {
    const start = performance.now()
    const { result } = await withFault({ ...lost(way, threads), times: 1 }, async () => {
      const pool = { ...limits, onFault: (message: string) => told.push(message) }
      const training = { ...ae, threads, epochs: 2, pool }
      const executor = await openFaulty(training)
      try {
        const ended = trainLoop(executor, initialState(), ae.count, trainingOptions(training))
        return await ended.then(() => ({ state: stateHash(executor) })).catch((error: unknown) => error)
      } finally {
        await executor.close()
      }
    })
    return { result, seconds: (performance.now() - start) / 1000 }
  }
})
