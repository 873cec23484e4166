// A sweep's rows as a table: which columns there are, what stands in a cell, and the notes underneath; written as Markdown, CSV and LaTeX.
// Text only; the chart is chart.ts.
import type { Statistic } from '../statistics.js'
import { failedOf, finishedOf, type SweepRow } from './rows.js'

interface Column {
  /** With unit and direction: up is better, down is better. */
  readonly head: string
  readonly cell: (row: SweepRow) => string
}

const nothing = '–'

/** A true minus sign, for people; CSV and JSON have plain numbers. */
const signed = (value: number, digits: number) =>
  `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`.replace('Infinity', '∞')

const fixed = (value: number, digits: number) =>
  Number.isFinite(value) ? value.toFixed(digits) : String(value).replace('Infinity', '∞')

function spread(found: Statistic | null, digits: number): string {
  if (found === null) return nothing
  const mean = fixed(found.mean, digits)
  return found.sd === null ? mean : `${mean} ± ${fixed(found.sd, digits)}`
}

const grouped = (count: number | null) => (count === null ? nothing : String(count).replace(/\B(?=(\d{3})+$)/g, ','))

const isVae = ({ model }: SweepRow) => model === 'vae'

/** Ours, and where the report has a value for any row: the report's, and ours minus the report's. */
function compared(
  head: string,
  rows: readonly SweepRow[],
  ours: (row: SweepRow) => string,
  theirs: (report: NonNullable<SweepRow['report']>) => string,
  difference: (found: NonNullable<SweepRow['difference']>) => string,
): Column[] {
  const own: Column = { head, cell: ours }
  if (rows.every(({ report }) => report === null)) return [own]
  return [
    own,
    { head: 'report', cell: ({ report }) => (report ? theirs(report) : nothing) },
    { head: 'difference', cell: row => (row.difference ? difference(row.difference) : nothing) },
  ]
}

const heldOutColumns = (drawn: string): Column[] => [
  { head: `PSNR held out (dB)${drawn} ↑`, cell: row => spread(row.heldOutPsnr, 2) },
  { head: `SSIM held out${drawn} ↑`, cell: row => spread(row.heldOutSsim, 4) },
]

function columnsOf(rows: readonly SweepRow[]): Column[] {
  const hasVae = rows.some(isVae)
  const drawn = hasVae ? ', noise drawn' : ''
  const vaeColumns: Column[] = [
    { head: 'MSE alone ↓', cell: row => (isVae(row) ? spread(row.mse, 5) : nothing) },
    { head: 'mean KL', cell: row => spread(row.kl, 5) },
    { head: 'PSNR from the mean (dB) ↑', cell: row => spread(row.psnrMean, 2) },
    { head: 'SSIM from the mean ↑', cell: row => spread(row.ssimMean, 4) },
    { head: 'MSE from the mean ↓', cell: row => spread(row.mseMean, 5) },
  ]
  return [
    { head: '(k, s, p)', cell: ({ label }) => label },
    ...compared(
      `PSNR (dB)${drawn} ↑`,
      rows,
      row => spread(row.psnr, 2),
      ({ psnr }) => psnr.toFixed(2),
      ({ psnr }) => signed(psnr, 2),
    ),
    ...compared(
      `SSIM${drawn} ↑`,
      rows,
      row => spread(row.ssim, 4),
      ({ ssim }) => ssim.toFixed(3),
      ({ ssim }) => signed(ssim, 4),
    ),
    ...compared(
      hasVae ? 'training loss, MSE + weight × KL ↓' : 'MSE loss ↓',
      rows,
      row => spread(row.loss, 5),
      ({ mse }) => mse.toFixed(4),
      ({ loss }) => (loss === null ? nothing : signed(loss, 5)),
    ),
    ...(hasVae ? vaeColumns : []),
    ...(rows.some(({ heldOutPsnr }) => heldOutPsnr !== null) ? heldOutColumns(drawn) : []),
    { head: 'parameters', cell: ({ parameters }) => grouped(parameters) },
    { head: 'images/s ↑', cell: row => spread(row.imagesPerSecond, 0) },
    { head: 'seconds ↓', cell: row => spread(row.seconds, 1) },
  ]
}

