// A sweep's table for a terminal: aligned text, settings as rows, or as columns (as the report prints its tables) where that is narrower.
import type { SweepRow } from '../experiments/sweep/rows.js'
import { tableCells } from '../experiments/sweep/table.js'

function align(lines: readonly (readonly string[])[]): string[] {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map(line => line[column]!.length)))
  return lines.map(line =>
    line
      .map((text, column) => (column === 0 ? text.padEnd(widths[0]!) : text.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  )
}

const widthOf = (lines: readonly string[]) => Math.max(...lines.map(line => line.length))

/** Lines of the table. */
export function formatSweep(rows: readonly SweepRow[]): string[] {
  const { heads, cells } = tableCells(rows)
  const settingsDown = align([heads, ...cells])
  const settingsAcross = align(heads.map((head, column) => [head, ...cells.map(line => line[column]!)]))
  return widthOf(settingsAcross) <= widthOf(settingsDown) ? settingsAcross : settingsDown
}
