// The rule of `npm run test:tfjs`, apart from running anything: which results are a problem. judge.test.ts holds it to its word.

/** Tests of tfjs-core 4.22.0 that run outside of browsers, without the few that it marks as pending. */
export const wholeSuite = 4225

/**
 * Sorts the results of a run and says what is wrong with it: problems is empty when the run keeps the rule.
 * @param {readonly {name: string, status: string, message: string}[]} results in jasmine's statuses
 * @param {ReadonlySet<string>} known names of the tests that fail on plain wasm
 * @param {{ours: boolean, whole: boolean}} run ours: eyes-wasm was tested; whole: no filter was set
 */
export function judge(results, known, { ours, whole }) {
  const passed = results.filter(r => r.status === 'passed')
  const failed = results.filter(r => r.status === 'failed')
  const names = new Set(results.map(r => r.name))
  const problems = []

  const broken = ours ? failed : failed.filter(r => !known.has(r.name))
  if (broken.length > 0)
    problems.push(`${broken.length} tests fail, wanted ${ours ? 'none' : 'those of the list alone'}`)
  if (passed.length === 0) problems.push('no test passed at all')
  if (whole) {
    const count = passed.length + failed.length
    if (count !== wholeSuite) problems.push(`${count} tests ran, wanted ${wholeSuite}`)
    // A name on the list that no test has could hide a test that was renamed and fails: the list is of another version.
    const gone = [...known].filter(name => !names.has(name))
    if (gone.length > 0) {
      problems.push(
        `known-failures.txt names ${gone.length} tests that did not run, such as '${gone[0]}'; write it anew (test/tfjs/README.md)`,
      )
    }
    if (!ours) {
      // On wasm itself the list must be exact: a test that it excuses and that passes there would excuse a failure of ours.
      const stale = passed.filter(r => known.has(r.name))
      if (stale.length > 0) {
        problems.push(
          `known-failures.txt excuses ${stale.length} tests that pass on wasm, such as '${stale[0].name}'; write it anew`,
        )
      }
    }
  }
  return {
    passed: passed.length,
    failed,
    skipped: results.length - passed.length - failed.length,
    newlyPassed: passed.filter(r => known.has(r.name)).length,
    problems,
  }
}
