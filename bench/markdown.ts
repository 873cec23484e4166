// The results as Markdown, for the screen and for docs/bench. No measuring here; README's part is readme.ts.
import type { Comparison } from './compare.js'
import { describeMachine } from './machine.js'
import { otherColumns, otherRatios } from './other-ratios.js'
import { goalsFor, goalModels, meanRatio, type ModelRatio, modelRatios, type Ratio } from './ratios.js'
import type {
  KernelRow,
  MemoryRow,
  PeerRow,
  Results,
  SafetyRow,
  ScalingRow,
  StartUpRow,
  StepSplit,
  Timing,
  TrainRow,
} from './results.js'
import { type Column, milliseconds, modelTitle, percent, speed, table, times } from './table.js'

const spans = ({ min, median, spread }: Timing) => {
  const digits = median < 20 ? 2 : 0
  return `${min.toFixed(digits)} / ${median.toFixed(digits)} ± ${spread.toFixed(digits)}`
}
const cpu = ({ timing }: { timing: Timing }) => percent(timing.cpuShare)
const verdict = (found: number, wanted: number | undefined, digits: (value: number) => string) =>
  wanted === undefined ? '' : `${found >= wanted ? 'pass' : 'short'} (${digits(wanted)})`

const kernelColumns: readonly Column<KernelRow>[] = [
  ['model', row => row.model],
  ['layer', row => `${row.layer} ${row.channels}`],
  ['pass', row => row.pass],
  ['algorithm', row => row.algorithm],
  ['ms, min / median', row => spans(row.timing)],
  ['GFLOP/s', row => row.gflops.toFixed(1)],
  ['of peak', row => percent(row.shareOfPeak)],
  ['effective GFLOP/s', row => row.effectiveGflops.toFixed(0)],
  ['direct, ms', row => milliseconds(row.directMilliseconds)],
  ['× direct', row => (row.algorithm === 'direct' ? '' : (row.directMilliseconds / row.timing.min).toFixed(1))],
  ['wanted', row => verdict(row.shareOfPeak, row.wanted, percent)],
  ['error / bound', row => row.error.toFixed(3)],
  ['CPU', cpu],
]

const trainColumns: readonly Column<TrainRow>[] = [
  ['model', row => row.model],
  ['threads', row => row.threads],
  ['images/s, median', row => speed(row.imagesPerSecond)],
  ['best', row => speed(row.best)],
  ['ms a step, min / median', row => spans(row.timing)],
  ['× one thread', row => row.speedup?.toFixed(2) ?? ''],
  ['wanted', row => verdict(row.speedup ?? 0, row.wanted, value => value.toFixed(2))],
  ['steps', row => row.timing.samples],
  ['CPU', cpu],
]

const predictionOf = (row: ScalingRow, threads: number) => row.predicted.find(one => one.threads === threads)?.speedup

const scalingColumns = (rows: readonly ScalingRow[]): Column<ScalingRow>[] => [
  ['model', row => row.model],
  ['measured with threads', row => row.measured],
  ['serial share', row => `${(100 * row.serialShare).toFixed(2)} %`],
  ['micro-batches', row => row.microBatches],
  ...(rows[0]?.predicted ?? []).map(({ threads }): Column<ScalingRow> => [
    `${threads} threads`,
    row => {
      const speedup = predictionOf(row, threads)!
      return `${speedup.toFixed(1)}× (${percent(speedup / threads)})`
    },
  ]),
  ['wanted of 8', row => verdict((predictionOf(row, 8) ?? 0) / 8, row.wanted, percent)],
]

const peerColumns: readonly Column<PeerRow>[] = [
  ['model', row => row.model],
  ['', row => row.peer],
  ['threads', row => row.threads],
  ['images/s', row => speed(row.imagesPerSecond)],
  ['measured', row => row.does],
  ['images a step', row => row.images],
  ['ms a step, min / median', row => spans(row.timing)],
  ['steps', row => row.timing.samples],
  ['loss', row => row.loss.toPrecision(7)],
  ['CPU', cpu],
]

