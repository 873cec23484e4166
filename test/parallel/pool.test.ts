// Worker threads that cannot start: the pool says so in time, as a typed error, and takes every thread down with it. One that takes its
// time to end; and the real time limits. What else happens to threads at work is faults.test.ts.
import { EventEmitter } from 'node:events'
import type { Piscina } from 'piscina'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { EyesWasmError } from '../../src/errors.js'
import { layerSpecs, parameterCount, parameterSpecs } from '../../src/models/geometry.js'
import { createMemory } from '../../src/parallel/memory.js'
import { openPool, type PoolOptions } from '../../src/parallel/pool.js'
import type { WorkerSetup } from '../../src/parallel/protocol.js'
import { openRoster } from '../../src/parallel/threads.js'
import { compileModules, compileSharedModule, type WasmModules } from '../../src/wasm/modules.js'
import { trainFaulty, withFault } from '../support/faults.js'

const spec = { kind: 'ae', kernel: 3, stride: 1, padding: 1, height: 12, width: 12 } as const

const moduleOf = (...sections: number[]) =>
  new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections))
/** No imports, no exports. */
const empty = moduleOf()
/** One function, `loop br 0 end`, that runs at instantiation and never ends: types, functions, start, code. */
const endless = moduleOf(
  ...[1, 4, 1, 0x60, 0, 0],
  ...[3, 2, 1, 0],
  ...[8, 1, 0],
  ...[10, 9, 1, 7, 0, 0x03, 0x40, 0x0c, 0, 0x0b, 0x0b],
)

async function setup(modules: Partial<WasmModules> = {}): Promise<WorkerSetup> {
  const layout = { parameterCount: parameterCount(parameterSpecs(layerSpecs(spec))), exampleCount: 1, slotCount: 1 }
  const pixels = new Uint8Array(new SharedArrayBuffer(12 * 12 * 3))
  return {
    modules: { ...(await compileModules()), ...modules },
    shared: await compileSharedModule(),
    program: { spec, images: { pixels, height: 12, width: 12 } },
    exampleFlop: 1e6,
    memory: createMemory(layout),
    layout,
  }
}

async function failure(modules: Partial<WasmModules>, threads: number, options?: PoolOptions): Promise<EyesWasmError> {
  const pool = await openPool(await setup(modules), threads, options).catch((error: unknown) => error)
  if (pool instanceof EyesWasmError) return pool
  throw new Error('the pool did not fail as it should', { cause: pool })
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number }> {
  const start = performance.now()
  const result = await work()
  return { result, seconds: (performance.now() - start) / 1000 }
}

/** What keeps this process alive, as far as a pool could be behind it. (Timeouts are the test runner's too.) */
const handles = () => process.getActiveResourcesInfo().filter(name => /Worker|MessagePort/.test(name))

describe('openPool', () => {
  // A closed port is gone one turn of the event loop later.
  afterEach(() => vi.waitFor(() => expect(handles()).toEqual([]), { timeout: 10_000, interval: 5 }))

  it('starts, answers and ends', async () => {
    const pool = await openPool(await setup(), 2)
    expect(pool.threads).toBe(2)
    const answer = pool.run({ kind: 'ready' })
    expect(handles()).not.toEqual([])
    expect(await answer).toBe(true)
    await pool.close()
  })

  it.each([1, 2, 4])('%i threads whose tfjs module is none fail at once', async threads => {
    const error = await failure({ tfjs: empty }, threads)
    expect(error).toMatchObject({ code: 'WORKER', exitCode: 1 })
    // Nobody waited for an answer until the time was up.
    expect(error.message).not.toContain('no answer')
    expect(error.message).toContain(`worker threads: ${threads} did not start: `)
    expect(error.message).toContain('Try fewer threads')
  })

  it.each([1, 2])('%i threads whose kernels are missing fail while warming up', async threads => {
    const error = await failure({ kernels: empty }, threads)
    expect(error.code).toBe('WORKER')
    expect(error.message).toMatch(/did not start: .*is not a function/)
  })

  // Side by side, because each takes its ten seconds.
  it('a thread that never answers is given 10 s, at its start and in the middle of its work', async () => {
    const training = { spec, count: 12, batch: 4, epochs: 1, threads: 2 } as const
    const undisturbed = await trainFaulty(training)
    const hang = { way: 'wasm-loop', moment: 'within', version: 2 } as const
    const [start, work] = await Promise.all([
      timed(() => failure({ kernels: endless }, 1)),
      timed(() => withFault(hang, () => trainFaulty(training))),
    ])
    expect(start.result).toMatchObject({ code: 'WORKER' })
    expect(start.result.message).toContain('did not start: no answer within 10 s')
    expect(work.result).toEqual({ result: undisturbed, faults: 1 })
    for (const { seconds } of [start, work]) expect(seconds).toBeGreaterThan(9.9)
    expect(start.seconds).toBeLessThan(15)
    expect(work.seconds).toBeLessThan(25)
  })
})

describe('a thread that takes its time to end', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('is told again and again, and those who listen for its end are never too many for Node', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
    let orders = 0
    const worker = new EventEmitter()
    const terminate = () => {
      // As Node's own: each order listens.
      worker.once('exit', () => undefined)
      return Promise.resolve(++orders)
    }
    Object.assign(worker, { threadId: 1, terminate })
    const threads = [worker]
    const piscina = Object.assign(new EventEmitter(), { threads }) as unknown as Piscina
    const ignore = () => undefined
    const roster = openRoster(piscina, { onStart: ignore, onReady: ignore, onEnd: ignore })
    threads.pop()
    worker.emit('error', new Error('memory'))
    const waiting = Array.from({ length: 16 }, () => roster.settled(10_000))
    await vi.advanceTimersByTimeAsync(5000)
    expect(orders).toBeGreaterThan(5)
    worker.emit('exit', 1)
    expect(await Promise.all(waiting)).toEqual(Array(16).fill(undefined))
    const told = orders
    await vi.advanceTimersByTimeAsync(5000)
    expect(orders).toBe(told)
    expect(worker.listenerCount('exit')).toBe(1)
    expect(warn).not.toHaveBeenCalled()
    warn.mockRestore()
  })
})
