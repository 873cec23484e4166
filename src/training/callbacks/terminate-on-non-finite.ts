// Ends training as soon as a loss is no number any more: everything after that step would be wasted. A callback beside the loop.
import { EyesWasmError } from '../../errors.js'
import type { Callback } from '../types.js'

/** Throws NON_FINITE (exit code 3) after the first step whose loss is NaN or infinite. */
export const terminateOnNonFinite: Callback = {
  onStep({ epoch, step, loss }) {
    if (Number.isFinite(loss)) return undefined
    throw new EyesWasmError(
      'NON_FINITE',
      `training: loss is ${loss} at epoch ${epoch}, step ${step}, wanted a finite number. Use a smaller --lr.`,
    )
  },
}
