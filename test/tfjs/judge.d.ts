// Types of judge.js for its test; the command itself is plain JavaScript, run by node.

export interface TestResult {
  readonly name: string
  /** jasmine's: passed, failed, pending, excluded. */
  readonly status: string
  readonly message: string
}

export interface Verdict {
  readonly passed: number
  readonly failed: readonly TestResult[]
  readonly skipped: number
  readonly newlyPassed: number
  readonly problems: readonly string[]
}

/** How many tests a whole run has. */
export const wholeSuite: number

export function judge(
  results: readonly TestResult[],
  known: ReadonlySet<string>,
  run: { ours: boolean; whole: boolean },
): Verdict
