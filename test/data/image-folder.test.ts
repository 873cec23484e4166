// Folders of images: formats, order, classes, orientation, limits, links; and that no native sharp is behind them.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync, symlinkSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { byteLimit } from '../../src/data/decode-image.js'
import { findImages } from '../../src/data/find-images.js'
import { loadImageFolder } from '../../src/data/image-folder.js'
import { loadDataset } from '../../src/data/load.js'
import { encodeNpy } from '../../src/data/npy-write.js'
import { sharpWasm } from '../../src/data/sharp.js'
import { EyesWasmError } from '../../src/errors.js'
import { readSafetensors } from '../../src/formats/safetensors.js'
import { readRunConfig } from '../../src/training/run-config.js'
import { absent, realEyes, realEyesJpg } from '../helpers/shared-data.js'

type Rgb = [number, number, number]

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eyes-folder-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function put(path: string, bytes: Uint8Array | string) {
  const full = join(folder, ...path.split('/'))
  await mkdir(dirname(full), { recursive: true })
  await writeFile(full, bytes)
}

async function plain(colour: Rgb, height = 20, width = 30) {
  const sharp = await sharpWasm()
  const [r, g, b] = colour
  return sharp({ create: { width, height, channels: 3, background: { r, g, b } } })
}

const png = async (colour: Rgb) => (await plain(colour)).png().toBuffer()

/** Left half red, right half blue, as a JPEG that EXIF says to turn. */
async function turnedJpeg(orientation: number) {
  const sharp = await sharpWasm()
  const pixels = new Uint8Array(16 * 32 * 3)
  for (let i = 0; i < 16 * 32; i++) pixels[i * 3 + (i % 32 < 16 ? 0 : 2)] = 255
  const image = sharp(pixels, { raw: { height: 16, width: 32, channels: 3 } })
  return image.withMetadata({ orientation }).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer()
}

const firstPixels = (pixels: ArrayLike<number>, count: number, perImage = 7500) =>
  Array.from({ length: count }, (_, i) => [0, 1, 2].map(c => pixels[i * perImage + c]!))

