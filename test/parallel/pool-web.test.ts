// The browser's pool over pretended Web Workers: which are started, told and ended, and what a caller hears. Real ones: test/web.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openPool, type FromWorker, type ToWorker } from '../../src/parallel/pool.web.js'
import type { Refusal, WorkerSetup } from '../../src/parallel/protocol.js'

/** What a worker does with a message; it answers by `say`. */
type Behaviour = (worker: Pretended, message: ToWorker, number: number) => void

let behave: Behaviour
let workers: Pretended[]

class Pretended {
  onmessage: ((event: { data: FromWorker }) => void) | null = null
  onerror: ((event: { message: string }) => void) | null = null
  isEnded = false
  readonly #number = workers.push(this)
  postMessage(message: ToWorker): void {
    setImmediate(() => behave(this, message, this.#number))
  }
  terminate(): void {
    this.isEnded = true
  }
  say(data: FromWorker): void {
    if (!this.isEnded) this.onmessage?.({ data })
  }
}

const good: Behaviour = (worker, message) =>
  worker.say('setup' in message ? { kind: 'up' } : { kind: 'answer', answer: true })
const setup = {} as WorkerSetup
const ended = () => workers.map(worker => worker.isEnded)

beforeEach(() => {
  workers = []
  behave = good
  vi.stubGlobal('crossOriginIsolated', true)
  vi.stubGlobal('Worker', Pretended)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('openPool in a page', () => {
  it('starts, answers, and ends its workers', async () => {
    const pool = await openPool(setup, 3)
    expect(await pool.run({ kind: 'ready' })).toBe(true)
    expect(ended()).toEqual([false, false, false])
    await pool.close()
    expect(ended()).toEqual([true, true, true])
    await expect(pool.run({ kind: 'ready' })).rejects.toMatchObject({ code: 'WORKER' })
  })

  it('ends all workers, those that are starting too, when one cannot start', async () => {
    // The first is up, the second's script is not there, the third has not said anything yet.
    behave = (worker, message, number) => {
      if (number === 1) good(worker, message, number)
      if (number === 2) worker.onerror?.({ message: 'not found' })
    }
    await expect(openPool(setup, 3)).rejects.toMatchObject({
      code: 'WORKER',
      message: 'web workers: worker 2 failed (not found). Try fewer threads or a smaller batch.',
    })
    expect(ended()).toEqual([true, true, true])
  })

  it('ends them when one says nothing for a minute', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    behave = (worker, message, number) => {
      if (number === 1) good(worker, message, number)
    }
    const opening = openPool(setup, 2).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await opening).toMatchObject({ code: 'WORKER', message: expect.stringContaining('within 60 s') as string })
    expect(ended()).toEqual([true, true])
  })

  it('passes on what a program refuses, and ends its workers', async () => {
    const refusal: Refusal = { refused: { code: 'MODEL', message: 'my-model.js: loss is no function.' } }
    behave = (worker, message) => worker.say('setup' in message ? { kind: 'up' } : { kind: 'answer', answer: refusal })
    await expect(openPool(setup, 2)).rejects.toMatchObject({ code: 'MODEL', message: refusal.refused.message })
    expect(ended()).toEqual([true, true])
  })

  it('a fault rejects every task, those that wait too, and ends all workers', async () => {
    const pool = await openPool(setup, 2)
    behave = (worker, _, number) => {
      if (number === 2) worker.say({ kind: 'fault', reason: 'Error: memory' })
    }
    const tasks = await Promise.allSettled([1, 2, 3].map(() => pool.run({ kind: 'ready' })))
    for (const task of tasks)
      expect(task).toMatchObject({ reason: { code: 'WORKER', message: expect.stringContaining('worker 2') as string } })
    expect(ended()).toEqual([true, true])
  })
})
