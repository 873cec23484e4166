// A corpus of image files as strangers have them: broken, hostile, or merely unusual. Made in code from one generated eye, through sharp's
// encoders and by surgery on the bytes; no file is stored. Each says what must become of it: the eye again, or a refusal and why.
import { crc32, deflateSync } from 'node:zlib'
import { generateEyes } from '../../src/data/generated-eyes.js'
import { sharpWasm } from '../../src/data/sharp.js'

const side = 50

/** What a file must decode to, [50, 50, 3], and how far the mean and the largest difference of a value may be (0 to 255). */
export interface Decoded {
  readonly pixels: Uint8Array
  readonly mean: number
  readonly largest: number
}

export interface CorpusImage {
  /** A path below the data folder. */
  readonly name: string
  readonly bytes: Uint8Array
  /** What it decodes to, or the message that refuses it. */
  readonly expected: Decoded | RegExp
}

/** A picture of one eye, [50, 50, 3]: all four quarters differ, so that no turn goes unseen. */
export const eye = (): Uint8Array => Uint8Array.from(generateEyes({ count: 1, seed: 5 }).pixels)

const joined = (...parts: readonly (Uint8Array | string)[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts.map(part => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part))))

// ---- PNG, by hand

const uint32 = (value: number): Uint8Array => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)

export function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const body = joined(type, data)
  return joined(uint32(data.length), body, uint32(crc32(body)))
}

const pngSignature = '\x89PNG\r\n\x1a\n'

/** IHDR: `depth` bits a sample; colour 0 grey, 2 RGB, 3 palette. */
const pngHeader = (width: number, height: number, depth: number, colour: number) =>
  pngChunk('IHDR', joined(uint32(width), uint32(height), Uint8Array.of(depth, colour, 0, 0, 0)))

/** A PNG whose declared size and compressed pixels are given. */
const png = (header: Uint8Array, pixels: Uint8Array, ...between: readonly Uint8Array[]) =>
  joined(pngSignature, header, ...between, pngChunk('IDAT', deflateSync(pixels)), pngChunk('IEND', new Uint8Array()))

/** Bytes with the first occurrence of `found` overwritten. */
function patched(bytes: Uint8Array, found: string, values: readonly number[], offset = 0): Uint8Array {
  const at = Buffer.from(bytes).indexOf(found, 0, 'latin1')
  if (at < 0) throw new Error(`broken images: ${JSON.stringify(found)} is not in the file`)
  const changed = bytes.slice()
  changed.set(values, at + found.length + offset)
  return changed
}

const share = (bytes: Uint8Array, part: number) => bytes.subarray(0, Math.floor(bytes.length * part))

/** The eye as each format's file, whole. */
export async function wholeImages() {
  const sharp = await sharpWasm()
  const image = () => sharp(eye(), { raw: { width: side, height: side, channels: 3 } })
  const encode = async (pipeline: ReturnType<typeof image>) => new Uint8Array(await pipeline.toBuffer())
  const jpegOptions = { quality: 100, chromaSubsampling: '4:4:4' } as const
  return {
    png: await encode(image().png()),
    interlacedPng: await encode(image().png({ progressive: true })),
    palettePng: await encode(image().png({ palette: true, colours: 256, dither: 0 })),
    png16: await encode(image().toColourspace('rgb16').png()),
    greyPng: await encode(image().greyscale().png()),
    alphaPng: await encode(image().ensureAlpha().png()),
    jpeg: await encode(image().jpeg(jpegOptions)),
    progressiveJpeg: await encode(image().jpeg({ ...jpegOptions, progressive: true })),
    greyJpeg: await encode(image().greyscale().jpeg(jpegOptions)),
    cmykJpeg: await encode(image().toColourspace('cmyk').jpeg(jpegOptions)),
    profiledJpeg: await encode(image().withIccProfile('p3').jpeg(jpegOptions)),
    webp: await encode(image().webp({ quality: 100 })),
    losslessWebp: await encode(image().webp({ lossless: true })),
    gif: await encode(image().gif({ dither: 0 })),
    tiff: await encode(image().tiff({ compression: 'lzw' })),
    avif: await encode(image().avif({ quality: 100, chromaSubsampling: '4:4:4' })),
    ppm: joined(`P6\n${side} ${side}\n255\n`, eye()),
  }
}

