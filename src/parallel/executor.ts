// Data-parallel computation over a pool: optimiser steps (step.ts), losses, and the program's own calls. Results do not depend on the number
// of threads, on who finished first, or on threads that failed. Knows neither what is trained (program.ts) nor what a thread is: the pool
// is opened by what it is handed.
import { checkedModules } from '../kernels/checked-modules.js'
import { compileSharedModule } from '../wasm/modules.js'
import { instantiateShared } from '../wasm/shared.js'
import { createMemory, regions, slotStrideOf } from './memory.js'
import { microBatchRange } from './micro-batches.js'
import { type BadValue, nonFiniteSection } from './non-finite.js'
import type { Life, OpenPool } from './pool.js'
import { type Section, vectorLength } from './section.js'
import type { LossTask } from './protocol.js'
import { runWithRetry } from './retry.js'
import type { LossParts, UpdateRule } from './rules.js'
import type { StepClock } from './serial-share.js'
import { type BatchLoss, openSteps } from './step.js'
import { createPace } from './watchdog.js'

/** How batches are cut: a pure function of the program and the batch, never of threads or timings. */
export interface Cut {
  /** Multiplications and additions of one example's step: forward, and both gradients. */
  readonly exampleFlop: number
  /** Most examples on the tape at a time. */
  readonly tapeExamples: number
  /** Micro-batches of a batch of so many examples; never falls as they grow in number. */
  count(examples: number): number
}

export interface ExecutorOptions {
  /** What each worker's program is made of. */
  readonly program: unknown
  /** The parameter vector's variables, one behind the other, and the state vector's. */
  readonly parameters: readonly Section[]
  readonly state?: readonly Section[]
  readonly exampleCount: number
  /** Examples of an optimiser step, at most; decides how many micro-batches can wait for their sum. 0 where nothing is trained. */
  readonly batch: number
  readonly cut: Cut
  /** Worker threads wanted; for training no more are started than a batch has micro-batches. */
  readonly threads: number
  /** Whether an average of the weights is kept; false by default. */
  readonly average?: boolean
  readonly openPool: OpenPool
  /** What examples are called in messages. */
  readonly noun?: string
}

/** One optimiser step: examples order[from, to) of the epoch. */
export interface Step {
  /** From 1. */
  readonly epoch: number
  /** Number of the step since the start, from 0. */
  readonly step: number
  readonly from: number
  readonly to: number
  readonly seed: number
  /** What the program is to know of it besides. */
  readonly settings: unknown
}

export interface Executor {
  readonly threads: number
  /** Views of the shared memory, for reading and, between steps, for writing followed by `parametersChanged()`. */
  readonly parameters: Float32Array
  readonly firstMoment: Float32Array
  readonly secondMoment: Float32Array
  /** The weights' moving average; null where the executor was opened without one. */
  readonly average: Float32Array | null
  /** What the loss itself changes, as the last step left it; empty where there is no such variable. */
  readonly state: Float32Array
  /** Mean gradient of the last update. */
  readonly gradient: Float32Array
  /** Numbers of the examples of the epoch under way, [exampleCount]. */
  readonly order: Int32Array
  /** Examples of a task that goes forward only: some tens of milliseconds of work. */
  readonly forwardExamples: number
  parametersChanged(): void
  /** Gradients of the step's examples, summed and applied by the next `update`; answers the mean loss and its parts. */
  computeGradient(step: Step): Promise<BatchLoss>
  /**
   * Update number `step` (from 1), by a gradient that is clipped where `rule` says so, the weights' average and the state. Answers whether every
   * parameter and moment is finite after it; when one is not, or when this throws, they are as they were before it.
   */
  update(step: number, lr: number, rule?: UpdateRule): Promise<boolean>
  /**
   * What of the shared vectors is not finite: of the update that has just answered so (`afterUpdate`), or else the weights, or a micro-batch's
   * gradient of the step that was computed last.
   */
  badUpdate(): BadValue | undefined
  badWeights(): BadValue | undefined
  badGradient(step: Pick<Step, 'from' | 'to'>): BadValue | undefined
  /** Largest weight of one example in its micro-batch's gradient. */
  exampleScale(step: Pick<Step, 'from' | 'to'>): number
  /** Where the time of all steps so far went. */
  clock(): StepClock
  /** Mean loss of the examples and its parts, not as in training; `averaged`: of the average of the weights. */
  loss(ids: readonly number[], options: { seed: number; settings: unknown; averaged: boolean }): Promise<LossParts>
  /** A call of the program's, of at most `forwardExamples` examples; `isTraining`: it goes backward too. */
  call(name: string, args: unknown, isTraining?: boolean): Promise<unknown>
  close(): Promise<void>
}

const forwardFlop = 1e9
const mostForwardExamples = 32

