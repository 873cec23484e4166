// Worker threads through Piscina: started together, proved ready, given a task each, watched, ended. A thread that fails is replaced, and
// its task rejected with a WorkerFault when it cannot write to shared memory any more; too many of them end the pool. Which task, in
// which order, and doing it again is step.ts and retry.ts; what a task does is worker.ts.
import { fileURLToPath } from 'node:url'
import type { ResourceLimits } from 'node:worker_threads'
import { Piscina } from 'piscina'
import { assetUrl } from '../assets.js'
import { EyesWasmError, textOf } from '../errors.js'
import { createLedger, WorkerFault } from './faults.js'
import type { Answers, Task, WorkerSetup } from './protocol.js'
import { accepted } from './refusal.js'
import { openRoster, type Roster, type Thread } from './threads.js'
import { createPace, createWatchdog, type Pace, type Watchdog } from './watchdog.js'

/** Longest wait for a worker to start, in milliseconds. */
const usualStartLimit = 10_000
/** Longest wait for a thread that was told to end, in milliseconds. */
const endLimit = 10_000
/**
 * A worker's JavaScript heap, in MiB. It holds code and small, short-lived objects, some 20 MiB for every model (tensors lie elsewhere). Without
 * limits V8 lets garbage lie for thousands of steps, tens of MiB in each thread: memory that grows, without being a leak. That of the old ones is
 * wide, because Deno counts more as heap than Node does.
 */
const heapLimits: ResourceLimits = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 2 }

export interface PoolOptions {
  /** File of the worker; left out: the image models' own. */
  readonly file?: string
  /** Longest wait for a worker to start, in milliseconds; left out: 10 s. */
  readonly startLimit?: number
  /** Limits of each worker's heap that are to differ from ours. */
  readonly resourceLimits?: ResourceLimits
  /** Shortest silence that is taken for a hang, in milliseconds; left out: 10 s. */
  readonly silence?: number
  /** Told of each fault that is passed over, in a line for the user. What it throws ends the pool. */
  readonly onFault?: ((message: string) => void) | undefined
}

/** How a task shows that it goes on, and how long such tasks usually take. */
export interface Life {
  readonly pace: Pace
  /** A number that changes while it goes on; left out: the answer is the only sign of life, and its time is noted in `pace`. */
  readonly pulse?: () => number
}

export interface Pool {
  readonly threads: number
  /**
   * Hands the task to the next free thread.
   * @throws WorkerFault when its thread ended or was ended: do it again; EyesWasmError WORKER when no more is to be hoped for, or what `onFault` threw
   */
  run<T extends Task>(task: T, life?: Life): Promise<Answers[T['kind']]>
  /** Something has been finished: the faults until now do not count any more. */
  progressed(): void
  close(): Promise<void>
}

/** Starts `threads` workers of one setup: what the executor is handed. Node's threads are `openPool`. */
export type OpenPool = (setup: WorkerSetup, threads: number) => Promise<Pool>

/** A task that waits for a thread. */
interface Waiting {
  readonly begin: () => void
  readonly fail: (error: Error) => void
}

const startError = (threads: number, cause: unknown) =>
  new EyesWasmError(
    'WORKER',
    `worker threads: ${threads} did not start: ${textOf(cause)}. Try fewer threads, and see 'eyes-wasm doctor'.`,
    { cause },
  )

function createPiscina(setup: WorkerSetup, threads: number, { file, resourceLimits }: PoolOptions): Piscina {
  const piscina = new Piscina({
    filename: file ?? fileURLToPath(assetUrl('trainer-worker.cjs')),
    workerData: setup,
    // Not the host program's own flags: `node --input-type=module --eval …` would keep every thread from starting.
    execArgv: [],
    minThreads: threads,
    maxThreads: threads,
    idleTimeout: Number.POSITIVE_INFINITY,
    concurrentTasksPerWorker: 1,
    resourceLimits: { ...heapLimits, ...resourceLimits },
  })
  // Threads that fail with no task in hand; the roster has heard of them. Without a listener the event would end the process.
  piscina.on('error', () => undefined)
  return piscina
}

/** Starts `threads` workers and waits until each is warm. Throws WORKER when one cannot start in time, and what a program refuses. */
export async function openPool(setup: WorkerSetup, threads: number, options: PoolOptions = {}): Promise<Pool> {
  const piscina = createPiscina(setup, threads, options)
  const watchdog = createWatchdog(options.silence)
  const { startLimit = usualStartLimit } = options
  const startWatchdog = createWatchdog(startLimit)
  const work = openWork(piscina, watchdog, startWatchdog, threads, options)
  // All workers are idle, so the pool hands each exactly one task.
  const onEach = (kind: 'ready' | 'warm-up') =>
    Promise.all(Array.from({ length: threads }, () => piscina.run({ kind })))
  try {
    await before(startWatchdog, startLimit, onEach('ready'))
    // How long this takes depends on the program.
    const warm = before(startWatchdog, createPace(setup.exampleFlop).limit(startLimit), onEach('warm-up'))
    for (const answer of await warm) accepted(answer)
    work.begin()
  } catch (cause) {
    const reason = work.firstFault() ?? cause
    await work.close()
    if (cause instanceof EyesWasmError) throw cause
    throw startError(threads, reason)
  }
  return { threads, ...work }
}

