// The training loop: a function of the trainer's state. Batch order and noise are pure functions of (seed, epoch, image), so nothing
// else has to be remembered. No I/O: callbacks see each step and epoch and may ask it to stop.
import type { Objective } from '../models/network.js'
import type { Executor } from '../parallel/executor.js'
import { permutation, streams } from '../random/philox.js'
import { nonFiniteError } from './finite.js'
import { copyState, type Snapshot, type TrainerState } from './state.js'
import type { Callback, Verdict, TrainingOptions } from './types.js'

/** What the steps of one call of `trainLoop` share. */
interface Loop {
  readonly executor: Executor
  readonly state: TrainerState
  readonly imageCount: number
  readonly options: TrainingOptions
  /** `performance.now()` at which the run would have begun, had it never been stopped. */
  readonly started: number
  readonly snapshot: () => Snapshot
}

/** Trains until `options.epochs` epochs are done, or a callback or the signal stops it; answers why it stopped early, if it did. */
export async function trainLoop(
  executor: Executor,
  state: TrainerState,
  imageCount: number,
  options: TrainingOptions,
): Promise<Verdict> {
  const callbacks = options.callbacks ?? []
  const started = performance.now() - 1000 * state.elapsed
  const snapshot = () => takeSnapshot(executor, state)
  const loop = { executor, state, imageCount, options, started, snapshot }
  const early = await ask(callbacks, c => c.onStart?.(snapshot))
  if (early && state.epoch < options.epochs) return early
  while (state.epoch < options.epochs) {
    executor.order.set(epochOrder(imageCount, state.epoch + 1, options))
    let stop: Verdict
    while (state.images < imageCount) {
      if (options.signal?.aborted) return { stop: 'interrupted', pause: true }
      stop = await trainStep(loop, callbacks)
      if (stop && state.images < imageCount) return stop
    }
    // A wish to stop after an epoch's last step leaves the epoch finished.
    finishEpoch(state, imageCount)
    const verdict = await ask(callbacks, c => c.onEpoch?.(state.history.at(-1)!, snapshot))
    stop ??= verdict
    if (stop && state.epoch < options.epochs) return stop
  }
  return undefined
}

/** Between two steps: the views of shared memory are copied. */
const takeSnapshot = ({ parameters, firstMoment, secondMoment }: Executor, state: TrainerState): Snapshot => ({
  state: copyState(state),
  parameters: parameters.slice(),
  firstMoment: firstMoment.slice(),
  secondMoment: secondMoment.slice(),
})

/** Image indices in the order of an epoch (from 1). */
export function epochOrder(
  imageCount: number,
  epoch: number,
  { seed, shuffle }: Pick<TrainingOptions, 'seed' | 'shuffle'>,
): Int32Array {
  return shuffle
    ? permutation(imageCount, seed, streams.order, epoch)
    : Int32Array.from({ length: imageCount }, (_, i) => i)
}

/** What step number `step` (from 0) minimises: a pure function, so that a run that is resumed needs to remember nothing. */
export function objectiveAt(
  step: number,
  stepsPerEpoch: number,
  { loss, klWeight, klWarmup = 0, freeBits = 0 }: Pick<TrainingOptions, 'loss' | 'klWeight' | 'klWarmup' | 'freeBits'>,
): Objective {
  const share = klWarmup === 0 ? 1 : Math.min(1, step / (klWarmup * stepsPerEpoch))
  return { loss, klWeight: klWeight * share, freeBits }
}

async function trainStep(
  { executor, state, imageCount, options, started, snapshot }: Loop,
  callbacks: readonly Callback[],
): Promise<Verdict> {
  const start = performance.now()
  const epoch = state.epoch + 1
  const from = state.images
  const to = Math.min(from + options.batch, imageCount)
  const { seed, lr } = options
  const objective = objectiveAt(state.step, Math.ceil(imageCount / options.batch), options)
  const step = { epoch, from, to, seed, objective }
  const parts = await executor.computeGradient(step)
  const where = `epoch ${epoch}, step ${Math.ceil(to / options.batch)}`
  // Before the update where it can be: parameters and moments stay those of the last good step, here and when an update is refused.
  const bad = !Number.isFinite(parts.loss) ? 'loss' : parts.finite ? null : 'gradient'
  if (bad !== null || !(await executor.update(state.step + 1, lr))) {
    const otherwise = { what: bad ?? 'weights', afterUpdate: bad === null } as const
    throw await nonFiniteError(executor, { step, where, loss: parts.loss, lr, otherwise })
  }
  state.step++
  state.images = to
  for (const key of ['loss', 'mse', 'kl'] as const) state[key] += parts[key] * (to - from)
  const end = performance.now()
  const seconds = (end - start) / 1000
  state.seconds += seconds
  state.elapsed = (end - started) / 1000
  const record = {
    epoch,
    step: Math.ceil(to / options.batch),
    stepsPerEpoch: Math.ceil(imageCount / options.batch),
    loss: parts.loss,
    images: to - from,
    seconds,
  }
  return ask(callbacks, c => c.onStep?.(record, snapshot))
}

function finishEpoch(state: TrainerState, imageCount: number): void {
  const { loss, mse, kl, seconds } = state
  state.epoch++
  state.history.push({
    epoch: state.epoch,
    loss: loss / imageCount,
    mse: mse / imageCount,
    kl: kl / imageCount,
    seconds,
    imagesPerSecond: imageCount / seconds,
  })
  Object.assign(state, { images: 0, loss: 0, mse: 0, kl: 0, seconds: 0 })
}

/** Asks each callback in turn; all are called, the first wish to stop wins. */
async function ask(
  callbacks: readonly Callback[],
  call: (c: Callback) => Verdict | Promise<Verdict>,
): Promise<Verdict> {
  let verdict: Verdict
  for (const callback of callbacks) {
    const answer = await call(callback)
    verdict ??= answer
  }
  return verdict
}
