// `npm run fuzz`: the fuzzers of test/fuzz with ten times the files of `npm test` (1,000,000 arrays, as many weights files, 20,000 images).
// EYES_FUZZ_SEED=<seed> runs the same files again; each fuzzer prints its seed. Reads src/ through vitest; needs no build.
import { spawnSync } from 'node:child_process'

const started = Date.now()
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', 'test/fuzz', '--disable-console-intercept', ...process.argv.slice(2)],
  { stdio: 'inherit', env: { ...process.env, EYES_FUZZ_FULL: '1' } },
)
console.log(`fuzzed for ${((Date.now() - started) / 1000).toFixed(0)} s`)
process.exitCode = status ?? 1
