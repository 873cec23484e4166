// `npm run bench`: measures this machine's limits, our kernels, training, peers and start-up, checked before timed. Prints Markdown; what
// is measured how is in sections/. Exit codes are in the usage (options.ts).
import { EyesWasmError, inputError } from '../src/errors.js'
import { version } from '../package.json'
import { compare } from './compare.js'
import type { Context } from './context.js'
import { exitCodeOf } from './exit-code.js'
import { readResults, writeResults } from './files.js'
import { machine } from './machine.js'
import { comparisonText, markdown } from './markdown.js'
import { type Options, parseOptions, type SectionName, usage } from './options.js'
import { render } from './render.js'
import { type Results, resultsFormat } from './results.js'
import { measureKernels } from './sections/kernels.js'
import { measureLimits } from './sections/limits.js'
import { measureMemory } from './sections/memory.js'
import { measureOthers } from './sections/others.js'
import { measurePeers } from './sections/peers.js'
import { measureSafety } from './sections/safety.js'
import { measureStartUp } from './sections/start-up.js'
import { measureTraining } from './sections/train.js'
import { prepareVectors } from './vectors.js'

/** Each fills in its part of the results. */
const sections: Record<SectionName, (context: Context) => Promise<void>> = {
  limits: measureLimits,
  async kernels(context) {
    // Shares are of a peak measured in the same run.
    if (!context.results.limits) await measureLimits(context)
    await measureKernels(context)
  },
  train: measureTraining,
  peers: measurePeers,
  others: measureOthers,
  'start-up': measureStartUp,
  memory: measureMemory,
  safety: measureSafety,
}

async function measure(options: Options): Promise<Results> {
  const results: Results = {
    format: resultsFormat,
    version,
    date: new Date().toISOString(),
    quick: options.quick,
    machine: machine(await prepareVectors()),
    finished: false,
    notes: [],
    starved: [],
    failures: [],
  }
  const start = performance.now()
  const context: Context = {
    options,
    results,
    progress: text =>
      process.stderr.write(`${((performance.now() - start) / 1000).toFixed(0).padStart(4)} s  ${text}\n`),
    save: () => (options.json === null ? Promise.resolve() : writeResults(options.json, results)),
  }
  await context.save().catch((cause: unknown) => {
    throw inputError(`--json: ${options.json} cannot be written: ${(cause as Error).message}. Choose another.`, cause)
  })
  for (const name of options.sections) {
    context.progress(name)
    await sections[name](context)
    await context.save()
  }
  results.finished = true
  await context.save()
  context.progress('done')
  return results
}

/** Measures, prints, compares; the exit code. */
async function bench(options: Options): Promise<number> {
  // Read first: a wrong name should not cost the minutes of a run.
  const earlier = options.compare === null ? null : await readResults('--compare', options.compare)
  const results = await measure(options)
  process.stdout.write(markdown(results) + '\n')
  const comparison = earlier && compare(earlier, results)
  if (comparison) process.stdout.write(`\n${comparisonText(options.compare!, comparison)}\n`)
  return exitCodeOf(results, comparison)
}

try {
  const options = parseOptions(process.argv.slice(2))
  if (options.help) process.stdout.write(usage + '\n')
  else if (options.render) process.stdout.write((await render(options.render)) + '\n')
  else process.exitCode = await bench(options)
} catch (error) {
  process.stderr.write(`${error instanceof EyesWasmError ? error.message : (error as Error).stack}\n`)
  process.exitCode = error instanceof EyesWasmError ? error.exitCode : 1
}
