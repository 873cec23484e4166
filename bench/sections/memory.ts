// The most memory that the real command holds at a time while it trains: resident size, of all its threads together.
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ModelSpec } from '../../src/models/spec.js'
import type { Context } from '../context.js'
import { batchSize, modelName } from '../models.js'
import type { MemoryRow } from '../results.js'

const command = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))

/**
 * Tells the peak of the process it is loaded into, in KiB, as its last words. Linux's resourceUsage() starts at what the parent held when
 * it spawned the process, its VmHWM at nothing.
 */
const lastWords = `import { readFileSync } from 'node:fs'
  process.on('exit', () => {
    const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : ''
    const peak = /VmHWM:\\s*(\\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS
    process.stderr.write('\\npeak ' + peak + '\\n')
  })`
const preload = `data:text/javascript,${encodeURIComponent(lastWords)}`

/** MiB that a training of this many threads may hold. */
export const wantedMiB = (threads: number) => 350 + 150 * threads

/** Runs `eyes-wasm …args` to its end; answers its peak in MiB. */
export function commandPeak(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, ['--import', preload, command, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let text = ''
  child.stderr.setEncoding('utf8').on('data', (data: string) => (text += data))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => {
      const peak = /^peak (\d+)$/m.exec(text)
      if (code === 0 && peak) resolve(Number(peak[1]) / 1024)
      else reject(new Error(`eyes-wasm ${args.join(' ')}: exit code ${code}, no peak:\n${text}`))
    })
  })
}

/** Flags of a model. */
export const modelFlags = ({ kind, kernel, stride, padding }: ModelSpec) =>
  Object.entries({ model: kind, kernel, stride, padding }).flatMap(([flag, value]) => [`--${flag}`, `${value}`])

/** Two steps of the report's batch, for each model and number of threads; in a quick run the first model with the most threads. */
export async function measureMemory({ options, results, progress, save }: Context): Promise<void> {
  const models = options.quick ? options.models.slice(0, 1) : options.models
  const threadCounts = options.quick ? options.threads.slice(-1) : options.threads
  const folder = await mkdtemp(join(tmpdir(), 'eyes-wasm-bench-'))
  const rows: MemoryRow[] = (results.memory = [])
  try {
    for (const spec of models) {
      progress(`memory of ${modelName(spec)}`)
      for (const threads of threadCounts) {
        const size = ['--epochs', '2', '--limit', `${batchSize}`, '--batch', `${batchSize}`, '--threads', `${threads}`]
        const out = join(folder, `run${rows.length}`)
        const peakMiB = await commandPeak(['train', ...modelFlags(spec), ...size, '--out', out])
        rows.push({ model: modelName(spec), threads, peakMiB, wantedMiB: wantedMiB(threads) })
      }
      await save()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
