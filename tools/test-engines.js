// npm run test:engines: `eyes-wasm doctor --reproduce` on every engine that this machine can have, one table at the end. Says what could not be
// run and how to make it possible; ends with 1 when an engine computed other bits or did not end. With --readme the table goes into README.md.
import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import { cleanEnvironment, emulation, emulationHelp, engines, fetchEngine, hasEngine } from './engines.js'
import { replaceBlock } from './readme-block.js'

const cli = resolve('dist/cli.js')

/** Threads and vector mode of each run; undefined: the engine's own mode. Emulated: about 0.4 GFLOP/s, ten minutes. */
const runs = [
  ...[1, 2, 3, 8].map(threads => ({ name: 'node20', threads })),
  { name: 'node22', threads: 2 },
  ...[1, 2, 3, 8].map(threads => ({ name: 'node24', threads, revectorize: '1' })),
  { name: 'node24', threads: 2, revectorize: '0' },
  { name: 'node26', threads: 2, revectorize: '1' },
  { name: 'node26', threads: 2, revectorize: '0' },
  ...[1, 2, 8].map(threads => ({ name: 'bun', threads })),
  ...[1, 8].map(threads => ({ name: 'deno', threads })),
  { name: 'arm64', threads: 1 },
]
const limit = 3_600_000

/** What stands before the command: the engine's executable, behind the emulator where it needs one. Throws saying what is missing. */
async function engineCommand(name) {
  if (!hasEngine(name)) throw new Error(`npm has it for linux-x64 alone, this is ${process.platform} ${process.arch}`)
  if (!engines[name].emulated) return [await fetchEngine(name), ...(engines[name].before ?? [])]
  const prefix = emulation()
  if (prefix === null) throw new Error(`no emulator: ${emulationHelp}`)
  return [...prefix, await fetchEngine(name)]
}

/** What `doctor --reproduce --json` printed, whatever its exit code; throws when it printed no JSON. */
function reproduce([file, ...prefix], { threads, revectorize }) {
  const args = [...prefix, cli, 'doctor', '--reproduce', '--json', '--quiet', '--threads', `${threads}`]
  const env = { ...cleanEnvironment(file), ...(revectorize && { EYES_WASM_REVECTORIZE: revectorize }) }
  return new Promise((done, reject) => {
    execFile(file, args, { env, timeout: limit, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      try {
        done(JSON.parse(stdout))
      } catch {
        reject(new Error(stderr.trim().split('\n').at(-1) || error?.message || 'it printed nothing', { cause: error }))
      }
    })
  })
}

/** A table row of what was computed. */
function row(title, asked, { engine, arch, vectors, runs: [ae, vae] }, seconds) {
  const trained = `${asked} (${ae.threads}, ${vae.threads})`
  const verdict = ({ isEqual }) => (isEqual ? 'equal' : 'DIFFERENT')
  return [
    `${engine}${title.includes('Arm64') ? ', emulated' : ''}`,
    arch,
    trained,
    vectors,
    verdict(ae),
    verdict(vae),
    seconds,
  ]
}

async function measure(run) {
  const { title, version } = engines[run.name]
  const missing = why => ({ row: [`${title} (${version})`, '', `${run.threads}`, '', 'not run', 'not run', ''], why })
  let command
  try {
    command = await engineCommand(run.name)
  } catch (error) {
    return missing(error.message)
  }
  const start = performance.now()
  try {
    const found = await reproduce(command, run)
    return {
      row: row(title, run.threads, found, ((performance.now() - start) / 1000).toFixed(1)),
      failed: !found.isReproduced,
    }
  } catch (error) {
    return { ...missing(error.message), failed: true }
  }
}

function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map(cells => cells[column].length)))
  return rows.map(cells => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`)
}

const results = []
for (const run of runs) {
  process.stderr.write(`${engines[run.name].title}, ${run.threads} threads …\n`)
  results.push(await measure(run))
}
const head = ['engine', 'processor', 'threads (AE, VAE)', 'vectors', 'AE (3, 1, 1)', 'VAE (3, 1, 1)', 'seconds']
const [first, ...lines] = table([head, ...results.map(result => result.row)])
const markdown = [first, first.replace(/[^|]/g, '-'), ...lines].join('\n')
console.log(markdown)
if (process.argv.includes('--readme')) replaceBlock('engines', markdown)
const reasons = new Set(results.flatMap(({ row: [engine], why }) => (why === undefined ? [] : [`${engine}: ${why}`])))
for (const reason of reasons) console.log(`not run: ${reason}`)
process.exitCode = results.some(({ failed }) => failed) ? 1 : 0