/** What `pool.run` does: hands tasks to threads and judges what becomes of them. */
function openWork(
  piscina: Piscina,
  watchdog: Watchdog,
  startWatchdog: Watchdog,
  threads: number,
  { onFault, startLimit = usualStartLimit }: PoolOptions,
) {
  const ledger = createLedger(threads)
  const waiting: Waiting[] = []
  let running = 0
  let state: 'starting' | 'open' | 'closed' = 'starting'
  let first: Thread | undefined
  let failure: Error | undefined

  const roster: Roster = openRoster(piscina, {
    onStart(thread) {
      const giveUp = () => {
        thread.reason = `no answer within ${startLimit / 1000} s`
        void thread.worker.terminate()
      }
      const isStarting = () => (thread.state === 'starting' ? 0 : NaN)
      const stop = startWatchdog.watch({ pulse: isStarting, limit: () => startLimit, giveUp })
      thread.worker.once('exit', stop)
    },
    onReady: pump,
    onEnd(thread) {
      first ??= thread
      if (state !== 'open') return
      // Whoever had a task in that thread hears of it first.
      setImmediate(() => {
        if (state !== 'open' || !roster.know(thread)) return
        const alive = roster.count('ready') + roster.count('starting')
        judge(thread, thread.wasReady && alive > 0 ? 'another takes its place' : `going on with ${alive}`)
      })
    },
  })

  function pump(): void {
    while (waiting.length > 0 && running < roster.count('ready')) waiting.shift()!.begin()
  }

  function fail(error: Error): Error {
    failure ??= error
    for (const { fail } of waiting.splice(0)) fail(failure)
    return failure
  }

  /** Notes a thread's end; the failure of the pool, if that was one too many, or whoever is told of it throws. */
  function judge(thread: Thread, consequence: string): Error | undefined {
    const reason = thread.reason ?? 'no reason known'
    const isHopeless = ledger.note(thread.number, reason) || roster.count('ready') + roster.count('starting') === 0
    if (failure || isHopeless) return fail(failure ?? ledger.failure())
    try {
      onFault?.(`worker ${thread.number} ended (${reason}): ${consequence}`)
      return undefined
    } catch (error) {
      return fail(error instanceof Error ? error : new Error(String(error)))
    }
  }

  /** What a rejected task is rejected with, when nothing of it goes on any more. */
  async function faultOf(error: unknown, kind: Task['kind']): Promise<unknown> {
    const thread = state === 'open' ? roster.nextUnknown() : undefined
    if (!thread) return failure ?? error
    const stuck = await roster.settled(endLimit)
    if (stuck) return fail(ledger.stuck(stuck.number, endLimit))
    return judge(thread, ledger.consequence(kind)) ?? new WorkerFault(thread.number, thread.reason ?? '')
  }

  async function attempt<T extends Task>(task: T, { pace, pulse }: Life): Promise<Answers[T['kind']]> {
    const controller = new AbortController()
    const start = performance.now()
    const giveUp = (silent: number) =>
      roster.giveUp(() => controller.abort(), `no sign of life for ${Math.round(silent / 100) / 10} s`)
    const unwatch = watchdog.watch({ ...(pulse && { pulse }), limit: least => pace.limit(least), giveUp })
    let rejection: { error: unknown } | undefined
    let answer: unknown
    try {
      answer = await piscina.run(task, { signal: controller.signal })
      if (!pulse) pace.note(performance.now() - start)
    } catch (error) {
      rejection = { error }
    }
    unwatch()
    running--
    // The thread's place in the queue is free, but for what it may still write: the task itself waits for that.
    pump()
    if (rejection) throw await faultOf(rejection.error, task.kind)
    return answer as Answers[T['kind']]
  }

  function run<T extends Task>(task: T, life: Life = { pace: createPace(0) }): Promise<Answers[T['kind']]> {
    if (failure) return Promise.reject(failure)
    return new Promise((resolve, reject) => {
      waiting.push({
        begin: () => {
          running++
          attempt(task, life).then(resolve, reject)
        },
        fail: reject,
      })
      pump()
    })
  }

  let closing: Promise<void> | undefined
  async function end(): Promise<void> {
    state = 'closed'
    fail(
      new EyesWasmError('WORKER', 'worker threads: closed while a task was waiting. Await every call before close().'),
    )
    watchdog.close()
    startWatchdog.close()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>(resolve => (timer = setTimeout(resolve, endLimit)))
    await Promise.race([Promise.all([piscina.destroy(), roster.settled(endLimit)]), late])
    clearTimeout(timer)
  }

  return {
    run,
    begin: () => {
      state = 'open'
    },
    firstFault: () => first?.reason,
    progressed: () => ledger.clear(),
    close: () => (closing ??= end()),
  }
}

async function before<T>(watchdog: Watchdog, limit: number, work: Promise<T>): Promise<T> {
  let stop: (() => void) | undefined
  const late = new Promise<never>((_, reject) => {
    const giveUp = () => reject(new Error(`no answer within ${limit / 1000} s`))
    stop = watchdog.watch({ limit: () => limit, giveUp })
  })
  try {
    return await Promise.race([work, late])
  } finally {
    stop?.()
  }
}
