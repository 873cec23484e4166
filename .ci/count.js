// Sums up a run of .ci/run from its folder of results: what failed, by name, and one last line with the test runners' own counts. A step
// that is no test (install, lint, types, API reference, audit), or that broke off before its tests could be counted, counts as one failure.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2]
const read = file => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : undefined)
const hasFailed = step => Number(read(`${step}.code`) ?? 0) !== 0

/** vitest: tests, and files of tests that could not even be loaded. */
function vitest() {
  const report = JSON.parse(read('vitest.json') ?? 'null')
  if (report === null) return { passed: 0, failed: 1 }
  const broken = report.testResults.filter(file => file.status === 'failed' && file.assertionResults.length === 0)
  const failed = report.numFailedTests + broken.length
  return { passed: report.numPassedTests, failed: Math.max(failed, hasFailed('test') ? 1 : 0) }
}

/** tfjs-core's suite: its exit code is 0 when all of it passes. */
function tfjs() {
  const [, passed, failed] = /^(\d+) passed, (\d+) failed, \d+ skipped$/m.exec(read('tfjs.log') ?? '') ?? []
  if (passed === undefined) return { passed: 0, failed: read('tfjs.code') === undefined ? 0 : 1 }
  return { passed: Number(passed), failed: Math.max(Number(failed), hasFailed('tfjs') ? 1 : 0) }
}

const steps = ['install', 'test', 'tfjs', 'lint', 'types', 'api', 'audit'].filter(hasFailed)
for (const step of steps) console.log(`failed: ${step}`)
const others = steps.filter(step => step !== 'test' && step !== 'tfjs').map(() => ({ passed: 0, failed: 1 }))
const all = [vitest(), tfjs(), ...others]
const sum = key => all.reduce((total, part) => total + part[key], 0)
console.log(`${sum('passed')} passed, ${sum('failed')} failed`)
process.exitCode = sum('failed') === 0 && sum('passed') > 0 ? 0 : 1
