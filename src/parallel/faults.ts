// What is said and decided when worker threads fail: how many faults are passed over, and in which words the run ends. No threads here.
import { EyesWasmError } from '../errors.js'
import type { Task } from './protocol.js'

/** Faults without anything finished between them that are passed over, at least: each thread may fail twice. */
const fewestFaults = 5
/** Times that one piece of work may fail. */
export const mostAttempts = 3

const cure = "Try fewer threads or a smaller batch, and see 'eyes-wasm doctor'."

/** The thread that had a task has ended, and with it the task; another thread can do it. */
export class WorkerFault extends Error {
  override readonly name = 'WorkerFault'
  constructor(
    readonly worker: number,
    readonly reason: string,
  ) {
    super(`worker ${worker} ended (${reason})`)
  }
}

export interface Ledger {
  /** Notes a fault; answers whether it is one too many. */
  note(worker: number, reason: string): boolean
  /** Something has been finished. */
  clear(): void
  /** The error that ends the run. */
  failure(): EyesWasmError
  /** The error when a thread does not end. */
  stuck(worker: number, limit: number): EyesWasmError
  /** What becomes of a task whose thread has ended. */
  consequence(kind: Task['kind']): string
}

/** Faults of the threads since something was last finished. */
export function createLedger(threads: number): Ledger {
  const most = Math.max(fewestFaults, 2 * threads)
  let faults: { worker: number; reason: string }[] = []
  return {
    note(worker, reason) {
      faults.push({ worker, reason })
      return faults.length > most
    },
    clear() {
      if (faults.length > 0) faults = []
    },
    failure: () =>
      new EyesWasmError('WORKER', `worker threads: ${summary(faults)}, and nothing was finished between. ${cure}`),
    stuck: (worker, limit) =>
      new EyesWasmError(
        'WORKER',
        `worker threads: worker ${worker} was told to end and has not within ${limit / 1000} s. ${cure}`,
      ),
    consequence: kind => `its ${work[kind]} computed again`,
  }
}

const work: Record<Task['kind'], string> = {
  ready: 'start is',
  'warm-up': 'warm-up is',
  gradient: 'micro-batches are',
  sum: 'part of the sum is',
  update: 'part of the update is',
  loss: 'examples are',
  call: 'part of the work is',
}

/** e.g. `6 ended: 4 with RuntimeError: unreachable (the last was worker 7), 2 with exit code 9 (the last was worker 5)`. */
function summary(faults: readonly { worker: number; reason: string }[]): string {
  const reasons = new Map<string, number[]>()
  for (const { worker, reason } of faults) reasons.set(reason, [...(reasons.get(reason) ?? []), worker])
  const parts = [...reasons].map(([reason, workers]) => {
    const last = workers.at(-1)
    return workers.length === 1
      ? `worker ${last} with ${reason}`
      : `${workers.length} with ${reason} (the last was worker ${last})`
  })
  return `${faults.length} ended: ${parts.join(', ')}`
}

/** The error when one piece of work fails again and again. */
export function repeated(what: string, { worker, reason }: WorkerFault): EyesWasmError {
  return new EyesWasmError(
    'WORKER',
    `worker threads: ${what} failed ${mostAttempts} times, the last time as worker ${worker} ended (${reason}). ${cure}`,
  )
}

/** e.g. `4, 0, 9`, or the first eight and `…`. */
export function listed(ids: ArrayLike<number>): string {
  const first = Array.from({ length: Math.min(8, ids.length) }, (_, i) => ids[i])
  return first.join(', ') + (ids.length > 8 ? ', …' : '')
}