/** The eye, then its negative, as an animation. */
async function animation(format: 'gif' | 'webp'): Promise<Uint8Array> {
  const sharp = await sharpWasm()
  const both = joined(
    eye(),
    eye().map(value => 255 - value),
  )
  const image = sharp(both, { raw: { width: side, height: 2 * side, channels: 3, pageHeight: side } })
  const encoder = format === 'gif' ? image.gif({ dither: 0, delay: [80, 80] }) : image.webp({ lossless: true })
  return new Uint8Array(await encoder.toBuffer())
}

/** What EXIF's orientation 1 to 8 says of a stored pixel: where it belongs upright, for a square of `side`. */
const upright: Readonly<Record<number, (y: number, x: number) => readonly [y: number, x: number]>> = {
  1: (y, x) => [y, x],
  2: (y, x) => [y, side - 1 - x],
  3: (y, x) => [side - 1 - y, side - 1 - x],
  4: (y, x) => [side - 1 - y, x],
  5: (y, x) => [x, y],
  6: (y, x) => [x, side - 1 - y],
  7: (y, x) => [side - 1 - x, side - 1 - y],
  8: (y, x) => [side - 1 - x, y],
}

/** The eye stored so that the orientation turns it upright. */
async function turned(orientation: number): Promise<Uint8Array> {
  const sharp = await sharpWasm()
  const [whole, stored] = [eye(), new Uint8Array(side * side * 3)]
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const [toY, toX] = upright[orientation]!(y, x)
      for (let c = 0; c < 3; c++) stored[(y * side + x) * 3 + c] = whole[(toY * side + toX) * 3 + c]!
    }
  const image = sharp(stored, { raw: { width: side, height: side, channels: 3 } })
  return new Uint8Array(
    await image.withMetadata({ orientation }).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer(),
  )
}

const plain = (value: number): Decoded => ({
  pixels: new Uint8Array(side * side * 3).fill(value),
  mean: 0,
  largest: 0,
})

/** Unusual, but whole. */
async function unusual(): Promise<CorpusImage[]> {
  const whole = await wholeImages()
  const exact: Decoded = { pixels: eye(), mean: 0, largest: 0 }
  const near = (mean: number, largest: number): Decoded => ({ pixels: eye(), mean, largest })
  // By the luma of BT.709; libvips takes a way round through linear light, hence the tolerance.
  const grey: Decoded = {
    pixels: eye().map((_, i, all) => {
      const at = i - (i % 3)
      return Math.round(0.2126 * all[at]! + 0.7152 * all[at + 1]! + 0.0722 * all[at + 2]!)
    }),
    mean: 0.9,
    largest: 4,
  }
  // 1 bit: the left 24 of 50 columns are white; a row is a filter byte and 7 bytes of pixels.
  const bits = Uint8Array.from({ length: side * 8 }, (_, i) => (i % 8 >= 1 && i % 8 <= 3 ? 255 : 0))
  const halves = Uint8Array.from({ length: side * side * 3 }, (_, i) => (Math.floor(i / 3) % side < 24 ? 255 : 0))
  const decoded: [string, Uint8Array, Decoded][] = [
    ['plain.png', whole.png, exact],
    ['a PNG.jpg', whole.png, exact],
    ['a JPEG.png', whole.jpeg, near(0.6, 6)],
    ['a GIF.jpeg', whole.gif, near(0.7, 12)],
    ['UPPER.PNG', whole.png, exact],
    ['16 bits.png', whole.png16, near(0.5, 1)],
    ['palette.png', whole.palettePng, near(0.7, 12)],
    ['grey.png', whole.greyPng, grey],
    ['opaque alpha.png', whole.alphaPng, exact],
    ['interlaced.png', whole.interlacedPng, exact],
    ['1 bit.png', png(pngHeader(side, side, 1, 0), bits), { pixels: halves, mean: 0, largest: 0 }],
    ['1 pixel.png', png(pngHeader(1, 1, 8, 2), Uint8Array.of(0, 77, 77, 77)), plain(77)],
    ['1 row.png', png(pngHeader(20_000, 1, 8, 0), new Uint8Array(20_001).fill(50, 1)), plain(50)],
    ['1 column.png', png(pngHeader(1, 20_000, 8, 0), new Uint8Array(40_000)), plain(0)],
    ['with more behind.png', joined(whole.png, 'more'), exact],
    ['progressive.jpg', whole.progressiveJpeg, near(0.6, 6)],
    ['grey.jpg', whole.greyJpeg, grey],
    ['CMYK.jpg', whole.cmykJpeg, near(9, 45)],
    ['another colour profile.jpg', whole.profiledJpeg, near(0.8, 8)],
    ['with more behind.jpg', joined(whole.jpeg, 'more'), near(0.6, 6)],
    ['lossy.webp', whole.webp, near(1.5, 22)],
    ['lossless.webp', whole.losslessWebp, exact],
    ['animated.webp', await animation('webp'), exact],
    ['plain.gif', whole.gif, near(0.7, 12)],
    ['animated.gif', await animation('gif'), near(0.7, 12)],
    ['lzw.tiff', whole.tiff, exact],
    ['plain.avif', whole.avif, near(0.5, 3)],
    ['plain.ppm', whole.ppm, exact],
    ['grey.pgm', joined('P5\n1 1\n255\n', Uint8Array.of(9)), plain(9)],
  ]
  for (let orientation = 1; orientation <= 8; orientation++)
    decoded.push([`turned ${orientation}.jpg`, await turned(orientation), near(0.6, 6)])
  const sharp = await sharpWasm()
  const clear = { width: 4, height: 4, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } as const
  decoded.push(['clear.png', new Uint8Array(await sharp({ create: clear }).png().toBuffer()), plain(255)])
  return decoded.map(([name, bytes, expected]) => ({ name: `unusual/${name}`, bytes, expected }))
}

