// `eyes-wasm sweep`: flags to a sweep, progress and table to the terminal. Runs the whole sweep, one trial of it (on a cluster), joins what
// many machines left, or prints the job for them. The sweep itself is loaded when the command runs.
import { relative } from 'node:path'
import { Command, Option } from 'commander'
import { inputError } from '../errors.js'
import type { Trial } from '../experiments/sweep/expand.js'
import type { SweepSource } from '../experiments/sweep/read.js'
import type { TrialRecord } from '../experiments/sweep/records.js'
import type { SweepResult } from '../experiments/sweep/rows.js'
import type { SweepHooks, SweepOptions } from '../experiments/sweep/sweep.js'
import { parseNumber } from '../training/option-checks.js'
import { type TrainOptions } from '../training/options.js'
import type { Callback } from '../training/types.js'
import {
  addExamples,
  addTrainFlags,
  flagName,
  jsonFlag,
  numberFlag,
  quietFlag,
  trainOptionsOf,
  type TrainFlags,
} from './flags.js'
import { interruption } from './interrupt.js'
import { createProgress, dataHooks, formatDuration, type Progress } from './progress.js'

interface SweepFlags extends TrainFlags {
  readonly preset?: string
  readonly seeds?: number
  readonly parallel?: number
  readonly retryFailed?: boolean
  readonly index?: number | 'all'
  readonly collect?: boolean
  readonly print?: string
  readonly image: string
  readonly out?: string
  readonly quiet?: boolean
  readonly json?: boolean
}

const indexVariables = ['SLURM_ARRAY_TASK_ID', 'JOB_COMPLETION_INDEX'] as const

/** The trial that this machine is to run: from --index, or as Slurm or Kubernetes say it; undefined: all of them. */
function wantedIndex(flag: number | 'all' | undefined, environment: NodeJS.ProcessEnv) {
  if (flag === 'all') return undefined
  if (flag !== undefined) return { index: flag, from: '--index' }
  const variable = indexVariables.find(name => environment[name] !== undefined && environment[name] !== '')
  if (variable === undefined) return undefined
  const text = environment[variable]!
  if (!/^\d{1,9}$/.test(text))
    throw inputError(`${variable}: found '${text}', wanted the index of a trial. Unset it, or give --index all.`)
  return { index: Number(text), from: variable }
}

function sourceOf(file: string | undefined, preset: string | undefined): SweepSource {
  if (file !== undefined && preset === undefined) return { file }
  if (file === undefined && preset !== undefined) return { preset }
  const found = file === undefined ? 'neither a file nor --preset' : `the file ${file} and --preset ${preset}`
  throw inputError(`sweep: found ${found}, wanted one of them. For example eyes-wasm sweep --preset table1.`)
}

const titleOf = ({ label, id, options }: Trial) =>
  `${label}${id.includes('-seed') && options.seed !== undefined ? `, seed ${options.seed}` : ''}`

function recordLine(trial: Trial, record: TrialRecord): string {
  const title = titleOf(trial)
  if (record.status === 'failed') return `${title}: failed: ${record.message}`
  const { psnr, ssim, seconds } = record.summary
  return `${title}: PSNR ${psnr.toFixed(2)} dB, SSIM ${ssim.toFixed(4)}, ${formatDuration(seconds)}`
}

const shortPath = (path: string) => relative('', path) || path

/** Progress of trials one after another: the bar of each training in turn. */
function inTurn(progress: Progress): SweepHooks {
  let total = 0
  let begun = 0
  return {
    onPlan: (_, __, pending) => (total = pending.length),
    onTrial: (trial, { epochs }) => {
      progress.print(`trial ${++begun} of ${total}: ${titleOf(trial)}`)
      progress.status('starting')
      return progress.training(epochs)
    },
    onMeasure: () => progress.status('measuring'),
  }
}

