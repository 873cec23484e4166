// A folder of images as a data set: found by find-images.ts, decoded by decode-image.ts, one after the other into shared memory. What to
// do with a bad one is decided here. The folder is read only.
import { join } from 'node:path'
import { inputError } from '../errors.js'
import { withFile } from '../input-file.js'
import { printable } from '../quote.js'
import type { BadImagePolicy, Dataset, ImageSize } from './dataset.js'
import { byteLimit, decodeImage, wantedImages, type BadImage } from './decode-image.js'
import { byCodeUnits, findImages, throwIfAborted, type FoundImage } from './find-images.js'
import { sha256Of, sharedUint8 } from './pixels.js'

export interface ImageFolderOptions {
  readonly size?: ImageSize | undefined
  /** Read only the first `count` images (in path order); bad ones that are skipped do not count. */
  readonly count?: number | undefined
  /** `fail` (default): refuse the folder, naming its bad images. `skip`: go on without them. */
  readonly onBadImage?: BadImagePolicy | undefined
  /** Each skipped image, as one line of text. */
  readonly onSkip?: ((line: string) => void) | undefined
  readonly onProgress?: ((done: number, total: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Bad images that one message names. */
const mostNamed = 10

/** Class of each image by its top folder; null where images lie in the folder itself. Indices follow the sorted names of `all`. */
function classify(all: readonly string[], kept: number): Pick<Dataset, 'labels' | 'classNames'> {
  const tops = all.map(name => (name.includes('/') ? name.slice(0, name.indexOf('/')) : null))
  if (tops.includes(null)) return { labels: null, classNames: null }
  const classNames = Array.from(new Set(tops as string[])).sort(byCodeUnits)
  const index = new Map(classNames.map((name, i) => [name, i]))
  return { classNames, labels: Int32Array.from(tops.slice(0, kept), top => index.get(top!)!) }
}

/** Reads and decodes one file. @throws EyesWasmError INPUT when the system refuses to read it, which is no fault of the picture */
const readImage = ({ path }: FoundImage, size: ImageSize): Promise<Uint8Array | BadImage> =>
  withFile(
    path,
    async source => {
      if (source.size > byteLimit)
        return { problem: `has ${source.size} bytes, wanted at most ${byteLimit} (${byteLimit / 2 ** 20} MiB)` }
      const bytes = new Uint8Array(source.size)
      await source.read(bytes, 0)
      return decodeImage(bytes, size, path)
    },
    { wanted: wantedImages, isResolved: true },
  )

const cure = 'Convert, repair or remove'

/** All the bad images at once, or the first ones of them. */
function refusal(folder: string, bad: readonly string[], total: number): Error {
  if (bad.length === 1) return inputError(`${bad[0]!}. ${cure} the file, or pass it over with --on-bad-image skip.`)
  const which = bad.length === mostNamed ? `the first ${mostNamed} bad ones` : 'the bad ones'
  return inputError(
    `${folder}: not every one of its ${total} images can be used; ${which}:\n  ${bad.join('\n  ')}\n${cure} them, or pass them over with --on-bad-image skip.`,
  )
}

/**
 * Reads a folder of images as uint8 RGB of `size` (default 50x50), sorted by path.
 * @throws EyesWasmError INPUT for a folder without images, or with bad ones (`fail`) or only such (`skip`), a link out of the folder, or a
 *   file that cannot be read; ABORTED
 */
export async function loadImageFolder(
  folder: string,
  { size = { height: 50, width: 50 }, count, onBadImage = 'fail', onSkip, onProgress, signal }: ImageFolderOptions = {},
): Promise<Dataset> {
  const images = await findImages(folder, { signal })
  if (images.length === 0)
    throw inputError(
      `${folder}: found no image (.jpg, .png, .webp, .gif, .tif, .avif, .ppm) and no data.npy. Name a folder of images or a .npy file.`,
    )
  const total = Math.min(count ?? images.length, images.length)
  const perImage = size.height * size.width * 3
  const pixels = sharedUint8(folder, total * perImage)
  const isSkipping = onBadImage === 'skip'
  const skipped = new Set<FoundImage>()
  const bad: string[] = []
  let kept = 0
  onProgress?.(0, total)
  for (const image of images) {
    if (kept + bad.length === total || bad.length === mostNamed) break
    throwIfAborted(signal)
    const decoded = await readImage(image, size)
    if ('problem' in decoded) {
      const line = `${join(folder, printable(image.name))}: ${decoded.problem}`
      if (isSkipping) {
        skipped.add(image)
        onSkip?.(`skipped ${line}`)
      } else bad.push(line)
    } else pixels.set(decoded, kept++ * perImage)
    onProgress?.(kept + bad.length, total)
  }
  if (bad.length > 0) throw refusal(folder, bad, total)
  if (kept === 0)
    throw inputError(`${folder}: none of its ${images.length} images can be used, wanted one. Convert or repair them.`)
  const used = pixels.subarray(0, kept * perImage)
  // As if the skipped ones were not there.
  const names = images.filter(image => !skipped.has(image)).map(({ name }) => name)
  return {
    source: folder,
    count: kept,
    height: size.height,
    width: size.width,
    pixels: used,
    ...classify(names, kept),
    sha256: sha256Of(used),
  }
}