describe('loadImageFolder', () => {
  it('sorts by path, takes the top folder as class, passes other files over', async () => {
    await put('b/2.png', await png([20, 0, 0]))
    await put('b/10.png', await png([10, 0, 0]))
    await put('B/x.png', await png([1, 0, 0]))
    await put('b/deep/er/1.png', await png([30, 0, 0]))
    await put('a/ä.PNG', await png([5, 0, 0]))
    await put('a/notes.txt', 'not an image')
    await put('Thumbs.db', 'not an image')
    const data = await loadImageFolder(folder)
    expect(firstPixels(data.pixels, 5).map(p => p[0])).toEqual([1, 5, 10, 20, 30])
    expect(data.classNames).toEqual(['B', 'a', 'b'])
    expect([...data.labels!]).toEqual([0, 1, 2, 2, 2])
    expect(data).toMatchObject({ source: folder, count: 5, height: 50, width: 50 })
    expect(data.pixels.buffer).toBeInstanceOf(SharedArrayBuffer)
  })

  it('has no classes where images lie in the folder itself', async () => {
    await put('1.png', await png([1, 2, 3]))
    await put('a/2.png', await png([1, 2, 3]))
    expect(await loadImageFolder(folder)).toMatchObject({ labels: null, classNames: null, count: 2 })
  })

  it('decodes each format to the same colour', async () => {
    const image = await plain([255, 128, 0])
    for (const format of ['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif'] as const)
      await put(`a.${format}`, await image.clone().toFormat(format, { quality: 100 }).toBuffer())
    await put('c.ppm', new Uint8Array([...new TextEncoder().encode('P6\n1 1\n255\n'), 255, 128, 0]))
    const { pixels, count } = await loadImageFolder(folder)
    expect(count).toBe(7)
    for (const [i, wanted] of [255, 128, 0].entries())
      for (const pixel of firstPixels(pixels, count)) expect(Math.abs(pixel[i]! - wanted)).toBeLessThanOrEqual(3)
  })

  it('makes RGB of grey, of 16 bits, and of transparency over white', async () => {
    const sharp = await sharpWasm()
    await put('1.png', await (await plain([90, 90, 90])).greyscale().png().toBuffer())
    await put('2.png', await (await plain([255, 128, 0])).toColourspace('rgb16').png().toBuffer())
    const clear = { width: 4, height: 4, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } as const
    await put('3.png', await sharp({ create: clear }).png().toBuffer())
    const { pixels } = await loadImageFolder(folder)
    expect(firstPixels(pixels, 3)).toEqual([
      [90, 90, 90],
      [255, 128, 0],
      [255, 255, 255],
    ])
  })

  it('turns pictures upright by EXIF and stretches them', async () => {
    await put('1.jpg', await turnedJpeg(1))
    await put('6.jpg', await turnedJpeg(6))
    const { pixels } = await loadImageFolder(folder, { size: { height: 8, width: 12 } })
    const red = (image: number, y: number, x: number) => pixels[((image * 8 + y) * 12 + x) * 3]! > 128
    // As stored: red left, blue right. Turned by 90 degrees clockwise: red above, blue below.
    expect([red(0, 1, 1), red(0, 6, 1), red(0, 1, 10), red(0, 6, 10)]).toEqual([true, true, false, false])
    expect([red(1, 1, 1), red(1, 6, 1), red(1, 1, 10), red(1, 6, 10)]).toEqual([true, false, true, false])
  })

  it('tells its progress, reads at most `count`', async () => {
    for (const name of ['a/1.png', 'a/2.png', 'b/3.png']) await put(name, await png([0, 0, 0]))
    const seen: string[] = []
    const data = await loadDataset(folder, {
      count: 2,
      onProgress: (done, total) => void seen.push(`${done}/${total}`),
    })
    expect(seen).toEqual(['0/2', '1/2', '2/2'])
    expect([data.count, data.labels!.length, data.classNames]).toEqual([2, 2, ['a', 'b']])
  })

  it('stops when aborted', async () => {
    for (const name of ['1.png', '2.png', '3.png']) await put(name, await png([0, 0, 0]))
    const controller = new AbortController()
    const seen: number[] = []
    const onProgress = (done: number) => {
      seen.push(done)
      if (done === 1) controller.abort()
    }
    const failure = loadImageFolder(folder, { onProgress, signal: controller.signal })
    await expect(failure).rejects.toMatchObject({ code: 'ABORTED', exitCode: 130 })
    expect(seen).toEqual([0, 1])
  })
})

