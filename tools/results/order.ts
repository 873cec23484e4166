// Part "Order": the report's Tables 1 and 4 beside ours at the epochs that were trained, whether the rows stand in the same order, and
// whether what the report concludes from them holds. Order and claims are computed here.
import type { SweepRow } from '../../src/experiments/sweep/rows.js'
import { tableCsv, tableMarkdown } from '../../src/experiments/sweep/table.js'
import { madeBySweep } from './made.js'
import { fixed, nothing, readAll, signed, table, type Part, type Source } from './part.js'
import type { Sweep } from './source.js'

export type Score = 'psnr' | 'ssim'

/** Two rows that stand in another order than in the report. */
export interface DifferingPair {
  /** The better one of the report's, and the other. */
  readonly better: string
  readonly worse: string
  /** By how much: the report's difference, and ours, which is not above 0. */
  readonly report: number
  readonly ours: number
}

export interface RowOrder {
  /** Labels from best to worst. */
  readonly report: readonly string[]
  readonly ours: readonly string[]
  readonly differing: readonly DifferingPair[]
  /** Pairs that were compared. */
  readonly pairs: number
  /** Every row of the report's table is measured. */
  readonly isComplete: boolean
}

const geometry = ({ kernel, stride, padding }: SweepRow) => `(${kernel}, ${stride}, ${padding})`

interface Scored {
  readonly label: string
  readonly row: SweepRow
  readonly report: number
  readonly ours: number
}

const scored = (rows: readonly SweepRow[], score: Score): Scored[] =>
  rows.flatMap(row => {
    const ours = row[score]?.mean
    return row.report && ours !== undefined ? [{ label: geometry(row), row, report: row.report[score], ours }] : []
  })

/** Rows by a score, the report's order and ours, over the rows that both have. */
export function rowOrder(rows: readonly SweepRow[], score: Score): RowOrder {
  const all = scored(rows, score)
  const by = (key: 'report' | 'ours') => all.toSorted((a, b) => b[key] - a[key]).map(({ label }) => label)
  const pairs = all.flatMap((a, i) =>
    all.slice(i + 1).map(b => (a.report >= b.report ? ([a, b] as const) : ([b, a] as const))),
  )
  const differing = pairs
    .filter(([better, worse]) => better.report > worse.report && better.ours <= worse.ours)
    .map(([better, worse]) => ({
      better: better.label,
      worse: worse.label,
      report: better.report - worse.report,
      ours: better.ours - worse.ours,
    }))
  const wanted = rows.filter(({ report }) => report !== null).length
  return {
    report: by('report'),
    ours: by('ours'),
    differing,
    pairs: pairs.length,
    isComplete: all.length === wanted && wanted > 1,
  }
}

/** Something that the report concludes: whether it holds in its own numbers and in ours, null where rows are missing. */
export interface Claim {
  readonly claim: string
  readonly report: string
  readonly ours: string
  readonly holds: boolean | null
}

type Values = readonly { readonly row: SweepRow; readonly value: number }[]

/** Best first, at one stride. */
const ranked = (values: Values, stride?: number) =>
  values.filter(({ row }) => stride === undefined || row.stride === stride).toSorted((a, b) => b.value - a.value)

interface Checked {
  readonly text: string
  readonly holds: boolean
}

const bestIs =
  (kernel: number) =>
  (values: Values): Checked | null => {
    const [first, second] = ranked(values)
    if (!first || !second) return null
    const text = `${geometry(first.row)}, ${signed(first.value - second.value, 2)} dB over ${geometry(second.row)}`
    return { text, holds: first.row.kernel === kernel && first.row.stride === 1 }
  }

function smallerIsBetter(values: Values): Checked | null {
  const own = values.filter(({ row }) => row.stride === 1).toSorted((a, b) => a.row.kernel - b.row.kernel)
  if (own.length < 2) return null
  const text = own.map(({ row, value }) => `k=${row.kernel} ${fixed(value, 2)}`).join(', ')
  return { text, holds: own.every(({ value }, i) => i === 0 || value < own[i - 1]!.value) }
}

/** "Much": by more than this many dB, between the worst row of stride 1 and the best of stride 2. The report's Table 1 has 2.1, its Table 4 5.3. */
const much = 2

function strideTwoIsWorse(values: Values): Checked | null {
  const [worst, best] = [ranked(values, 1).at(-1), ranked(values, 2)[0]]
  if (!worst || !best) return null
  const gap = worst.value - best.value
  const text = `${fixed(best.value, 2)} at best, against ${fixed(worst.value, 2)} at worst with stride 1 (${signed(gap, 2)} dB)`
  return { text, holds: gap > much }
}

