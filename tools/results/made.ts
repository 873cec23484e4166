// How a result was made: the command, the machine, Node, the date, and what was cut short, all of it read from what the runs recorded.
// Paths of the machine do not appear: images that were named are `eyes/`, folders go by their names.
import { basename } from 'node:path'
import type { StudyMade } from '../../src/cli/study-flags.js'
import { trainFlags } from '../../src/training/command-line.js'
import { resolveOptions, type TrainOptions } from '../../src/training/options.js'
import { presets } from '../../src/training/presets.js'
import type { Run, Study, Sweep } from './source.js'

/** What the report trained for, and on how many images. */
export const reportEpochs = presets.report.ae.epochs
export const reportImages = 1476

const equal = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/** Options with paths as anybody may write them. */
const neutral = ({ data, init, ...others }: TrainOptions): TrainOptions => ({
  ...others,
  ...(data !== undefined && data !== null && { data: 'eyes/' }),
  ...(init !== undefined && init !== null && { init: basename(init) }),
})

/** The command whose run this is: the options that are not the defaults of its preset. */
export function trainCommand({ name, config, control }: Run): string {
  const { height, width, ...settings } = config
  const { preset, model } = config
  const usual = resolveOptions({ preset, model }).settings
  const changed = Object.entries(settings).filter(([key, value]) => !equal(value, usual[key as keyof typeof usual]))
  const size = height === 50 && width === 50 ? {} : { size: { height, width } }
  const { patience, minDelta, monitor = 'loss' } = control
  const ends = patience === undefined ? [] : ['--patience', `${patience}`, '--min-delta', `${minDelta ?? 0}`]
  return [
    'eyes-wasm train',
    ...(preset === 'report' ? [] : [`--preset ${preset}`]),
    ...(model === 'ae' ? [] : [`--model ${model}`]),
    ...trainFlags({ ...neutral(Object.fromEntries(changed)), ...size }),
    ...ends,
    ...(monitor === 'loss' ? [] : ['--monitor', monitor]),
    `--out ${name}`,
  ].join(' ')
}

/** The one command, or for a run that was measured after several of its epochs, all of them. */
function trainCommands(run: Run): string[] {
  const [first] = run.measured
  if (first === undefined) return [trainCommand(run)]
  const further = `eyes-wasm train --resume ${run.name} --epochs $n --json`
  return [
    trainCommand({ ...run, config: { ...run.config, epochs: first.epochs - 1 } }),
    `for n in $(seq ${first.epochs} ${run.history.length}); do ${further}; done > ${run.name}.jsonl`,
  ]
}

interface SweepOptions {
  /** Options that all trials share. */
  readonly shared: TrainOptions
  /** Values of the others, in their order. */
  readonly varied: ReadonlyMap<string, readonly unknown[]>
  readonly seeds: number
}

function sweepOptions({ plan: { trials } }: Sweep): SweepOptions {
  const all = trials.map(({ options }) => options as Readonly<Record<string, unknown>>)
  const values = (key: string) => [
    ...new Map(all.map(options => [JSON.stringify(options[key]), options[key]])).values(),
  ]
  const keys = [...new Set(all.flatMap(Object.keys))]
  const isShared = (key: string) => values(key).length === 1
  const seeds = trials.filter(({ setting }) => setting === 0).length
  return {
    shared: Object.fromEntries(keys.filter(isShared).map(key => [key, all[0]![key]])),
    varied: new Map(
      keys.filter(key => !isShared(key) && !(key === 'seed' && seeds > 1)).map(key => [key, values(key)]),
    ),
    seeds,
  }
}

/** Two lines where the sweep had a file of its own: the command, and what the file varies. */
export function sweepCommand(sweep: Sweep): string[] {
  const { shared, varied, seeds } = sweepOptions(sweep)
  const { name } = sweep.plan
  const isTable = name === 'table1' || name === 'table4'
  const isRate = name === 'rate-distortion'
  const { klWeight, heads, model, ...others } = shared
  // The two studies set these themselves.
  const given = isTable ? { ...others, klWeight, heads } : isRate ? others : { model, ...others, klWeight, heads }
  const list = (key: string, one: unknown) => (varied.get(key) ?? [one]).join(',')
  const what = isTable
    ? [`sweep --preset ${name}`]
    : isRate
      ? [`rate-distortion --kl-weights ${list('klWeight', klWeight)} --compare-heads ${list('heads', heads ?? 'relu')}`]
      : [`sweep ${name}.yaml`]
  const line = [
    'eyes-wasm',
    ...what,
    ...trainFlags(neutral(given)),
    ...(seeds > 1 ? [`--seeds ${seeds}`] : []),
    `--out ${sweep.name}`,
  ].join(' ')
  if (isTable || isRate) return [line]
  const file = [...varied].map(([key, values]) => `${key}: ${JSON.stringify(values)}`).join('; ')
  return [line, `# ${name}.yaml varies ${file}`]
}

