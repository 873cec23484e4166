// Saves a run while it trains: a callback that writes checkpoints when they are due, and what run.ts calls when training has ended. The
// best epoch's is held in memory and written just before `last`, so that neither is ever ahead of what a resumed run would decide.
import { bestValue, monitored, type Control } from './control.js'
import type { Snapshot } from './state.js'
import type { Callback } from './types.js'

/** What the saver needs of the folder. */
export interface CheckpointTarget {
  saveLast(snapshot: Snapshot): Promise<void>
  saveBest(snapshot: Snapshot): Promise<void>
}

export interface Saver {
  readonly callback: Callback
  /** Writes what is newer than the last checkpoint, between two steps. @throws STORAGE, NON_FINITE */
  save(): Promise<void>
}

/** `isSaved`: the folder's `last` is where training starts. `now` gives milliseconds. */
export function createSaver(
  target: CheckpointTarget,
  { saveEvery, monitor }: Pick<Control, 'saveEvery' | 'monitor'>,
  isSaved: boolean,
  now: () => number = () => performance.now(),
): Saver {
  let current: (() => Snapshot) | undefined
  let bestSoFar = Infinity
  let best: Snapshot | undefined
  /** Steps since the start that are done. */
  let step = 0
  /** Whether there is something that `last` has not. */
  let isNew = true
  let savedAt = now()

  const isDue = (epochs: number | null) => {
    if (saveEvery.unit === 'seconds') return now() - savedAt >= 1000 * saveEvery.amount
    const done = saveEvery.unit === 'steps' ? step : epochs
    return done !== null && done % saveEvery.amount === 0
  }

  async function save(): Promise<void> {
    if (!current || !isNew) return
    if (best) await target.saveBest(best)
    best = undefined
    await target.saveLast(current())
    isNew = false
    savedAt = now()
  }

  const callback: Callback = {
    async onStart(snapshot) {
      current = snapshot
      const { state } = snapshot()
      bestSoFar = bestValue(state.history, monitor)
      step = state.step
      isNew = !isSaved
      await save()
      return undefined
    },
    async onStep(record) {
      step++
      isNew = true
      // The epoch's end comes at once, and its history belongs into the checkpoint.
      if (record.step < record.stepsPerEpoch && isDue(null)) await save()
      return undefined
    },
    async onEpoch(record, snapshot) {
      // Also without a step: a checkpoint may be of a run whose callback threw after the epoch's last one.
      isNew = true
      const value = monitored(record, monitor)
      if (value < bestSoFar) {
        bestSoFar = value
        best = snapshot()
      }
      if (isDue(record.epoch)) await save()
      return undefined
    },
  }
  return { callback, save }
}
