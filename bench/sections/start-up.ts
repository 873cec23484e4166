// How long a person waits: from the start of the real command to its first finished training step, and what --version costs.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Context } from '../context.js'
import { coreClock, isStarved, sharesOf } from '../cores.js'
import { median } from '../measure.js'
import { batchSize } from '../models.js'
import type { StartUpRow } from '../results.js'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const command = path('../../dist/cli.js')

/** Tells the CPU time of the process it is loaded into, as its last words. */
const lastWords = `data:text/javascript,process.on('exit',()=>{const c=process.cpuUsage();process.stderr.write('\\ncpu '+(c.user+c.system)/1e6+'\\n')})`

interface Start {
  /** Seconds to the first line on stderr that matches. */
  readonly seconds: number
  readonly cpuSeconds: number
}

/** Runs the command to its end; the clock stops at the first output that matches. */
function start(args: readonly string[], until: RegExp): Promise<Start> {
  const before = performance.now()
  const child = spawn(process.execPath, ['--import', lastWords, command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  let seconds: number | undefined
  const listen = (data: Buffer) => {
    text += data.toString()
    if (until.test(text)) seconds ??= (performance.now() - before) / 1000
  }
  child.stdout.on('data', listen)
  child.stderr.on('data', listen)
  return new Promise((resolve, reject) => {
    child.on('close', () => {
      const cpuSeconds = Number(/^cpu ([\d.]+)$/m.exec(text)?.[1])
      if (seconds === undefined) reject(new Error(`eyes-wasm ${args.join(' ')}: never said ${until.source}:\n${text}`))
      else resolve({ seconds, cpuSeconds })
    })
  })
}

/** Starts for each that is wanted, at most. */
const attempts = 3

/** Null when other work kept too many starts from their cores. */
async function row(
  what: string,
  wanted: number,
  repeats: number,
  threads: number,
  run: () => Promise<Start>,
): Promise<StartUpRow | null> {
  const starts: Start[] = []
  for (let i = 0; i < attempts * repeats && starts.length < repeats; i++) {
    const before = coreClock.now()
    const started = await run()
    const { cores, now } = coreClock
    // A start waits for files too: what counts is what others left to it, not what it used.
    const { granted } = sharesOf(before, now(), cores, threads, 1000 * started.cpuSeconds)
    if (!isStarved({ used: 0, granted })) starts.push(started)
  }
  if (starts.length < repeats) return null
  const seconds = starts.map(s => s.seconds)
  const cpuSeconds = Math.min(...starts.map(s => s.cpuSeconds))
  return { what, best: Math.min(...seconds), median: median(seconds), wanted, cpuSeconds }
}

/** Seconds to the first step that the project wants: one figure for Node 24 and later, one for those before. */
const wantedFirstStep = parseInt(process.versions.node) >= 24 ? 1.5 : 2.5

export async function measureStartUp({ options, results }: Context): Promise<void> {
  const rows = await measureStarts(Math.max(...options.threads), options.quick)
  results.startUp = rows.filter(row => row !== null)
  if (results.startUp.length < rows.length)
    results.starved.push(`start: ${rows.length - results.startUp.length} of ${rows.length} rows`)
}

async function measureStarts(threads: number, quick: boolean): Promise<(StartUpRow | null)[]> {
  const folder = await mkdtemp(join(tmpdir(), 'eyes-wasm-bench-'))
  try {
    const data = await npyFolder(folder)
    let run = 0
    // One batch is one epoch, so that the epoch's line is the first step's.
    const firstStep = (...source: string[]) =>
      start(
        [
          'train',
          ...source,
          '--epochs',
          '1',
          '--limit',
          `${batchSize}`,
          '--threads',
          `${threads}`,
          '--out',
          join(folder, `run${run++}`),
        ],
        /^epoch 1\/1/m,
      )
    const repeats = quick ? 1 : 5
    return [
      await row('--version (CPU)', 0.3, repeats, 1, async () => {
        const { cpuSeconds } = await start(['--version'], /\d+\.\d+\.\d+/)
        return { seconds: cpuSeconds, cpuSeconds }
      }),
      await row('first step, AE (3,1,1), data.npy', wantedFirstStep, repeats, threads, () => firstStep('--data', data)),
      await row('first step, AE (3,1,1), generated eyes', 4, repeats, threads, () => firstStep()),
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The report's data where they are, or as many generated eyes in a file. */
async function npyFolder(folder: string): Promise<string> {
  const shared = join(process.env.EYES_DATA_DIR ?? path('../../../shared/data'), 'eyes')
  if (existsSync(join(shared, 'data.npy'))) return shared
  const made = join(folder, 'data')
  await start(['data', 'make', '--out', made], /./)
  return made
}