/** The command line that a study kept, with neutral paths. */
export function studyCommand({ command, images }: StudyMade): string {
  const isPath = (index: number) => command[index - 1] === '--data'
  const words = command.map((word, index) =>
    isPath(index) ? (images.generatedEyes ? basename(word) : 'eyes/') : /[\\/]/.test(word) ? basename(word) : word,
  )
  return ['eyes-wasm', ...words].join(' ')
}

type Origin = Pick<StudyMade, 'versions' | 'machine' | 'vectors' | 'date'>

/** `eyes-wasm 0.1.0 on Node 24.21.0, AMD EPYC, 2 cores, linux x64, 2026-11-22` */
export function originText({ versions, machine, vectors, date }: Origin): string {
  const { cpu, cores, platform, arch } = machine
  return `eyes-wasm ${versions['eyes-wasm']} on Node ${versions.node} (kernels: ${vectors}), ${cpu}, ${cores} cores, ${platform} ${arch}, ${date.slice(0, 10)}`
}

/** What a reader must know before comparing this run with the report's 500 epochs on 1476 images; [] for as much as that. */
export function shortenings({ config, history, summary, origin }: Run): string[] {
  const done = history.length
  const images = summary?.images ?? Math.min(config.limit ?? origin.data.count, origin.data.count)
  return [
    ...(done < config.epochs && summary === null ? [`stopped after ${done} of ${config.epochs} epochs`] : []),
    ...(done < config.epochs && summary !== null ? [`ended early, after ${done} of ${config.epochs} epochs`] : []),
    // A recipe of our own has its own number of epochs.
    ...(config.preset === 'report' && config.epochs < reportEpochs
      ? [`shortened: ${config.epochs} epochs, the report has ${reportEpochs}`]
      : []),
    ...(images === reportImages ? [] : [`${images} images, the report has ${reportImages}`]),
    ...(config.data === null ? ['generated eyes'] : []),
  ]
}

/** In bold where anything is cut short. */
export function marksText(run: Run): string {
  const marks = shortenings(run)
  return marks.length === 0 ? `${run.history.length} epochs` : `**${marks.join('; ')}**`
}

const duration = (seconds: number) =>
  seconds < 100
    ? `${seconds.toFixed(0)} s`
    : seconds < 6000
      ? `${(seconds / 60).toFixed(0)} min`
      : `${(seconds / 3600).toFixed(1)} h`

const secondsOf = (run: Run) => run.history.reduce((sum, { seconds }) => sum + seconds, 0)

/** Command and circumstances, as Markdown. */
export function madeByRun(run: Run): string[] {
  return [
    ...listing(trainCommands(run)),
    `${originText(run.origin)}; ${marksText(run)}; ${duration(secondsOf(run))} of training.`,
  ]
}

/** Every different circumstance of a sweep's trials, and what is missing. */
export function madeBySweep(sweep: Sweep): string[] {
  const { runs, outcomes } = sweep
  const unlike = (texts: readonly string[]) => [...new Set(texts)]
  const finished = outcomes.filter(({ record }) => record?.status === 'finished').length
  const missing = outcomes.length - finished
  return [
    ...listing(sweepCommand(sweep)),
    [
      ...unlike(runs.map(({ origin }) => originText(origin))),
      ...unlike(runs.map(marksText)),
      ...(missing > 0 ? [`**${missing} of ${outcomes.length} trainings are missing**`] : []),
      `${duration(runs.reduce((sum, run) => sum + secondsOf(run), 0))} of training in all`,
    ].join('; ') + '.',
  ]
}

export function madeByStudy({ made }: Study): string[] {
  if (made === undefined) return ['*The study was made by a version that did not keep its command.*']
  return [
    ...listing([studyCommand(made)]),
    `${originText(made)}; the source has ${made.images.count} images${made.images.generatedEyes ? ', **generated eyes**' : ''}.`,
  ]
}

const listing = (lines: readonly string[]) => ['```', ...lines, '```', '']
