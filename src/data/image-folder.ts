// A folder of images as a data set: found in any depth, in the same order on every system, decoded by sharp's WASM build, turned upright
// and stretched to one size. The folder is read only; links that lead out of it are refused.
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { EyesWasmError, inputError } from '../errors.js'
import type { Dataset, ImageSize } from './dataset.js'
import { sha256Of, sharedUint8 } from './pixels.js'
import { sharpWasm } from './sharp.js'

export interface ImageFolderOptions {
  readonly size?: ImageSize
  /** Read only the first `count` images (in path order). */
  readonly count?: number
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal
}

/**
 * Names that say "image"; other files are passed over. The last line's formats sharp's WASM build cannot decode (HEIC, mostly):
 * they are refused by name, for a picture that silently does not count would be worse.
 */
const extensions = new Set(
  (
    '.jpg .jpeg .jpe .jfif .png .apng .webp .gif .tif .tiff .avif .svg .svgz .pbm .pgm .ppm .pfm .pnm .hdr ' +
    '.heic .heif .bmp .jp2 .jxl'
  ).split(' '),
)

/** 64 megapixels: a picture that says it is larger is refused by its header, before any pixel is decoded. */
export const pixelLimit = 64 * 1024 * 1024

/** Compares by code units, as no locale does: the same order everywhere. */
const byCodeUnits = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Paths of the folder's images, relative to it with '/' between the parts, sorted. */
export async function findImages(folder: string, signal?: AbortSignal): Promise<string[]> {
  const root = await realpath(folder)
  const found: string[] = []
  const visit = async (path: string, real: string, ancestors: readonly string[]) => {
    throwIfAborted(signal)
    const entries = await readdir(real, { withFileTypes: true }).catch((error: unknown) => {
      throw inputError(`${real}: cannot be listed (${(error as Error).message}). Check its permissions.`, error)
    })
    for (const entry of entries) {
      const name = path === '' ? entry.name : `${path}/${entry.name}`
      const target = entry.isSymbolicLink()
        ? await followLink(folder, root, name, join(real, entry.name))
        : join(real, entry.name)
      const kind = entry.isSymbolicLink() ? await stat(target) : entry
      if (kind.isDirectory()) {
        if (ancestors.includes(target))
          throw inputError(`${folder}: ${name} is a link to a folder around it, wanted a finite tree. Remove the link.`)
        await visit(name, target, [...ancestors, target])
      } else if (kind.isFile() && extensions.has(extname(entry.name).toLowerCase())) found.push(name)
    }
  }
  await visit('', root, [root])
  return found.sort(byCodeUnits)
}

async function followLink(folder: string, root: string, name: string, link: string): Promise<string> {
  const target = await realpath(link).catch((error: unknown) => {
    throw inputError(`${folder}: ${name} is a link to nothing. Remove it, or restore what it pointed to.`, error)
  })
  const inside = relative(root, target)
  if (inside === '..' || inside.startsWith(`..${sep}`) || join(root, inside) !== target)
    throw inputError(
      `${folder}: ${name} is a link that leads out of the folder, to ${target}. Copy the files into the folder.`,
    )
  return target
}

function throwIfAborted(signal: AbortSignal | undefined) {
  if (signal?.aborted) throw new EyesWasmError('ABORTED', 'Reading images was cancelled.', { cause: signal.reason })
}

/** Class of each image by its top folder; null where images lie in the folder itself. Indices follow the sorted names. */
function classify(paths: readonly string[]): Pick<Dataset, 'labels' | 'classNames'> {
  const tops = paths.map(path => (path.includes('/') ? path.slice(0, path.indexOf('/')) : null))
  if (tops.includes(null)) return { labels: null, classNames: null }
  const classNames = Array.from(new Set(tops as string[])).sort(byCodeUnits)
  return { classNames, labels: Int32Array.from(tops, top => classNames.indexOf(top!)) }
}

/** Decodes one file to [height, width, 3] uint8 RGB: upright by EXIF, transparency over white, stretched. */
async function decode(path: string, { height, width }: ImageSize): Promise<Uint8Array> {
  const sharp = await sharpWasm()
  const fail = (error: unknown) => {
    throw inputError(
      `${path}: cannot be decoded (${(error as Error).message.split('\n')[0]}), wanted a whole JPEG, PNG, WebP, GIF, TIFF, AVIF, SVG or PPM image. Convert, repair or remove the file.`,
      error,
    )
  }
  // libvips reads the PPM family from files only; from memory the rest is safer where paths are not plain (Windows, other alphabets).
  const input = /\.p[bgpfn]m$/i.test(path) ? path : await readFile(path).catch(fail)
  const header = await sharp(input, { failOn: 'none', limitInputPixels: false }).metadata().catch(fail)
  if (header.width * header.height > pixelLimit)
    throw inputError(
      `${path}: is ${header.width} x ${header.height} pixels, wanted at most ${pixelLimit} in all (64 megapixels). Scale it down or remove it.`,
    )
  const { data, info } = await sharp(input, { failOn: 'error', limitInputPixels: pixelLimit, autoOrient: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .resize({ width, height, fit: 'fill', kernel: 'cubic' })
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch(fail)
  return toRgb(data, info.channels, height * width)
}

/** Three channels whatever came: grey is repeated, a fourth channel dropped. */
function toRgb(data: Uint8Array, channels: number, count: number): Uint8Array {
  if (channels === 3) return data
  const rgb = new Uint8Array(count * 3)
  for (let i = 0; i < count; i++)
    for (let c = 0; c < 3; c++) rgb[i * 3 + c] = data[i * channels + (channels < 3 ? 0 : c)]!
  return rgb
}

/**
 * Reads a folder of images as uint8 RGB of `size` (default 50x50), sorted by path.
 * @throws EyesWasmError for a folder without images, an undecodable or huge file, a link out of the folder, or an abort
 */
export async function loadImageFolder(
  folder: string,
  { size = { height: 50, width: 50 }, count, onProgress, signal }: ImageFolderOptions = {},
): Promise<Dataset> {
  const all = await findImages(folder, signal)
  if (all.length === 0)
    throw inputError(
      `${folder}: found no image (.jpg, .png, .webp, .gif, .tif, .avif, .svg, .ppm) and no data.npy. Name a folder of images or a .npy file.`,
    )
  const paths = all.slice(0, count)
  const perImage = size.height * size.width * 3
  const pixels = sharedUint8(folder, paths.length * perImage)
  onProgress?.(0, paths.length)
  for (const [i, path] of paths.entries()) {
    throwIfAborted(signal)
    pixels.set(await decode(join(folder, ...path.split('/')), size), i * perImage)
    onProgress?.(i + 1, paths.length)
  }
  const { labels, classNames } = classify(all)
  return {
    source: folder,
    count: paths.length,
    height: size.height,
    width: size.width,
    pixels,
    labels: labels && labels.slice(0, paths.length),
    classNames,
    sha256: sha256Of(pixels),
  }
}
