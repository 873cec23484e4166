// The learning rate of each optimiser step: a pure function of its number, the number of steps in all and the history, as in optax, so that
// a run that is resumed computes it again and nothing has to be kept. The cosine is our own: a rate reaches weights.
import { cos } from '../random/portable-math.js'
import type { EpochRecord, ScheduleName } from './types.js'

/** Where a step stands. */
export interface SchedulePlace {
  /** Steps done before it, from 0. */
  readonly step: number
  readonly stepsPerEpoch: number
  readonly epochs: number
  /** Epochs that are finished. */
  readonly history: readonly Pick<EpochRecord, 'loss' | 'valLoss'>[]
}

export interface Schedule {
  readonly lrSchedule: ScheduleName
  /** The largest rate. */
  readonly lr: number
  /** Epochs in which the rate rises to `lr`, in equal steps. */
  readonly lrWarmup: number
  /** The rate at the end, or the least one. */
  readonly lrMin: number
}

/** PyTorch's OneCycleLR: the rise begins at lr / 25, and takes 30 % of the steps where no warm-up says otherwise. */
export const oneCycle = { divisor: 25, rise: 0.3 } as const

/** Half the rate after ten epochs without a loss that is smaller by 1e-4 of it. */
export const plateau = { factor: 0.5, patience: 10, threshold: 1e-4 } as const

const pi = 3.141592653589793

/** From `from` to `to` along half a cosine; `part` 0 to 1. */
function halfCosine(from: number, to: number, part: number): number {
  return to + ((from - to) * (1 + cos(pi * Math.min(1, Math.max(0, part))))) / 2
}

/** Schedules whose course depends on how many epochs there are: with others the steps so far would have had other rates. */
export const dependsOnEpochs = (name: ScheduleName) => name === 'cosine' || name === 'one-cycle'

/** Loss that a plateau is seen in: of held-out images where there are any. */
const watched = ({ loss, valLoss }: SchedulePlace['history'][number]) => valLoss ?? loss

/**
 * How often the rate has been lowered: whenever `patience` epochs in a row bring no loss below (1 - threshold) of the best one, after which they are
 * counted anew (PyTorch's ReduceLROnPlateau, whose first epoch too many is one more). Epochs of the warm-up do not count.
 */
export function plateauDrops(history: SchedulePlace['history'], warmup: number): number {
  let best = Infinity
  let since = 0
  let drops = 0
  history.forEach((record, index) => {
    const loss = watched(record)
    if (loss < best * (1 - plateau.threshold)) {
      best = loss
      since = 0
    } else if (index >= warmup && ++since >= plateau.patience) {
      drops++
      since = 0
    }
  })
  return drops
}

/** lr x factor^drops, not below lrMin. */
function plateauRate({ lr, lrMin, lrWarmup }: Schedule, history: SchedulePlace['history']): number {
  let rate = lr
  for (let drops = plateauDrops(history, lrWarmup); drops > 0; drops--) rate *= plateau.factor
  return Math.max(Math.min(lr, lrMin), rate)
}

/**
 * Smith & Topin, "Super-convergence" (arXiv 1708.07120), with the cosine phases of PyTorch's OneCycleLR: from lr / 25 up to lr in the first
 * `rise` steps, then down to lrMin at the last one. Momentum stays as it is.
 */
function oneCycleRate({ lr, lrMin }: Schedule, step: number, total: number, rise: number): number {
  return step < rise
    ? halfCosine(lr / oneCycle.divisor, lr, step / rise)
    : halfCosine(lr, lrMin, (step - rise) / Math.max(1, total - 1 - rise))
}

/**
 * Learning rate of a step.
 * - every schedule: for `lrWarmup` epochs a linear rise, lr (step + 1) / steps of the warm-up (Goyal et al., arXiv 1706.02677, from near 0)
 * - constant: lr
 * - cosine: lrMin + (lr - lrMin) (1 + cos(pi t)) / 2, t the part of the steps after the warm-up that is done, 1 at the last step
 *   (Loshchilov & Hutter, "SGDR", arXiv 1608.03983, one period)
 * - one-cycle: see `oneCycleRate`; its rise takes the warm-up's epochs where there are any
 * - plateau: half of what it was whenever the loss stands still; see `plateauDrops`
 */
export function learningRate(schedule: Schedule, { step, stepsPerEpoch, epochs, history }: SchedulePlace): number {
  const { lrSchedule, lr, lrMin, lrWarmup } = schedule
  const total = epochs * stepsPerEpoch
  // Not cut off at the run's end: a run that is trained further goes on with it.
  const warmup = lrWarmup * stepsPerEpoch
  if (lrSchedule === 'one-cycle')
    return oneCycleRate(schedule, step, total, warmup > 0 ? warmup : oneCycle.rise * total)
  if (step < warmup) return (lr * (step + 1)) / warmup
  if (lrSchedule === 'cosine') return halfCosine(lr, lrMin, (step - warmup) / Math.max(1, total - 1 - warmup))
  return lrSchedule === 'plateau' ? plateauRate(schedule, history) : lr
}
