// `eyes-wasm doctor`: what this machine offers, whether the kernels compute right on it, how fast it trains, and what to do about what
// is missing. Exit code 1 when something prevents training.
import { Command } from 'commander'
import { EyesWasmError } from '../errors.js'
import { version } from '../version.js'
import { vectorMode, whyNotRevectorized } from '../wasm/revectorize.js'
import { addExamples, flagName, jsonFlag, quietFlag, threadsFlag } from './flags.js'
import type { Finding } from './machine.js'
import { createProgress, type Progress } from './progress.js'
import { interruption } from './interrupt.js'

interface DoctorFlags {
  readonly threads?: number
  readonly quiet?: boolean
  readonly json?: boolean
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

/** The kernels against the plain reference. */
async function checkKernels(): Promise<Finding> {
  const name = 'Kernels'
  try {
    const { selfCheck } = await import('../kernels/self-check.js')
    const checks = await selfCheck()
    const wrong = checks.filter(({ maxError, bound }) => !(maxError <= bound))
    if (wrong.length === 0 && checks.length > 0)
      return { name, status: 'ok', found: `${checks.length} agree with the plain reference` }
    const details = wrong.map(({ kernel, maxError, bound }) => `${kernel} is off by ${maxError}, allowed ${bound}`)
    const cure = 'Do not trust results of this machine; report the processor and Node version.'
    return { name, status: 'failure', found: details.join('; ') || 'none was checked', cure }
  } catch (error) {
    const cure = 'Install the package again; if that does not help, report this line.'
    return { name, status: 'failure', found: messageOf(error), cure }
  }
}

/** One batch of the report, three times over; the last epoch counts, when all code is warm. */
async function checkSpeed(threads: number | undefined): Promise<Finding> {
  const name = 'Training'
  try {
    const { train } = await import('../training/run.js')
    const options = { epochs: 3, limit: 164, threads, signal: interruption }
    const { history, summary } = await train(options, { name: flagName })
    if (!summary) throw new EyesWasmError('ABORTED', 'stopped. Nothing was finished.')
    const rate = history.at(-1)?.imagesPerSecond ?? 0
    const used = `${summary.threads} ${summary.threads === 1 ? 'thread' : 'threads'}`
    return { name, status: 'ok', found: `${rate.toFixed(0)} images/s, AE (3, 1, 1) on 50x50, ${used}` }
  } catch (error) {
    // A mistyped flag or Ctrl-C says nothing about the machine.
    if (error instanceof EyesWasmError && (error.code === 'INPUT' || error.code === 'ABORTED')) throw error
    return { name, status: 'failure', found: messageOf(error), cure: 'Mend what is named above first.' }
  }
}

async function examine(threads: number | undefined, progress: Progress): Promise<Finding[]> {
  const machine = await import('./machine.js')
  const findings = [
    machine.checkNode(),
    await machine.checkCores(),
    machine.checkMemory(),
    machine.checkSimd(),
    machine.checkSharedMemory(),
  ]
  progress.status('checking the kernels')
  // First the kernels: they are compiled, and their vectors decided upon, where they are first needed.
  const kernels = await checkKernels()
  findings.push(machine.checkVectors(vectorMode(), whyNotRevectorized), kernels)
  progress.status('measuring the speed of training')
  findings.push(await checkSpeed(threads))
  return findings
}

const marks = { ok: 'ok  ', warning: 'note', failure: 'FAIL' } as const

function reportLines(findings: readonly Finding[]): string[] {
  const width = Math.max(...findings.map(({ name }) => name.length))
  const failures = findings.filter(({ status }) => status === 'failure').length
  return [
    `eyes-wasm ${version}`,
    ...findings.flatMap(({ name, status, found, cure }) => [
      `${marks[status]}  ${name.padEnd(width)}  ${found}`,
      ...(cure === undefined ? [] : [`      ${' '.repeat(width)}  -> ${cure}`]),
    ]),
    failures === 0
      ? 'Ready to train.'
      : `${failures} of ${findings.length} checks failed: training will not work here.`,
  ]
}

async function runDoctor({ threads, quiet = false, json = false }: DoctorFlags): Promise<void> {
  const progress = createProgress(process.stderr, { quiet })
  try {
    const findings = await examine(threads, progress)
    progress.close()
    const isReady = findings.every(({ status }) => status !== 'failure')
    process.stdout.write(
      (json ? JSON.stringify({ version, isReady, findings }) : reportLines(findings).join('\n')) + '\n',
    )
    if (!isReady) process.exitCode = 1
  } finally {
    progress.close()
  }
}

export function doctorCommand(): Command {
  const command = new Command('doctor')
    .description('say what this machine offers for training, and what to do about what is missing')
    .addOption(threadsFlag())
    .addOption(quietFlag())
    .addOption(jsonFlag('the findings'))
    .action(runDoctor)
  return addExamples(command, [
    ['eyes-wasm doctor', 'exit code 0 when training will work, 1 when not'],
    ['eyes-wasm doctor --json', 'the same for a program'],
  ])
}
