// One image file's bytes to pixels: told by its first bytes, measured by its header, and only then decoded by sharp's WASM build, turned
// upright and stretched. Finds and names no files (image-folder.ts). A file that is no picture is an answer here, not an exception.
import { printable } from '../quote.js'
import type { ImageSize } from './dataset.js'
import { sharpWasm } from './sharp.js'

/** 64 megapixels: a picture that says it is larger is refused by its header, before any pixel is decoded. */
export const pixelLimit = 64 * 1024 * 1024
/** Most bytes of one image file: two for each pixel that a picture may have. */
export const byteLimit = 2 * pixelLimit

/** Why a file is not used; completes a sentence that begins with its name. */
export interface BadImage {
  readonly problem: string
}

export type ImageFormat = 'JPEG' | 'PNG' | 'WebP' | 'GIF' | 'TIFF' | 'AVIF' | 'PPM'

export const wantedImages = 'a whole JPEG, PNG, WebP, GIF, TIFF, AVIF or PPM image'

const ascii = (bytes: Uint8Array, from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to))

/**
 * What the content says it is, whatever the file's name. Nothing else reaches the decoder, which would also read formats that are
 * programs more than pictures (SVG) or that no test of ours covers.
 */
export function imageFormat(bytes: Uint8Array): ImageFormat | undefined {
  const [start, next] = [ascii(bytes, 0, 4), ascii(bytes, 4, 12)]
  if (start.startsWith('\xff\xd8\xff')) return 'JPEG'
  if (start + next.slice(0, 4) === '\x89PNG\r\n\x1a\n') return 'PNG'
  if (start === 'RIFF' && next.endsWith('WEBP')) return 'WebP'
  if (start === 'GIF8') return 'GIF'
  if (/^(II[*+]\0|MM\0[*+])$/.test(start)) return 'TIFF'
  if (/^ftyp(avi[fs]|mif1|msf1)$/.test(next)) return 'AVIF'
  return /^P[1-6Ff]\s/.test(start) ? 'PPM' : undefined
}

function notAnImage(bytes: Uint8Array): string {
  if (bytes.length === 0) return `is empty, wanted ${wantedImages}`
  const text = ascii(bytes, 0, 200)
  if (/<svg[\s>]/i.test(text)) return `is an SVG drawing, wanted ${wantedImages}`
  if (/^ftyp/.test(ascii(bytes, 4, 8)))
    return `cannot be decoded (HEIC or another video format), wanted ${wantedImages}`
  return `cannot be decoded (its first bytes are those of no image format known here), wanted ${wantedImages}`
}

function undecodable(format: ImageFormat, error: unknown): BadImage {
  const [first = ''] = (error as Error).message.split('\n')
  const reason = /^(Unknown error)?$/.test(first) ? 'damaged' : printable(first.replace(/: *$/, ''))
  return { problem: `cannot be decoded (${format}: ${reason}), wanted ${wantedImages}` }
}

/**
 * Decodes one file to [height, width, 3] uint8 RGB: its first picture (frame, page), upright by EXIF, transparency over white, 16 bits
 * rounded to 8, other colour spaces converted to sRGB, stretched.
 * @param path the same file on disk, for libvips reads the PPM family from files only
 */
export async function decodeImage(
  bytes: Uint8Array,
  { height, width }: ImageSize,
  path?: string,
): Promise<Uint8Array | BadImage> {
  const format = imageFormat(bytes)
  if (format === undefined || (format === 'PPM' && path === undefined)) return { problem: notAnImage(bytes) }
  const sharp = await sharpWasm()
  const input = format === 'PPM' ? path : bytes
  try {
    const header = await sharp(input, { failOn: 'none', limitInputPixels: false }).metadata()
    if (header.width * header.height > pixelLimit)
      return {
        problem: `is ${header.width} x ${header.height} pixels, wanted at most ${pixelLimit} in all (64 megapixels)`,
      }
    const { data, info } = await sharp(input, { failOn: 'error', limitInputPixels: pixelLimit, autoOrient: true })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .resize({ width, height, fit: 'fill', kernel: 'cubic' })
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return toRgb(data, info.channels, height * width)
  } catch (error) {
    // A fault of the decoder itself is no property of the picture.
    if (!(error instanceof Error) || error instanceof WebAssembly.RuntimeError) throw error
    return undecodable(format, error)
  }
}

/** Three channels whatever came: grey is repeated, a fourth channel dropped. */
function toRgb(data: Uint8Array, channels: number, count: number): Uint8Array {
  if (channels === 3) return data
  const rgb = new Uint8Array(count * 3)
  for (let i = 0; i < count; i++)
    for (let c = 0; c < 3; c++) rgb[i * 3 + c] = data[i * channels + (channels < 3 ? 0 : c)]!
  return rgb
}
