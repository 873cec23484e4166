// A ready-made callback that says how a fit goes: a line on stderr after each epoch, and no more than one a second between. Knows nothing but the records.
import type { FitCallback, FitEpoch, Measured } from './types.js'

/** What `progress` takes. */
export interface ProgressOptions {
  /** Where lines go; `process.stderr` where left out. */
  readonly stream?: {
    /** As a writable stream has it. */
    write(text: string): unknown
  }
  /** Least seconds between two lines about steps; Infinity: none about steps. 1 where left out. */
  readonly every?: number
}

const figure = (value: number) => value.toPrecision(4)

const means = ({ loss, parts }: Measured, prefix = '') =>
  [['loss', loss] as const, ...Object.entries(parts)]
    .map(([name, value]) => `${prefix}${name} ${figure(value)}`)
    .join('  ')

/** e.g. `epoch 2/5  loss 0.1234  validation loss 0.2345  1200 examples/s` */
function epochLine(record: FitEpoch, epochs: number): string {
  const { epoch, examplesPerSecond, validation } = record
  const more = validation ? `  ${means(validation, 'validation ')}` : ''
  return `epoch ${epoch}/${epochs}  ${means(record)}${more}  ${examplesPerSecond.toFixed(0)} examples/s\n`
}

/** A callback for `fit` that tells how it goes. */
export function progress({ stream = process.stderr, every = 1 }: ProgressOptions = {}): FitCallback {
  let epochs = 0
  let last = performance.now()
  return {
    onStart(start) {
      epochs = start.epochs
      last = performance.now()
      return undefined
    },
    onStep(step) {
      const now = performance.now()
      if (now - last < 1000 * every || step.step === step.stepsPerEpoch) return undefined
      last = now
      stream.write(`epoch ${step.epoch}/${epochs}  step ${step.step}/${step.stepsPerEpoch}  ${means(step)}\n`)
      return undefined
    },
    onEpoch(record) {
      last = performance.now()
      stream.write(epochLine(record, epochs))
      return undefined
    },
  }
}
