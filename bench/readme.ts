// README's part about speed, as Markdown: nothing but what stored results say. Writing it there is render.ts.
import { describeMachine } from './machine.js'
import { otherColumns as ratioColumns, otherRatios } from './other-ratios.js'
import { goalModels, goalsFor, meanRatio, type ModelRatio, modelRatios } from './ratios.js'
import { isPyTorch } from './ratios.js'
import { ownName } from './peers/own-name.js'
import { reportModels } from './models.js'
import type { PeerRow, Results, TrainRow } from './results.js'
import { nodeName } from './speed-chart.js'
import { type Column, modelTitle, speed, table, times } from './table.js'

interface Measured {
  readonly title: string
  readonly results: Results
  readonly ratios: ReadonlyMap<string, ModelRatio>
}

/** One row a model, in the report's order; columns for each of the results; the geometric mean last where all models are there. */
function ratioTable(all: readonly Measured[]): string {
  const models = [...reportModels.keys()].filter(name => all.some(({ ratios }) => ratios.has(name)))
  const columns: Column<string>[] = [
    ['model', modelTitle],
    ...all.flatMap(({ title, ratios }): Column<string>[] => [
      [`${title}, images/s`, name => cell(ratios.get(name), row => speed(row.own.imagesPerSecond))],
      ['PyTorch', name => cell(ratios.get(name), row => speed(row.peer.imagesPerSecond))],
      ['ratio', name => cell(ratios.get(name), row => `**${times(row.ratio)}**`)],
    ]),
  ]
  const means = all.map(({ results, ratios }) => meanRatio([...ratios.values()], goalsFor(results.machine.node)))
  if (means.every(mean => mean === null)) return table(models, columns)
  const cells = means.flatMap(mean => ['', '', mean ? `**${times(mean.ratio)}**` : ''])
  return `${table(models, columns)}\n| geometric mean of ${goalModels} | ${cells.join(' | ')} |`
}

const cell = (row: ModelRatio | undefined, text: (row: ModelRatio) => string) => (row ? text(row) : '')

const otherColumns: readonly Column<PeerRow>[] = [
  ['model', row => modelTitle(row.model)],
  ['', row => row.peer],
  ['measured', row => row.does],
  ['threads', row => row.threads],
  ['images a step', row => row.images],
  ['images/s', row => speed(row.imagesPerSecond)],
]

const trainColumns: readonly Column<TrainRow>[] = [
  ['model', row => modelTitle(row.model)],
  ['threads', row => row.threads],
  ['images/s, median', row => speed(row.imagesPerSecond)],
  ['× one thread', row => row.speedup?.toFixed(2) ?? ''],
]

function conditions({ title, results, ratios }: Measured, file: string): string {
  const { version, date, machine, quick, finished } = results
  const [first] = ratios.values()
  const peer = first ? `, beside ${first.peer.peer.replace(/ \(.*/, '')}` : ''
  const state = `${quick ? ', with --quick' : ''}${finished ? '' : ', interrupted'}`
  return `${title}: eyes-wasm ${version}${peer}, ${date.slice(0, 10)}${state}, ${describeMachine(machine)}; all of it in [${file}](${file}).`
}

/** The part about models that are not the report's; empty where these results have none. */
function othersText(results: Results, file: string): string[] {
  if (!results.others?.length) return []
  return [
    'Other people’s models, written in tfjs ops: our backend on one thread beside tfjs’s, and `ParallelTrainer` beside PyTorch (`npm run bench -- --only others`):',
    table(otherRatios(results.others), ratioColumns),
    conditions({ title: nodeName(results), results, ratios: new Map() }, file),
  ]
}

/**
 * The tables of some results, the first of which beside PyTorch is shown in full, and of those of other people's models; `files`: their Markdown files
 * from the repository's root.
 */
export function readmeText(all: readonly Results[], files: readonly string[]): string {
  const measured = all.flatMap((results, i) => {
    if (!results.peers?.length) return []
    const ratios = modelRatios(results.peers, goalsFor(results.machine.node))
    const one: Measured = { title: nodeName(results), results, ratios: new Map(ratios.map(row => [row.name, row])) }
    return [{ one, file: files[i]! }]
  })
  const { peers = [], train = [] } = measured[0]!.one.results
  const others = peers.filter(row => row.peer !== ownName && !isPyTorch(row))
  const parts = [
    '![Training speed of each model, as a multiple of PyTorch’s on the same cores](docs/images/speed.svg)',
    `Median images a second in training, batch 164, ${Math.max(...peers.map(row => row.threads), 1)} threads, beside PyTorch in the faster of its two layouts, run in turn on the same machine:`,
    ratioTable(measured.map(({ one }) => one)),
  ]
  if (others.length > 0)
    parts.push('Other JavaScript libraries, with as many images a step as they bear:', table(others, otherColumns))
  if (train.length > 0) parts.push('More threads:', table(train, trainColumns))
  parts.push(...measured.map(({ one, file }) => conditions(one, file)))
  parts.push(...all.flatMap((results, i) => othersText(results, files[i]!)))
  return parts.join('\n\n')
}
