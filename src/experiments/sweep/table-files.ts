// The files that show a sweep's results: its table as Markdown, CSV, LaTeX and JSON, and the chart. Returns their contents; writes nothing.
import { sweepChart } from './chart.js'
import type { SweepResult, SweepRow } from './rows.js'
import { tableCsv, tableLatex, tableMarkdown } from './table.js'

/** A row for programs: its statistics, and what became of each trial. */
const plainRow = ({ outcomes, ...row }: SweepRow) => ({
  ...row,
  trials: outcomes.map(({ trial, record }) => ({
    index: trial.index,
    id: trial.id,
    seed: trial.options.seed ?? 0,
    status: record?.status ?? 'missing',
    folder: record?.folder ?? null,
    ...(record?.status === 'failed' && { code: record.code, message: record.message }),
  })),
})

/** A result as one JSON object; also what the command prints with --json. */
export function resultJson({ name, sha256, folder, rows, notes, failed, missing }: SweepResult) {
  return {
    name,
    sha256,
    folder,
    rows: rows.map(plainRow),
    notes,
    failed: failed.map(({ index, id, code, message }) => ({ index, id, code, message })),
    missing,
  }
}

const title = ({ name }: SweepResult) =>
  ({ table1: "The report's Table 1: autoencoder", table4: "The report's Table 4: VAE" })[name] ?? `Sweep ${name}`

/** File names and contents. */
export async function tableFiles(result: SweepResult): Promise<[name: string, content: string][]> {
  const { rows } = result
  return [
    ['table.md', tableMarkdown(rows, title(result))],
    ['table.csv', tableCsv(rows)],
    ['table.tex', tableLatex(rows, title(result))],
    ['table.json', JSON.stringify(resultJson(result), null, 2) + '\n'],
    ['chart.svg', await sweepChart(rows, title(result))],
  ]
}
