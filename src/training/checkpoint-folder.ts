// The checkpoints of a run folder: `last`, the one before it, and the best epoch's. Once there is one, a readable one is there at every
// moment, whenever the process is killed. What a checkpoint holds is checkpoint.ts; when one is written, saver.ts.
import { lstat, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { EyesWasmError, inputError } from '../errors.js'
import { readCheckpoint, type Checkpoint } from './checkpoint.js'
import { makeFolder, removeTemporaries, storageError, writeFileWhole } from './storage.js'

/** Names inside a run folder. */
export const checkpointFiles = {
  last: 'checkpoints/last.safetensors',
  previous: 'checkpoints/previous.safetensors',
  best: 'checkpoints/best.safetensors',
  /** What was found damaged by `--resume`. */
  damaged: 'checkpoints/damaged.safetensors',
} as const

const fileIn = (run: string, name: keyof typeof checkpointFiles) => join(run, checkpointFiles[name])

const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )

/** @throws STORAGE */
export const makeCheckpointFolder = (run: string) => makeFolder(join(run, 'checkpoints'))

/** Replaces `last`; what it was becomes `previous`, which stays until the new one is complete. @throws STORAGE */
export const saveLast = (run: string, bytes: Uint8Array) =>
  writeFileWhole(fileIn(run, 'last'), bytes, { keep: fileIn(run, 'previous') })

/** @throws STORAGE; the best one of before is then still there */
export const saveBest = (run: string, bytes: Uint8Array) => writeFileWhole(fileIn(run, 'best'), bytes)

/** How many of the three files there are. */
export async function countCheckpoints(run: string): Promise<number> {
  const found = await Promise.all((['last', 'previous', 'best'] as const).map(name => isThere(fileIn(run, name))))
  return found.filter(Boolean).length
}

/** The newest checkpoint's path, unread, or null where there is none. */
export async function newestCheckpoint(run: string): Promise<string | null> {
  for (const name of ['last', 'previous'] as const) if (await isThere(fileIn(run, name))) return fileIn(run, name)
  return null
}

/** Which of a run's checkpoints was read. */
export interface Chosen {
  readonly path: string
  /** Whether `last` is the one. */
  readonly isLast: boolean
  /** The one that had to be passed over, and why. */
  readonly damaged: { readonly path: string; readonly error: EyesWasmError } | null
}

export interface LoadedCheckpoint extends Chosen {
  readonly checkpoint: Checkpoint
}

/**
 * What `read` makes of the newest checkpoint that it can read: of `last`, or of `previous` where `last` is damaged or missing. Null where
 * there is neither.
 * @throws INPUT of the newer one when both are damaged
 */
export async function readNewest<T>(
  run: string,
  read: (path: string) => Promise<T>,
): Promise<(Chosen & { readonly found: T }) | null> {
  let damaged: Chosen['damaged'] = null
  for (const name of ['last', 'previous'] as const) {
    const path = fileIn(run, name)
    if (!(await isThere(path))) continue
    try {
      return { found: await read(path), path, isLast: name === 'last', damaged }
    } catch (error) {
      if (!(error instanceof EyesWasmError) || error.code !== 'INPUT') throw error
      damaged ??= { path, error }
    }
  }
  if (damaged) throw damaged.error
  return null
}

/** A sentence for the user where a damaged checkpoint was passed over, or undefined. */
export const noticeOf = ({ damaged, isLast }: Chosen): string | undefined =>
  damaged && !isLast ? `${damaged.error.message} Using the one before it, ${checkpointFiles.previous}.` : undefined

/** @throws INPUT when there is no checkpoint that can be read */
export async function loadCheckpoint(run: string): Promise<LoadedCheckpoint> {
  const newest = await readNewest(run, readCheckpoint)
  if (newest) {
    const { found: checkpoint, ...chosen } = newest
    return { checkpoint, ...chosen }
  }
  throw inputError(
    `${run}: has no checkpoint in ${checkpointFiles.last}, wanted one of a stopped run. Train anew, from its weights with --init where it has some.`,
  )
}

/**
 * Refuses a run whose folder of checkpoints is a link: a stranger's could lead to the checkpoints of another run, which would be replaced.
 * @throws INPUT
 */
export async function checkOwnFolder(run: string): Promise<void> {
  const folder = join(run, 'checkpoints')
  const isLink = await lstat(folder).then(
    found => found.isSymbolicLink(),
    () => false,
  )
  if (isLink)
    throw inputError(
      `${folder}: is a link, wanted a folder of the run's own. Put the files where the link is, or link the whole run folder.`,
    )
}

/** Removes what a killed process left half-written in a run folder. Only for the owner of its lock. @throws STORAGE */
export async function removeAllTemporaries(run: string): Promise<void> {
  for (const folder of [run, join(run, 'checkpoints')]) await removeTemporaries(folder)
}

/**
 * Clears away what a killed process left half-written, and puts a damaged `last` aside, so that it does not take the place of the good one
 * before it. Only for the owner of the folder's lock. @throws STORAGE
 */
export async function mendCheckpoints(run: string, { damaged, isLast }: Chosen): Promise<void> {
  await makeCheckpointFolder(run)
  await removeAllTemporaries(run)
  if (!damaged || isLast) return
  await rename(damaged.path, fileIn(run, 'damaged')).catch((error: unknown) => {
    throw storageError(damaged.path, error)
  })
}
