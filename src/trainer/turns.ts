// Whose turn it is: a trainer's calls are carried out one after the other, but for those made within a callback of the call under way, which waits for that
// callback: they run at once, one after the other too. Knows nothing of what a call does.
import * as host from './host.js'

/** Calls that wait for each other. */
interface Queue {
  last: Promise<unknown>
}

export interface Turns {
  /** Whether the caller is within a callback that is being awaited. */
  isWithin(): boolean
  /** Carries a call out after all before it; within a callback, after those that it made before. */
  take<T>(work: () => Promise<T>): Promise<T>
  /** Runs callbacks, and waits for the calls made within them, also where they do not wait themselves. */
  during<T>(callbacks: () => Promise<T>): Promise<T>
  /** When all calls until now have ended, but for those within callbacks. Never rejects. */
  settled(): Promise<unknown>
}

const openQueue = (): Queue => ({ last: Promise.resolve() })

/** @param scopes tells calls within a callback from others; the host's */
export function openTurns({ isWithin, runWithin }: Pick<typeof host, 'isWithin' | 'runWithin'> = host): Turns {
  const outer = openQueue()
  /** Of the callbacks that are being awaited. */
  let inner: Queue | null = null
  const current = () => (inner && isWithin(inner) ? inner : outer)
  return {
    isWithin: () => current() !== outer,
    take(work) {
      const queue = current()
      const result = queue.last.then(work)
      queue.last = result.catch(() => undefined)
      return result
    },
    async during(callbacks) {
      const queue = (inner = openQueue())
      try {
        return await runWithin(queue, callbacks)
      } finally {
        for (let seen: unknown; seen !== queue.last; await seen) seen = queue.last
        inner = null
      }
    },
    settled: () => outer.last,
  }
}
