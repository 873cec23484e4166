// One block of the page (a table, a picture, a curve, a listing) as HTML. The page around them is page.ts.
import type { LossPoint } from '../loss-chart.js'
import {
  verdictMark,
  type Block,
  type Cell,
  type CurveBlock,
  type ListingBlock,
  type MissingBlock,
  type PictureBlock,
  type TableBlock,
} from './content.js'
import { Html, jsonForScript, markup } from './html.js'

type Captioned = Pick<Block, 'label' | 'title'>

const heading = ({ label, title }: Captioned) => markup`<span class="label">${label}</span>${title}`
const noteLines = (notes: readonly string[]) => notes.map(note => markup`<p class="note">${note}</p>`)

/** ` class="…"`, or nothing where no name is given. */
const classAttribute = (...names: readonly (string | false | undefined)[]) => {
  const given = names.filter(Boolean).join(' ')
  return given === '' ? '' : markup` class="${given}"`
}

/** A box that scrolls by itself, for keyboards too. */
const box = (kind: string, name: string, content: Html) =>
  markup`<section${classAttribute('box', kind)} aria-label="${name}" tabindex="0">${content}</section>`

/** Where a column stands in the table: first of its group, and whether it holds our own values. */
const columnsOf = ({ groups }: TableBlock) =>
  groups.flatMap(({ columns }) =>
    columns.map((title, index) => ({ title, isFirst: index === 0, isOwn: /^ours/.test(title) })),
  )

function cellHtml({ text, verdict }: Cell, { isFirst, isOwn }: { isFirst: boolean; isOwn: boolean }): Html {
  const mark = verdict === undefined ? '' : markup`<span class="mark" aria-hidden="true">${verdictMark(verdict)}</span>`
  const spoken = verdict === undefined || verdict === 'equal' ? '' : markup`<span class="spoken"> ${verdict}</span>`
  return markup`<td${classAttribute(isFirst && 'group-start', isOwn && 'own', verdict)}>${mark}${text}${spoken}</td>`
}

function tableHtml(table: TableBlock): Html {
  const columns = columnsOf(table)
  const isGrouped = table.groups.some(({ title }) => title !== '')
  const groups = table.groups.map(
    ({ title, note = '', columns: { length } }) =>
      markup`<th scope="colgroup" colspan="${length}" class="group-start">${title}<span class="unit">${note}</span></th>`,
  )
  const corner = markup`<th scope="col" class="corner" rowspan="${isGrouped ? 2 : 1}">${table.rowTitle}</th>`
  const titles = columns.map(
    ({ title, isFirst }) => markup`<th scope="col" ${isFirst ? markup` class="group-start"` : ''}>${title}</th>`,
  )
  const head = isGrouped
    ? markup`<tr>
          ${corner}${groups}
        </tr>
        <tr>
          ${titles}
        </tr>`
    : markup`<tr>
        ${corner}${titles}
      </tr>`
  const rows = table.rows.map(
    ({ title, cells }) =>
      markup`<tr>
        <th scope="row">${title}</th>
        ${cells.map((cell, index) => cellHtml(cell, columns[index]!))}
      </tr> `,
  )
  return markup`<figure id="${table.id}">
    <figcaption>${heading(table)}</figcaption>
    ${box(
      '',
      `${table.label}: ${table.title}`,
      markup`<table>
        <thead>
          ${head}
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>`,
    )}
    ${noteLines(table.notes)}
  </figure>`
}

/** An SVG of ours for use inside the page: a picture with one name, its inner roles and the fixed size gone. */
export function inlineSvg(svg: string, alt: string): Html {
  const start = svg.indexOf('<svg')
  const size = /<svg[^>]*\bviewBox="([^"]+)"/.exec(svg.slice(start))?.[1] ?? '0 0 640 400'
  const inner = svg
    .slice(svg.indexOf('>', start) + 1, svg.lastIndexOf('</svg>'))
    .replace(/ (aria-[a-z]+|role)="[^"]*"/g, '')
  return markup`<svg role="img" aria-label="${alt}" viewBox="${size}">${new Html(inner)}</svg>`
}

function imageHtml({ picture, size, alt }: PictureBlock): Html {
  if (typeof picture === 'string') return inlineSvg(picture, alt)
  const data = `data:image/png;base64,${Buffer.from(picture).toString('base64')}`
  const dimensions = size
    ? markup` width="${size.width}" height="${size.height}" style="--natural: ${size.width}px"`
    : ''
  return markup`<img src="${data}" alt="${alt}" ${dimensions}>`
}

function pictureHtml(block: PictureBlock): Html {
  const kind = typeof block.picture === 'string' ? 'chart' : 'picture'
  return markup`<figure id="${block.id}">
    <figcaption>${heading(block)}</figcaption>
    ${box(kind, block.label, imageHtml(block))} ${noteLines(block.notes)}
  </figure>`
}

/** What the script shows for an epoch: its number, then each value with its name. */
function readoutParts({ epoch, loss, mse, kl }: LossPoint, isVae: boolean): (number | string)[] {
  const value = (number: number) => (Number.isFinite(number) ? number.toPrecision(4) : String(number))
  return [epoch, `loss ${value(loss)}`, `MSE ${value(mse)}`, ...(isVae ? [`KL ${value(kl)}`] : [])]
}

function curveHtml(block: CurveBlock): Html {
  const { id, history, svg, alt } = block
  const isVae = history.some(({ kl }) => kl !== 0)
  const rows = history.map(point => readoutParts(point, isVae))
  const end = rows.at(-1) ?? []
  return markup`<figure id="${id}">
    <figcaption>${heading(block)}</figcaption>
    <div
      class="box chart"
      role="group"
      aria-label="${block.label}: arrow keys move along the curve"
      data-curve="${id}-values"
      data-readout="${id}-readout"
    >
      ${inlineSvg(svg, alt)}
    </div>
    <p
      class="readout"
      id="${id}-readout"
      aria-live="polite"
      data-hint="Point at the curve, or use the arrow keys, for the values of an epoch."
    >
      ${end.length === 0 ? '' : `At the last epoch, ${end.join(' · ')}`}
    </p>
    ${noteLines(block.notes)}
    <script type="application/json" id="${id}-values">
      ${jsonForScript(rows)}
    </script>
  </figure>`
}

const listingHtml = (block: ListingBlock) =>
  markup`<figure id="${block.id}">
    <figcaption>${heading(block)}</figcaption>
    ${box('', block.label, markup`<pre>${block.lines.join('\n')}</pre>`)} ${noteLines(block.notes)}
  </figure>`

const missingHtml = (block: MissingBlock) =>
  markup`<figure id="${block.id}">
    <figcaption>${heading(block)}</figcaption>
    <div class="missing">${block.reason}</div>
  </figure>`

export function blockHtml(block: Block): Html {
  switch (block.kind) {
    case 'table':
      return tableHtml(block)
    case 'picture':
      return pictureHtml(block)
    case 'curve':
      return curveHtml(block)
    case 'listing':
      return listingHtml(block)
    case 'missing':
      return missingHtml(block)
  }
}
