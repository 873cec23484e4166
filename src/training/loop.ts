// The commands' course through the training loop (parallel/loop.ts): objectives, learning rates, augmentation and held-out images of the
// image models. Batch order and noise are pure functions of (seed, epoch, image). No I/O: callbacks see each step and epoch and may
// ask it to stop.
import type { Split } from '../data/split.js'
import { EyesWasmError } from '../errors.js'
import { augmentationOf } from '../imaging/augment.js'
import type { ImageExecutor, ImageStep } from '../imaging/executor.js'
import type { Objective } from '../models/loss-names.js'
import { ask, runLoop, type LoopStep, type StepDone } from '../parallel/loop.js'
import { permutation, streams } from '../random/philox.js'
import { nonFiniteError } from './finite.js'
import { learningRate } from './schedules.js'
import { copyState, type Snapshot, type TrainerState } from './state.js'
import type { EpochRecord, StepRecord, TrainingOptions, Verdict } from './types.js'

/** What the steps of one call of `trainLoop` share. */
interface Loop {
  readonly executor: ImageExecutor
  readonly state: TrainerState
  /** Images trained on in an epoch. */
  readonly imageCount: number
  /** Images whose loss is taken after each epoch. */
  readonly heldOut: readonly number[]
  readonly options: TrainingOptions
}

/**
 * Trains until `options.epochs` epochs are done, or a callback or the signal stops it; answers why it stopped early, if it did. `images` are
 * those to train on and those held out; a number n trains on the first n.
 */
export function trainLoop(
  executor: ImageExecutor,
  state: TrainerState,
  images: number | Split,
  options: TrainingOptions,
): Promise<Verdict> {
  const { training, heldOut } = typeof images === 'number' ? { training: allImages(images), heldOut: [] } : images
  const imageCount = training.length
  const { epochs, batch, callbacks = [], signal } = options
  const snapshot = () => takeSnapshot(executor, state)
  const loop: Loop = { executor, state, imageCount, heldOut: [...heldOut], options }
  return runLoop(state, {
    ...{ epochs, batch, examples: imageCount, order: executor.order, signal, rule: ruleOf(options) },
    epochOrder: epoch => epochOrder(training, epoch, options),
    async computeGradient(step) {
      const { finite, ...parts } = await executor.computeGradient(stepOf(loop, step))
      return { parts, finite }
    },
    rate: () => rateOf(options, state, imageCount),
    update: (step, lr, rule) => executor.update(step, lr, rule),
    failure: ({ step, where, loss, lr, ...otherwise }) =>
      nonFiniteError(executor, { step: stepOf(loop, step), where, loss, lr, otherwise }),
    account(parts, images) {
      for (const key of ['loss', 'mse', 'kl'] as const) state[key] += parts[key]! * images
    },
    finishEpoch: (epoch, seconds) => finishEpoch(loop, epoch, seconds),
    onStart: () => ask(callbacks, c => c.onStart?.(snapshot)),
    onStep: step => ask(callbacks, c => c.onStep?.(stepRecord(step), snapshot)),
    onEpoch: record => ask(callbacks, c => c.onEpoch?.(record, snapshot)),
  })
}

const stepRecord = ({ epoch, step, stepsPerEpoch, parts, examples, seconds }: StepDone): StepRecord => ({
  ...{ epoch, step, stepsPerEpoch, loss: parts.loss, images: examples, seconds },
})

/** All that a step's gradient depends on besides the parameters: a pure function of its place. */
function stepOf({ options, imageCount }: Loop, { epoch, step, from, to }: LoopStep): ImageStep {
  const { seed, batch, flip = false, shift = 0 } = options
  const objective = objectiveAt(step, Math.ceil(imageCount / batch), options)
  const augmentation = augmentationOf({ flip, shift })
  return { epoch, from, to, seed, objective, ...(augmentation && { augmentation }) }
}

/** Between two steps: the views of shared memory are copied. */
const takeSnapshot = (
  { parameters, firstMoment, secondMoment, average }: ImageExecutor,
  state: TrainerState,
): Snapshot => ({
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

async function finishEpoch(loop: Loop, epoch: number, seconds: number): Promise<EpochRecord> {
  const { state, imageCount } = loop
  const measured = await heldOutLoss(loop)
  const { loss, mse, kl } = state
  Object.assign(state, { loss: 0, mse: 0, kl: 0 })
  return {
    epoch,
    loss: loss / imageCount,
    mse: mse / imageCount,
    kl: kl / imageCount,
    seconds,
    imagesPerSecond: imageCount / seconds,
    ...measured,
  }
}