const same = (values: readonly (number | null)[]) => {
  const [first] = values
  return first !== undefined && first !== null && values.every(value => value === first) ? first : undefined
}

const plural = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`

/** What was trained, where that is the same in every row. */
function trainingNote(rows: readonly SweepRow[]): string[] {
  const done = rows.filter(({ psnr }) => psnr !== null)
  const [epochs, images] = [same(done.map(row => row.epochs)), same(done.map(row => row.images))]
  const finished = rows.flatMap(({ outcomes }) => finishedOf(outcomes))
  const sources = new Set(finished.map(({ data }) => data))
  const threads = same(finished.map(({ summary }) => summary.threads))
  const speed =
    threads === undefined ? '' : ` images/s and seconds are of the training, with ${plural(threads, 'thread')}.`
  const source = sources.size === 1 ? ` of ${[...sources][0]!}` : ''
  return epochs === undefined || images === undefined
    ? []
    : [
        `Trained for ${plural(epochs, 'epoch')} on ${plural(images, 'image')}${source}, and measured on the same${others(rows)}.${speed}`,
      ]
}

/** The images that were held out beside those, where there are any. */
function others(rows: readonly SweepRow[]): string {
  const counts = new Set(
    rows.flatMap(({ outcomes }) => finishedOf(outcomes).map(({ summary }) => summary.heldOut?.images ?? 0)),
  )
  const [count] = counts
  if (count === undefined || (counts.size === 1 && count === 0)) return ''
  return counts.size === 1 ? `; ${plural(count, 'other')} held out` : '; others held out'
}

function seedNote(rows: readonly SweepRow[]): string[] {
  const counts = rows.map(({ psnr }) => psnr?.n ?? 0)
  const most = Math.max(0, ...counts)
  const wanted = Math.max(0, ...rows.map(({ outcomes }) => outcomes.length))
  if (wanted < 2) return []
  const few = counts.every(count => count === most) ? `${most}` : `${Math.min(...counts)} to ${most}`
  return [`Mean ± sample standard deviation over ${few} seeds (n = ${few}); the report states one training each.`]
}

function incompleteNotes(rows: readonly SweepRow[]): string[] {
  const outcomes = rows.flatMap(row => row.outcomes)
  const missing = outcomes.filter(({ record }) => record === null).map(({ trial }) => trial.index)
  const failed = failedOf(outcomes)
  return [
    ...(missing.length > 0
      ? [`Not finished yet: ${plural(missing.length, 'trial')} (index ${missing.join(', ')}).`]
      : []),
    ...failed.map(({ index, message }) => `Trial ${index} failed: ${message}`),
  ]
}

/** What a reader of the table has to know: what was trained, scales and directions, what a VAE's columns are, what is missing. */
export function tableNotes(rows: readonly SweepRow[]): string[] {
  const vae = [
    "A VAE's PSNR, SSIM and loss are measured with its noise drawn, as in training; these are compared with the report. The columns 'from the mean' decode the mean instead.",
    "The report's Table 4 calls 'MSE loss' what fits its PSNR only as the whole training loss: it is compared with MSE + KL weight × mean KL; the MSE alone stands beside it.",
  ]
  const isOther = (row: SweepRow) => isVae(row) && row.psnr !== null && row.loss === null
  return [
    ...trainingNote(rows),
    'k, s, p: kernel, stride, padding. PSNR and SSIM on [0, 1], higher is better (↑); MSE on [-1, 1], lower is better (↓).',
    ...(rows.some(isVae) ? vae : []),
    ...(rows.some(isOther)
      ? [
          'A VAE that was trained with another loss than MSE, or with free bits, has no such whole loss: its cell is empty.',
        ]
      : []),
    ...seedNote(rows),
    ...incompleteNotes(rows),
  ]
}

/** Heads and cells of the table for people. */
export function tableCells(rows: readonly SweepRow[]): { heads: string[]; cells: string[][] } {
  const columns = columnsOf(rows)
  return { heads: columns.map(({ head }) => head), cells: rows.map(row => columns.map(({ cell }) => cell(row))) }
}

const notText = /[|\\]/g

/** A table in GitHub's Markdown, its notes underneath. */
export function tableMarkdown(rows: readonly SweepRow[], title?: string): string {
  const { heads, cells } = tableCells(rows)
  const escaped = (text: string) => text.replace(notText, '\\$&').replaceAll('\n', ' ')
  const texts = [heads, ...cells].map(line => line.map(escaped))
  const widths = heads.map((_, column) => Math.max(...texts.map(line => line[column]!.length), 3))
  const line = (parts: readonly string[]) =>
    `| ${parts.map((text, i) => (i === 0 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!))).join(' | ')} |`
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  const table = [line(texts[0]!), rule, ...texts.slice(1).map(line)]
  const notes = tableNotes(rows).map(note => `- ${escaped(note)}`)
  return [...(title === undefined ? [] : [`# ${title}`, '']), ...table, '', ...notes, ''].join('\n')
}