/** Cut off at several places. */
async function cut(): Promise<CorpusImage[]> {
  const {
    png: pngFile,
    interlacedPng,
    jpeg,
    progressiveJpeg,
    webp,
    losslessWebp,
    gif,
    tiff,
    avif,
  } = await wholeImages()
  const files = {
    png: pngFile,
    'interlaced.png': interlacedPng,
    jpg: jpeg,
    'progressive.jpg': progressiveJpeg,
    webp,
    gif,
  }
  const others = { 'lossless.webp': losslessWebp, tiff, avif }
  return Object.entries({ ...files, ...others }).flatMap(([ending, bytes]) =>
    [0.02, 0.5, 0.9].map(part => ({
      name: `cut/at ${part * 100} per cent.${ending}`,
      bytes: share(bytes, part),
      expected: /cannot be decoded/,
    })),
  )
}

/** Damaged, or no image at all. */
async function broken(): Promise<CorpusImage[]> {
  const { png: pngFile, jpeg, webp, gif, tiff } = await wholeImages()
  const textMode = Buffer.from(pngFile).toString('latin1').replace(/\r\n/g, '\n')
  const files: [string, Uint8Array, RegExp][] = [
    ['nothing.jpg', new Uint8Array(), /is empty/],
    ['text.png', joined('no picture at all'), /no image format known/],
    ['page.jpg', joined('<!doctype html><title>404 Not Found</title>'), /no image format known/],
    ['zeros.png', new Uint8Array(4096), /no image format known/],
    ['drawing.svg', joined('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), /is an SVG drawing/],
    ['drawing.png', joined('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'), /is an SVG drawing/],
    ['phone.heic', joined(uint32(24), 'ftypheic', uint32(0), 'mif1heic'), /HEIC/],
    ['bitmap.bmp', joined('BM', new Uint8Array(60)), /no image format known/],
    ['signature only.png', pngFile.subarray(0, 8), /cannot be decoded \(PNG/],
    ['header only.png', pngFile.subarray(0, 33), /cannot be decoded \(PNG/],
    ['header only.jpg', jpeg.subarray(0, 20), /cannot be decoded \(JPEG/],
    ['header only.gif', gif.subarray(0, 13), /cannot be decoded \(GIF/],
    ['header only.webp', webp.subarray(0, 12), /cannot be decoded \(WebP/],
    ['header only.tif', tiff.subarray(0, 8), /cannot be decoded \(TIFF/],
    ['text mode.png', joined(textMode), /no image format known/],
    ['wrong checksum.png', patched(pngFile, 'IDAT', [0, 0, 0], 20), /cannot be decoded \(PNG/],
    ['no pixels.png', joined(pngSignature, pngHeader(9, 9, 8, 2), pngChunk('IEND', new Uint8Array())), /\(PNG/],
    ['too few pixels.png', png(pngHeader(50, 50, 8, 2), new Uint8Array(1000)), /cannot be decoded \(PNG/],
    ['0 x 0.png', png(pngHeader(0, 0, 8, 2), new Uint8Array(1)), /cannot be decoded \(PNG/],
    ['negative.png', png(pngHeader(2 ** 31 + 5, 5, 8, 2), new Uint8Array(1)), /cannot be decoded \(PNG/],
    ['99 bits.png', png(pngHeader(5, 5, 99, 2), new Uint8Array(100)), /cannot be decoded \(PNG/],
    ['wrong tables.jpg', patched(jpeg, '\xff\xc4', [255, 255, 255], 3), /cannot be decoded \(JPEG/],
    ['no size.jpg', patched(jpeg, '\xff\xc0', [0, 0, 0, 0], 3), /cannot be decoded \(JPEG/],
    ['no frame.webp', patched(webp, 'VP8 ', [0, 0, 0, 0], 4), /cannot be decoded \(WebP/],
    ['not LZW.gif', patched(gif, '\x2c\0\0\0\0', [99], 5), /cannot be decoded \(GIF/],
    ['nowhere.tif', patched(tiff, 'II*\0', [255, 255, 255, 127]), /cannot be decoded \(TIFF/],
  ]
  return files.map(([name, bytes, expected]) => ({ name: `broken/${name}`, bytes, expected }))
}

/** Far too many pixels, declared or real, behind few bytes. */
export async function bombs(): Promise<CorpusImage[]> {
  const { jpeg, gif, tiff } = await wholeImages()
  const zeros = (width: number, height: number) => new Uint8Array((Math.ceil(width / 8) + 1) * height)
  const profile = joined('zeros\0\0', deflateSync(new Uint8Array(300_000_000)))
  const tooLarge = /pixels, wanted at most 67108864/
  const files: [string, Uint8Array, Decoded | RegExp][] = [
    ['declared.png', png(pngHeader(100_000, 100_000, 8, 2), new Uint8Array(1)), tooLarge],
    // 11 kB for 81 million pixels that are really there.
    ['real.png', png(pngHeader(9000, 9000, 1, 0), zeros(9000, 9000)), tooLarge],
    ['just within.png', png(pngHeader(8192, 8192, 1, 0), zeros(8192, 8192)), plain(0)],
    ['declared.jpg', patched(jpeg, '\xff\xc0', [0xfa, 0, 0xfa, 0], 3), tooLarge],
    [
      'declared.gif',
      patched(patched(gif, 'GIF89a', [255, 255, 255, 255]), '\x2c\0\0\0\0', [255, 255, 255, 255]),
      tooLarge,
    ],
    [
      'declared.webp',
      joined('RIFF', uint32(0x1a000000), 'WEBPVP8L', uint32(0x0e000000), '\x2f\xfe\xbf\xff\x0f', new Uint8Array(9)),
      tooLarge,
    ],
    ['declared.tif', widened(tiff), tooLarge],
    // A colour profile of 300 MB in 300 kB; the picture itself is harmless.
    ['profile.png', png(pngHeader(1, 1, 8, 0), Uint8Array.of(0, 60), pngChunk('iCCP', profile)), plain(60)],
  ]
  return files.map(([name, bytes, expected]) => ({ name: `bombs/${name}`, bytes, expected }))
}

/** A little-endian TIFF whose first directory says 60,000 x 60,000. */
function widened(tiff: Uint8Array): Uint8Array {
  const bytes = tiff.slice()
  const view = new DataView(bytes.buffer)
  const directory = view.getUint32(4, true)
  for (let i = 0; i < view.getUint16(directory, true); i++) {
    const entry = directory + 2 + 12 * i
    const tag = view.getUint16(entry, true)
    // ImageWidth and ImageLength, as LONG.
    if (tag !== 256 && tag !== 257) continue
    view.setUint16(entry + 2, 4, true)
    view.setUint32(entry + 8, 60_000, true)
  }
  return bytes
}

/** The whole corpus. */
export async function brokenImages(): Promise<CorpusImage[]> {
  return [...(await unusual()), ...(await cut()), ...(await broken()), ...(await bombs())]
}
