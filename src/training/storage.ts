// Writing files so that a reader never meets half of one: everything goes to a temporary name first and is renamed when complete.
// Used for the run folder and by commands that write pictures or arrays. Own, because the kept libraries for this report success
// on a full disk and leave a truncated file (write-file-atomic 8, atomically 2).
import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
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

/**
 * Writes a whole file or nothing: temporary name in the same folder, synced to disk, renamed over `path`. The temporary name is drawn:
 * machines that share a folder may have equal process ids (in containers they mostly do).
 * @throws STORAGE when the disk is full, unwritable or gone; `path` is then what it was before.
 */
export async function writeFileWhole(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    const file = await open(temporary, 'w')
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw storageError(path, error)
  }
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

/** Refuses a path that is taken: a file, or a folder with something in it. @throws INPUT, naming `who` (`--out`); STORAGE. */
export async function checkVacant(path: string, who: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return null
    throw storageError(path, error)
  })
  if (found === null) return
  if (!found.isDirectory())
    throw inputError(`${who}: ${path} is a file, wanted a new or empty folder. Choose another name.`)
  const entries = await readdir(path).catch((error: unknown) => {
    throw storageError(path, error)
  })
  if (entries.length > 0)
    throw inputError(
      `${who}: ${path} holds ${entries.length} files already, wanted a new or empty folder. Choose another name or remove it.`,
    )
}

/** Makes a folder, with those above it. @throws STORAGE. */
export async function makeFolder(path: string): Promise<string> {
  await mkdir(path, { recursive: true }).catch((error: unknown) => {
    throw storageError(path, error)
  })
  return path
}

/** Makes `path`, or where that exists `path-2`, `path-3` …; two commands at once get two folders. @throws STORAGE. */
export async function makeNumberedFolder(path: string): Promise<string> {
  await makeFolder(dirname(path))
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? path : `${path}-${number}`
    try {
      await mkdir(candidate)
      return candidate
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw storageError(candidate, error)
    }
  }
}
