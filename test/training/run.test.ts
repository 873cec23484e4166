// One run from options to run folder, around a session that only pretends to train: what is written when, what is refused before
// anything is written, and that the session is closed whatever happens.
import { existsSync, readFileSync } from 'node:fs'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { encodeNpy } from '../../src/data/npy-write.js'
import { readWeightsFile } from '../../src/formats/pytorch.js'
import { evaluate, reconstructAll } from '../../src/training/apply.js'
import { load } from '../../src/training/load.js'
import { runFiles } from '../../src/training/run-folder.js'
import { train } from '../../src/training/run.js'
import type { Callback } from '../../src/training/types.js'
import { calls } from './fake-session.js'

vi.mock('../../src/training/session.js', () => import('./fake-session.js'))

let folder = ''
let data = ''
let out = ''
const pixels = Uint8Array.from({ length: 20 * 16 * 16 * 3 }, (_, i) => (i * 7) % 251)

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eyes-run-'))
  data = join(folder, 'data.npy')
  out = join(folder, 'out')
  await writeFile(data, encodeNpy(pixels, [20, 16, 16, 3]))
  calls.opened = calls.closed = 0
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
  expect(calls.closed).toBe(calls.opened)
})

const readJson = async (name: string) => JSON.parse(await readFile(join(out, name), 'utf8')) as Record<string, unknown>

