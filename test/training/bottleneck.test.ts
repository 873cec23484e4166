// Runs of a VAE with a bottleneck from end to end: trained, stopped and resumed to the same bits, measured, drawn from, exported; and what
// does not go together is refused by name. Its layers and gradients: test/models/bottleneck.test.ts.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateEyes } from '../../src/data/generated-eyes.js'
import { encodeNpy } from '../../src/data/npy-write.js'
import { exportFormats, exportModel } from '../../src/experiments/export.js'
import { openRuns } from '../../src/experiments/open-runs.js'
import { sampleFigure } from '../../src/experiments/sample.js'
import { readWeightsFile } from '../../src/formats/pytorch.js'
import { evaluate } from '../../src/training/apply.js'
import { load } from '../../src/training/load.js'
import type { TrainOptions } from '../../src/training/options.js'
import { train, type RunOptions } from '../../src/training/run.js'

let folder = ''
const place = (...names: string[]) => join(folder, ...names)
const [count, side, latent] = [12, 18, 5]
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eyes-bottleneck-'))
  const { pixels } = generateEyes({ count, size: { height: side, width: side } })
  await writeFile(place('eyes.npy'), encodeNpy(pixels, [count, side, side, 3]))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const options = (over: RunOptions = {}): RunOptions => ({
  ...{ latent, data: place('eyes.npy'), batch: 5, epochs: 3, seed: 5, threads: 1 },
  ...over,
})

describe('a run', () => {
  const wholePath = () => place('whole', 'model.safetensors')

  it('stopped and resumed is the same run', async () => {
    const { summary, config } = await train(options({ out: place('whole') }))
    expect(config).toMatchObject({
      model: 'vae',
      kernel: 4,
      stride: 2,
      padding: 2,
      latent,
      heads: 'linear',
      loss: 'sigma',
    })
    let steps = 0
    const onStep = () => (++steps === 4 ? { stop: 'enough', pause: true } : undefined)
    expect((await train({ ...options({ out: place('parts') }), callbacks: [{ onStep }] })).summary).toBeNull()
    await expect(train({ resume: place('parts'), latent: 6 })).rejects.toThrow(
      /^latent: found 6, the run was trained with 5/,
    )
    const resumed = await train({ resume: place('parts'), threads: 2 })
    expect(resumed.summary!.weightsSha256).toBe(summary!.weightsSha256)
  })

  it('says in its files what it is, and is measured by them', async () => {
    const { spec, metadata } = await readWeightsFile(wholePath())
    expect(spec).toMatchObject({ latent, heads: 'linear', height: side })
    expect(metadata).toMatchObject({ model: 'vae', latent: String(latent), heads: 'linear' })
    const { psnr, kl, report } = await evaluate({ model: wholePath(), data: place('eyes.npy'), seed: 5, threads: 1 })
    expect(JSON.parse(await readFile(place('whole', 'summary.json'), 'utf8'))).toMatchObject({ psnr, kl })
    // The report has a VAE (4, 2, 2), but not this one.
    expect(report).toBeNull()
    await expect(evaluate({ model: wholePath(), data: place('eyes.npy'), size: 50 })).rejects.toThrow(
      /spans maps of 4x4, but pictures of 50x50 come to 8x8/,
    )
    const model = await readWeightsFile(wholePath())
    await expect(load(model, { size: 50 })).rejects.toThrow(/^model: has \d+ parameters, but for pictures of 50x50/)
  })

  it('is drawn from, under a name of its own', async () => {
    const { models, dataset } = await openRuns([place('whole')], {})
    const { note, model, artworks } = await sampleFigure(models[0]!, dataset, { count: 3, seed: 1 }, { threads: 1 })
    expect(model).toBe('VAE-5 (4, 2, 2)')
    expect(note).toMatch(/^Shapes of eyes, .* are what to expect/)
    expect(artworks[0]!.caption).toContain('latents of 1 x 1 x 5 drawn from N(0, I)')
    const loaded = await load(wholePath())
    expect(loaded.latentShape).toEqual([1, 1, latent])
    await loaded.close()
  })

  it.each(exportFormats)('as %s computes the same', async format => {
    const { check } = await exportModel({
      model: wholePath(),
      format,
      out: place(`model-${format}`),
      data: place('eyes.npy'),
    })
    expect(Object.keys(check!.differences)).toEqual(['reconstructions', 'mean', 'log_variance'])
  })

  it('starts from weights with the same bottleneck alone', async () => {
    const init = wholePath()
    await expect(train(options({ init, latent: 6, epochs: 1 }))).rejects.toThrow('say latent 5, not 6')
    await expect(
      train({ ...options({ init, latent: 0, epochs: 1 }), model: 'vae', kernel: 4, stride: 2, padding: 2 }),
    ).rejects.toThrow('say latent 5, not 0')
    expect((await train(options({ init, epochs: 1 }))).summary?.epochs).toBe(1)
  })
})

it.each<[TrainOptions, RegExp]>([
  [{ latent: 5, model: 'ae' }, /^latent: is 5, but an autoencoder has no bottleneck/],
  [{ latent: 5, stride: 1 }, /^latent: is 5 with stride 1.*--kernel 4 --stride 2 --padding 2/],
  [{ latent: 5, heads: 'relu' }, /^latent: is 5 with heads relu/],
  [{ latent: 5, size: { height: 18, width: 26 } }, /^latent: is 5 with pictures of 18x26, wanted square ones/],
])('%j is refused', async (over, message) => {
  await expect(train({ ...over, limit: 2, epochs: 1 })).rejects.toMatchObject({
    code: 'INPUT',
    message: expect.stringMatching(message) as string,
  })
})
