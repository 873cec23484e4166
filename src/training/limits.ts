// Ends of a training before its last epoch, as callbacks: no better value for a while, and the time that one call may take. The rules
// themselves are control.ts. The signal is the loop's own.
import { isPatienceOver, type Control } from './control.js'
import type { Callback, EpochRecord, Verdict } from './types.js'

/** Early stopping: the run is then finished. Decides from the history alone, so a resumed run stops at the same epoch. */
export function earlyStopping(control: Pick<Control, 'patience' | 'minDelta' | 'monitor'>): Callback {
  const history: EpochRecord[] = []
  const verdict = (): Verdict =>
    isPatienceOver(history, control)
      ? { stop: `no better ${control.monitor} for ${control.patience} epochs` }
      : undefined
  return {
    onStart(snapshot) {
      const { state } = snapshot()
      history.splice(0, history.length, ...state.history)
      // Patience lowered in the middle of an epoch counts at its end.
      return state.images === 0 ? verdict() : undefined
    },
    onEpoch(record) {
      history.push(record)
      return verdict()
    },
  }
}

/** Pauses the run after the first step that ends `seconds` or more after `started` (`performance.now()`). */
export function timeLimit(seconds: number, started: number): Callback {
  return {
    onStep: () => (performance.now() - started >= 1000 * seconds ? { stop: 'the time is up', pause: true } : undefined),
  }
}
