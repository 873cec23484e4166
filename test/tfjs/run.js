// npm run test:tfjs [-- --backend wasm] [--filter TEXT]: tfjs-core's own test suite, as it ships in the npm package, on our backend or
// on plain tfjs-backend-wasm. On ours none may fail; on wasm those of known-failures.txt (written by a run on wasm with --update). Ends with the
// line `N passed, N failed, N skipped`. The rule behind the exit code is in judge.js.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import jasmineRequire from 'jasmine-core'
import { esbuildRedirects } from '../../tools/resolve-rules.js'
import { judge } from './judge.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = `${root}build/tfjs`
const listFile = `${root}test/tfjs/known-failures.txt`

const { values: options } = parseArgs({
  options: {
    backend: { type: 'string', default: 'eyes-wasm' },
    filter: { type: 'string', default: '' },
    update: { type: 'boolean', default: false },
  },
})
const backends = { 'eyes-wasm': './src/backend.ts', wasm: './test/tfjs/plain-wasm.js' }
const backendFile = backends[options.backend]
if (!backendFile)
  throw new Error(`test:tfjs: --backend is ${options.backend}, wanted ${Object.keys(backends).join(' or ')}`)
if (options.update && (options.backend !== 'wasm' || options.filter)) {
  throw new Error('test:tfjs: --update rewrites the list from a whole run on wasm; add --backend wasm and no --filter')
}

await bundleSuite()
const results = await runSuite()
report(results)

/** One bundle, so that tests, gradients and backend share one copy of tfjs-core. */
async function bundleSuite() {
  mkdirSync(folder, { recursive: true })
  for (const file of ['kernels.wasm', 'tfjs-backend-wasm-simd.wasm'])
    copyFileSync(`${root}dist/${file}`, `${folder}/${file}`)
  await build({
    stdin: {
      contents: `
        import './test/tfjs/environment.js'
        import '${backendFile}'
        import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js'
        import '@tensorflow/tfjs-core/dist/tests.js'`,
      resolveDir: root,
    },
    outfile: `${folder}/${options.backend}.mjs`,
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    // tests.js is not in tfjs-core's list of files with side effects.
    ignoreAnnotations: true,
    plugins: options.backend === 'wasm' ? [] : [esbuildRedirects()],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url); const __dirname = import.meta.dirname;",
    },
    logLevel: 'error',
  })
}

/** Each test's [name, status, message]; repeated names are told apart by their place, as in `name (2)`. */
async function runSuite() {
  process.env.EYES_TFJS_BACKEND = options.backend
  globalThis.jasmine = jasmineRequire.boot(jasmineRequire)
  globalThis.jasmine.DEFAULT_TIMEOUT_INTERVAL = 60_000
  // The suite provokes warnings and profiler lines of tfjs by the hundred.
  const { log, warn } = console
  console.log = console.warn = () => {}
  await import(pathToFileURL(`${folder}/${options.backend}.mjs`).href)
  const env = globalThis.jasmine.getEnv()
  env.configure({ random: false, specFilter: spec => spec.getFullName().includes(options.filter) })
  const seen = new Map()
  const results = []
  const add = (fullName, status, failures) => {
    const name = fullName.replace(/\s+/g, ' ').trim()
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    results.push({ name: count > 1 ? `${name} (${count})` : name, status, message: failures[0]?.message ?? '' })
  }
  const done = new Promise(resolve => {
    env.addReporter({
      specDone: spec => {
        if (spec.status !== 'excluded' || !options.filter) add(spec.fullName, spec.status, spec.failedExpectations)
      },
      suiteDone: suite => {
        if (suite.failedExpectations.length > 0) add(`${suite.fullName} afterAll`, 'failed', suite.failedExpectations)
      },
      jasmineDone: overall => {
        if (overall.failedExpectations.length > 0) add('jasmine', 'failed', overall.failedExpectations)
        resolve()
      },
    })
  })
  env.execute()
  await done
  Object.assign(console, { log, warn })
  return results
}

function report(results) {
  if (options.update) writeList(results)
  const lines = readFileSync(listFile, 'utf8').split('\n')
  const known = new Set(lines.filter(line => line && !line.startsWith('#')))
  const verdict = judge(results, known, { ours: options.backend === 'eyes-wasm', whole: !options.filter })
  for (const { name, message } of verdict.failed) {
    const first = message.split('\n', 1)[0].slice(0, 200)
    console.log(`${known.has(name) ? 'failed, as on wasm' : 'FAILED'}: ${name}\n    ${first}`)
  }
  for (const problem of verdict.problems) console.log(problem)
  const { passed, failed, skipped, newlyPassed } = verdict
  console.log(`${newlyPassed} of the ${known.size} tests known to fail on wasm passed`)
  console.log(`${passed} passed, ${failed.length} failed, ${skipped} skipped`)
  process.exit(verdict.problems.length > 0 ? 1 : 0)
}

function writeList(results) {
  const failed = results.filter(r => r.status === 'failed').map(r => r.name)
  const head = [
    '# Tests of @tensorflow/tfjs-core 4.22.0 that fail on plain tfjs-backend-wasm 4.22.0 (missing kernels, mostly).',
    '# Written by `npm run test:tfjs -- --backend wasm --update`; not edited by hand.',
  ]
  writeFileSync(listFile, [...head, ...failed.sort(), ''].join('\n'))
}
