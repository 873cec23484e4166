// What a report page shows, as plain data: html.ts and markdown.ts draw the same content in two ways. Which numbers and pictures go
// into it is decided in experiments/reproduce; nothing here knows of trials or files.
import type { LossPoint } from '../loss-chart.js'

/** Ours against the report's value; `better` in the direction of the measure. A row without one has nothing to compare. */
export type Verdict = 'better' | 'worse' | 'equal'

export interface Cell {
  readonly text: string
  readonly verdict?: Verdict
}

/** Columns under one heading, with the unit and which way is better: `PSNR`, `dB, higher is better`. */
export interface ColumnGroup {
  readonly title: string
  readonly note?: string
  readonly columns: readonly string[]
}

export interface TableBlock {
  readonly kind: 'table'
  /** `table-1`: unique on the page, and the base of file names. */
  readonly id: string
  /** `Table 1` */
  readonly label: string
  readonly title: string
  /** Heading of the first column, which names the rows. */
  readonly rowTitle: string
  readonly groups: readonly ColumnGroup[]
  readonly rows: readonly { readonly title: string; readonly cells: readonly Cell[] }[]
  /** Sentences under the table. */
  readonly notes: readonly string[]
}

export interface PictureBlock {
  readonly kind: 'picture'
  readonly id: string
  readonly label: string
  readonly title: string
  /** PNG bytes, or an SVG document of our own making. */
  readonly picture: Uint8Array | string
  /** Size of a PNG in pixels, for the page's layout before it is decoded. */
  readonly size?: { readonly width: number; readonly height: number }
  readonly alt: string
  readonly notes: readonly string[]
}

/** A chart of the training loss that tells its values where the reader points. */
export interface CurveBlock {
  readonly kind: 'curve'
  readonly id: string
  readonly label: string
  readonly title: string
  /** The chart, as lossChart draws it. */
  readonly svg: string
  readonly history: readonly LossPoint[]
  readonly alt: string
  readonly notes: readonly string[]
}

/** Text that keeps its line breaks: a printed architecture. */
export interface ListingBlock {
  readonly kind: 'listing'
  readonly id: string
  readonly label: string
  readonly title: string
  readonly lines: readonly string[]
  readonly notes: readonly string[]
}

/** Something that the report has and that is not there yet. */
export interface MissingBlock {
  readonly kind: 'missing'
  readonly id: string
  readonly label: string
  readonly title: string
  readonly reason: string
}

export type Block = TableBlock | PictureBlock | CurveBlock | ListingBlock | MissingBlock

export interface Section {
  readonly id: string
  readonly title: string
  readonly text: readonly string[]
  readonly blocks: readonly Block[]
}

/** A headline number. */
export interface KeyResult {
  readonly title: string
  readonly value: string
  readonly unit: string
  readonly comparison: string
  readonly verdict?: Verdict
}

export interface PageContent {
  readonly title: string
  readonly lead: string
  /** What a reader must know before comparing numbers. */
  readonly notices: readonly string[]
  readonly results: readonly KeyResult[]
  readonly sections: readonly Section[]
  /** On what, with which settings, how long: name and value. */
  readonly made: readonly (readonly [name: string, value: string])[]
}

const marks: Readonly<Record<Verdict, string>> = { better: '▲', worse: '▼', equal: '=' }

/** How a verdict is written, so that it does not rest on colour. */
export const verdictMark = (verdict: Verdict) => marks[verdict]
