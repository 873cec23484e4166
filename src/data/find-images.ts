// Which files of a folder are images: in any depth, in the same order on every system. Follows no link out of the folder, lists no more
// than a limit, opens no file. What the files hold is decode-image.ts.
import { opendir, realpath, stat } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { EyesWasmError, inputError } from '../errors.js'
import { printable } from '../quote.js'

/**
 * Names that say "image"; other files are passed over. The last line's formats are not decoded (drawings, HEIC, …): they are refused by
 * name, for a picture that silently does not count would be worse.
 */
const extensions = new Set(
  (
    '.jpg .jpeg .jpe .jfif .png .apng .webp .gif .tif .tiff .avif .pbm .pgm .ppm .pfm .pnm ' +
    '.svg .svgz .hdr .heic .heif .bmp .jp2 .jxl'
  ).split(' '),
)

/** Most files and folders below one data folder: links to folders inside it could otherwise make a short tree endless. */
export const entryLimit = 1_000_000

/** An image file: its path below the folder as the user sees it ('/' between the parts), and where it really lies. */
export interface FoundImage {
  readonly name: string
  readonly path: string
}

/** Compares by code units, as no locale does: the same order everywhere. */
export const byCodeUnits = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new EyesWasmError('ABORTED', 'Reading images was cancelled.', { cause: signal.reason })
}

/**
 * Where a link really leads.
 * @param root the folder's own real path
 * @throws EyesWasmError INPUT for a link to nothing, round in a circle, or out of the folder
 */
export async function followLink(folder: string, root: string, name: string, link: string): Promise<string> {
  const who = `${folder}: ${printable(name)}`
  const target = await realpath(link).catch((error: unknown) => {
    const isCircle = (error as NodeJS.ErrnoException).code === 'ELOOP'
    throw inputError(
      isCircle
        ? `${who} is a link round in a circle. Remove it.`
        : `${who} is a link to nothing. Remove it, or restore what it pointed to.`,
      error,
    )
  })
  const inside = relative(root, target)
  if (inside === '..' || inside.startsWith(`..${sep}`) || join(root, inside) !== target)
    throw inputError(
      `${who} is a link that leads out of the folder, to ${printable(target)}. Copy the files into the folder.`,
    )
  return target
}

export interface FindOptions {
  readonly signal?: AbortSignal | undefined
  /** `entryLimit`; smaller in tests. */
  readonly limit?: number
}

/**
 * The folder's images, sorted by name.
 * @throws EyesWasmError INPUT for a folder that cannot be listed or holds too much, and for a link that leads out, nowhere or round
 */
export async function findImages(
  folder: string,
  { signal, limit = entryLimit }: FindOptions = {},
): Promise<FoundImage[]> {
  const root = await realpath(folder)
  const found: FoundImage[] = []
  let entries = 0
  const visit = async (path: string, real: string, ancestors: readonly string[]) => {
    throwIfAborted(signal)
    const folders: [name: string, target: string][] = []
    for await (const entry of listing(real)) {
      if (++entries > limit)
        throw inputError(
          `${folder}: holds more than ${limit} files and folders, wanted a data set of fewer. Name a part of it.`,
        )
      const name = path === '' ? entry.name : `${path}/${entry.name}`
      const isLink = entry.isSymbolicLink()
      const target = isLink ? await followLink(folder, root, name, join(real, entry.name)) : join(real, entry.name)
      const kind = isLink ? await stat(target) : entry
      if (kind.isDirectory()) {
        if (ancestors.includes(target))
          throw inputError(
            `${folder}: ${printable(name)} is a link to a folder around it, wanted a finite tree. Remove the link.`,
          )
        folders.push([name, target])
      } else if (kind.isFile() && extensions.has(extname(entry.name).toLowerCase())) found.push({ name, path: target })
    }
    for (const [name, target] of folders) await visit(name, target, [...ancestors, target])
  }
  await visit('', root, [root])
  return found.sort((a, b) => byCodeUnits(a.name, b.name))
}

/** A folder's entries, some at a time. */
async function* listing(folder: string) {
  try {
    yield* await opendir(folder, { bufferSize: 256 })
  } catch (error) {
    if (error instanceof EyesWasmError) throw error
    throw inputError(`${folder}: cannot be listed (${(error as Error).message}). Check its permissions.`, error)
  }
}
