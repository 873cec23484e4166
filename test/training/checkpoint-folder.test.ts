// Writing checkpoints where the disk fails: whatever goes wrong and wherever a process is killed, a whole one is there. The file system is
// the real one; the step that is to fail is replaced.
import * as fs from 'node:fs/promises'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  checkpointFiles,
  makeCheckpointFolder,
  newestCheckpoint,
  saveBest,
  saveLast,
} from '../../src/training/checkpoint-folder.js'
import { checkpointBytes } from '../../src/training/checkpoint.js'
import { RunFolder } from '../../src/training/run-folder.js'
import {
  checkRoom,
  makeFolder,
  makeNumberedFolder,
  removeTemporaries,
  writeFileWhole,
} from '../../src/training/storage.js'

vi.mock('node:fs/promises', async original => {
  const real = await original<typeof fs>()
  return { ...real, open: vi.fn(real.open), rename: vi.fn(real.rename), statfs: vi.fn(real.statfs) }
})

let run = ''
beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), 'eyes-checkpoints-'))
  await makeCheckpointFolder(run)
})
afterEach(async () => {
  for (const method of [fs.open, fs.rename, fs.statfs]) vi.mocked(method).mockReset()
  await rm(run, { recursive: true, force: true })
})

const bytes = (text: string) => new TextEncoder().encode(text)
const read = (name: keyof typeof checkpointFiles) => readFile(join(run, checkpointFiles[name]), 'utf8')
const names = async () => (await readdir(join(run, 'checkpoints'))).toSorted()
const failure = (code: string) => Object.assign(new Error(code), { code })
const storage = (message: RegExp) => ({ code: 'STORAGE', message: expect.stringMatching(message) as string })

/** The next file that is opened for writing has these methods instead of its own. */
async function nextFile(methods: (file: fs.FileHandle) => Partial<fs.FileHandle>): Promise<void> {
  const { open } = await vi.importActual<typeof fs>('node:fs/promises')
  vi.mocked(fs.open).mockImplementationOnce(async (...args: Parameters<typeof open>) => {
    const file = await open(...args)
    return Object.assign(file, methods(file))
  })
}

describe('saveLast', () => {
  it('keeps the generation before', async () => {
    for (const text of ['one', 'two', 'three']) await saveLast(run, bytes(text))
    await saveBest(run, bytes('best'))
    expect([await read('last'), await read('previous'), await read('best')]).toEqual(['three', 'two', 'best'])
    expect(await names()).toEqual(['best.safetensors', 'last.safetensors', 'previous.safetensors'])
  })

  it.each<[string, () => Promise<void>, RegExp]>([
    [
      'a short write that reports success',
      () => nextFile(file => ({ writeFile: () => file.write('half').then(() => undefined) })),
      /ENOSPC.*disk is full/,
    ],
    ['a full disk', () => nextFile(() => ({ writeFile: () => Promise.reject(failure('ENOSPC')) })), /ENOSPC/],
    ['a failing fsync', () => nextFile(() => ({ sync: () => Promise.reject(failure('EIO')) })), /EIO/],
    [
      'a failing first rename',
      () => Promise.resolve(void vi.mocked(fs.rename).mockRejectedValueOnce(failure('EACCES'))),
      /EACCES/,
    ],
    [
      'a failing second rename',
      async () => {
        const { rename } = await vi.importActual<typeof fs>('node:fs/promises')
        vi.mocked(fs.rename).mockImplementationOnce(rename).mockRejectedValueOnce(failure('EPERM'))
      },
      /EPERM/,
    ],
  ])('leaves the old one whole after %s', async (_, arrange, message) => {
    await saveLast(run, bytes('one'))
    await saveLast(run, bytes('two'))
    await arrange()
    await expect(saveLast(run, bytes('three'))).rejects.toMatchObject(storage(message))
    expect(await read('last')).toBe('two')
    expect((await names()).filter(name => name.endsWith('.tmp'))).toEqual([])
    await saveLast(run, bytes('four'))
    expect([await read('last'), await read('previous')]).toEqual(['four', 'two'])
  })

  it('killed between its two renames, is found under the name of the one before', async () => {
    await saveLast(run, bytes('one'))
    const { rename } = await vi.importActual<typeof fs>('node:fs/promises')
    // The process is gone: nothing after the first rename happens.
    vi.mocked(fs.rename)
      .mockImplementationOnce(rename)
      .mockImplementation(() => Promise.reject(failure('KILLED')))
    await expect(saveLast(run, bytes('two'))).rejects.toThrow()
    expect(await newestCheckpoint(run)).toBe(join(run, checkpointFiles.previous))
    expect(await read('previous')).toBe('one')
  })

  it('does without a sync of the folder where the platform has none', async () => {
    const { open } = await vi.importActual<typeof fs>('node:fs/promises')
    vi.mocked(fs.open).mockImplementation((path, ...rest) =>
      rest[0] === 'r' ? Promise.reject(failure('EISDIR')) : open(path, ...rest),
    )
    await saveLast(run, bytes('one'))
    expect(await read('last')).toBe('one')
  })
})

