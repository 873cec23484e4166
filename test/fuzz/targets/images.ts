// Image files of every format for the fuzzer, through the real decoder. How files are changed and judged is ../harness.ts.
import { crc32 } from 'node:zlib'
import { decodeImage } from '../../../src/data/decode-image.js'
import { EyesWasmError } from '../../../src/errors.js'
import { bombs, wholeImages } from '../../support/broken-images.js'
import type { FuzzTarget } from '../harness.js'
import { latin1 } from './shared.js'

const png = latin1('\x89PNG\r\n\x1a\n')

/** Right checksums for a PNG's chunks, as far as their lengths can be believed; any other file as it is. */
function repairPng(bytes: Uint8Array): Uint8Array {
  if (!png.every((byte, i) => bytes[i] === byte)) return bytes
  const repaired = bytes.slice()
  const view = new DataView(repaired.buffer)
  for (let at = png.length; at + 12 <= repaired.length;) {
    const end = at + 8 + view.getUint32(at)
    if (end + 4 > repaired.length) break
    view.setUint32(end, crc32(repaired.subarray(at + 4, end)))
    at = end + 4
  }
  return repaired
}

/** Image files through the real decoder. */
export async function imageTarget(): Promise<FuzzTarget> {
  const { ppm, ...whole } = await wholeImages()
  const tooLarge = (await bombs()).filter(({ expected }) => expected instanceof RegExp).map(({ bytes }) => bytes)
  const formats = ['JPEG', 'PNG', 'WebP', 'GIF', 'TIFF', 'AVIF']
  return {
    name: 'images',
    seeds: Object.values(whole),
    others: [ppm, ...tooLarge],
    words: [],
    repair: repairPng,
    async read(bytes) {
      const found = await decodeImage(bytes, { height: 50, width: 50 })
      if ('problem' in found) throw new EyesWasmError('INPUT', found.problem)
      if (found.length !== 7500) throw new Error(`decoded to ${found.length} values`)
    },
    refusals: [
      ...formats.map(format => new RegExp(`cannot be decoded \\(${format}: `)),
      /no image format known/,
      /pixels, wanted at most/,
      /is empty|is an SVG drawing|HEIC or another/,
    ],
    // No mostBytes: the decoder has its memory from WebAssembly, bounded by the pixel limit.
    mostSeconds: 10,
  }
}
