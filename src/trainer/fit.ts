// A user's course through the training loop (parallel/loop.ts): orders, learning rates, validation and records of a module's training. What is drawn and in
// which order examples come are pure functions of (seed, epoch). No I/O: checkpoints are a callback of trainer.ts's.
import { splitImages } from '../data/split.js'
import { EyesWasmError, inputError } from '../errors.js'
import type { Executor } from '../parallel/executor.js'
import { listed } from '../parallel/faults.js'
import { ask, runLoop, type StepDone, type StepFailure } from '../parallel/loop.js'
import type { Answer, LoopState, LossParts, UpdateRule, Verdict } from '../parallel/rules.js'
import { permutation, streams } from '../random/philox.js'
import { lengthOf } from './data.js'
import { type DataUrl, isDataUrl, type ModuleSettings } from './protocol.js'
import type { FitCallback, FitEpoch, FitOptions, FitStep, Measured, Optimizer, SharedData } from './types.js'

/** Where a fit is, with the sums over the epoch under way. */
export interface FitState extends LoopState<FitEpoch> {
  sums: Record<string, number>
}

export const initialState = (): FitState => ({
  ...{ step: 0, epoch: 0, images: 0, seconds: 0, elapsed: 0, history: [], sums: {} },
})

/** Other examples than the trainer's: their number, and what the loss is told of them. */
export interface Others {
  readonly length: number
  readonly settings: ModuleSettings
}

/** @throws MODEL for a data module that is none; the executor has to have been opened with it */
export async function othersOf(executor: Executor, data: SharedData | DataUrl | null): Promise<Others | null> {
  if (!data) return null
  if (!isDataUrl(data)) return { length: lengthOf(data), settings: { data } }
  return { length: (await executor.call('otherLength', null)) as number, settings: { data: 'module' } }
}

export interface Fit {
  readonly executor: Executor
  readonly state: FitState
  readonly options: FitOptions
  readonly optimizer: Optimizer
  readonly rule: UpdateRule
  readonly seed: number
  /** Most examples that the loss is given at once. */
  readonly microBatch: number
  /** Examples of the trainer's data. */
  readonly exampleCount: number
  /** What is validated on, where that is other data. */
  readonly others: Others | null
  /** The trainer's callbacks, after the user's own. */
  readonly after: readonly FitCallback[]
  /** Whether the trainer is to be closed: the training ends as by its signal. */
  isClosing(): boolean
  /** Runs what the callbacks do; the trainer's calls are let through meanwhile. */
  during<T>(callbacks: () => Promise<T>): Promise<T>
}

/** `loss` apart from the parts that were reported. */
export function measured({ loss, ...parts }: LossParts, scale = 1): Measured {
  const scaled = Object.entries(parts).map(([name, value]) => [name, value * scale] as const)
  return { loss: loss * scale, parts: Object.fromEntries(scaled) }
}

/** Numbers of the examples that are trained on, and of those held out of the same data. */
export function splitOf({ validation }: FitOptions, exampleCount: number, seed: number) {
  const valSplit = validation && 'share' in validation ? validation.share : 0
  return splitImages({ count: exampleCount, labels: null }, { limit: null, valSplit, seed })
}

function rateOf({ lr }: Optimizer, step: number): number {
  const rate = typeof lr === 'function' ? lr(step) : lr
  if (Number.isFinite(rate) && rate >= 0) return rate
  throw inputError(`optimizer: lr of step ${step} is ${rate}, wanted a number of at least 0. Mend the function.`)
}

/** Trains until the epochs are done, or a callback or the signal stops it; answers why it stopped early, if it did. */
export function runFit(fit: Fit): Promise<Verdict> {
  const { executor, state, options, optimizer, rule, seed, microBatch, exampleCount } = fit
  const { epochs, batch, shuffle = true } = options
  const callbacks = [...(options.callbacks ?? []), ...fit.after]
  const { training, heldOut } = splitOf(options, exampleCount, seed)
  const examples = training.length
  const signal = {
    get aborted() {
      return fit.isClosing() || options.signal?.aborted === true
    },
  }
  const tell = (call: (callback: FitCallback) => Answer) => fit.during(() => ask(callbacks, call))
  return runLoop(state, {
    ...{ epochs, batch, examples, order: executor.order, signal, rule },
    epochOrder: epoch =>
      shuffle ? permutation(examples, seed, streams.order, epoch).map(place => training[place]!) : training,
    computeGradient: step => executor.computeGradient({ ...step, seed, settings: null }),
    rate: () => rateOf(optimizer, state.step),
    update: (step, lr, rule) => executor.update(step, lr, rule),
    failure: failure => Promise.resolve(nonFiniteError(executor, failure)),
    account(parts, count) {
      for (const key of Object.keys(parts)) state.sums[key] = (state.sums[key] ?? 0) + parts[key]! * count
    },
    async finishEpoch(epoch, seconds) {
      const validation = await validate(fit, [...heldOut], epoch)
      const means = measured(state.sums as LossParts, 1 / examples)
      state.sums = {}
      return { epoch, ...means, seconds, examplesPerSecond: examples / seconds, ...(validation && { validation }) }
    },
    onStart() {
      const { epoch } = state
      const step = Math.ceil(state.images / batch)
      const start = { epochs, batch, examples, threads: executor.threads, microBatch, epoch, step }
      return tell(c => c.onStart?.(start))
    },
    onStep: done => tell(c => c.onStep?.(stepOf(done))),
    onEpoch: record => tell(c => c.onEpoch?.(record)),
  })
}

const stepOf = ({ parts, ...done }: StepDone): FitStep => ({ ...done, ...measured(parts) })

/** Loss of the validation examples, of the weights' average where there is one. */
async function validate(fit: Fit, heldOut: readonly number[], epoch: number): Promise<Measured | undefined> {
  const { executor, seed, options, others } = fit
  if (!options.validation) return undefined
  const ids = others ? Array.from({ length: others.length }, (_, id) => id) : heldOut
  const settings = others?.settings ?? {}
  const found = await executor.loss(ids, { seed, settings, averaged: executor.average !== null })
  if (Number.isFinite(found.loss)) return measured(found)
  throw new EyesWasmError(
    'NON_FINITE',
    `fit: the loss of the validation examples is ${found.loss} after epoch ${epoch}. Lower the learning rate, and look at those examples.`,
  )
}

/** The error that ends a training whose numbers are not finite: what, where and in which examples. */
function nonFiniteError(executor: Executor, { step, where, loss, lr, what, afterUpdate }: StepFailure): EyesWasmError {
  const bad = executor.badUpdate() ?? executor.badWeights() ?? executor.badGradient(step)
  const ids = bad && bad.ids.length > 0 ? bad.ids : executor.order.subarray(step.from, step.to)
  const of = bad?.name === undefined ? '' : ` of ${bad.name}`
  const subject = what === 'loss' ? `the loss is ${loss}` : `the ${bad?.what ?? what}${of} is not finite`
  return new EyesWasmError(
    'NON_FINITE',
    `fit: ${subject} ${afterUpdate ? 'after the update of' : 'in'} ${where} (examples ${listed(ids)}). Lower the learning rate (it is ${lr}), and look at those examples.`,
  )
}
