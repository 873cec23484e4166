// The threads behind a Piscina pool, which tells little about them: a number for each, why one ended, and when it has really ended. A
// thread that is being ended may still write to shared memory until then. Which task it had is pool.ts.
import type { Worker } from 'node:worker_threads'
import type { Piscina } from 'piscina'
import { textOf } from '../errors.js'
import type { WorkerReport } from './protocol.js'

export interface Thread {
  /** From 1, in the order in which they were started; a replacement has a number of its own. */
  readonly number: number
  readonly worker: Worker
  /** starting, ready for tasks, ending (the pool has given it up), ended (it cannot write any more). */
  state: 'starting' | 'ready' | 'ending' | 'ended'
  /** Whether it ever was ready. */
  wasReady: boolean
  /** Why it ended, as far as anybody said. */
  reason?: string
}

export interface ThreadEvents {
  /** A replacement has been started. */
  onStart(thread: Thread): void
  /** A replacement takes tasks. */
  onReady(): void
  /** A thread has ended. */
  onEnd(thread: Thread): void
}

export interface Roster {
  /** Takes note of threads that Piscina has started: to be called after everything that makes it start one. */
  adopt(): void
  /** Threads that take tasks, and threads that are starting. */
  count(state: 'starting' | 'ready'): number
  /** Runs `end`, in which Piscina gives a thread up, and notes why. */
  giveUp(end: () => void, reason: string): void
  /** The next thread, in the order of their ends, whose end nobody knows of yet. It is known from now on. */
  nextUnknown(): Thread | undefined
  /** Makes the thread's end known; answers whether it was not yet. */
  know(thread: Thread): boolean
  /** Waits until each thread that is ending has ended; answers one that has not within `limit` milliseconds. */
  settled(limit: number): Promise<Thread | undefined>
}

/** Pause between two orders to end, in milliseconds. */
const insistence = 50

/**
 * Tells a thread to end until it does. Once is not enough: an order that arrives while Node reports an exception that nobody caught is lost
 * (seen with Node 20 in half of the cases), and the thread goes on with its next microtask, which is Piscina's endless wait for tasks.
 */
function insist(worker: Worker): void {
  const timer = setInterval(() => void worker.terminate(), insistence)
  worker.once('exit', () => clearInterval(timer))
}

export function openRoster(piscina: Piscina, events: ThreadEvents): Roster {
  /** Those that have not ended. */
  const threads = new Map<Worker, Thread>()
  let started = 0
  /** Those that have ended or are ending, in that order, of which nobody knows yet. */
  const unknown: Thread[] = []
  let isFirst = true

  function note(thread: Thread, state: 'ending' | 'ended', reason: string): void {
    if (thread.state === 'starting' || thread.state === 'ready') unknown.push(thread)
    if (state === 'ending' && thread.state !== 'ending') insist(thread.worker)
    thread.state = state
    thread.reason ??= reason
  }

  /** Listeners come after Piscina's own: when they run it has done its part, and may have started another thread. */
  function attach(worker: Worker): Thread {
    const state = isFirst ? 'ready' : 'starting'
    const thread: Thread = { number: ++started, worker, state, wasReady: isFirst }
    // For its end listens each order to end (Node's own doing) and each task that waits for it: Node would warn of a leak on stderr.
    worker.setMaxListeners(0)
    worker.on('message', (message: Partial<WorkerReport>) => {
      if (typeof message.fault === 'string') thread.reason ??= message.fault
    })
    worker.on('error', (error: unknown) => {
      note(thread, 'ending', textOf(error))
      adopt()
    })
    worker.on('exit', code => {
      note(thread, 'ended', `exit code ${code}`)
      threads.delete(worker)
      adopt()
      events.onEnd(thread)
    })
    return thread
  }

  function adopt(): void {
    for (const worker of piscina.threads) {
      if (threads.has(worker)) continue
      const thread = attach(worker)
      threads.set(worker, thread)
      if (!isFirst) events.onStart(thread)
    }
  }

  adopt()
  isFirst = false
  piscina.on('workerCreate', ({ id }: { id: number }) => {
    adopt()
    const thread = [...threads.values()].find(({ worker, state }) => state === 'starting' && worker.threadId === id)
    if (!thread) return
    thread.state = 'ready'
    thread.wasReady = true
    events.onReady()
  })

  async function settled(limit: number): Promise<Thread | undefined> {
    const ending = [...threads.values()].filter(({ state }) => state === 'ending')
    if (ending.length === 0) return undefined
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>(resolve => (timer = setTimeout(resolve, limit)))
    const exits = ending.map(({ worker }) => new Promise(resolve => worker.once('exit', resolve)))
    await Promise.race([Promise.all(exits), late])
    clearTimeout(timer)
    return ending.find(({ state }) => state !== 'ended')
  }

  return {
    adopt,
    count: state => [...threads.values()].filter(thread => thread.state === state).length,
    giveUp(end, reason) {
      const before = piscina.threads
      end()
      const left = new Set(piscina.threads)
      for (const worker of before) {
        const thread = threads.get(worker)
        if (thread && !left.has(worker)) note(thread, 'ending', reason)
      }
      adopt()
    },
    nextUnknown: () => unknown.shift(),
    know(thread) {
      if (!unknown.includes(thread)) return false
      unknown.splice(unknown.indexOf(thread), 1)
      return true
    },
    settled,
  }
}
