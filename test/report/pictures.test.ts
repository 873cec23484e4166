// Picture sheets: geometry, nearest-neighbour copies, readable text, equal bytes.
import { describe, expect, it } from 'vitest'
import { sharpWasm } from '../../src/data/sharp.js'
import { EyesWasmError } from '../../src/errors.js'
import { glyphRows, textWidth } from '../../src/report/bitmap-font.js'
import { pictureGrid, type Picture } from '../../src/report/pictures.js'

const picture = (height: number, width: number, at: (i: number) => number): Picture => ({
  height,
  width,
  pixels: Uint8Array.from({ length: height * width * 3 }, (_, i) => at(i)),
})

async function decoded(png: Uint8Array) {
  const sharp = await sharpWasm()
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true })
  const pixel = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)]
  return { width: info.width, height: info.height, channels: info.channels, data, pixel }
}

describe('pictureGrid', () => {
  it('puts enlarged pictures side by side, the background between', async () => {
    const a = picture(2, 3, i => i * 10)
    const b = { height: 2, width: 3, pixels: Float32Array.from({ length: 18 }, (_, i) => i / 17) }
    const sheet = await decoded(await pictureGrid([[a, b]], { scale: 4, gap: 2, background: [9, 8, 7] }))
    expect([sheet.width, sheet.height, sheet.channels]).toEqual([2 + 2 * (12 + 2), 2 + 8 + 2, 3])
    for (let y = 0; y < sheet.height; y++)
      for (let x = 0; x < sheet.width; x++) {
        const column = (x - 2) % 14
        const inside = x >= 2 && column < 12 && y >= 2 && y < 10
        const from = (Math.floor((y - 2) / 4) * 3 + Math.floor(column / 4)) * 3
        const pixels = x < 14 ? [...a.pixels] : [...b.pixels].map(v => Math.round(v * 255))
        expect(sheet.pixel(x, y)).toEqual(inside ? pixels.slice(from, from + 3) : [9, 8, 7])
      }
  })

  it('clamps float pictures to 0 and 1', async () => {
    const wild = { height: 1, width: 1, pixels: Float32Array.of(-3, 0.5, 7) }
    const sheet = await decoded(await pictureGrid([[wild]], { scale: 1, gap: 0 }))
    expect(sheet.pixel(0, 0)).toEqual([0, 128, 255])
  })

  it('writes captions under and labels beside the pictures, as drawn in the font', async () => {
    const black = picture(10, 10, () => 100)
    const sheet = await decoded(
      await pictureGrid([[black]], { scale: 1, gap: 3, captions: [['id 227\n31.2 dB']], rowLabels: ['AE'] }),
    )
    const left = 3 + textWidth('AE') + 3
    expect(sheet.pixel(left, 3)).toEqual([100, 100, 100])
    const drawn = (text: string, x: number, y: number) =>
      glyphRows(text).map((row, dy) => row.map((_, dx) => sheet.pixel(x + dx, y + dy)[0] === 0))
    expect(drawn('id 227', left, 3 + 10 + 1)).toEqual(glyphRows('id 227'))
    expect(drawn('31.2 dB', left, 3 + 10 + 1 + 9)).toEqual(glyphRows('31.2 dB'))
    expect(drawn('AE', 3, 3)).toEqual(glyphRows('AE'))
    expect(sheet.width).toBe(left + textWidth('31.2 dB') + 3)
  })

  it('writes texts above the columns, which move the rows down and may widen them', async () => {
    const black = picture(10, 10, () => 100)
    const sheet = await decoded(
      await pictureGrid([[black, black]], { scale: 1, gap: 3, columnLabels: ['original', 'sigma 0.5'] }),
    )
    const top = 3 + 9 + 1
    const second = 3 + textWidth('sigma 0.5') + 3
    expect(sheet.pixel(second, top)).toEqual([100, 100, 100])
    expect(sheet.pixel(second, top - 1)).toEqual([255, 255, 255])
    expect([sheet.width, sheet.height]).toEqual([second + textWidth('sigma 0.5') + 3, top + 10 + 3])
    const drawn = glyphRows('sigma 0.5').map((row, y) => row.map((_, x) => sheet.pixel(second + x, 3 + y)[0] === 0))
    expect(drawn).toEqual(glyphRows('sigma 0.5'))
  })

  it('gives the same bytes for the same pictures', async () => {
    const rows = [[picture(5, 5, i => (i * 37) % 256)], [picture(5, 5, i => (i * 11) % 256)]]
    const first = await pictureGrid(rows, { captions: [['a'], ['b']] })
    expect(await pictureGrid(rows, { captions: [['a'], ['b']] })).toEqual(first)
    expect([...first.subarray(1, 4)].map(c => String.fromCharCode(c)).join('')).toBe('PNG')
  })

  it('refuses an empty sheet', async () => {
    await expect(pictureGrid([])).rejects.toThrow(EyesWasmError)
  })
})

describe('bitmap font', () => {
  const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i))

  it('draws each ASCII character differently, in 7 rows of 5', () => {
    const drawn = ascii.map(character => glyphRows(character))
    for (const rows of drawn) expect(rows.map(row => row.length)).toEqual([5, 5, 5, 5, 5, 5, 5])
    expect(new Set(drawn.map(rows => JSON.stringify(rows))).size).toBe(95)
  })

  it('shows a hollow box for anything else', () => {
    expect(glyphRows('σ')).toEqual(glyphRows('中'))
    expect(glyphRows('σ').flat().filter(Boolean).length).toBe(20)
  })
})
