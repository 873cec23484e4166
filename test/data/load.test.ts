// loadDataset: which reader a source leads to, and what it refuses before reading.
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadDataset } from '../../src/data/load.js'
import { encodeNpy } from '../../src/data/npy-write.js'
import { EyesWasmError } from '../../src/errors.js'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eyes-load-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const values = Uint8Array.from({ length: 3 * 4 * 5 * 3 }, (_, i) => i % 251)
const put = (name: string, bytes: Uint8Array) => writeFile(join(folder, name), bytes)
const images = () => put('data.npy', encodeNpy(values, [3, 4, 5, 3]))

describe('loadDataset', () => {
  it('reads a .npy file, whatever its name, without labels', async () => {
    await put('eyes.bin', encodeNpy(values, [3, 4, 5, 3]))
    const source = join(folder, 'eyes.bin')
    const data = await loadDataset(source)
    expect(data).toMatchObject({ source, count: 3, height: 4, width: 5, labels: null, classNames: null })
    expect(data.sha256).toBe(createHash('sha256').update(values).digest('hex'))
  })

  it('reads a folder with data.npy, with label.npy and without', async () => {
    await images()
    expect(await loadDataset(folder)).toMatchObject({ source: folder, count: 3, labels: null })
    await put('label.npy', encodeNpy(BigInt64Array.of(1n, 0n, 1n), [3]))
    expect([...(await loadDataset(folder)).labels!]).toEqual([1, 0, 1])
  })

  it('keeps the first `count`, and hashes those', async () => {
    await images()
    await put('label.npy', encodeNpy(Int32Array.of(1, 0, 1), [3]))
    const data = await loadDataset(folder, { count: 2 })
    expect([data.count, data.pixels.length, [...data.labels!]]).toEqual([2, 120, [1, 0]])
    expect(data.pixels.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect(data.sha256).toBe(createHash('sha256').update(values.subarray(0, 120)).digest('hex'))
    expect((await loadDataset(folder, { count: 99 })).count).toBe(3)
  })

  it('draws eyes where no source is named', async () => {
    const data = await loadDataset(null, { count: 2, seed: 5, size: { height: 20, width: 30 } })
    expect(data).toMatchObject({ source: 'generated eyes', count: 2, height: 20, width: 30 })
  })

  it.each([
    [
      'what does not exist',
      () => loadDataset(join(folder, 'none')),
      /none: does not exist, wanted a \.npy file or a folder/,
    ],
    ['an empty folder', () => loadDataset(folder), /found no image/],
    ['a count of 0', () => loadDataset(null, { count: 0 }), /count is 0/],
    ['a size of 0', () => loadDataset(folder, { size: { height: 0, width: 5 } }), /size is 0x5/],
    [
      'labels of another count',
      () =>
        put('label.npy', encodeNpy(Int32Array.of(1), [1]))
          .then(images)
          .then(() => loadDataset(folder)),
      /label\.npy: shape is \(1,\), wanted \(3,\)/,
    ],
    [
      'another size than the file has',
      () => images().then(() => loadDataset(folder, { size: { height: 50, width: 50 } })),
      /images are 4x5, wanted 50x50\. A \.npy file is not resized/,
    ],
  ])('refuses %s', async (_, load, message) => {
    const failure = load()
    await expect(failure).rejects.toThrow(EyesWasmError)
    await expect(failure).rejects.toThrow(message)
    await expect(failure).rejects.toMatchObject({ code: 'INPUT' })
  })

  it('does not begin where the signal is aborted already', async () => {
    await images()
    await expect(loadDataset(folder, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' })
  })
})
