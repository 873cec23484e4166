// Files appear whole or not at all, and a failing disk becomes a STORAGE error that names the file.
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { transform } from 'esbuild'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EyesWasmError } from '../../src/errors.js'
import {
  appendToFile,
  checkVacant,
  makeNumberedFolder,
  storageError,
  writeFileWhole,
} from '../../src/training/storage.js'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eyes-storage-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const storageFailure = (path: string) =>
  expect.objectContaining({
    code: 'STORAGE',
    exitCode: 4,
    message: expect.stringContaining(path) as string,
  }) as EyesWasmError

describe('writeFileWhole', () => {
  it('writes, replaces, and leaves nothing else behind', async () => {
    const file = join(folder, 'a.txt')
    await writeFileWhole(file, 'one')
    await writeFileWhole(file, Uint8Array.of(116, 119, 111))
    expect(await readFile(file, 'utf8')).toBe('two')
    expect(await readdir(folder)).toEqual(['a.txt'])
  })

  it('names the file when the folder is gone', async () => {
    const file = join(folder, 'gone', 'a.txt')
    await expect(writeFileWhole(file, 'x')).rejects.toEqual(storageFailure(file))
  })

  it('keeps no temporary file when the target cannot be replaced', async () => {
    await mkdir(join(folder, 'taken', 'inside'), { recursive: true })
    await expect(writeFileWhole(join(folder, 'taken'), 'x')).rejects.toEqual(storageFailure('taken'))
    expect(await readdir(folder)).toEqual(['taken'])
  })

  // A file size limit cuts a write short as a full disk does; only POSIX shells set one.
  it.skipIf(process.platform === 'win32')('keeps the old file when only a part fits', async () => {
    const source = await readFile(new URL('../../src/training/storage.ts', import.meta.url), 'utf8')
    const { code } = await transform(source, { loader: 'ts', format: 'esm' })
    const stub =
      'export class EyesWasmError extends Error { constructor(code, message) { super(message); this.code = code } }\nexport const inputError = m => new Error(m)\n'
    await mkdir(join(folder, 'sub'))
    await writeFile(join(folder, 'errors.mjs'), stub)
    await writeFile(join(folder, 'sub', 'storage.mjs'), code.replace('../errors.js', '../errors.mjs'))
    const file = join(folder, 'big.bin')
    await writeFile(file, 'old')
    const program = `import { writeFileWhole } from ${JSON.stringify(pathToFileURL(join(folder, 'sub', 'storage.mjs')).href)}
await writeFileWhole(${JSON.stringify(file)}, new Uint8Array(2 ** 21)).then(() => console.log('written'), e => console.log(e.code, e.message))`
    await writeFile(join(folder, 'main.mjs'), program)
    const { stdout } = spawnSync(
      'sh',
      ['-c', `ulimit -f 1024; exec "${process.execPath}" "${join(folder, 'main.mjs')}"`],
      { encoding: 'utf8' },
    )
    expect(stdout).toMatch(/^STORAGE .*big\.bin: cannot write \(EFBIG\)/)
    expect(await readFile(file, 'utf8')).toBe('old')
    expect((await readdir(folder)).filter(name => name.endsWith('.tmp'))).toEqual([])
  })
})

describe('appendToFile', () => {
  it('appends to a file that is there, and does not make one', async () => {
    const file = join(folder, 'history.csv')
    await expect(appendToFile(file, 'row\n')).rejects.toEqual(storageFailure(file))
    await writeFile(file, 'head\n')
    await appendToFile(file, 'row\n')
    expect(await readFile(file, 'utf8')).toBe('head\nrow\n')
  })
})

describe('storageError', () => {
  it.each(['ENOSPC', 'EROFS', 'EACCES', 'EDQUOT', 'ENXIO'])('turns %s into exit code 4', code => {
    const error = storageError('file', Object.assign(new Error('x'), { code }))
    expect(error).toEqual(storageFailure('file'))
    expect((error as Error).message).toContain(code)
  })

  it('leaves bugs alone', () => {
    const bug = new TypeError('x')
    expect(storageError('file', bug)).toBe(bug)
  })
})

describe('folders', () => {
  it('accepts new and empty ones only', async () => {
    await checkVacant(join(folder, 'new'), '--out')
    await checkVacant(folder, '--out')
    await writeFile(join(folder, 'file'), '')
    await expect(checkVacant(folder, '--out')).rejects.toMatchObject({ code: 'INPUT' })
    await expect(checkVacant(join(folder, 'file'), '--out')).rejects.toMatchObject({ code: 'INPUT' })
    await expect(checkVacant(join(folder, 'file', 'x'), '--out')).rejects.toMatchObject({ code: 'STORAGE' })
  })

  it('numbers them, also when asked at the same time', async () => {
    const made = await Promise.all([1, 2, 3].map(() => makeNumberedFolder(join(folder, 'runs', 'ae'))))
    expect(made.map(path => path.slice(folder.length + 6)).toSorted()).toEqual(['ae', 'ae-2', 'ae-3'])
  })
})