/** Progress of trials side by side: one line with what each is at. */
function sideBySide(progress: Progress): SweepHooks {
  const running = new Map<number, string>()
  let total = 0
  let done = 0
  const show = () => progress.status(`${done} of ${total} trials done; ${[...running.values()].join('; ')}`)
  return {
    onPlan: (_, __, pending) => (total = pending.length),
    onTrial: (trial, { epochs }): Callback => {
      const say = (what: string) => {
        running.set(trial.index, `${titleOf(trial)} ${what}`)
        show()
        return undefined
      }
      say('starting')
      return {
        onStep: ({ epoch }) => say(`epoch ${epoch}/${epochs}`),
        // Ten lines a training that stay: there may be no terminal to redraw.
        onEpoch: ({ epoch, loss }) => {
          const isTenth = Math.floor((10 * epoch) / epochs) > Math.floor((10 * (epoch - 1)) / epochs)
          if (isTenth) progress.print(`${titleOf(trial)}: epoch ${epoch}/${epochs}  loss ${loss.toPrecision(4)}`)
          return undefined
        },
      }
    },
    onRecord: ({ index }) => {
      done++
      running.delete(index)
    },
  }
}

/** Progress of a sweep, also of studies that are one (rate-distortion.ts). */
export function sweepProgress(progress: Progress, parallel: number | undefined): SweepHooks {
  const shown = parallel === undefined || parallel === 1 ? inTurn(progress) : sideBySide(progress)
  return {
    name: flagName,
    ...shown,
    ...dataHooks(progress),
    onPlan: (plan, folder, pending) => {
      const old = plan.trials.length - pending.length
      const rest = old > 0 ? `, ${pending.length} to run` : ''
      progress.print(`sweep '${plan.name}': ${plan.trials.length} trials${rest}, in ${shortPath(folder)}`)
      shown.onPlan?.(plan, folder, pending)
    },
    onRecord: (trial, record) => {
      shown.onRecord?.(trial, record)
      progress.print(recordLine(trial, record))
    },
  }
}

/** 0, 2, 3, 4 -> `0,2-4`, as Slurm writes the indices of an array. */
export function indexRanges(indices: readonly number[]): string {
  const ranges: [number, number][] = []
  for (const index of indices) {
    const last = ranges.at(-1)
    if (last?.[1] === index - 1) last[1] = index
    else ranges.push([index, index])
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',')
}

async function showResult(result: SweepResult, progress: Progress, json: boolean): Promise<void> {
  const [{ resultJson }, { formatSweep }] = await Promise.all([
    import('../experiments/sweep/table-files.js'),
    import('./sweep-text.js'),
  ])
  const { rows, notes, failed, missing, folder } = result
  const text = json ? JSON.stringify(resultJson(result)) : [...formatSweep(rows), ...notes].join('\n')
  progress.close()
  process.stdout.write(text + '\n')
  if (missing.length > 0) progress.print(`not finished: trials ${indexRanges(missing)}`)
  for (const { index, id, message } of failed) progress.print(`failed: trial ${index} (${id}): ${message}`)
  progress.print(`written to ${shortPath(folder)}`)
  if (failed.length > 0) process.exitCode = 1
}

async function runOne(
  options: SweepOptions,
  wanted: { index: number; from: string },
  progress: Progress,
  json: boolean,
) {
  const { runSweepTrial } = await import('../experiments/sweep/sweep.js')
  progress.print(`trial ${wanted.index} (from ${wanted.from})`)
  const { record, trial, isOld, folder } = await runSweepTrial(options, wanted.index, sweepProgress(progress, 1))
  if (isOld) progress.print(`${titleOf(trial)}: was finished before; not run again`)
  if (record !== null) progress.print(`left in ${shortPath(folder)}`)
  if (json) process.stdout.write(JSON.stringify({ folder, record }) + '\n')
}

/** Options of a training as the command line says them. */
function trainFlagsText(options: TrainOptions): string[] {
  const entries = Object.entries(options) as [string, TrainOptions[keyof TrainOptions]][]
  return entries.flatMap(([key, value]) => {
    if (value === undefined || key === 'threads') return []
    if (key === 'shuffle') return value === false ? ['--no-shuffle'] : []
    if (key === 'flip') return [value === true ? '--flip' : '--no-flip']
    return [flagName(key), typeof value === 'object' && value !== null ? `${value.height}x${value.width}` : `${value}`]
  })
}

