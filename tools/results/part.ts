// What each part of docs/results/README.md is: Markdown, and the files that it shows. Numbers in it are computed; words that are not are
// in remarks (page.ts).
import type { Run, Study, Sweep } from './source.js'

export interface ResultFile {
  /** Name below docs/results. */
  readonly name: string
  readonly content: string | Uint8Array
}

export interface Part {
  /** Name of its remarks' file, and its anchor. */
  readonly id: string
  readonly title: string
  readonly lines: readonly string[]
  readonly files: readonly ResultFile[]
  /** Folders that it wants and that are not there. */
  readonly missing: readonly string[]
}

/** All that parts are made of; what is not there is null. */
export interface Source {
  readonly run: (name: string) => Promise<Run | null>
  readonly sweep: (name: string) => Promise<Sweep | null>
  readonly study: (name: string, command: string) => Promise<Study | null>
  /** Folders that are there. */
  readonly names: readonly string[]
}

/** A table in Markdown, the first column to the left and the others to the right. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(heads), line(heads.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line), '']
}

export const nothing = '–'

/** With a true minus sign; `–` where there is no number. */
export const fixed = (value: number | null | undefined, digits: number) =>
  value === undefined || value === null || Number.isNaN(value)
    ? nothing
    : value.toFixed(digits).replace('-', '−').replace('Infinity', '∞')

export const signed = (value: number, digits: number) => `${value < 0 ? '' : '+'}${fixed(value, digits)}`

/** A share, as `12.3 %`. */
export const percentOf = (share: number) => `${(100 * share).toFixed(1)} %`

/** A difference, as `+12 %`. */
export const percent = (share: number, digits = 0) => `${signed(100 * share, digits)} %`

export const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** PSNR in dB of a mean squared error on the [-1, 1] scale, where the range of values is 2. */
export const psnrOfMse = (mse: number) => 10 * Math.log10(4 / mse)

/** The other way round. */
export const mseOfPsnr = (psnr: number) => 4 / 10 ** (psnr / 10)

/** Reads what each name stands for; names whose folder is not there are left out. */
export async function readAll<N extends string, T>(
  names: readonly N[],
  read: (name: N) => Promise<T | null>,
): Promise<ReadonlyMap<N, T>> {
  const found = await Promise.all(names.map(async name => [name, await read(name)] as const))
  return new Map(found.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])))
}
