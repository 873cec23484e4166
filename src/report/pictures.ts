// Sheets of small pictures as one PNG: contact sheets, reconstructions under their originals, the figures of experiments/.
// Composed here pixel by pixel (nearest neighbour, built-in bitmap font: sharp's WASM build carries no fonts); sharp only encodes.
// Which pictures to show, and under which captions, is the caller's business.
import { inputError } from '../errors.js'
import { sharpWasm } from '../data/sharp.js'
import { fontHeight, glyphRows, textWidth } from './bitmap-font.js'

/** One RGB picture: `pixels` is [height, width, 3], uint8 0 to 255 or float32 0 to 1 (clamped). */
export interface Picture {
  readonly height: number
  readonly width: number
  readonly pixels: Uint8Array | Float32Array
}

export type Colour = readonly [red: number, green: number, blue: number]

export interface GridOptions {
  /** A short text under each picture, in the grid's order; shorter lists leave the rest without. Two lines: 'id 227\n31.2 dB'. */
  readonly captions?: readonly (readonly string[])[]
  /** A short text left of each row. */
  readonly rowLabels?: readonly string[]
  /** A short text above each column. */
  readonly columnLabels?: readonly string[]
  /** Side of one picture pixel in sheet pixels (default 2). */
  readonly scale?: number
  /** Space between pictures and around the sheet, in sheet pixels (default 4). */
  readonly gap?: number
  /** uint8 RGB (default white); text is black or white, whichever shows better. */
  readonly background?: Colour
}

/** A canvas being filled: [height, width, 3] uint8. */
interface Sheet {
  readonly height: number
  readonly width: number
  readonly pixels: Uint8Array
}

/** Text lines per row of captions, and the line pitch in sheet pixels. */
const linePitch = (textScale: number) => (fontHeight + 2) * textScale

function fillBackground(sheet: Sheet, colour: Colour) {
  for (let i = 0; i < sheet.pixels.length; i += 3) sheet.pixels.set(colour, i)
}

/** Nearest-neighbour copy with its top left corner at (x, y). */
function drawPicture(sheet: Sheet, picture: Picture, x: number, y: number, scale: number) {
  const { height, width, pixels } = picture
  const toByte = pixels instanceof Uint8Array ? 1 : 255
  for (let row = 0; row < height * scale; row++) {
    const from = Math.floor(row / scale) * width * 3
    const to = ((y + row) * sheet.width + x) * 3
    for (let column = 0; column < width * scale; column++)
      for (let channel = 0; channel < 3; channel++) {
        const value = pixels[from + Math.floor(column / scale) * 3 + channel]! * toByte
        sheet.pixels[to + column * 3 + channel] = Math.min(255, Math.max(0, Math.floor(value + 0.5)))
      }
  }
}

/** One line of text with its top left corner at (x, y); what would leave the sheet is not drawn. */
function drawText(sheet: Sheet, text: string, x: number, y: number, textScale: number, colour: Colour) {
  glyphRows(text).forEach((cells, row) => {
    cells.forEach((on, column) => {
      if (!on) return
      for (let dy = 0; dy < textScale; dy++)
        for (let dx = 0; dx < textScale; dx++) {
          const px = x + column * textScale + dx
          const py = y + row * textScale + dy
          if (px < sheet.width && py < sheet.height) sheet.pixels.set(colour, (py * sheet.width + px) * 3)
        }
    })
  })
}

/** Lines of text from the top left corner (x, y) downwards. */
function drawLines(sheet: Sheet, text: string, x: number, y: number, textScale: number, colour: Colour) {
  text.split('\n').forEach((line, i) => {
    drawText(sheet, line, x, y + i * linePitch(textScale), textScale, colour)
  })
}

