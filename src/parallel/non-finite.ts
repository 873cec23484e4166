// Which value of a step is not finite, as far as the shared vectors tell. What single examples tell is a program's own
// (imaging/diagnose.ts). The words that a user reads are training/finite.ts and trainer/fit.ts.
import type { Section } from './section.js'

/** The variable of the first section (with `last`: of the last one) whose part of a flat vector is not finite. */
export function nonFiniteSection(values: Float32Array, sections: readonly Section[], last = false): string | undefined {
  const ordered = last ? [...sections].reverse() : sections
  return ordered.find(({ offset, size }) => !values.subarray(offset, offset + size).every(Number.isFinite))?.name
}

/** What is not finite of a step, as far as it is no single example's doing. */
export interface BadValue {
  readonly what: 'weights' | 'gradient' | 'moment' | 'state'
  /** Name of the variable. */
  readonly name?: string
  /** Examples of the micro-batch; empty where it is not one micro-batch's doing. */
  readonly ids: readonly number[]
  /** Found in the result of the step's update; otherwise before it. */
  readonly afterUpdate: boolean
}
