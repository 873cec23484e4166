// One process at a time trains into a folder: lock.json names the owner. A dead owner's lock is taken over, by one taker alone; that a lock
// of another machine is dead nobody can know, so it is refused. Own, as the kept library for this has been idle for years.
import { createHash, randomUUID } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { EyesWasmError, inputError } from '../errors.js'
import { readTextFile, systemCodeOf } from '../input-file.js'
import { storageError } from './storage.js'

export const lockFile = 'lock.json'

/** What lock.json says of its owner. */
interface Owner {
  readonly pid: number
  readonly host: string
  /** ISO 8601, UTC. */
  readonly started: string
  /** Linux: this start of the machine, and the process's own start in clock ticks after it. A pid that was given anew is known by them. */
  readonly boot: string | null
  readonly ticks: string | null
  /** Drawn: no two locks are equal. */
  readonly id: string
}

export interface FolderLock {
  /** @throws STORAGE when the lock is somebody else's by now, or gone */
  check(): Promise<void>
  /** Removes the lock where it still is this one. */
  release(): Promise<void>
}

/** Ours has 200 bytes. */
const mostBytes = 4096

/** A lock's text, or null where there is none. @throws INPUT for a pipe, a device, or what is too long to be a lock */
const textOf = (path: string) =>
  readTextFile(path, mostBytes, 'the lock of a run', true).catch((error: unknown) => {
    if (systemCodeOf(error) === 'ENOENT') return null
    throw error
  })

/** Whether the lock is this one. */
const isOwn = (path: string, own: string) =>
  textOf(path).then(
    text => text === own,
    () => false,
  )

/** What the system says of itself: these files have no size. */
const systemText = (path: string) => readFile(path, 'utf8').catch(() => null)

/** When a process began, in clock ticks since the machine's start; null where the system does not say or has no such process. */
async function startTicks(pid: number): Promise<string | null> {
  const text = await systemText(`/proc/${pid}/stat`)
  // The name, in parentheses, may hold anything; the start time is the 20th field after it.
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null
}

const bootId = async () => (await systemText('/proc/sys/kernel/random/boot_id'))?.trim() ?? null

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Somebody else's process may not be asked, but is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function parseOwner(text: string): Owner | null {
  try {
    const found = JSON.parse(text) as Partial<Owner> | null
    if (typeof found?.pid !== 'number' || typeof found.host !== 'string') return null
    const { pid, host, started = '', boot = null, ticks = null, id = '' } = found
    return { pid, host, started, boot, ticks, id }
  } catch {
    return null
  }
}

/** Of this host: whether its process is still the one that took the lock. */
async function isAlive({ pid, boot, ticks }: Owner): Promise<boolean> {
  if (boot !== null && boot !== (await bootId())) return false
  if (!Number.isSafeInteger(pid) || pid <= 0 || !exists(pid)) return false
  return ticks === null || ticks === (await startTicks(pid))
}

async function ownText(): Promise<string> {
  const owner: Owner = {
    pid: process.pid,
    host: hostname(),
    started: new Date().toISOString(),
    boot: await bootId(),
    ticks: await startTicks(process.pid),
    id: randomUUID(),
  }
  return JSON.stringify(owner) + '\n'
}

/** Makes the file where there is none; answers whether it did. */
async function createNew(path: string, text: string): Promise<boolean> {
  const file = await open(path, 'wx').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return null
    throw storageError(path, error)
  })
  if (!file) return false
  try {
    await file.writeFile(text)
  } catch (error) {
    await rm(path, { force: true }).catch(() => undefined)
    throw storageError(path, error)
  } finally {
    await file.close()
  }
  return true
}

/** The text of a lock. One that is being written just now is waited for. */
async function readLock(path: string): Promise<string | null> {
  for (let tries = 0; tries < 20; tries++) {
    const text = await textOf(path)
    if (text === null || parseOwner(text)) return text
    await delay(50)
  }
  return textOf(path)
}

function refusal(path: string, { pid, host, started, ticks }: Owner): EyesWasmError {
  const folder = dirname(path)
  return host === hostname()
    ? inputError(
        `${folder}: process ${pid} on ${host} trains into it (since ${started}), wanted a folder of this run alone. Wait for it, end it, or choose another folder${ticks === null ? `; where that process is another program by now, remove ${path}` : ''}.`,
      )
    : inputError(
        `${folder}: is locked by process ${pid} on ${host} (since ${started}), wanted a folder of this run alone. If that process has ended, remove ${path}.`,
      )
}

/**
 * Takes the lock of a folder.
 * @throws INPUT when a living process, or one of another host, has it; STORAGE when it cannot be written
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, lockFile)
  const own = await ownText()
  await take(path, own)
  return {
    async check() {
      const text = await textOf(path).catch(() => '')
      if (text === own) return
      if (text === null)
        throw new EyesWasmError(
          'STORAGE',
          `${path}: is gone, or the folder is not there (any more), wanted our own lock. Leave it in place until the command has ended.`,
        )
      const owner = parseOwner(text)
      throw new EyesWasmError(
        'STORAGE',
        `${path}: is process ${owner?.pid ?? '?'}'s on ${owner?.host ?? '?'} by now, wanted our own. Two runs must not write into one folder: this one ends.`,
      )
    },
    async release() {
      if (await isOwn(path, own)) await rm(path, { force: true }).catch(() => undefined)
    },
  }
}

/**
 * Whoever takes over a dead lock first takes the lock on that: a file named after the dead one's content, by these same rules. Only its
 * owner may put his own lock in the place of the dead one, and only if that is still there.
 */
async function take(path: string, own: string): Promise<void> {
  for (let tries = 0; tries < 3; tries++) {
    if (await createNew(path, own)) return
    const text = await readLock(path)
    if (text === null) continue
    const owner = parseOwner(text)
    if (owner && (owner.host !== hostname() || (await isAlive(owner)))) throw refusal(path, owner)
    const claim = `${path}.${createHash('sha256').update(text).digest('hex').slice(0, 12)}`
    await take(claim, own)
    try {
      if ((await textOf(path)) !== text) continue
      // The claim itself becomes the lock: there is no moment without one of the two.
      await rename(claim, path).catch((error: unknown) => {
        throw storageError(path, error)
      })
      return
    } finally {
      if (await isOwn(claim, own)) await rm(claim, { force: true }).catch(() => undefined)
    }
  }
  throw inputError(
    `${dirname(path)}: other processes take it over at this moment. Try again, or choose another folder.`,
  )
}