/** Sizes of a grid: every cell is as large as the largest picture, or as its caption where that is wider. */
function layout(rows: readonly (readonly Picture[])[], options: Required<GridOptions>, textScale: number) {
  const pictures = rows.flat()
  const lines = (text: string) => text.split('\n')
  const captions = options.captions.flat().filter(text => text !== '')
  const captionWidth = Math.max(0, ...captions.flatMap(lines).map(line => textWidth(line) * textScale))
  const heightOf = (texts: readonly string[]) =>
    Math.max(0, ...texts.filter(text => text !== '').map(text => lines(text).length * linePitch(textScale)))
  const captionHeight = heightOf(captions)
  const headerHeight = heightOf(options.columnLabels)
  const headerWidth = Math.max(0, ...options.columnLabels.flatMap(lines).map(line => textWidth(line) * textScale))
  const labelWidth = Math.max(0, ...options.rowLabels.flatMap(lines).map(line => textWidth(line) * textScale))
  const pictureWidth = Math.max(...pictures.map(p => p.width)) * options.scale
  const pictureHeight = Math.max(...pictures.map(p => p.height)) * options.scale
  const cellWidth = Math.max(pictureWidth, captionWidth, headerWidth) + options.gap
  const cellHeight = pictureHeight + (captionHeight === 0 ? 0 : captionHeight + textScale) + options.gap
  const left = options.gap + (labelWidth === 0 ? 0 : labelWidth + options.gap)
  const columns = Math.max(...rows.map(row => row.length))
  const top = options.gap + (headerHeight === 0 ? 0 : headerHeight + textScale)
  return {
    left,
    top,
    cellWidth,
    cellHeight,
    pictureWidth,
    pictureHeight,
    width: left + columns * cellWidth,
    height: top + rows.length * cellHeight,
  }
}

function checkPictures(rows: readonly (readonly Picture[])[]) {
  if (rows.flat().length === 0)
    throw inputError('picture sheet: found no picture, wanted at least 1. Ask for more images.')
  rows.flat().forEach(({ height, width, pixels }, i) => {
    if (pixels.length !== height * width * 3)
      throw new Error(`picture ${i}: ${pixels.length} values do not make ${height} x ${width} x 3`)
  })
}

/**
 * Draws `rows` of pictures as a PNG file's bytes. The same input gives the same bytes.
 * @throws EyesWasmError if there is no picture
 */
export async function pictureGrid(
  rows: readonly (readonly Picture[])[],
  {
    captions = [],
    rowLabels = [],
    columnLabels = [],
    scale = 2,
    gap = 4,
    background = [255, 255, 255],
  }: GridOptions = {},
): Promise<Uint8Array> {
  checkPictures(rows)
  const textScale = scale >= 4 ? 2 : 1
  const colour: Colour = background[0] + background[1] + background[2] > 382 ? [0, 0, 0] : [255, 255, 255]
  const plan = layout(rows, { captions, rowLabels, columnLabels, scale, gap, background }, textScale)
  const sheet: Sheet = { height: plan.height, width: plan.width, pixels: new Uint8Array(plan.height * plan.width * 3) }
  fillBackground(sheet, background)
  columnLabels.forEach((text, c) => {
    drawLines(sheet, text, plan.left + c * plan.cellWidth, gap, textScale, colour)
  })
  rows.forEach((row, r) => {
    const y = plan.top + r * plan.cellHeight
    const label = rowLabels[r] ?? ''
    const labelHeight = label.split('\n').length * linePitch(textScale)
    const labelY = y + Math.floor((plan.pictureHeight - labelHeight) / 2)
    drawLines(sheet, label, gap, Math.max(0, labelY), textScale, colour)
    row.forEach((picture, c) => {
      const x = plan.left + c * plan.cellWidth
      drawPicture(sheet, picture, x, y, scale)
      drawLines(sheet, captions[r]?.[c] ?? '', x, y + plan.pictureHeight + textScale, textScale, colour)
    })
  })
  return encodePng(sheet)
}

async function encodePng({ pixels, height, width }: Sheet): Promise<Uint8Array> {
  const sharp = await sharpWasm()
  const png = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 9 })
    .toBuffer()
  return new Uint8Array(png)
}
