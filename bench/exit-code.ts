// What a run's findings make of the process's exit code; options.ts tells it in the usage.
import type { Comparison } from './compare.js'
import type { Results } from './results.js'

/** 1 for wrong or impossible results and regressions, 3 for rows left out, 0 otherwise. `comparison`: of --compare, if asked for. */
export function exitCodeOf({ failures, starved }: Results, comparison: Comparison | null): number {
  if (failures.length > 0 || comparison?.changes.some(change => change.isRegression)) return 1
  return starved.length > 0 ? 3 : 0
}
