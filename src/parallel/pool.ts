// Worker threads through Piscina: started together, proved ready, given tasks, ended. Which task, in which order and what becomes
// of the answers is executor.ts; what a task does is worker.ts.
import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import { assetUrl } from '../assets.js'
import { EyesWasmError } from '../errors.js'
import type { Answers, Task, WorkerSetup } from './protocol.js'

/** Longest wait for the workers to start, in milliseconds. */
const startLimit = 10_000

export interface Pool {
  readonly threads: number
  run<T extends Task>(task: T): Promise<Answers[T['kind']]>
  close(): Promise<void>
}

/** Starts `threads` workers and waits until each is warm. Throws WORKER when one cannot start within 10 s. */
export async function openPool(setup: WorkerSetup, threads: number): Promise<Pool> {
  const piscina = new Piscina({
    filename: fileURLToPath(assetUrl('trainer-worker.cjs')),
    workerData: setup,
    // Not the host program's own flags: `node --input-type=module --eval …` would keep every thread from starting.
    execArgv: [],
    minThreads: threads,
    maxThreads: threads,
    idleTimeout: Number.POSITIVE_INFINITY,
    concurrentTasksPerWorker: 1,
  })
  let ended: Promise<void> | undefined
  const end = () => (ended ??= piscina.destroy())
  // A thread that dies with no task in hand is reported here, and nowhere else: one of several that cannot start, or a replacement
  // that cannot. Without a listener the event would end the process; without an end, queued tasks would wait for ever.
  piscina.on('error', () => void end())
  // All workers are idle, so the pool hands each exactly one task.
  const onEach = (kind: 'ready' | 'warm-up') =>
    Promise.all(Array.from({ length: threads }, () => piscina.run({ kind })))
  try {
    await before(startLimit, onEach('ready'))
    // How long this takes depends on the model and the pictures: no limit.
    await onEach('warm-up')
  } catch (cause) {
    await end()
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new EyesWasmError(
      'WORKER',
      `worker threads: ${threads} did not start: ${reason}. Try fewer with --threads, and see 'eyes-wasm doctor'.`,
      { cause },
    )
  }
  return {
    threads,
    run: task => piscina.run(task) as Promise<never>,
    close: end,
  }
}

async function before<T>(limit: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limit / 1000} s`)), limit)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
