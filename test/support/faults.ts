// A short training whose workers fail on purpose (faulty-worker.js), and what is left of it: one hash over weights and moments.
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateEyes } from '../../src/data/generated-eyes.js'
import { layerSpecs, parameterSpecs } from '../../src/models/geometry.js'
import { initialize } from '../../src/models/initialize.js'
import type { ModelSpec } from '../../src/models/spec.js'
import { type Executor, openExecutor } from '../../src/training/executor.js'
import type { PoolOptions } from '../../src/parallel/pool.js'
import { trainLoop } from '../../src/training/loop.js'
import { initialState } from '../../src/training/state.js'
import type { TrainingOptions } from '../../src/training/types.js'

export type Way =
  'exit' | 'throw' | 'throw-late' | 'unreachable' | 'heap' | 'wasm-memory' | 'js-loop' | 'wasm-loop' | 'wait'

export interface Fault {
  readonly way: Way
  /**
   * gradient: before a thread's first micro-batch, within one, between two, after the last. update: half of its range done. Any task: at its
   * begin, at its end, or idle: with no task in hand. replacement: at the start of those that replace others.
   */
  readonly moment: 'before' | 'within' | 'between' | 'after' | 'half' | 'begin' | 'end' | 'idle' | 'replacement'
  readonly kind?: 'gradient' | 'update' | 'call' | 'warm-up' | 'ready'
  /** Only in the task of this version of the parameters, which counts updates. */
  readonly version?: number
  /** Faults over all threads; one if left out. */
  readonly times?: number
  /** `times` in each version. */
  readonly inEach?: boolean
  /** replacement: the workers that do start. */
  readonly threads?: number
}

export const faultyWorker = join(import.meta.dirname, 'faulty-worker.js')

/** Runs `work` while workers fail as told; answers its result and how many faults there were. */
export async function withFault<T>(
  fault: Fault | null,
  work: () => Promise<T>,
): Promise<{ result: T; faults: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'eyes-faults-'))
  if (fault) process.env.EYES_TEST_FAULT = JSON.stringify({ kind: 'gradient', times: 1, ...fault, folder })
  // Between tasks a worker of Piscina sleeps in Atomics.wait, where no timer runs.
  if (fault?.moment === 'idle') process.env.PISCINA_DISABLE_ATOMICS = '1'
  try {
    const result = await work()
    return { result, faults: readdirSync(folder).filter(name => name.startsWith('fault')).length }
  } finally {
    delete process.env.EYES_TEST_FAULT
    delete process.env.PISCINA_DISABLE_ATOMICS
    rmSync(folder, { recursive: true })
  }
}

export interface Training {
  readonly spec: ModelSpec
  readonly count: number
  readonly batch: number
  readonly epochs: number
  readonly threads: number
  readonly pool?: PoolOptions
  readonly options?: Partial<TrainingOptions>
}

export const sha256 = (...values: Float32Array[]) => {
  const hash = createHash('sha256')
  for (const { buffer, byteOffset, byteLength } of values) hash.update(new Uint8Array(buffer, byteOffset, byteLength))
  return hash.digest('hex')
}

export const stateHash = ({ parameters, firstMoment, secondMoment }: Executor) =>
  sha256(parameters, firstMoment, secondMoment)

/** An executor with faulty workers over generated eyes, with seeded weights. */
export async function openFaulty({ spec, count, batch, threads, pool }: Training): Promise<Executor> {
  const images = generateEyes({ count, seed: 5, size: { height: spec.height, width: spec.width } })
  const executor = await openExecutor({
    ...{ spec, images, imageCount: count, batch, threads },
    pool: { file: faultyWorker, ...pool },
  })
  initialize(parameterSpecs(layerSpecs(spec)), 3, executor.parameters)
  executor.parametersChanged()
  return executor
}

export const trainingOptions = ({ batch, epochs, options }: Training): TrainingOptions => ({
  ...{ epochs, batch, lr: 1e-3, loss: 'mse', klWeight: 0.1, seed: 11, shuffle: true, limit: null },
  ...options,
})

/** Trains; answers the state's hash and the losses, which no fault may change. */
export async function trainFaulty(training: Training): Promise<{ state: string; losses: number[] }> {
  const executor = await openFaulty(training)
  try {
    const state = initialState()
    await trainLoop(executor, state, training.count, trainingOptions(training))
    return { state: stateHash(executor), losses: state.history.flatMap(({ loss, mse, kl }) => [loss, mse, kl]) }
  } finally {
    await executor.close()
  }
}