type Reading = (rows: readonly SweepRow[]) => Values

const reported: Reading = rows => rows.flatMap(row => (row.report ? [{ row, value: row.report.psnr }] : []))
const measured: Reading = rows => rows.flatMap(row => (row.psnr ? [{ row, value: row.psnr.mean }] : []))

function claimOf(claim: string, rows: readonly SweepRow[], check: (values: Values) => Checked | null): Claim {
  const isComplete = rows.length > 0 && measured(rows).length === rows.length
  const [report, ours] = [check(reported(rows)), isComplete ? check(measured(rows)) : null]
  return { claim, report: report?.text ?? nothing, ours: ours?.text ?? nothing, holds: ours?.holds ?? null }
}

function aeAbove(ae: readonly SweepRow[], vae: readonly SweepRow[]): Claim {
  const gaps = (read: Reading) => {
    const others = read(vae)
    return read(ae).flatMap(({ row, value }) => {
      const other = others.find(found => geometry(found.row) === geometry(row))
      return other ? [value - other.value] : []
    })
  }
  const text = (values: readonly number[]) =>
    values.length === 0 ? nothing : `${signed(Math.min(...values), 2)} to ${signed(Math.max(...values), 2)} dB`
  const own = gaps(measured)
  const isComplete = own.length > 0 && own.length === ae.length && own.length === vae.length
  return {
    claim: 'The AE is above the VAE in each row (PSNR)',
    report: text(gaps(reported)),
    ours: text(own),
    holds: isComplete ? own.every(gap => gap > 0) : null,
  }
}

/** What the report concludes from its Tables 1 and 4, one by one; rows of no sweep are []. */
export const claimsOf = (ae: readonly SweepRow[], vae: readonly SweepRow[]): Claim[] => [
  claimOf('AE: (3, 1, 1) is best (PSNR)', ae, bestIs(3)),
  claimOf('AE: the smaller the kernel, the better, at stride 1 (PSNR)', ae, smallerIsBetter),
  claimOf('VAE: k = 5 is best (PSNR)', vae, bestIs(5)),
  claimOf(`AE: stride 2 is much worse, by more than ${much} dB`, ae, strideTwoIsWorse),
  claimOf(`VAE: stride 2 is much worse, by more than ${much} dB`, vae, strideTwoIsWorse),
  aeAbove(ae, vae),
]

function orderLines({ rows }: Sweep, score: Score): string[] {
  const { report, ours, differing, pairs } = rowOrder(rows, score)
  const digits = score === 'psnr' ? 2 : 4
  const unit = score === 'psnr' ? ' dB' : ''
  const name = score.toUpperCase()
  const listed = differing.map(
    pair =>
      `- ${pair.better} before ${pair.worse} in the report (${signed(pair.report, digits)}${unit}), ours ${signed(pair.ours, digits)}${unit}`,
  )
  const verdict =
    differing.length === 0 ? 'The same order' : `${differing.length} of ${pairs} pairs stand in another order`
  return [
    `${name}: the report ${report.join(' > ')}; ours ${ours.join(' > ')}. **${verdict}**${listed.length > 0 ? ':' : '.'}`,
    '',
    ...listed,
    '',
  ]
}

function tableLines(sweep: Sweep): string[] {
  const number = sweep.name.slice('table'.length)
  return [
    `### Table ${number}`,
    '',
    tableMarkdown(sweep.rows),
    `[In full precision](${sweep.name}.csv).`,
    '',
    ...orderLines(sweep, 'psnr'),
    ...orderLines(sweep, 'ssim'),
    ...madeBySweep(sweep),
    '',
  ]
}

const words = (holds: boolean | null) => (holds === null ? 'not measured yet' : holds ? 'holds' : '**does not hold**')

export async function orderPart({ sweep }: Source): Promise<Part> {
  const tables = ['table1', 'table4'] as const
  const found = await readAll(tables, sweep)
  const sweeps = [...found.values()]
  const claims = claimsOf(found.get('table1')?.rows ?? [], found.get('table4')?.rows ?? [])
  return {
    id: 'order',
    title: "The report's Tables 1 and 4, and the order of their rows",
    lines: [
      ...table(
        ['what the report concludes', 'its numbers', 'ours', ''],
        claims.map(({ claim, report, ours, holds }) => [claim, report, ours, words(holds)]),
      ),
      ...sweeps.flatMap(tableLines),
    ],
    files: sweeps.map(own => ({ name: `${own.name}.csv`, content: tableCsv(own.rows) })),
    missing: tables.filter(name => !found.has(name)),
  }
}
