// When a run saves, and when it ends before its last epoch: what the options may be, the defaults, and the rules as pure functions of the
// history, so that a resumed run decides as one that was never stopped. No option here changes a weight. Saving itself is saver.ts.
import { inputError } from '../errors.js'
import { show } from '../quote.js'
import type { EpochRecord, TrainConfig } from './types.js'
import { oneOf, real, whole } from './option-checks.js'
import { type OptionNamer } from './options.js'

/** What of an epoch is watched: its mean loss, its MSE, or the loss of the held-out images. */
export type Monitor = 'loss' | 'mse' | 'val_loss'

/** How a run is watched and kept; each may change when it is resumed. */
export interface ControlOptions {
  /** How often a checkpoint is written: seconds as a number, or `60s`, `5m`, `1h`, `10ep` (epochs), `100st` (steps). `60s` by default. */
  readonly saveEvery?: number | string | undefined
  /**
   * Ends this call of `train` after the step in which it has taken so long: seconds, or `90s`, `30m`, `2h`. The run is saved and can be
   * resumed. Not kept in config.json: it is the limit of one call, not of the run.
   */
  readonly maxTime?: number | string | undefined
  /** Ends training when `monitor` has not become better for so many epochs; the run is then finished. */
  readonly patience?: number | undefined
  /** With `patience`: a value counts as better when it is smaller by more than this; 0 by default. */
  readonly minDelta?: number | undefined
  /** What `patience` and the best checkpoint look at: the mean `loss` of an epoch (default), its `mse`, or `val_loss`. */
  readonly monitor?: Monitor | undefined
}

/** After so many seconds, epochs or steps. */
export interface Interval {
  readonly amount: number
  readonly unit: 'seconds' | 'epochs' | 'steps'
}

/** Checked options with every default in place. */
export interface Control {
  readonly saveEvery: Interval
  /** Seconds. */
  readonly maxTime: number | null
  readonly patience: number | null
  readonly minDelta: number
  readonly monitor: Monitor
}

/** What config.json keeps of it, in the words of the options. */
export type ControlRecord = Pick<ControlOptions, 'saveEvery' | 'patience' | 'minDelta' | 'monitor'>

export const controlNames: readonly (keyof ControlOptions)[] = [
  'saveEvery',
  'maxTime',
  'patience',
  'minDelta',
  'monitor',
]

const units: Readonly<Record<string, Interval['unit']>> = { ep: 'epochs', st: 'steps' }
const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 }

/** Seconds of `90s`, `30m`, `2h` or a number of seconds, or undefined. */
function durationOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value > 0 && Number.isFinite(value) ? value : undefined
  // With an exponent too: so JavaScript writes what config.json keeps of a very small or large number.
  const match = typeof value === 'string' ? /^(\d+(?:\.\d+)?(?:e[+-]?\d+)?)([smh])$/.exec(value) : null
  const seconds = match ? Number(match[1]) * secondsOf[match[2]!]! : 0
  return seconds > 0 && Number.isFinite(seconds) ? seconds : undefined
}

/** @throws INPUT, naming `who` */
export function parseInterval(value: unknown, who: string): Interval {
  const seconds = durationOf(value)
  if (seconds !== undefined) return { amount: seconds, unit: 'seconds' }
  const match = typeof value === 'string' ? /^(\d+)(ep|st)$/.exec(value) : null
  const amount = Number(match?.[1])
  if (match && amount > 0 && Number.isSafeInteger(amount)) return { amount, unit: units[match[2]!]! }
  throw inputError(
    `${who}: found ${show(value)}, wanted a time or a number of epochs or steps. For example 60s, 5m, 1h, 10ep or 100st.`,
  )
}

/** @throws INPUT, naming `who` */
export function parseDuration(value: unknown, who: string): number {
  const seconds = durationOf(value)
  if (seconds !== undefined) return seconds
  throw inputError(`${who}: found ${show(value)}, wanted a time. For example 90s, 30m or 2h.`)
}

const checks = {
  patience: whole(1, 1_000_000, 'Leave it out to train every epoch.'),
  minDelta: real(0, true, 'The default is 0.'),
  monitor: oneOf<Monitor>(['loss', 'mse', 'val_loss']),
}

/** @throws INPUT for a value outside its range */
export function resolveControl(options: ControlOptions, name: OptionNamer = key => key): Control {
  const { saveEvery = '60s', maxTime, patience, minDelta, monitor = 'loss' } = options
  if (minDelta !== undefined && patience === undefined)
    throw inputError(
      `${name('minDelta')}: found ${show(minDelta)} without ${name('patience')}, which it belongs to. Add ${name('patience')}, for example 20.`,
    )
  return {
    saveEvery: parseInterval(saveEvery, name('saveEvery')),
    maxTime: maxTime === undefined ? null : parseDuration(maxTime, name('maxTime')),
    patience: patience === undefined ? null : checks.patience(patience, name('patience')),
    minDelta: minDelta === undefined ? 0 : checks.minDelta(minDelta, name('minDelta')),
    monitor: checks.monitor(monitor, name('monitor')),
  }
}

const suffixes = { seconds: 's', epochs: 'ep', steps: 'st' } as const

/** What `resolveControl` makes the same control of, but for `maxTime`. */
export function controlRecord({ saveEvery, patience, minDelta, monitor }: Control): ControlRecord {
  return {
    saveEvery: `${saveEvery.amount}${suffixes[saveEvery.unit]}`,
    ...(patience !== null && { patience, minDelta }),
    monitor,
  }
}

/** @throws INPUT where the loss of held-out images is to be watched and there are none */
export function checkMonitor(
  { monitor }: Pick<Control, 'monitor'>,
  { valSplit }: Pick<TrainConfig, 'valSplit'>,
  name: OptionNamer = key => key,
): void {
  if (monitor === 'val_loss' && valSplit === 0)
    throw inputError(
      `${name('monitor')}: found val_loss without ${name('valSplit')}, which holds images out. Add ${name('valSplit')}, for example 0.1.`,
    )
}

/** What is watched of an epoch; a value that is not there is never better. */
export const monitored = (record: EpochRecord, monitor: Monitor) =>
  monitor === 'val_loss' ? (record.valLoss ?? Infinity) : record[monitor]

/** The best value so far; an epoch is the best one when it is below this. */
export const bestValue = (history: readonly EpochRecord[], monitor: Monitor) =>
  history.reduce((best, record) => Math.min(best, monitored(record, monitor)), Infinity)

/** Whether training is over because the last `patience` epochs brought no better value. */
export function isPatienceOver(
  history: readonly EpochRecord[],
  { patience, minDelta, monitor }: Pick<Control, 'patience' | 'minDelta' | 'monitor'>,
): boolean {
  if (patience === null) return false
  let best = Infinity
  let since = 0
  for (const record of history) {
    const value = monitored(record, monitor)
    if (value < best - minDelta) {
      best = value
      since = 0
    } else since++
  }
  return since >= patience
}
