// `npm run bench`: measures this machine's limits, our kernels, training, peers and start-up, checked before timed. Prints Markdown; what
// is measured how is in sections/. Exit code 1 when a result was wrong or faster than possible, 2 for bad flags.
import { writeFile } from 'node:fs/promises'
import { EyesWasmError } from '../src/errors.js'
import { version } from '../package.json'
import { machine } from './machine.js'
import { markdown } from './markdown.js'
import { type Options, parseOptions, type SectionName, usage } from './options.js'
import type { Results } from './results.js'
import { measureKernels } from './sections/kernels.js'
import { measureLimits } from './sections/limits.js'
import { measurePeers } from './sections/peers.js'
import { measureStartUp } from './sections/start-up.js'
import { measureTraining } from './sections/train.js'

/** Each fills in its part of the results. */
const sections: Record<SectionName, (options: Options, results: Results) => Promise<void>> = {
  async limits({ quick }, results) {
    results.limits = await measureLimits(quick)
  },
  async kernels({ models, quick }, results) {
    // Shares are of a peak measured in the same run.
    results.limits ??= await measureLimits(quick)
    results.kernels = await measureKernels(models, results.limits.gflops, quick, results.failures)
  },
  async train({ models, threads, quick }, results) {
    results.train = await measureTraining(models, threads, quick, results.failures)
  },
  async peers({ models, threads, quick }, results) {
    results.peers = await measurePeers(models, Math.max(...threads), quick, results.notes, results.failures)
  },
  async 'start-up'({ threads, quick }, results) {
    results.startUp = await measureStartUp(Math.max(...threads), quick)
  },
}

async function bench(options: Options): Promise<Results> {
  const results: Results = {
    format: 'eyes-wasm-bench-1',
    version,
    date: new Date().toISOString(),
    quick: options.quick,
    machine: machine(),
    notes: [],
    failures: [],
  }
  for (const name of options.sections) {
    process.stderr.write(`measuring ${name} …\n`)
    await sections[name](options, results)
  }
  return results
}

/** Share of its cores below which a measurement says more about the machine's other work than about ours. */
const leastCpuShare = 0.9

/** Notes how many measurements had to share their cores. */
function noteBusyMachine({ limits, kernels = [], train = [], peers = [], notes }: Results): void {
  const shares = [...kernels, ...train, ...peers].map(row => row.timing.cpuShare)
  if (limits) shares.push(limits.cpuShare)
  const low = shares.filter(share => share < leastCpuShare).length
  if (low === 0) return
  notes.push(
    `${low} of ${shares.length} measurements got less than ${100 * leastCpuShare} % of their cores: other work was running, and medians and ratios say little.`,
  )
}

try {
  const options = parseOptions(process.argv.slice(2))
  if (options.help) process.stdout.write(usage + '\n')
  else {
    const results = await bench(options)
    noteBusyMachine(results)
    process.stdout.write(markdown(results) + '\n')
    if (options.json !== null) await writeFile(options.json, JSON.stringify(results, null, 2) + '\n')
    if (results.failures.length > 0) process.exitCode = 1
  }
} catch (error) {
  process.stderr.write(`${error instanceof EyesWasmError ? error.message : (error as Error).stack}\n`)
  process.exitCode = error instanceof EyesWasmError ? error.exitCode : 1
}
