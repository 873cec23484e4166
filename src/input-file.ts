// Reading a stranger's file: only regular files, only as many bytes as were counted when it was opened, and nothing that can hang. Every
// reader of user files (arrays, weights, images, configurations) opens them here. What the bytes mean is the reader's business.
import { constants } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { EyesWasmError, inputError } from './errors.js'

/** Where the bytes of a file come from: a file, or memory in tests. */
export interface ByteSource {
  /** How errors name it. */
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** Fills `target` with the bytes from `position` on. */
  read(target: Uint8Array, position: number): Promise<void>
}

/** Bytes in memory as a source; they are not copied. */
export const memorySource = (name: string, bytes: Uint8Array): ByteSource => ({
  name,
  size: bytes.length,
  read: (target, position) => {
    target.set(bytes.subarray(position, position + target.length))
    return Promise.resolve()
  },
})

export interface InputFileOptions {
  /** Completes "Name …" in the message for what is no regular file; `a file` by default. */
  readonly wanted?: string
  /** Refuses a path that is a link itself: for paths that were resolved before. */
  readonly isResolved?: boolean
}

/** Bytes of one request to the system; Node's own limit is 2^31 - 1. */
const mostAtOnce = 1 << 26

/**
 * Opens a file as a source for the time of `use`. A pipe, a socket or a device is refused instead of waited for.
 * @throws EyesWasmError INPUT if it cannot be opened or read, is no regular file or becomes shorter meanwhile
 */
export async function withFile<T>(
  path: string,
  use: (source: ByteSource) => Promise<T>,
  { wanted = 'a file', isResolved = false }: InputFileOptions = {},
): Promise<T> {
  const refuse = (verb: string) => (error: unknown) => {
    throw inputError(
      `${path}: cannot be ${verb} (${error instanceof Error ? error.message : String(error)}). Check the path and its permissions.`,
      error,
    )
  }
  const checkKind = (found: { isFile(): boolean }) => {
    if (!found.isFile()) throw inputError(`${path}: is not a regular file. Name ${wanted}.`)
  }
  // Asked before it is opened, because opening alone may start a device; and after, because it may be another file by then.
  checkKind(await stat(path).catch(refuse('opened')))
  // O_NONBLOCK: a pipe that nobody writes to would keep open() waiting. Windows has neither flag.
  const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants as Partial<typeof constants>
  const flags = (O_RDONLY ?? 0) | O_NONBLOCK | (isResolved ? O_NOFOLLOW : 0)
  const file = await open(path, flags).catch(refuse('opened'))
  try {
    const found = await file.stat()
    checkKind(found)
    const read = async (target: Uint8Array, position: number) => {
      let filled = 0
      while (filled < target.length) {
        const length = Math.min(target.length - filled, mostAtOnce)
        const { bytesRead } = await file.read(target, filled, length, position + filled).catch(refuse('read'))
        if (bytesRead === 0)
          throw inputError(`${path}: the file became shorter while being read. Try again when it is complete.`)
        filled += bytesRead
      }
    }
    return await use({ name: path, size: found.size, read })
  } finally {
    await file.close()
  }
}

/**
 * A whole text file.
 * @param limit most bytes, checked before any memory is asked for
 * @param wanted what it should be, for messages: `the config.json of a run folder`
 * @param isTorn it may end anywhere: what is not UTF-8 becomes U+FFFD
 * @throws EyesWasmError INPUT as `withFile`, and for a longer file or one that is not UTF-8
 */
export function readTextFile(path: string, limit: number, wanted: string, isTorn = false): Promise<string> {
  return withFile(
    path,
    async source => {
      if (source.size > limit)
        throw inputError(
          `${path}: has ${source.size} bytes, wanted ${wanted} of at most ${limit}. Check that it is the right file.`,
        )
      const bytes = new Uint8Array(source.size)
      await source.read(bytes, 0)
      try {
        return new TextDecoder('utf-8', { fatal: !isTorn }).decode(bytes)
      } catch (error) {
        throw inputError(`${path}: is not text in UTF-8, wanted ${wanted}. Check that it is the right file.`, error)
      }
    },
    { wanted },
  )
}

/** The system's code (`ENOENT` …) behind an error of this file, or undefined. */
export function systemCodeOf(error: unknown): string | undefined {
  const cause = error instanceof EyesWasmError ? error.cause : error
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
}
