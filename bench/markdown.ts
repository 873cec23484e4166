// The results as Markdown tables, for the screen and for README. No measuring here.
import type { KernelRow, PeerRow, Results, StartUpRow, StepSplit, Timing, TrainRow } from './results.js'

type Column<Row> = readonly [title: string, cell: (row: Row) => string | number]

function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  return [
    line(columns.map(([title]) => title)),
    line(columns.map(() => '---')),
    ...rows.map(row => line(columns.map(([, cell]) => cell(row)))),
  ].join('\n')
}

const percent = (share: number) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`
const speed = (perSecond: number) => perSecond.toFixed(perSecond < 10 ? 2 : 0)
const times = ({ min, median, spread }: Timing) => {
  const digits = median < 20 ? 2 : 0
  return `${min.toFixed(digits)} / ${median.toFixed(digits)} ± ${spread.toFixed(digits)}`
}
const cpu = ({ timing }: { timing: Timing }) => percent(timing.cpuShare)
const verdict = (found: number, wanted: number | undefined, digits: (value: number) => string) =>
  wanted === undefined ? '' : `${found >= wanted ? 'pass' : 'FAIL'} (${digits(wanted)})`

const kernelColumns: readonly Column<KernelRow>[] = [
  ['model', row => row.model],
  ['layer', row => `${row.layer} ${row.channels}`],
  ['pass', row => row.pass],
  ['kernel', row => row.kernel],
  ['ms, min / median', row => times(row.timing)],
  ['GFLOP/s', row => row.gflops.toFixed(1)],
  ['of peak', row => percent(row.shareOfPeak)],
  ['wanted', row => verdict(row.shareOfPeak, row.wanted, percent)],
  ['error / bound', row => row.error.toFixed(3)],
  ['CPU', cpu],
]

const trainColumns: readonly Column<TrainRow>[] = [
  ['model', row => row.model],
  ['threads', row => row.threads],
  ['images/s, median', row => speed(row.imagesPerSecond)],
  ['best', row => speed(row.best)],
  ['ms a step, min / median', row => times(row.timing)],
  ['× one thread', row => row.speedup?.toFixed(2) ?? ''],
  ['wanted', row => verdict(row.speedup ?? 0, row.wanted, value => value.toFixed(2))],
  ['CPU', cpu],
]

const peerColumns: readonly Column<PeerRow>[] = [
  ['model', row => row.model],
  ['', row => row.peer],
  ['threads', row => row.threads],
  ['images/s', row => speed(row.imagesPerSecond)],
  ['measured', row => row.does],
  ['images a step', row => row.images],
  ['ms a step, min / median', row => times(row.timing)],
  ['loss', row => row.loss.toPrecision(7)],
  ['CPU', cpu],
]

const startUpColumns: readonly Column<StartUpRow>[] = [
  ['from the command’s start', row => row.what],
  ['seconds, best / median', row => `${row.best.toFixed(2)} / ${row.median.toFixed(2)}`],
  ['wanted', row => `${row.best <= row.wanted ? 'pass' : 'FAIL'} (${row.wanted})`],
  ['CPU seconds of the whole command', row => row.cpuSeconds.toFixed(2)],
]

function splitLine(model: string, { images, milliseconds, kernels, overhead }: StepSplit): string {
  const parts = Object.entries(kernels).map(([name, spent]) => `${name} ${spent.toFixed(2)}`)
  return `${model}, a micro-batch of ${images} images on one thread, ${milliseconds.toFixed(1)} ms: ${parts.join(', ')}; outside the kernels ${percent(overhead)} (wanted: under 2 %).`
}

function heading({ machine, date, version, quick }: Results): string {
  const { cpu, cores, memoryGiB, os, node, v8 } = machine
  return `eyes-wasm ${version}, ${date}${quick ? ', quick' : ''}\n${cpu}, ${cores} cores, ${memoryGiB} GiB, ${os}, Node ${node} (V8 ${v8})`
}

/** Everything that was measured. */
export function markdown(results: Results): string {
  const { limits, kernels, train, peers, startUp, notes, failures } = results
  const parts = [heading(results)]
  const section = (title: string, ...texts: string[]) => parts.push(`## ${title}`, ...texts)
  if (limits)
    section(
      'Limits of one core',
      `${limits.gflops.toFixed(1)} GFLOP/s of 128-bit multiply-adds (${limits.accumulators} accumulators); memory ${limits.readGBs.toFixed(1)} GB/s read, ${limits.copyGBs.toFixed(1)} GB/s copied; CPU ${percent(limits.cpuShare)}`,
    )
  if (kernels) section('Kernels, one thread', table(kernels, kernelColumns))
  if (train) {
    const splits = train.flatMap(({ model, split }) => (split ? [splitLine(model, split)] : []))
    section('Training steps', table(train, trainColumns), ...splits)
  }
  if (peers) section('Beside others', table(peers, peerColumns))
  if (startUp) section('Start', table(startUp, startUpColumns))
  if (notes.length > 0) section('Notes', ...notes)
  if (failures.length > 0) section('Failures', ...failures)
  return parts.join('\n\n')
}
