// The corpus of broken and unusual images (test/support/broken-images.ts), file by file through the decoder and as a folder through
// `onBadImage`: each becomes the picture it should, or is refused by its name with the reason.
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadDataset } from '../../src/data/load.js'
import { decodeImage } from '../../src/data/decode-image.js'
import { brokenImages, type CorpusImage, type Decoded } from '../support/broken-images.js'

const size = { height: 50, width: 50 }
const corpus = await brokenImages()
const isRefused = ({ expected }: CorpusImage) => expected instanceof RegExp
const refused = corpus.filter(isRefused)
const good = corpus.filter(image => !isRefused(image))

let folder = ''
const pathOf = ({ name }: CorpusImage) => join(folder, ...name.split('/'))
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eyes-corpus-'))
  for (const image of corpus) {
    await mkdir(dirname(pathOf(image)), { recursive: true })
    await writeFile(pathOf(image), image.bytes)
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function differences(a: ArrayLike<number>, b: ArrayLike<number>) {
  let [sum, largest] = [0, 0]
  for (let i = 0; i < b.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!)
    sum += difference
    largest = Math.max(largest, difference)
  }
  return { mean: sum / b.length, largest }
}

describe('each image', () => {
  it('there are enough of them', () => {
    expect(corpus.length).toBeGreaterThanOrEqual(90)
    expect(refused.length).toBeGreaterThanOrEqual(50)
  })

  it('the picture shows each turn by far more than any tolerance', async () => {
    const turned = corpus.filter(({ name }) => name.includes('/turned '))
    expect(turned.length).toBe(8)
    for (const image of turned.slice(1)) {
      // Without the orientation: the bytes after the EXIF segment, behind a fresh start of image.
      const bytes = Buffer.from(image.bytes)
      const end = 4 + bytes.readUInt16BE(4)
      expect(bytes.readUInt16BE(2), 'EXIF comes first').toBe(0xffe1)
      const stored = await decodeImage(Buffer.concat([bytes.subarray(0, 2), bytes.subarray(end)]), size)
      if ('problem' in stored) throw new Error(stored.problem)
      expect(differences(stored, (image.expected as Decoded).pixels).mean, image.name).toBeGreaterThan(5)
    }
  })

  it.each(corpus.map(image => [image.name, image] as const))('%s', async (_, image) => {
    const found = await decodeImage(image.bytes, size, pathOf(image))
    const { expected } = image
    if (expected instanceof RegExp) {
      expect('problem' in found ? found.problem : 'it was decoded').toMatch(expected)
      return
    }
    if ('problem' in found) throw new Error(found.problem)
    expect(found.length).toBe(7500)
    const { mean, largest } = differences(found, expected.pixels)
    expect(mean).toBeLessThanOrEqual(expected.mean)
    expect(largest).toBeLessThanOrEqual(expected.largest)
  })
})

describe('the folder of all', () => {
  it('is refused, with the first ten bad images by name', async () => {
    const failure = loadDataset(folder)
    await expect(failure).rejects.toMatchObject({ code: 'INPUT' })
    const message = await failure.then(
      () => 'nothing was refused',
      (error: unknown) => (error as Error).message,
    )
    const first = refused.map(pathOf).sort().slice(0, 10)
    const named = message.split('\n').filter(line => line.startsWith('  '))
    expect(named.map(line => line.slice(2, line.indexOf(': ')))).toEqual(first)
    expect(message).toMatch(/the first 10 bad ones:\n[^]*--on-bad-image skip\.$/)
  })

  it('is without the bad ones under `skip`: as if they were not there, each named', async () => {
    const lines: string[] = []
    const data = await loadDataset(folder, { onBadImage: 'skip', onSkip: line => lines.push(line) })
    expect(lines.map(line => /^skipped (.*?): \w/.exec(line)?.[1])).toEqual(refused.map(pathOf).sort())
    expect(data.count).toBe(good.length)
    for (const image of refused) await rm(pathOf(image))
    const alone = await loadDataset(folder)
    expect(data).toEqual(alone)
    for (const image of refused) await writeFile(pathOf(image), image.bytes)
  })

  it('takes the first good ones with a count', async () => {
    const { count, sha256 } = await loadDataset(folder, { onBadImage: 'skip', count: 5 })
    const names = good.map(pathOf).sort().slice(0, 5)
    const images = await Promise.all(names.map(async path => decodeImage(await readFile(path), size, path)))
    expect(count).toBe(5)
    expect(sha256).toBe(
      createHash('sha256')
        .update(Buffer.concat(images as Uint8Array[]))
        .digest('hex'),
    )
  })

  it.each(['broken', 'cut'])('of nothing but bad ones is refused even under `skip`: %s', async name => {
    const failure = loadDataset(join(folder, name), { onBadImage: 'skip' })
    await expect(failure).rejects.toMatchObject({ code: 'INPUT' })
    await expect(failure).rejects.toThrow(/none of its \d+ images can be used/)
  })
})
