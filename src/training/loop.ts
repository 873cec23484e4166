// The training loop: a function of the trainer's state. Batch order and noise are pure functions of (seed, epoch, image), so nothing
// else has to be remembered. No I/O: callbacks see each step and epoch and may ask it to stop.
import type { Split } from '../data/split.js'
import { EyesWasmError } from '../errors.js'
import type { Objective } from '../models/loss-names.js'
import { augmentationOf } from '../parallel/augment.js'
import type { Executor } from '../parallel/executor.js'
import { permutation, streams } from '../random/philox.js'
import { nonFiniteError } from './finite.js'
import { learningRate } from './schedules.js'
import { copyState, type Snapshot, type TrainerState } from './state.js'
import type { Callback, Verdict, TrainingOptions } from './types.js'

/** What the steps of one call of `trainLoop` share. */
interface Loop {
  readonly executor: Executor
  readonly state: TrainerState
  /** Images trained on in an epoch. */
  readonly imageCount: number
  /** Images whose loss is taken after each epoch. */
  readonly heldOut: readonly number[]
  readonly options: TrainingOptions
  /** `performance.now()` at which the run would have begun, had it never been stopped. */
  readonly started: number
  readonly snapshot: () => Snapshot
}

/**
 * Trains until `options.epochs` epochs are done, or a callback or the signal stops it; answers why it stopped early, if it did. `images` are
 * those to train on and those held out; a number n trains on the first n.
 */
export async function trainLoop(
  executor: Executor,
  state: TrainerState,
  images: number | Split,
  options: TrainingOptions,
): Promise<Verdict> {
  const { training, heldOut } = typeof images === 'number' ? { training: allImages(images), heldOut: [] } : images
  const imageCount = training.length
  const callbacks = options.callbacks ?? []
  const started = performance.now() - 1000 * state.elapsed
  const snapshot = () => takeSnapshot(executor, state)
  const loop = { executor, state, imageCount, heldOut: [...heldOut], options, started, snapshot }
  const early = await ask(callbacks, c => c.onStart?.(snapshot))
  if (early && state.epoch < options.epochs) return early
  while (state.epoch < options.epochs) {
    executor.order.set(epochOrder(training, state.epoch + 1, options))
    let stop: Verdict
    while (state.images < imageCount) {
      if (options.signal?.aborted) return { stop: 'interrupted', pause: true }
      stop = await trainStep(loop, callbacks)
      if (stop && state.images < imageCount) return stop
    }
    // A wish to stop after an epoch's last step leaves the epoch finished.
    await finishEpoch(loop)
    const verdict = await ask(callbacks, c => c.onEpoch?.(state.history.at(-1)!, snapshot))
    stop ??= verdict
    if (stop && state.epoch < options.epochs) return stop
  }
  return undefined
}

/** Between two steps: the views of shared memory are copied. */
const takeSnapshot = ({ parameters, firstMoment, secondMoment, average }: Executor, state: TrainerState): Snapshot => ({
  state: copyState(state),
  parameters: parameters.slice(),
  firstMoment: firstMoment.slice(),
  secondMoment: secondMoment.slice(),
  ...(average && { average: average.slice() }),
})

const allImages = (count: number) => Int32Array.from({ length: count }, (_, id) => id)

/** Image indices in the order of an epoch (from 1); of the first n images where a number n is given. */
export function epochOrder(
  images: number | Int32Array,
  epoch: number,
  { seed, shuffle }: Pick<TrainingOptions, 'seed' | 'shuffle'>,
): Int32Array {
  const ids = typeof images === 'number' ? allImages(images) : images
  return shuffle ? permutation(ids.length, seed, streams.order, epoch).map(place => ids[place]!) : ids
}

const ruleOf = ({ clipNorm = 0, ema = 0 }: TrainingOptions) => ({ clipNorm, decay: ema })

/** Learning rate of the next step. */
function rateOf(options: TrainingOptions, { step, history }: TrainerState, imageCount: number): number {
  const { lr, lrSchedule = 'constant', lrWarmup = 0, lrMin = 0, batch, epochs } = options
  const stepsPerEpoch = Math.ceil(imageCount / batch)
  return learningRate({ lrSchedule, lr, lrWarmup, lrMin }, { step, stepsPerEpoch, epochs, history })
}

/** What is minimised once every warm-up is over; held-out images are measured by it, so that their losses of all epochs compare. */
export const fullObjective = ({
  loss,
  klWeight,
  freeBits = 0,
}: Pick<TrainingOptions, 'loss' | 'klWeight' | 'freeBits'>): Objective => ({ loss, klWeight, freeBits })

/** What step number `step` (from 0) minimises: a pure function, so that a run that is resumed needs to remember nothing. */
export function objectiveAt(
  step: number,
  stepsPerEpoch: number,
  options: Pick<TrainingOptions, 'loss' | 'klWeight' | 'klWarmup' | 'freeBits'>,
): Objective {
  const { klWarmup = 0 } = options
  const objective = fullObjective(options)
  const share = klWarmup === 0 ? 1 : Math.min(1, step / (klWarmup * stepsPerEpoch))
  return { ...objective, klWeight: objective.klWeight * share }
}

async function trainStep(
  { executor, state, imageCount, options, started, snapshot }: Loop,
  callbacks: readonly Callback[],
): Promise<Verdict> {
  const start = performance.now()
  const epoch = state.epoch + 1
  const from = state.images
  const to = Math.min(from + options.batch, imageCount)
  const { seed } = options
  const lr = rateOf(options, state, imageCount)
  const objective = objectiveAt(state.step, Math.ceil(imageCount / options.batch), options)
  const augmentation = augmentationOf({ flip: options.flip ?? false, shift: options.shift ?? 0 })
  const step = { epoch, from, to, seed, objective, ...(augmentation && { augmentation }) }
  const parts = await executor.computeGradient(step)
  const where = `epoch ${epoch}, step ${Math.ceil(to / options.batch)}`
  // Before the update where it can be: parameters and moments stay those of the last good step, here and when an update is refused.
  const bad = !Number.isFinite(parts.loss) ? 'loss' : parts.finite ? null : 'gradient'
  if (bad !== null || !(await executor.update(state.step + 1, lr, ruleOf(options)))) {
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

/** Loss of the held-out images after an epoch, of what the run would save as its model; empty where there are none. */
async function heldOutLoss({ executor, state, heldOut, options }: Loop) {
  if (heldOut.length === 0) return {}
  const averaged = (options.ema ?? 0) > 0
  const { loss, mse, kl } = await executor.loss(heldOut, {
    seed: options.seed,
    objective: fullObjective(options),
    averaged,
  })
  if (!Number.isFinite(loss))
    throw new EyesWasmError(
      'NON_FINITE',
      `training: the loss of the held-out images is ${loss} after epoch ${state.epoch + 1}. Lower --lr (it is ${options.lr}), and look at those images.`,
    )
  return { valLoss: loss, valMse: mse, valKl: kl }
}

async function finishEpoch(loop: Loop): Promise<void> {
  const { state, imageCount } = loop
  const measured = await heldOutLoss(loop)
  const { loss, mse, kl, seconds } = state
  state.epoch++
  state.history.push({
    epoch: state.epoch,
    loss: loss / imageCount,
    mse: mse / imageCount,
    kl: kl / imageCount,
    seconds,
    imagesPerSecond: imageCount / seconds,
    ...measured,
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