async function printJob(kind: string, options: SweepOptions, image: string): Promise<void> {
  if (kind !== 'slurm' && kind !== 'kubernetes')
    throw inputError(`--print: found '${kind}', wanted slurm or kubernetes. For example --print slurm.`)
  const [{ planSweep }, { slurmScript, kubernetesManifest }, { readFile }, { version }] = await Promise.all([
    import('../experiments/sweep/sweep.js'),
    import('../experiments/sweep/cluster.js'),
    import('node:fs/promises'),
    import('../version.js'),
  ])
  const { plan, path } = await planSweep(options, flagName)
  const { sweep, seeds, parallel } = options
  const given = 'file' in sweep ? sweep.file : undefined
  const source = given !== undefined ? [given] : ['--preset', plan.name]
  const command = [
    'sweep',
    ...source,
    ...trainFlagsText(options.options ?? {}),
    ...(seeds === undefined ? [] : ['--seeds', `${seeds}`]),
  ]
  const job = { plan, command, out: options.out ?? shortPath(path), threads: options.options?.threads, parallel }
  const file = given === undefined ? undefined : { path: given, text: await readFile(given, 'utf8') }
  process.stdout.write(kind === 'slurm' ? slurmScript(job) : await kubernetesManifest({ ...job, image, version, file }))
}

async function runSweepCommand(file: string | undefined, flags: SweepFlags): Promise<void> {
  const {
    preset,
    seeds,
    parallel,
    retryFailed,
    index,
    collect,
    print,
    image,
    out,
    quiet = false,
    json = false,
    ...train
  } = flags
  const sweep = sourceOf(file, preset)
  const options = { sweep, options: trainOptionsOf(train), seeds, out, parallel, retryFailed, signal: interruption }
  if (print !== undefined) return printJob(print, options, image)
  const wanted = collect === true ? undefined : wantedIndex(index, process.env)
  const progress = createProgress(process.stderr, { quiet })
  try {
    if (wanted) {
      await runOne(options, wanted, progress, json)
      return
    }
    const { collectSweep, runSweep } = await import('../experiments/sweep/sweep.js')
    const run = collect === true ? collectSweep : runSweep
    await showResult(await run(options, sweepProgress(progress, parallel)), progress, json)
  } finally {
    progress.close()
  }
}

const fileHelp = `
A sweep file gives options of train by their names (klWeight, not kl-weight), and what to vary as lists:
  model: vae
  geometry: [[3, 1, 1], [4, 2, 2]]   # kernel, stride, padding together
  klWeight: [0.1, 1]                 # 2 x 2 = 4 trials
  seeds: 3                           # each three times
With 'method: random' and 'trials: 20', ranges too: lr: {from: 1.0e-4, to: 1.0e-2, scale: log}
Flags of train replace what the file says, but not what it varies. Exit code 1: a trial failed.`

export function sweepCommand(): Command {
  const command = new Command('sweep')
    .description("train many variants, resumably, and compare them in a table beside the report's values")
    .argument('[sweep.yaml]', 'what to vary: any option of train, as lists (grid) or ranges (random)')
    .addOption(new Option('--preset <name>', "the report's table1 (AE) or table4 (VAE): its six geometries"))
    .addOption(numberFlag('--seeds <n>', 'train each setting n times; the table has mean ± standard deviation'))
    .addOption(numberFlag('--parallel <n>', 'trials side by side, sharing the threads (default: 1)'))
    .addOption(new Option('--retry-failed', 'run trials again that have failed'))
    .addOption(
      new Option(
        '--index <i>',
        'run only trial i, from 0 (default: SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX, else all)',
      ).argParser(text => (text === 'all' ? text : parseNumber(text, '--index'))),
    )
    .addOption(new Option('--collect', 'join what many machines left in the folder, and say what is missing'))
    .addOption(new Option('--print <what>', 'print the job script for slurm, or the manifest for kubernetes'))
    .addOption(
      new Option('--image <name>', 'container image with Node, for --print kubernetes').default(
        'node:22-bookworm-slim',
      ),
    )
    .addOption(new Option('--out <dir>', 'folder, new, empty or of this sweep (default: runs/sweep-<name>-<hash>)'))
  addTrainFlags(command).addOption(quietFlag()).addOption(jsonFlag('the table')).action(runSweepCommand)
  command.addHelpText('after', fileHelp)
  return addExamples(command, [
    [
      'eyes-wasm sweep --preset table1 --data eyes/ --epochs 20',
      "the report's Table 1; the same line again goes on where it was stopped",
    ],
    ['eyes-wasm sweep rates.yaml --seeds 3', 'rates.yaml: "lr: [0.001, 0.0003]" and "loss: [mse, l1]"'],
    ['eyes-wasm sweep rates.yaml --print slurm --out shared/rates > job.sh', 'the same on a cluster'],
    ['eyes-wasm sweep rates.yaml --collect --out shared/rates', 'the table of what is there'],
  ])
}
