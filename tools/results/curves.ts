// Part "Curves": the loss of each epoch of the long runs (the report's Figures 2 and 4), as charts and as CSV.
import { lossChart } from '../../src/report/loss-chart.js'
import { historyText, runTitle } from '../../src/training/run-folder.js'
import { longRuns } from './goals.js'
import { marksText } from './made.js'
import { readAll, type Part, type Source } from './part.js'
import type { Run } from './source.js'

async function curveOf(name: string, run: Run) {
  const { history, config } = run
  const files = [
    { name: `${name}-loss.svg`, content: await lossChart(history, `${runTitle(config)}, ${name}: loss`) },
    { name: `${name}-history.csv`, content: historyText(history, config) },
  ]
  const last = history.at(-1)!
  const alt = `Training loss of ${name} over ${history.length} epochs, at the end ${last.loss.toPrecision(3)}.`
  const lines = [
    `![${alt}](${name}-loss.svg)`,
    '',
    `\`${name}\`: ${marksText(run)}. [As a table](${name}-history.csv).`,
    '',
  ]
  return { files, lines }
}

export async function curvesPart({ run }: Source): Promise<Part> {
  const begun = [...(await readAll(longRuns, run))].filter(([, { history }]) => history.length > 0)
  const curves = await Promise.all(begun.map(([name, own]) => curveOf(name, own)))
  return {
    id: 'curves',
    title: 'Curves: loss over epochs',
    lines: curves.flatMap(({ lines }) => lines),
    files: curves.flatMap(({ files }) => files),
    missing: longRuns.filter(name => !begun.some(([other]) => other === name)),
  }
}