const ratioColumns: readonly Column<Ratio & Partial<ModelRatio>>[] = [
  ['model', row => modelTitle(row.name)],
  ['eyes-wasm, images/s', row => (row.own ? speed(row.own.imagesPerSecond) : '')],
  ['PyTorch, images/s', row => (row.peer ? speed(row.peer.imagesPerSecond) : '')],
  ['layout', row => /\((\w+)\)/.exec(row.peer?.peer ?? '')?.[1] ?? ''],
  ['ratio', row => times(row.ratio)],
  ['required', row => row.required],
  ['', row => row.verdict],
  ['wanted', row => row.wanted ?? ''],
]

const startUpColumns: readonly Column<StartUpRow>[] = [
  ['from the command’s start', row => row.what],
  ['seconds, best / median', row => `${row.best.toFixed(2)} / ${row.median.toFixed(2)}`],
  ['wanted', row => `${row.best <= row.wanted ? 'pass' : 'short'} (${row.wanted})`],
  ['CPU seconds of the whole command', row => row.cpuSeconds.toFixed(2)],
]

const memoryColumns: readonly Column<MemoryRow>[] = [
  ['model', row => row.model],
  ['threads', row => row.threads],
  ['MiB at most', row => row.peakMiB.toFixed(0)],
  ['wanted', row => `${row.peakMiB <= row.wantedMiB ? 'pass' : 'short'} (${row.wantedMiB})`],
]

const smallPercent = (share: number) => `${(100 * share).toFixed(3)} %`
const safetyColumns: readonly Column<SafetyRow>[] = [
  ['model', row => row.model],
  ['', row => row.what],
  ['ms', row => row.milliseconds.toFixed(3)],
  ['share', row => `${smallPercent(row.share)} of a ${row.of}`],
  [
    'wanted',
    ({ share, wanted }) =>
      wanted === undefined ? '' : `${share <= wanted ? 'pass' : 'short'} (${smallPercent(wanted)})`,
  ],
]

const parts = (spent: Readonly<Record<string, number>>) =>
  Object.entries(spent).map(([name, time]) => `${name} ${time.toFixed(2)}`)

function splitLine(model: string, { images, milliseconds, kernels, overhead }: StepSplit): string {
  return `${model}, a micro-batch of ${images} images on one thread, ${milliseconds.toFixed(1)} ms: ${parts(kernels).join(', ')}; outside the kernels ${percent(overhead)} (wanted: under 2 %).`
}

/** Layers and passes that a short row names. */
const slowestShown = 4

/** Where a model's time goes: by pass, and the passes of layers that take longest where the kernels were measured too. */
export function passLine(model: string, split: StepSplit, kernels: readonly KernelRow[]): string {
  const passes = Object.entries(split.passes).map(
    ([name, time]) => `${name} ${time.toFixed(1)} ms (${percent(time / split.milliseconds)})`,
  )
  const slowest = kernels
    .filter(row => row.model === model)
    .sort((a, b) => b.timing.min - a.timing.min)
    .slice(0, slowestShown)
    .map(row => `${row.layer} ${row.channels} ${row.pass} ${milliseconds(row.timing.min)} ms ${row.algorithm}`)
  const layers =
    slowest.length > 0 ? ` Its longest passes for ${kernels[0]!.images} images: ${slowest.join(', ')}.` : ''
  return `${modelTitle(model)} is short. A micro-batch of ${split.images} images on one thread, ${split.milliseconds.toFixed(1)} ms: ${passes.join(', ')}.${layers}`
}

/** The table of ratios to PyTorch, and below it where each short row's time goes. Nothing where PyTorch was not measured. */
export function ratioTexts({ peers = [], kernels = [], splits = {}, machine }: Results): string[] {
  const goals = goalsFor(machine.node)
  const ratios = modelRatios(peers, goals)
  if (ratios.length === 0) return []
  const mean = meanRatio(ratios, goals)
  const rows: (Ratio & Partial<ModelRatio>)[] = mean ? [...ratios, mean] : ratios
  const few = mean ? [] : [`The geometric mean is of ${goalModels} models (--models all); here are ${ratios.length}.`]
  const short = ratios.filter(row => row.verdict === 'short')
  const lines = short.flatMap(({ name }) => (splits[name] ? [passLine(name, splits[name], kernels)] : []))
  return [table(rows, ratioColumns), ...few, ...lines]
}

