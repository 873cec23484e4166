// Markdown tables and how numbers look in them.

export type Column<Row> = readonly [title: string, cell: (row: Row) => string | number]

export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  return [
    line(columns.map(([title]) => title)),
    line(columns.map(() => '---')),
    ...rows.map(row => line(columns.map(([, cell]) => cell(row)))),
  ].join('\n')
}

export const percent = (share: number) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`
export const speed = (perSecond: number) => perSecond.toFixed(perSecond < 10 ? 2 : 0)
export const times = (ratio: number) => `${ratio.toFixed(2)}×`
export const milliseconds = (value: number) => value.toFixed(value < 20 ? 2 : 0)

/** `ae-3-1-1` as the report writes it: AE (3,1,1). */
export const modelTitle = (name: string) =>
  name.replace(/^(ae|vae)-(\d+)-(\d+)-(\d+)$/, (_, kind: string, ...numbers: string[]) => {
    return `${kind.toUpperCase()} (${numbers.slice(0, 3).join(',')})`
  })