describe('loadImageFolder refuses', () => {
  const refuses = async (message: RegExp) => {
    const failure = loadImageFolder(folder)
    await expect(failure).rejects.toThrow(EyesWasmError)
    await expect(failure).rejects.toThrow(message)
  }

  it('a folder without images', async () => {
    await put('readme.txt', 'nothing')
    await refuses(/found no image/)
  })

  it('an undecodable file, by name', async () => {
    await put('good.png', await png([0, 0, 0]))
    await put('sub/broken.jpg', 'this is not a JPEG')
    await refuses(/broken\.jpg: cannot be decoded/)
  })

  it('a file cut off in the middle, by name', async () => {
    const sharp = await sharpWasm()
    const busy = Uint8Array.from({ length: 100 * 100 * 3 }, (_, i) => (i * i) % 251)
    const whole = await sharp(busy, { raw: { width: 100, height: 100, channels: 3 } })
      .jpeg()
      .toBuffer()
    expect(whole.length).toBeGreaterThan(5000)
    await put('cut.jpg', whole.subarray(0, whole.length / 2))
    await refuses(/cut\.jpg: cannot be decoded/)
  })

  it('an image of a format it cannot decode, instead of passing it over', async () => {
    await put('phone.heic', 'ftypheic')
    await refuses(/phone\.heic: cannot be decoded/)
  })

  it('a file of more bytes than any picture within the limit needs, unread', async () => {
    await put('large.png', await png([0, 0, 0]))
    await truncate(join(folder, 'large.png'), byteLimit + 1)
    await refuses(/large\.png: has 134217729 bytes, wanted at most 134217728 \(128 MiB\)/)
  })

  it('more files than the limit', async () => {
    for (const name of ['a/1.txt', 'a/2.txt', 'b/3.txt']) await put(name, '')
    await expect(findImages(folder, { limit: 5 })).resolves.toEqual([])
    await expect(findImages(folder, { limit: 4 })).rejects.toThrow(/holds more than 4 files and folders/)
  })

  it.skipIf(process.platform === 'win32')('names that would move the cursor, in words that do not', async () => {
    await put('\x1b[2J\u202Egnp.jpg', 'no picture')
    await refuses(/\\u\{1b\}\[2J\\u\{202e\}gnp\.jpg: cannot be decoded/)
  })
})

describe.skipIf(process.platform === 'win32')(
  'links and special files (not on Windows, which has them otherwise)',
  () => {
    const refuses = async (message: RegExp) => {
      for (const onBadImage of ['fail', 'skip'] as const) {
        const failure = loadDataset(folder, { onBadImage })
        await expect(failure).rejects.toMatchObject({ code: 'INPUT' })
        await expect(failure).rejects.toThrow(message)
      }
    }
    let outside = ''
    beforeEach(async () => {
      outside = await mkdtemp(join(tmpdir(), 'eyes-outside-'))
      await put('inside/1.png', await png([7, 7, 7]))
    })
    afterEach(() => rm(outside, { recursive: true, force: true }))

    it('follows links to files and folders within the folder', async () => {
      await symlink(join(folder, 'inside', '1.png'), join(folder, 'inside', '2.png'))
      await symlink('inside', join(folder, 'again'))
      expect((await loadDataset(folder)).count).toBe(4)
    })

    it('refuses a link round in a circle, to a folder around it, and to nothing', async () => {
      await symlink(folder, join(folder, 'inside', 'loop'))
      await refuses(/inside\/loop is a link to a folder around it/)
      await rm(join(folder, 'inside', 'loop'))
      await symlink('self.png', join(folder, 'self.png'))
      await refuses(/self\.png is a link round in a circle/)
      await rm(join(folder, 'self.png'))
      await symlink(join(folder, 'gone.png'), join(folder, 'inside', '3.png'))
      await refuses(/inside\/3\.png is a link to nothing/)
    })

    it.each([
      ['folder', 'pictures'],
      ['file', 'pictures/secret.png'],
      ['folder beside it, with a longer name', '../x'],
    ])('refuses a link to a %s outside, by name', async (_, target) => {
      await mkdir(join(outside, 'pictures'))
      await writeFile(join(outside, 'pictures/secret.png'), await png([1, 2, 3]))
      if (target === '../x') {
        await mkdir(`${folder}x`)
        await symlink(`${folder}x`, join(folder, 'inside', 'out.png'))
      } else await symlink(join(outside, target), join(folder, 'inside', 'out.png'))
      await refuses(/inside\/out\.png is a link that leads out of the folder/)
      await rm(`${folder}x`, { recursive: true, force: true })
    })

    it('ends on links that branch: 2^40 paths of 40 folders', async () => {
      for (let i = 0; i < 40; i++) {
        await mkdir(join(folder, `d${i}`))
        for (const name of ['a', 'b']) if (i > 0) await symlink(`../d${i - 1}`, join(folder, `d${i}`, name))
      }
      await expect(findImages(folder, { limit: 2000 })).rejects.toThrow(/holds more than 2000 files and folders/)
    })

    it('refuses data.npy and label.npy that are links out, and reads them where they stay inside', async () => {
      const values = encodeNpy(new Uint8Array(3 * 4 * 5 * 3), [3, 4, 5, 3])
      const labels = encodeNpy(Int32Array.of(0, 1, 2), [3])
      await writeFile(join(outside, 'data.npy'), values)
      await symlink(join(outside, 'data.npy'), join(folder, 'data.npy'))
      await refuses(/data\.npy is a link that leads out/)
      await rm(join(folder, 'data.npy'))
      await put('inside/values', values)
      await symlink('inside/values', join(folder, 'data.npy'))
      expect((await loadDataset(folder)).count).toBe(3)
      await writeFile(join(outside, 'label.npy'), labels)
      await symlink(join(outside, 'label.npy'), join(folder, 'label.npy'))
      await refuses(/label\.npy is a link that leads out/)
    })

    it('passes pipes and sockets over, and waits for none of them', { timeout: 10_000 }, async () => {
      execFileSync('mkfifo', [join(folder, 'pipe.png')])
      const server = createServer().listen(join(folder, 'socket.png'))
      try {
        await once(server, 'listening')
        expect((await loadDataset(folder)).count).toBe(1)
      } finally {
        server.close()
      }
    })

    it('refuses a pipe or a device that is named as data, and waits for neither', { timeout: 10_000 }, async () => {
      const pipe = join(folder, 'data.npy')
      execFileSync('mkfifo', [pipe])
      await refuses(/data\.npy: is not a regular file/)
      for (const path of [pipe, '/dev/zero']) {
        await expect(loadDataset(path)).rejects.toThrow(/is not a regular file/)
        await expect(readSafetensors(path)).rejects.toThrow(/is not a regular file/)
        await expect(readRunConfig(path)).rejects.toThrow(/is not a regular file/)
      }
    })

    it('ends, also under `skip`, where a file changed meanwhile: that is no fault of the picture', async () => {
      const meanwhile = (change: () => void) =>
        loadDataset(folder, { onBadImage: 'skip', onProgress: done => (done === 0 ? change() : undefined) })
      const image = join(folder, 'inside', '1.png')
      await writeFile(join(outside, 'secret.png'), await png([1, 2, 3]))
      const failure = meanwhile(() => {
        rmSync(image)
        symlinkSync(join(outside, 'secret.png'), image)
      })
      await expect(failure).rejects.toThrow(/1\.png: cannot be opened \(ELOOP/)
      await rm(image)
      await writeFile(image, await png([7, 7, 7]))
      await expect(meanwhile(() => rmSync(image))).rejects.toThrow(/1\.png: cannot be opened \(ENOENT/)
    })
  },
)

describe('sharp', () => {
  it('is the WASM build alone, though native builds lie in node_modules', async () => {
    await sharpWasm()
    const report = process.report.getReport() as unknown as { sharedObjects: string[] }
    expect(report.sharedObjects.filter(path => /sharp|vips/i.test(path))).toEqual([])
    if (process.platform === 'linux' && process.arch === 'x64')
      expect(existsSync('node_modules/@img/sharp-linux-x64'), 'a native build to be avoided').toBe(true)
  })

  const missing = absent(realEyesJpg) ?? absent(realEyes)
  it.skipIf(missing)(
    `decodes and scales real eyes as Pillow did${missing ? ` (skipped: ${missing})` : ''}`,
    async () => {
      const ours = await loadDataset(realEyesJpg, { count: 8 })
      const theirs = await loadDataset(realEyes)
      expect([ours.classNames, theirs.count]).toEqual([['femaleeyes', 'maleeyes'], 1476])
      // data.npy is shuffled: look for the nearest picture.
      for (let i = 0; i < ours.count; i++) {
        let nearest = Infinity
        for (let j = 0; j < theirs.count; j++) {
          let sum = 0
          for (let k = 0; k < 7500; k += 3) {
            const difference = ours.pixels[i * 7500 + k]! - theirs.pixels[j * 7500 + k]!
            sum += difference * difference
          }
          nearest = Math.min(nearest, sum / 2500)
        }
        expect(nearest).toBeLessThan(1) // less than one level of 255 on average
      }
    },
  )
})