/** What the CPU column says, and how many runs were not counted. */
function cpuLine(rows: readonly { timing: Timing }[]): string {
  const refused = rows.reduce((sum, { timing }) => sum + timing.refused, 0)
  return `CPU: share of its cores that a row's runs used. Runs that others kept from their cores: ${refused}, thrown away and made again.`
}

export function heading({ machine, date, version, quick, finished }: Results): string {
  const state = `${quick ? ', quick' : ''}${finished ? '' : ', interrupted'}`
  return `eyes-wasm ${version}, ${date}${state}\n${describeMachine(machine)}`
}

/** Everything that was measured. */
export function markdown(results: Results): string {
  const { limits, kernels, train, scaling, peers, others, startUp, memory, safety, splits, notes, starved, failures } =
    results
  const all = [heading(results)]
  const section = (title: string, ...texts: string[]) => all.push(`## ${title}`, ...texts)
  if (limits)
    section(
      'Limits of one core',
      `${limits.gflops.toFixed(1)} GFLOP/s of multiply-adds (${limits.accumulators} accumulators); memory ${limits.readGBs.toFixed(1)} GB/s read, ${limits.copyGBs.toFixed(1)} GB/s copied; CPU ${percent(limits.cpuShare)}`,
    )
  if (kernels?.length) section('Kernels, one thread', table(kernels, kernelColumns), cpuLine(kernels))
  if (train?.length) {
    const lines = train.map(row => row.model).filter((model, i, models) => models.indexOf(model) === i)
    const split = lines.flatMap(model => (splits?.[model] ? [splitLine(model, splits[model])] : []))
    section('Training steps', table(train, trainColumns), cpuLine(train), ...split)
  }
  if (scaling?.length) section('More threads, predicted', scalingText, table(scaling, scalingColumns(scaling)))
  if (peers?.length) section('Beside others', table(peers, peerColumns), cpuLine(peers))
  const ratios = ratioTexts(results)
  if (ratios.length > 0) section('Beside PyTorch', ...ratios)
  if (others?.length)
    section('Models of others', table(others, peerColumns), cpuLine(others), table(otherRatios(others), otherColumns))
  if (startUp?.length) section('Start', table(startUp, startUpColumns))
  if (memory?.length) section('Memory of the command, resident', table(memory, memoryColumns))
  if (safety?.length) section('What safety costs', table(safety, safetyColumns))
  if (notes.length > 0) section('Notes', notes.join('\n\n'))
  if (starved.length > 0) section('Left out: the machine was too busy', starved.join('\n\n'))
  if (failures.length > 0) section('Failures', failures.join('\n\n'))
  return all.join('\n\n')
}

const scalingText =
  'The serial share is the part of a one-thread step that only one thread can do: data, dispatch, reduction, Adam. Speed over one thread, and efficiency, by Amdahl’s law with whole micro-batches.'

/** What --compare found: every row, the regressions first. */
export function comparisonText(path: string, { changes, unmatched, differences }: Comparison): string {
  const sorted = [...changes].sort((a, b) => b.ratio - a.ratio)
  const regressions = sorted.filter(change => change.isRegression).length
  const texts = [
    `## Compared with ${path}`,
    `${regressions} of ${changes.length} rows take over 10 % longer; ${unmatched} rows are in only one of the two.`,
  ]
  if (differences.length > 0) texts.push(`Not the same conditions: ${differences.join('; ')}.`)
  texts.push(
    table(sorted, [
      ['row', row => row.name],
      ['was, ms', row => milliseconds(row.was)],
      ['is, ms', row => milliseconds(row.is)],
      ['ratio', row => row.ratio.toFixed(2)],
      ['', row => (row.isRegression ? 'REGRESSION' : '')],
    ]),
  )
  return texts.join('\n\n')
}
