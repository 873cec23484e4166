// Two runs' results against each other, row by row: what takes over 10 % longer than it did is a regression. Plain arithmetic.
import { inputError } from '../src/errors.js'
import { differences } from './machine.js'
import { isOwn, ownName } from './peers/own-name.js'
import type { Results } from './results.js'

/** More than this times as long is a regression. */
export const tolerated = 1.1

export interface Change {
  readonly name: string
  /** Milliseconds. */
  readonly was: number
  readonly is: number
  readonly ratio: number
  readonly isRegression: boolean
}

export interface Comparison {
  readonly changes: readonly Change[]
  /** Rows of only one of the two. */
  readonly unmatched: number
  /** What else differs: machine, Node, vectors, --quick. */
  readonly differences: readonly string[]
}

/** Milliseconds by row: kernels' fastest calls, which say what the code can do; medians of steps and starts, which people wait for. */
export function timesOf({
  kernels = [],
  train = [],
  peers = [],
  others = [],
  startUp = [],
}: Results): Map<string, number> {
  return new Map([
    ...kernels.map(row => [`kernel ${row.model} ${row.layer} ${row.pass}`, row.timing.min] as const),
    ...train.map(row => [`step ${row.model}, ${row.threads} threads`, row.timing.median] as const),
    ...peers
      .filter(row => row.peer === ownName)
      .map(row => [`step beside others ${row.model}, ${row.threads} threads`, row.timing.median] as const),
    ...others
      .filter(isOwn)
      .map(row => [`step of ${row.model}, ${row.peer}, ${row.threads} threads`, row.timing.median] as const),
    ...startUp.map(row => [`start: ${row.what}`, 1000 * row.median] as const),
  ])
}

/** @throws INPUT when no row of one is in the other. */
export function compare(was: Results, is: Results): Comparison {
  const [before, after] = [timesOf(was), timesOf(is)]
  const changes = [...after].flatMap(([name, now]) => {
    const then = before.get(name)
    if (then === undefined) return []
    return [{ name, was: then, is: now, ratio: now / then, isRegression: now > tolerated * then }]
  })
  if (changes.length === 0)
    throw inputError('--compare: no row of that file is among what was measured. Choose the same --only and --models.')
  const quick = was.quick === is.quick ? [] : [`--quick: was ${was.quick}, is ${is.quick}`]
  return {
    changes,
    unmatched: before.size + after.size - 2 * changes.length,
    differences: [...differences(was.machine, is.machine), ...quick],
  }
}
