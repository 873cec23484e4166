// pool.ts in a browser: Web Workers in place of Piscina's threads, the same tasks in them. A worker that fails ends the run with WORKER:
// a page cannot tell when a worker that it ends has stopped writing to shared memory, so nothing is computed again here, and nobody watches
// for one that hangs. What a task does is tasks.ts, the far side worker.web.ts.
import { EyesWasmError } from '../errors.js'
import { checkIsolated } from './isolation.js'
import type { Life, Pool, PoolOptions } from './pool.js'
import type { Answers, Task, WorkerSetup } from './protocol.js'
import { accepted } from './refusal.js'

/** What the page posts: the setup first, then a task whenever the last one is answered. */
export type ToWorker = { readonly setup: WorkerSetup } | { readonly task: Task }

/** What a worker posts: that it is set up, the answer to its task, or why it is of no use any more. */
export type FromWorker =
  | { readonly kind: 'up' }
  | { readonly kind: 'answer'; readonly answer: Answers[keyof Answers] }
  | { readonly kind: 'fault'; readonly reason: string }

export type { Life, Pool, PoolOptions }

/** Longest wait for the workers' scripts and setup, in milliseconds: they come over a network. */
const startLimit = 60_000

/** A task, and whom to tell. */
interface Job {
  readonly task: Task
  readonly resolve: (answer: Answers[keyof Answers]) => void
  readonly reject: (error: EyesWasmError) => void
}

interface Hand {
  readonly worker: Worker
  /** Set up: takes tasks. */
  isUp: boolean
  job?: Job | undefined
}

const cure = 'Try fewer threads or a smaller batch.'
const loadCure = "Serve dist/web as a whole, with the header 'Cross-Origin-Embedder-Policy: require-corp'."
const workerError = (number: number, reason: string, what = cure) =>
  new EyesWasmError('WORKER', `web workers: worker ${number} failed (${reason}). ${what}`)

/**
 * Starts `threads` workers and waits until each is set up and warm.
 * @throws WORKER when one cannot start; INPUT without shared memory; what a program refuses
 */
export async function openPool(setup: WorkerSetup, threads: number): Promise<Pool> {
  checkIsolated()
  const hands: Hand[] = []
  const waiting: Job[] = []
  let failure: EyesWasmError | undefined

  function fail(error: EyesWasmError): void {
    failure ??= error
    for (const { worker, job } of hands) {
      worker.terminate()
      job?.reject(failure)
    }
    for (const { reject } of waiting.splice(0)) reject(failure)
  }

  function pump(): void {
    for (const hand of hands) {
      if (!hand.isUp || hand.job) continue
      const job = waiting.shift()
      if (!job) return
      hand.job = job
      hand.worker.postMessage({ task: job.task } satisfies ToWorker)
    }
  }

  function finish(hand: Hand, answer: Answers[keyof Answers]): void {
    const { job } = hand
    hand.job = undefined
    job?.resolve(answer)
    pump()
  }

  function start(number: number): Promise<void> {
    // Written out, because bundlers look for this very form.
    const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
    const hand: Hand = { worker, isUp: false }
    // At once: one that is still starting is ended with the others.
    hands.push(hand)
    return new Promise((resolve, reject) => {
      const onFault = (reason: string, what?: string) => {
        const error = workerError(number, reason, what)
        reject(error)
        fail(error)
      }
      // A script that does not load has no message.
      worker.onerror = ({ message }) =>
        message
          ? onFault(message)
          : onFault('its script did not load, or came without the headers of the page', loadCure)
      worker.onmessageerror = () => onFault('an answer that cannot be read')
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        if (data.kind === 'fault') onFault(data.reason)
        else if (data.kind === 'answer') finish(hand, data.answer)
        else {
          hand.isUp = true
          resolve()
        }
      }
      worker.postMessage({ setup } satisfies ToWorker)
    })
  }

  function run<T extends Task>(task: T): Promise<Answers[T['kind']]> {
    if (failure) return Promise.reject(failure)
    return new Promise<Answers[keyof Answers]>((resolve, reject) => {
      waiting.push({ task, resolve, reject })
      pump()
    }) as Promise<Answers[T['kind']]>
  }

  const close = () => {
    fail(new EyesWasmError('WORKER', 'web workers: closed while a task was waiting. Await every call before close().'))
    return Promise.resolve()
  }
  const all = Array.from({ length: threads }, (_, i) => i + 1)
  try {
    await within(startLimit, Promise.all(all.map(start)))
    // All workers are idle, so each takes exactly one of these.
    for (const answer of await Promise.all(all.map(() => run({ kind: 'warm-up' })))) accepted(answer)
  } catch (error) {
    await close()
    throw error
  }
  return { threads, run, progressed: () => undefined, close }
}

async function within<T>(limit: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    const error = new EyesWasmError('WORKER', `web workers: not all started within ${limit / 1000} s. ${cure}`)
    timer = setTimeout(() => reject(error), limit)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
