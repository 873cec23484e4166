// The one way to get a data set: from a .npy file, a folder with data.npy, a folder of images, or drawn on the spot.
// How each is read is npy.ts, image-folder.ts and generated-eyes.ts; what comes out is dataset.ts.
import { lstat, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { EyesWasmError, inputError } from '../errors.js'
import { withFile } from '../input-file.js'
import type { Dataset, ImageSize } from './dataset.js'
import { followLink } from './find-images.js'
import { generateEyes } from './generated-eyes.js'
import { loadImageFolder, type ImageFolderOptions } from './image-folder.js'
import { readNpyImages, readNpyLabels } from './npy.js'
import { sha256Of } from './pixels.js'

export interface LoadOptions extends ImageFolderOptions {
  /** Pictures of this size: folders are stretched to it (default 50x50), generated eyes drawn in it; a .npy file must have it already. */
  readonly size?: ImageSize | undefined
  /** At most this many images, the first ones; for generated eyes exactly so many (default 1476). */
  readonly count?: number | undefined
  /** Of the generated eyes (default 0). */
  readonly seed?: number | undefined
}

const statOrNull = (path: string) =>
  stat(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw inputError(
      `${path}: cannot be read (${(error as Error).message}). Check the path and its permissions.`,
      error,
    )
  })

/**
 * Loads images from `source`: a .npy file, a folder with data.npy (and label.npy, if there), a folder of images, or null for
 * generated eyes.
 * @throws EyesWasmError INPUT for anything missing, empty or malformed, naming it; ABORTED through the signal
 */
export async function loadDataset(source: string | null, options: LoadOptions = {}): Promise<Dataset> {
  checkOptions(options)
  if (options.signal?.aborted)
    throw new EyesWasmError('ABORTED', 'Reading images was cancelled.', { cause: options.signal.reason })
  if (source === null) return generateEyes(options)
  const found = await statOrNull(source)
  if (!found)
    throw inputError(
      `${source}: does not exist, wanted a .npy file or a folder. Check the path, or leave it out for generated eyes.`,
    )
  if (!found.isDirectory()) return loadNpy(source, source, null, options)
  const images = await fileWithin(source, 'data.npy')
  if (images === null) return loadImageFolder(source, options)
  return loadNpy(source, images, await fileWithin(source, 'label.npy'), options)
}

/** A folder's own file of this name, or null where there is none. A link is followed, but not out of the folder. */
async function fileWithin(folder: string, name: string): Promise<string | null> {
  const path = join(folder, name)
  const isLink = await lstat(path).then(
    found => found.isSymbolicLink(),
    () => false,
  )
  if (isLink) return followLink(folder, await realpath(folder), name, path)
  return (await statOrNull(path)) && path
}

function checkOptions({ size, count }: LoadOptions) {
  if (count !== undefined && (!Number.isSafeInteger(count) || count < 1))
    throw inputError(`data: count is ${count}, wanted an integer of 1 or more. Use for example 100.`)
  if (size && ![size.height, size.width].every(side => Number.isInteger(side) && side >= 1 && side <= 4096))
    throw inputError(
      `data: size is ${size.height}x${size.width}, wanted 1 to 4096 pixels a side. Use for example 50x50.`,
    )
}

const npyFile = { wanted: 'a .npy file, or a folder of images' }

async function loadNpy(
  source: string,
  imagesPath: string,
  labelsPath: string | null,
  { size, count }: LoadOptions,
): Promise<Dataset> {
  const images = await withFile(imagesPath, readNpyImages, npyFile)
  const { height, width } = images
  if (size && (size.height !== height || size.width !== width))
    throw inputError(
      `${imagesPath}: images are ${height}x${width}, wanted ${size.height}x${size.width}. A .npy file is not resized: leave --size out, or name a folder of images.`,
    )
  const labels =
    labelsPath === null ? null : await withFile(labelsPath, file => readNpyLabels(file, images.count), npyFile)
  const kept = Math.min(count ?? images.count, images.count)
  const pixels = images.pixels.subarray(0, kept * height * width * 3)
  return {
    source,
    count: kept,
    height,
    width,
    pixels,
    labels: labels && labels.slice(0, kept),
    classNames: null,
    sha256: sha256Of(pixels),
  }
}