describe('a new folder', () => {
  it('is brought to disk with those above it: a checkpoint in a folder that a power cut takes away is none', async () => {
    const synced: string[] = []
    const { open } = await vi.importActual<typeof fs>('node:fs/promises')
    vi.mocked(fs.open).mockImplementation((path, ...rest) => {
      synced.push(String(path))
      return open(path, ...rest)
    })
    await makeFolder(join(run, 'a/b'))
    expect(synced).toEqual([join(run, 'a'), run])
    synced.length = 0
    await makeFolder(join(run, 'a/b'))
    expect(synced).toEqual([])
    expect(await makeNumberedFolder(join(run, 'a/b'))).toBe(join(run, 'a/b-2'))
    expect(synced).toEqual([join(run, 'a')])
  })
})

describe('the disk', () => {
  it('has to have room for last, previous and best, and the one being written', async () => {
    const one = checkpointBytes(1000, 10)
    const room = (bytes: number) =>
      vi.mocked(fs.statfs).mockResolvedValueOnce({ bavail: bytes, bsize: 1 } as Awaited<ReturnType<typeof fs.statfs>>)
    const folder = await RunFolder.open(run)
    try {
      room(4 * one - 1)
      await expect(folder.checkRoom(1000, 10)).rejects.toMatchObject(storage(/for 4 checkpoints/))
      room(4 * one)
      await folder.checkRoom(1000, 10)
      for (const save of [saveLast, saveLast, saveBest]) await save(run, bytes('one'))
      room(one - 1)
      await expect(folder.checkRoom(1000, 10)).rejects.toMatchObject(storage(/for a checkpoint/))
      room(one)
      await folder.checkRoom(1000, 10)
    } finally {
      await folder.close()
    }
  })

  it('has to have room', async () => {
    await checkRoom(run, 1, 'a test')
    vi.mocked(fs.statfs).mockResolvedValueOnce({ bavail: 3, bsize: 1024 } as Awaited<ReturnType<typeof fs.statfs>>)
    await expect(checkRoom(run, 2 ** 20, '3 checkpoints')).rejects.toMatchObject(
      storage(/disk has 0\.0 MiB left, wanted 1\.0 MiB for 3 checkpoints/),
    )
    vi.mocked(fs.statfs).mockRejectedValueOnce(failure('ENOSYS'))
    await checkRoom(run, 2 ** 60, 'a platform that does not tell')
  })

  it('is cleared of what a killed process left half-written, and of nothing else', async () => {
    const others = ['.hidden', 'a.tmp', '.last.safetensors.xyz.tmp']
    for (const name of ['.last.safetensors.0123456789ab.tmp', ...others]) await writeFile(join(run, name), '')
    await removeTemporaries(run)
    expect((await readdir(run)).toSorted()).toEqual([...others, 'checkpoints'].toSorted())
    await writeFileWhole(join(run, 'a'), 'whole')
  })
})
