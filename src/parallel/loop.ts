// The training loop: a function of the trainer's state. What a step does, and in which order examples come, are pure functions of step and
// epoch that a course gives, so nothing else has to be remembered. No I/O: the course's callbacks see each step and epoch and may ask it
// to stop. Knows no model: the commands' course is training/loop.ts, a user's module's trainer/fit.ts.
import { inputError } from '../errors.js'
import { show } from '../quote.js'
import type { Answer, LoopState, LossParts, UpdateRule, Verdict } from './rules.js'

/** One step: examples order[from, to) of an epoch, from 1, and its number since the start, from 0. */
export interface LoopStep {
  readonly epoch: number
  readonly step: number
  readonly from: number
  readonly to: number
}

/** One finished step. */
export interface StepDone {
  readonly epoch: number
  /** Steps finished in this epoch, and how many it has. */
  readonly step: number
  readonly stepsPerEpoch: number
  readonly parts: LossParts
  readonly examples: number
  readonly seconds: number
}

/** What of a step was not finite, when nobody looks closer. */
export interface StepFailure {
  readonly step: LoopStep
  /** e.g. `epoch 3, step 2` */
  readonly where: string
  readonly loss: number
  readonly lr: number
  readonly what: 'loss' | 'gradient' | 'weights'
  readonly afterUpdate: boolean
}

/** A training, but for its loop. */
export interface Course<Record> {
  readonly epochs: number
  readonly batch: number
  /** Examples of an epoch. */
  readonly examples: number
  /** Where the epoch's order is put: the executor's own. */
  readonly order: Int32Array
  /** Numbers of the examples in the order of an epoch, from 1. */
  epochOrder(epoch: number): Int32Array
  computeGradient(step: LoopStep): Promise<{ readonly parts: LossParts; readonly finite: boolean }>
  /** Learning rate of the next step. */
  rate(): number
  readonly rule: UpdateRule
  update(step: number, lr: number, rule: UpdateRule): Promise<boolean>
  /** The error that ends a training whose numbers are not finite. */
  failure(failure: StepFailure): Promise<Error>
  /** Adds a finished step's parts to the sums of the epoch. */
  account(parts: LossParts, examples: number): void
  /** The epoch's record, from its sums, which begin anew; may measure, and may throw. */
  finishEpoch(epoch: number, seconds: number): Promise<Record>
  /** Ends the training before the next step. */
  readonly signal?: { readonly aborted: boolean } | undefined
  onStart(): Promise<Verdict>
  onStep(step: StepDone): Promise<Verdict>
  onEpoch(record: Record): Promise<Verdict>
}

/** Trains until the course's epochs are done, or a callback or the signal stops it; answers why it stopped early, if it did. */
export async function runLoop<Record>(state: LoopState<Record>, course: Course<Record>): Promise<Verdict> {
  const started = performance.now() - 1000 * state.elapsed
  const early = await course.onStart()
  if (early && state.epoch < course.epochs) return early
  while (state.epoch < course.epochs) {
    course.order.set(course.epochOrder(state.epoch + 1))
    let stop: Verdict
    while (state.images < course.examples) {
      if (course.signal?.aborted) return { stop: 'interrupted', pause: true }
      stop = await trainStep(state, course, started)
      if (stop && state.images < course.examples) return stop
    }
    // A wish to stop after an epoch's last step leaves the epoch finished.
    const record = await course.finishEpoch(state.epoch + 1, state.seconds)
    state.epoch++
    state.history.push(record)
    Object.assign(state, { images: 0, seconds: 0 })
    const verdict = await course.onEpoch(record)
    stop ??= verdict
    if (stop && state.epoch < course.epochs) return stop
  }
  return undefined
}

async function trainStep<Record>(state: LoopState<Record>, course: Course<Record>, started: number): Promise<Verdict> {
  const start = performance.now()
  const epoch = state.epoch + 1
  const from = state.images
  const to = Math.min(from + course.batch, course.examples)
  const step = { epoch, step: state.step, from, to }
  const lr = course.rate()
  const { parts, finite } = await course.computeGradient(step)
  const done = Math.ceil(to / course.batch)
  // Before the update where it can be: parameters and moments stay those of the last good step, here and when an update is refused.
  const bad = !Number.isFinite(parts.loss) ? 'loss' : finite ? null : 'gradient'
  if (bad !== null || !(await course.update(state.step + 1, lr, course.rule))) {
    const otherwise = { what: bad ?? 'weights', afterUpdate: bad === null } as const
    throw await course.failure({ step, where: `epoch ${epoch}, step ${done}`, loss: parts.loss, lr, ...otherwise })
  }
  state.step++
  state.images = to
  course.account(parts, to - from)
  const end = performance.now()
  const seconds = (end - start) / 1000
  state.seconds += seconds
  state.elapsed = (end - started) / 1000
  const stepsPerEpoch = Math.ceil(course.examples / course.batch)
  return course.onStep({ epoch, step: done, stepsPerEpoch, parts, examples: to - from, seconds })
}

/** The wish to stop in a callback's answer. Any other answer is none: an arrow function may answer what `losses.push(loss)` does. */
function wishIn(answer: Awaited<Answer>): Verdict {
  const { stop } = Object(answer) as { stop?: unknown }
  if (!stop) return undefined
  if (typeof stop === 'string') return answer as Verdict
  throw inputError(`callbacks: one answered { stop: ${show(stop)} }, wanted { stop: 'why' }. Say why in words.`)
}

/** Asks each callback in turn; all are called, the first wish to stop wins. @throws INPUT for a wish without words */
export async function ask<C>(callbacks: readonly C[], call: (callback: C) => Answer): Promise<Verdict> {
  let verdict: Verdict
  for (const callback of callbacks) {
    const wish = wishIn(await call(callback))
    verdict ??= wish
  }
  return verdict
}