export async function openExecutor(options: ExecutorOptions): Promise<Executor> {
  const { program, parameters, state = [], exampleCount, batch, cut, average = false, noun } = options
  const [size, stateCount] = [vectorLength(parameters), vectorLength(state)]
  const { exampleFlop, tapeExamples } = cut
  const largest = Math.min(batch, exampleCount)
  const slotCount = cut.count(largest)
  const layout = { parameterCount: size, stateCount, exampleCount, slotCount, average }
  const memory = createMemory(layout)
  const at = regions(layout)
  const [modules, sharedModule] = await Promise.all([checkedModules(), compileSharedModule()])
  const shared = instantiateShared(sharedModule, memory)
  const threads = batch === 0 ? options.threads : Math.min(options.threads, slotCount)
  const pool = await options.openPool({ modules, shared: sharedModule, memory, layout, program, exampleFlop }, threads)
  const floats = (offset: number, length: number) => new Float32Array(memory.buffer, offset, length)
  const order = new Int32Array(memory.buffer, at.order, exampleCount)
  const microBatches = (examples: number) => Math.min(slotCount, cut.count(examples))
  let version = 0

  let bad: BadValue | undefined
  const steps = openSteps(pool, shared, memory, layout, {
    microBatchFlop: Math.ceil(largest / slotCount) * exampleFlop,
    onNonFinite: () => (bad = badAfterUpdate()),
    ...(noun !== undefined && { noun }),
  })
  const forwardExamples = Math.max(1, Math.min(mostForwardExamples, Math.floor(forwardFlop / (exampleFlop / 3))))
  const forwardLife: Life = { pace: createPace((forwardExamples * exampleFlop) / 3) }
  const trainingLife: Life = { pace: createPace(forwardExamples * exampleFlop) }

  function badAfterUpdate(): BadValue {
    const vectors = [
      ['weights', floats(at.parameters, size), parameters],
      ['moment', floats(at.secondMoment, size), parameters],
      ['moment', floats(at.firstMoment, size), parameters],
      ['state', floats(at.state, stateCount), state],
    ] as const
    for (const [what, values, sections] of vectors) {
      const name = nonFiniteSection(values, sections)
      if (name !== undefined) return { what, name, ids: [], afterUpdate: true }
    }
    return { what: 'weights', ids: [], afterUpdate: true }
  }

  function badWeights(): BadValue | undefined {
    const name = nonFiniteSection(floats(at.parameters, size), parameters)
    return name === undefined ? undefined : { what: 'weights', name, ids: [], afterUpdate: false }
  }

  /** In a micro-batch's gradient what no example alone shows: a sum that overflows. */
  function badGradient({ from, to }: Pick<Step, 'from' | 'to'>): BadValue | undefined {
    const count = microBatches(to - from)
    for (let slot = 0; slot < count; slot++) {
      const address = at.slots + 4 * slotStrideOf(layout) * slot
      const ofGradient = nonFiniteSection(floats(address, size), parameters, true)
      const name = ofGradient ?? nonFiniteSection(floats(address + 4 * size, stateCount), state)
      if (name === undefined) continue
      const [first, end] = microBatchRange(to - from, count, slot)
      const what = ofGradient === undefined ? 'state' : 'gradient'
      return { what, name, ids: [...order.subarray(from + first, from + end)], afterUpdate: false }
    }
    return undefined
  }

  /** A task for each `forwardExamples` of them; each answers a mean over its own, and these are added in their order. */
  async function loss(ids: readonly number[], settings: Pick<LossTask, 'seed' | 'settings' | 'averaged'>) {
    const tasks: Promise<LossParts>[] = []
    for (let place = 0; place < ids.length; place += forwardExamples) {
      const some = ids.slice(place, place + forwardExamples)
      tasks.push(runWithRetry<LossTask>(pool, { kind: 'loss', version, ids: some, place, ...settings }, forwardLife))
    }
    const sum: Record<string, number> & { loss: number } = { loss: 0 }
    const parts = await Promise.all(tasks)
    parts.forEach((part, i) => {
      const examples = Math.min(forwardExamples, ids.length - i * forwardExamples)
      for (const key of Object.keys(part)) sum[key] = (sum[key] ?? 0) + (part[key]! * examples) / ids.length
    })
    return sum
  }

  return {
    threads: pool.threads,
    parameters: floats(at.parameters, size),
    firstMoment: floats(at.firstMoment, size),
    secondMoment: floats(at.secondMoment, size),
    average: average ? floats(at.average, size) : null,
    state: floats(at.state, stateCount),
    gradient: floats(at.gradient, size),
    order,
    forwardExamples,
    parametersChanged() {
      version++
    },
    computeGradient({ from, to, ...step }) {
      bad = undefined
      return steps.computeGradient({ version, count: microBatches(to - from), tapeExamples, from, to, ...step })
    },
    async update(step, lr, rule) {
      const finite = await steps.update(step, lr, rule)
      version++
      return finite
    },
    badUpdate: () => bad,
    badWeights,
    badGradient,
    exampleScale: ({ from, to }) => 1 / Math.floor((to - from) / microBatches(to - from)),
    clock: () => steps.clock(),
    loss,
    call: (name, args, isTraining = false) =>
      runWithRetry(pool, { kind: 'call', name, version, args }, isTraining ? trainingLife : forwardLife),
    close: () => pool.close(),
  }
}