describe('run folder', () => {
  it('holds everything, and the summary has exactly its keys', async () => {
    const outcome = await train({ data, out, epochs: 3, threads: 1 })
    // augmented.png is of runs that change their images.
    const files = Object.values(runFiles).filter(name => name !== runFiles.augmented)
    expect((await readdir(out)).toSorted()).toEqual(files.toSorted())
    const summary = await readJson('summary.json')
    expect(summary).toEqual(outcome.summary)
    expect(Object.keys(summary)).toEqual(
      'model kernel stride padding epochs images threads psnr ssim mse imagesPerSecond seconds weightsSha256'.split(
        ' ',
      ),
    )
    expect(await readFile(join(out, 'history.csv'), 'utf8')).toBe(
      'epoch,loss,mse,kl,seconds,images_per_second\n1,1,1,0,1.0000,100.00\n2,0.5,0.5,0,1.0000,100.00\n' +
        `3,${1 / 3},${1 / 3},0,1.0000,100.00\n`,
    )
    expect((await readFile(join(out, 'loss.svg'), 'utf8')).startsWith('<svg')).toBe(true)
    expect((await readFile(join(out, 'reconstructions.png'))).subarray(1, 4).toString()).toBe('PNG')
    const weights = await readWeightsFile(join(out, 'model.safetensors'))
    expect(weights.spec).toEqual(outcome.model.spec)
    expect(weights.parameters).toEqual(outcome.model.parameters)
  })

  it('says how a VAE does with its noise drawn and from its mean', async () => {
    const { summary } = await train({ model: 'vae', data, epochs: 1 })
    expect(summary).toMatchObject({ psnr: 31.5, psnrMean: 33, ssimMean: 0.97, mseMean: 0.002, kl: 0.006, kernel: 5 })
  })

  it('says what was run, on what, from which images', async () => {
    await train({ data, out, epochs: 1, seed: 7 })
    expect(await readJson('config.json')).toMatchObject({
      format: 'eyes-wasm run',
      options: { model: 'ae', epochs: 1, seed: 7, data, height: 16, width: 16, batch: 164 },
      data: { count: 20, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      versions: { node: process.versions.node, v8: process.versions.v8 },
      machine: { cpu: expect.any(String) as string, cores: expect.any(Number) as number },
      vectors: 'simd128',
      date: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
    })
  })

  it('has each row of the history before the next epoch starts', async () => {
    const seen: number[] = []
    const watcher: Callback = {
      onEpoch: () => {
        seen.push(readFileSync(join(out, 'history.csv'), 'utf8').trim().split('\n').length - 1)
        return undefined
      },
    }
    await train({ data, out, epochs: 3, callbacks: [watcher] })
    expect(seen).toEqual([1, 2, 3])
  })

  it('is not written by the library unless asked for', async () => {
    const { folder: written } = await train({ data, epochs: 1 })
    expect(written).toBeNull()
    expect(await readdir(folder)).toEqual(['data.npy'])
  })

  it('is saved at the step after which a signal came, and not measured', async () => {
    const controller = new AbortController()
    const stopper: Callback = {
      onStep: ({ epoch }) => {
        if (epoch === 3) controller.abort()
        return undefined
      },
    }
    const outcome = await train({ data, out, epochs: 9, callbacks: [stopper], signal: controller.signal })
    expect(outcome).toMatchObject({
      stopped: 'interrupted',
      summary: null,
      place: { epoch: 3, step: 1, stepsPerEpoch: 1 },
    })
    const saved = ['checkpoints', 'config.json', 'history.csv', 'model.safetensors']
    expect((await readdir(out)).toSorted()).toEqual(saved)
  })

  it('ends training with STORAGE when it vanishes', async () => {
    const remover: Callback = {
      onEpoch: async () => {
        await rm(out, { recursive: true })
        return undefined
      },
    }
    await expect(train({ data, out, epochs: 3, callbacks: [remover] })).rejects.toMatchObject({ code: 'STORAGE' })
    expect(existsSync(out)).toBe(false)
  })
})

describe('refused before anything is written', () => {
  const refused = async (options: Parameters<typeof train>[0], message: RegExp) => {
    await expect(train({ data, out, epochs: 1, ...options })).rejects.toMatchObject({
      code: 'INPUT',
      message: expect.stringMatching(message) as string,
    })
    expect(existsSync(out)).toBe(false)
    expect(calls.opened).toBe(0)
  }

  it('impossible geometry', () =>
    refused({ kernel: 3, stride: 2, padding: 1 }, /^decoder\.4 .*wanted the picture's 16x16/))
  it('more images than there are', () => refused({ limit: 21 }, /limit: found 21.*20 images/))
  it('missing data', () => refused({ data: join(folder, 'none') }, /none: does not exist/))
  it('missing weights', () => refused({ init: join(folder, 'none.safetensors') }, /none\.safetensors/))
  it('an unknown option', () => refused({ epoch: 1 } as object, /epoch: no such option/))

  it('weights of another geometry', async () => {
    const other = join(folder, 'other')
    await train({ data, out: other, epochs: 1, kernel: 5, padding: 2 })
    calls.opened = calls.closed = 0
    await refused({ init: join(other, 'model.safetensors') }, /other.*kernel 5/)
  })

  it('a folder with something in it', async () => {
    await expect(train({ data, out: folder, epochs: 1 })).rejects.toMatchObject({ code: 'INPUT' })
    expect(await readdir(folder)).toEqual(['data.npy'])
  })

  it('a signal that came before', async () => {
    await expect(train({ data, out, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' })
    expect(existsSync(out)).toBe(false)
  })
})

describe('train --config', () => {
  it('is the same run again, but for what is said anew', async () => {
    await train({ data, out, epochs: 2, seed: 5, lr: 0.01, batch: 7, shuffle: false, limit: 9 })
    const again = await train({ config: join(out, 'config.json') })
    expect(again.config).toEqual((await readJson('config.json')).options)
    const other = await train({ config: out, seed: 6, limit: null })
    expect(other.config).toEqual({ ...again.config, seed: 6, limit: null })
  })

  it('notices that the images are not the same any more, unless they are named anew', async () => {
    await train({ data, out, epochs: 1 })
    await writeFile(
      data,
      encodeNpy(
        pixels.map(value => value ^ 1),
        [20, 16, 16, 3],
      ),
    )
    await expect(train({ config: out })).rejects.toMatchObject({
      code: 'INPUT',
      message: expect.stringMatching(/data\.npy: SHA-256/) as string,
    })
    await expect(train({ config: out, data })).resolves.toMatchObject({ config: { epochs: 1 } })
  })

  it('notices that the initial weights are not the same any more', async () => {
    const first = join(folder, 'first')
    await train({ data, out: first, epochs: 1 })
    const init = join(folder, 'init.safetensors')
    await cp(join(first, 'model.safetensors'), init)
    await train({ data, out, epochs: 1, init })
    await expect(train({ config: out })).resolves.toBeDefined()
    const bytes = await readFile(init)
    bytes[bytes.length - 1]! ^= 1
    await writeFile(init, bytes)
    await expect(train({ config: out })).rejects.toMatchObject({
      code: 'INPUT',
      message: expect.stringMatching(/init\.safetensors: SHA-256/) as string,
    })
  })

  it.each([
    ['not JSON', '{', /is not JSON/],
    ['an array', '[]', /holds no JSON object/],
    ['another format', '{"format":"other"}', /format is "other"/],
    ['no options', '{"format":"eyes-wasm run","formatVersion":1}', /'options' or 'data' is missing/],
  ])('refuses %s', async (_, text, message) => {
    const config = join(folder, 'config.json')
    await writeFile(config, text)
    await expect(train({ config, out })).rejects.toMatchObject({
      code: 'INPUT',
      message: expect.stringMatching(message) as string,
    })
  })

  it.each([
    ['an option out of range', { epochs: -1 }, /config\.json: epochs: found -1/],
    ['an unknown option', { speed: 3 }, /config\.json: speed: no such option/],
    ['a size that is none', { height: 'tall' }, /config\.json: size: found tall|found 'tall'/],
  ])('refuses %s', async (_, change, message) => {
    await train({ data, out, epochs: 1 })
    const config = await readJson('config.json')
    await writeFile(
      join(out, 'config.json'),
      JSON.stringify({ ...config, options: { ...(config.options as object), ...change } }),
    )
    await expect(train({ config: out })).rejects.toMatchObject({
      code: 'INPUT',
      message: expect.stringMatching(message) as string,
    })
  })
})

describe('a trained model at work', () => {
  it('is measured on the images it was trained on, beside the report', async () => {
    await train({ data, out, epochs: 1 })
    expect(await evaluate({ model: out })).toEqual({
      model: 'ae',
      kernel: 3,
      stride: 1,
      padding: 1,
      images: 20,
      data,
      psnr: 31.5,
      ssim: 0.95,
      mse: 0.0028,
      trainedWith: { loss: 'mse', klWeight: 1, freeBits: 0 },
      report: { psnr: 42.53, ssim: 0.996, mse: 0.0002, table: 1 },
    })
    expect(await evaluate({ model: join(out, 'model.safetensors'), data, limit: 4 })).toMatchObject({ images: 4 })
  })

  it('reconstructs every image once and in order', async () => {
    const { model } = await train({ data, epochs: 1 })
    const all: number[] = []
    const { images } = await reconstructAll({ model, data }, {}, chunk => {
      expect(chunk.first * chunk.height * chunk.width * 3).toBe(all.length)
      all.push(...chunk.pixels)
      return Promise.resolve()
    })
    expect(images).toBe(20)
    expect(all).toHaveLength(pixels.length)
    expect(all[4321]).toBeCloseTo((0.9 * pixels[4321]!) / 255, 6)
  })

  it('refuses what is no model', async () => {
    await expect(evaluate({ model: join(folder, 'none') })).rejects.toMatchObject({ code: 'INPUT' })
    await expect(evaluate({ model: folder })).rejects.toMatchObject({ code: 'INPUT' })
    const { model } = await train({ data, epochs: 1 })
    await expect(evaluate({ model, data, limit: 21 })).rejects.toMatchObject({ code: 'INPUT' })
  })

  it('stops when asked', async () => {
    const { model } = await train({ data, epochs: 1 })
    await expect(evaluate({ model, data, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' })
  })

  it('is loaded for a program: encode, decode, reconstruct, close', async () => {
    const { model } = await train({ data, epochs: 1 })
    const loaded = await load(model)
    expect(loaded.latentShape).toEqual([16, 16, 48])
    const images = Float32Array.from({ length: 16 * 16 * 3 * 2 }, (_, i) => (i % 100) / 100)
    expect((await loaded.encode(images)).mean).toHaveLength(images.length)
    await expect(loaded.encode(images.subarray(1))).rejects.toMatchObject({ code: 'INPUT' })
    await expect(loaded.decode(new Float32Array(0))).rejects.toMatchObject({ code: 'INPUT' })
    await expect(loaded.decode(new Float32Array(16 * 16 * 48))).resolves.toBeDefined()
    await loaded.close()
    await expect(loaded.encode(images)).rejects.toMatchObject({ code: 'INPUT' })
  })
})
