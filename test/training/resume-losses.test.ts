// Runs with other losses and the VAE's options on: stopped and resumed on another number of threads they go on to the last bit, their options
// are in config.json, and what does not go together is refused before anything is trained.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateEyes } from '../../src/data/generated-eyes.js'
import { encodeNpy } from '../../src/data/npy-write.js'
import { readWeightsFile } from '../../src/formats/pytorch.js'
import { evaluate } from '../../src/training/apply.js'
import { train, type RunOptions } from '../../src/training/run.js'
import type { TrainOptions } from '../../src/training/options.js'

let folder = ''
let data = ''
const side = 24
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eyes-losses-'))
  data = join(folder, 'eyes.npy')
  const { pixels } = generateEyes({ count: 13, size: { height: side, width: side } })
  await writeFile(data, encodeNpy(pixels, [13, side, side, 3]))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const vae = { model: 'vae', kernel: 3, padding: 1 } as const
const cases: readonly TrainOptions[] = [
  { model: 'ae', loss: 'ms-ssim+l1' },
  { model: 'ae', loss: 'focal-frequency' },
  { ...vae, loss: 'sigma', heads: 'linear', klWarmup: 2, freeBits: 0.01 },
  { ...vae, loss: 'edge', klWarmup: 7 },
]

const readJson = async (...path: string[]) =>
  JSON.parse(await readFile(join(...path), 'utf8')) as Record<string, unknown>

describe.each(cases)('%j', chosen => {
  const options = (out: string): RunOptions => ({ ...chosen, data, batch: 5, epochs: 3, seed: 5, threads: 2, out })
  const columns = async (out: string) =>
    (await readFile(join(out, 'history.csv'), 'utf8')).split('\n').map(row => row.split(',').slice(0, 4).join(','))

  it('stopped and resumed is the same run, also by its config.json', async () => {
    const place = join(folder, String(cases.indexOf(chosen)))
    const [whole, parts, again] = ['whole', 'parts', 'again'].map(name => `${place}-${name}`) as [
      string,
      string,
      string,
    ]
    const { summary } = await train(options(whole))
    for (const stop of [2, 5]) {
      let steps = 0
      const onStep = () => (++steps === (stop === 2 ? 2 : 3) ? { stop: 'enough', pause: true } : undefined)
      const next = stop === 2 ? options(parts) : { resume: parts, threads: 1 }
      expect((await train({ ...next, callbacks: [{ onStep }] })).summary).toBeNull()
    }
    const resumed = await train({ resume: parts, threads: 2 })
    expect(resumed.summary!.weightsSha256).toBe(summary!.weightsSha256)
    expect(await columns(parts)).toEqual(await columns(whole))
    expect((await readJson(whole, 'config.json')).options).toMatchObject(chosen)
    const repeated = await train({ config: join(whole, 'config.json'), out: again, threads: 1 })
    expect(repeated.summary!.weightsSha256).toBe(summary!.weightsSha256)
  })

  it('is measured as it was trained: the weights say what their heads are', async () => {
    const run = join(folder, `${cases.indexOf(chosen)}-whole`)
    const { spec, metadata } = await readWeightsFile(join(run, 'model.safetensors'))
    expect(spec.heads).toBe(chosen.heads)
    expect(metadata.heads).toBe(chosen.heads)
    const measured = await evaluate({ model: join(run, 'model.safetensors'), data, seed: 5, threads: 1 })
    const { psnr, ssim } = await readJson(run, 'summary.json')
    expect([measured.psnr, measured.ssim]).toEqual([psnr, ssim])
    if (chosen.heads === 'linear')
      await expect(evaluate({ model: join(run, 'model.safetensors'), heads: 'relu', data })).rejects.toThrow(
        'say heads linear, not relu',
      )
  })
})

describe('refused', () => {
  it.each<[TrainOptions, RegExp]>([
    [{ model: 'ae', loss: 'sigma' }, /^loss: found sigma, which weighs a VAE's two terms, with an autoencoder/],
    [{ model: 'ae', heads: 'linear' }, /^heads: is linear, but an autoencoder has no heads/],
    [{ ...vae, loss: 'ms-ssim+l1', size: 21 }, /^loss: found ms-ssim\+l1 with pictures of 21x21, wanted sides of 22/],
  ])('%j', async (options, message) => {
    await expect(train({ ...options, limit: 2, epochs: 1 })).rejects.toMatchObject({
      code: 'INPUT',
      message: expect.stringMatching(message) as string,
    })
  })

  it('initial weights of other heads', async () => {
    const init = join(folder, '2-whole', 'model.safetensors')
    await expect(train({ ...vae, init, data, epochs: 1 })).rejects.toThrow('say heads linear, not relu')
    const { summary } = await train({ ...vae, init, data, epochs: 1, batch: 13, heads: 'linear' })
    expect(summary?.epochs).toBe(1)
  })
})
