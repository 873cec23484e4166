// Writing files so that a reader never meets half of one: everything goes to a temporary name first and is renamed when complete.
// Used for the run folder and by commands that write pictures or arrays. Own, because the kept libraries for this report success
// on a full disk and leave a truncated file (write-file-atomic 8, atomically 2).
import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { EyesWasmError, inputError } from '../errors.js'

const explanations: Record<string, string> = {
  ENOSPC: 'the disk is full. Free some space and try again',
  EDQUOT: 'the disk quota is used up. Free some space and try again',
  EFBIG: 'the file is larger than this disk or process may write. Raise the limit (ulimit -f) or write elsewhere',
  EACCES: 'permission denied. Choose a folder that you may write to',
  EPERM: 'permission denied. Choose a folder that you may write to',
  EROFS: 'the disk is read-only. Choose a folder that you may write to',
  ENOENT: 'the folder is not there (any more). Leave it in place until the command has ended',
  ENOTDIR: 'a part of the path is a file, wanted a folder. Choose another path',
  EISDIR: 'it is a folder, wanted a file. Choose another path',
  EIO: 'the disk reports an error. Check it, or write elsewhere',
}

/** The error's system code (`ENOSPC` …), or undefined where it is not a system error. */
const systemCode = (error: unknown) =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** A failure of the file system as STORAGE (exit code 4), naming the file; anything else unchanged. */
export function storageError(path: string, error: unknown): unknown {
  const code = systemCode(error)
  if (error instanceof EyesWasmError || code === undefined) return error
  const reason = explanations[code] ?? 'the system refused. Choose another place to write to'
  return new EyesWasmError('STORAGE', `${path}: cannot write (${code}): ${reason}.`, { cause: error })
}

/** Names that only this file gives: what a killed process leaves behind is known by it. */
const temporaryName = /^\..+\.[0-9a-f]{12}\.tmp$/

/** Content under a new name: written, its size checked, synced to disk. */
async function writeSynced(path: string, content: Uint8Array): Promise<void> {
  const file = await open(path, 'w')
  try {
    await file.writeFile(content)
    const { size } = await file.stat()
    if (size !== content.length)
      throw Object.assign(new Error(`${size} of ${content.length} bytes written`), { code: 'ENOSPC' })
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Where a platform has no handle of a folder, or no sync of one, a rename is on disk when the system thinks fit. */
const unsyncable = new Set(['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'ENOSYS', 'EBADF'])

/** Brings a folder's own entries to disk: a rename is only then sure to outlive a power cut. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r')
    await folder.sync().finally(() => folder.close())
  } catch (error) {
    if (!unsyncable.has(systemCode(error) ?? '')) throw error
  }
}

/** Renames where there is something; answers whether there was. */
const renameIfThere = (from: string, to: string) =>
  rename(from, to).then(
    () => true,
    (error: unknown) => {
      if (systemCode(error) === 'ENOENT') return false
      throw error
    },
  )

/**
 * Writes a whole file or nothing: temporary name in the same folder, size checked, synced to disk, renamed over `path`, the folder synced.
 * The temporary name is drawn: machines that share a folder may have equal process ids (in containers they mostly do).
 * With `keep` the file that was there is kept under that name: at any moment one of the two is whole.
 * @throws STORAGE when the disk is full, unwritable or gone; `path` is then what it was before.
 */
export async function writeFileWhole(
  path: string,
  content: Uint8Array | string,
  { keep }: { readonly keep?: string } = {},
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)
  let isKept = false
  try {
    await writeSynced(temporary, typeof content === 'string' ? new TextEncoder().encode(content) : content)
    if (keep !== undefined) isKept = await renameIfThere(path, keep)
    await rename(temporary, path)
    isKept = false
    await syncFolder(dirname(path))
  } catch (error) {
    if (isKept) await rename(keep!, path).catch(() => undefined)
    await rm(temporary, { force: true }).catch(() => undefined)
    throw storageError(path, error)
  }
}

/** Removes what killed processes left half-written in a folder that nobody else writes to. @throws STORAGE */
export async function removeTemporaries(folder: string): Promise<void> {
  try {
    for (const name of await readdir(folder))
      if (temporaryName.test(name)) await rm(join(folder, name), { force: true })
  } catch (error) {
    throw storageError(folder, error)
  }
}

/**
 * Refuses a disk without room for `bytes`. Where the platform does not tell, there is taken to be some.
 * @throws STORAGE
 */
export async function checkRoom(folder: string, bytes: number, what: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder).catch(() => ({ bavail: Infinity, bsize: 1 }))
  const room = bavail * bsize
  if (room >= bytes) return
  const mebibytes = (value: number) => `${(value / 2 ** 20).toFixed(1)} MiB`
  throw new EyesWasmError(
    'STORAGE',
    `${folder}: its disk has ${mebibytes(room)} left, wanted ${mebibytes(bytes)} for ${what}. Free some space, or write elsewhere.`,
  )
}

/**
 * Appends to a file that exists, and syncs it to disk. Opened anew each time: a folder that was removed meanwhile is noticed.
 * @throws STORAGE; a row cut off by a full disk is taken back.
 */
export async function appendToFile(path: string, text: string): Promise<void> {
  try {
    const file = await open(path, constants.O_WRONLY | constants.O_APPEND)
    try {
      const { size } = await file.stat()
      await file.writeFile(text).catch(async (error: unknown) => {
        await file.truncate(size).catch(() => undefined)
        throw error
      })
      await file.datasync()
    } finally {
      await file.close()
    }
  } catch (error) {
    throw storageError(path, error)
  }
}

/**
 * Refuses a path that is taken: a file, or a folder with something in it besides the files of `ignored` names and what a killed process
 * left half-written.
 * @throws INPUT, naming `who` (`--out`); STORAGE.
 */
export async function checkVacant(path: string, who: string, ignored: readonly string[] = []): Promise<void> {
  const place = await stat(path).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return null
    throw storageError(path, error)
  })
  if (place === null) return
  if (!place.isDirectory())
    throw inputError(`${who}: ${path} is a file, wanted a new or empty folder. Choose another name.`)
  const all = await readdir(path).catch((error: unknown) => {
    throw storageError(path, error)
  })
  const entries = all.filter(name => !ignored.includes(name) && !temporaryName.test(name))
  if (entries.length > 0)
    throw inputError(
      `${who}: ${path} holds ${entries.length} files already, wanted a new or empty folder. Choose another name or remove it.`,
    )
}

/** Makes a folder, with those above it, and brings them to disk. @throws STORAGE. */
export async function makeFolder(path: string): Promise<string> {
  const whole = resolve(path)
  try {
    const first = await mkdir(whole, { recursive: true })
    // Each is an entry of the one above it, up to the first that was not there.
    for (let made = whole; first !== undefined && made.length >= first.length; made = dirname(made))
      await syncFolder(dirname(made))
  } catch (error) {
    throw storageError(path, error)
  }
  return path
}

/** Makes `path`, or where that exists `path-2`, `path-3` …; two commands at once get two folders. @throws STORAGE. */
export async function makeNumberedFolder(path: string): Promise<string> {
  await makeFolder(dirname(path))
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? path : `${path}-${number}`
    try {
      await mkdir(candidate)
      await syncFolder(dirname(candidate))
      return candidate
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw storageError(candidate, error)
    }
  }
}
