// Folders of images: formats, order, classes, orientation, limits, links; and that no native sharp is behind them.
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadImageFolder } from '../../src/data/image-folder.js'
import { loadDataset } from '../../src/data/load.js'
import { sharpWasm } from '../../src/data/sharp.js'
import { EyesWasmError } from '../../src/errors.js'
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
    await put(
      'b.svg',
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9" fill="#ff8000"/></svg>',
    )
    await put('c.ppm', new Uint8Array([...new TextEncoder().encode('P6\n1 1\n255\n'), 255, 128, 0]))
    const { pixels, count } = await loadImageFolder(folder)
    expect(count).toBe(8)
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

  it('a huge picture, by its header alone', async () => {
    const header = Buffer.from('89504e470d0a1a0a0000000d49484452000186a0000186a00802000000', 'hex')
    const checksum = Buffer.alloc(4)
    checksum.writeUInt32BE(crc32(header.subarray(12)))
    await put('bomb.png', Buffer.concat([header, checksum, Buffer.from('00000000494441540000000000000000', 'hex')]))
    await refuses(/bomb\.png: is 100000 x 100000 pixels, wanted at most 67108864/)
  })

  it.skipIf(process.platform === 'win32')('links out of the folder, to nothing, and round in a circle', async () => {
    await put('inside/1.png', await png([7, 7, 7]))
    await symlink(join(folder, 'inside', '1.png'), join(folder, 'inside', '2.png'))
    expect((await loadImageFolder(folder)).count).toBe(2)
    await symlink(folder, join(folder, 'inside', 'loop'))
    await refuses(/inside\/loop is a link to a folder around it/)
    await rm(join(folder, 'inside', 'loop'))
    await symlink(join(folder, 'gone.png'), join(folder, 'inside', '3.png'))
    await refuses(/inside\/3\.png is a link to nothing/)
    await rm(join(folder, 'inside', '3.png'))
    await symlink(tmpdir(), join(folder, 'outside'))
    await refuses(/outside is a link that leads out of the folder/)
  })
})

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