const latexSigns: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '±': '$\\pm$',
  '−': '$-$',
  '–': '--',
  '×': '$\\times$',
  '∞': '$\\infty$',
  '↑': '$\\uparrow$',
  '↓': '$\\downarrow$',
  '…': '\\ldots{}',
  '’': "'",
  '<': '$<$',
  '>': '$>$',
  '|': '$|$',
  '\n': ' ',
}

/** Text for LaTeX in any font encoding; a sign beyond ASCII that it does not know becomes a question mark. */
const latex = (text: string) =>
  text.replace(/[&%$#_{}\\~^±−–×∞↑↓…’<>|\n]/g, sign => latexSigns[sign] ?? `\\${sign}`).replace(/[^\x20-\x7e]/g, '?')

/** A table environment for LaTeX without packages but graphicx, which scales it to the line; notes in its caption. */
export function tableLatex(rows: readonly SweepRow[], title: string): string {
  const { heads, cells } = tableCells(rows)
  const line = (parts: readonly string[]) => `    ${parts.map(latex).join(' & ')} \\\\`
  return [
    '% needs \\usepackage{graphicx}',
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${latex(`${title}. ${tableNotes(rows).join(' ')}`)}}`,
    '  \\resizebox{\\linewidth}{!}{%',
    `  \\begin{tabular}{l${'r'.repeat(heads.length - 1)}}`,
    '    \\hline',
    line(heads),
    '    \\hline',
    ...cells.map(line),
    '    \\hline',
    '  \\end{tabular}}',
    '\\end{table}',
    '',
  ].join('\n')
}

/** The statistics of a row by the names of their CSV columns. */
const statistics = (row: SweepRow): readonly (readonly [name: string, value: Statistic | null])[] => [
  ['psnr', row.psnr],
  ['ssim', row.ssim],
  ['mse', row.mse],
  ['loss', row.loss],
  ['kl', row.kl],
  ['psnr_mean', row.psnrMean],
  ['ssim_mean', row.ssimMean],
  ['mse_mean', row.mseMean],
  ['psnr_held_out', row.heldOutPsnr],
  ['ssim_held_out', row.heldOutSsim],
  ['images_per_second', row.imagesPerSecond],
  ['seconds', row.seconds],
]

function csvRow(row: SweepRow): [name: string, value: string | number | null | undefined][] {
  const { label, model, kernel, stride, padding, parameters, epochs, images, report, difference } = row
  return [
    ...Object.entries({ label, model, kernel, stride, padding, epochs, images, parameters }),
    ['seeds_finished', row.psnr?.n ?? 0],
    ['seeds_wanted', row.outcomes.length],
    ...statistics(row).flatMap(([name, value]): [string, number | null | undefined][] => [
      [name, value?.mean],
      [`${name}_sd`, value?.sd],
    ]),
    ...(['psnr', 'ssim', 'mse'] as const).map((key): [string, number | undefined] => [`report_${key}`, report?.[key]]),
    ['difference_psnr', difference?.psnr],
    ['difference_ssim', difference?.ssim],
    ['difference_loss', difference?.loss],
  ]
}

const csvField = (value: string | number | null | undefined) => {
  const text = String(value ?? '')
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** All numbers in full precision, a row a setting (RFC 4180 with plain line feeds); empty where there is none. */
export function tableCsv(rows: readonly SweepRow[]): string {
  const lines = rows.map(csvRow)
  const heads = (lines[0] ?? []).map(([name]) => name)
  return [heads, ...lines.map(line => line.map(([, value]) => value))]
    .map(line => line.map(csvField).join(',') + '\n')
    .join('')
}
