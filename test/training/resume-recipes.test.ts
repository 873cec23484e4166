// A stopped run goes on to the last bit with every part of a recipe on, and is refused where it would not: real threads, another number of
// them after the stop.
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateEyes } from '../../src/data/generated-eyes.js'
import { encodeNpy } from '../../src/data/npy-write.js'
import { readWeightsFile } from '../../src/formats/pytorch.js'
import { evaluate } from '../../src/training/apply.js'
import { readCheckpoint } from '../../src/training/checkpoint.js'
import { train, type RunOptions } from '../../src/training/run.js'
import type { Callback } from '../../src/training/types.js'

const [side, count] = [16, 40]
let folder = ''
let options: RunOptions = {}
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eyes-recipes-'))
  const data = join(folder, 'data.npy')
  const { pixels } = generateEyes({ count, size: { height: side, width: side } })
  await writeFile(data, encodeNpy(pixels, [count, side, side, 3]))
  options = { kernel: 3, padding: 1, data, batch: 16, epochs: 3, seed: 5 }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const recipes: Record<string, RunOptions> = {
  cosine: { lrSchedule: 'cosine', lrWarmup: 1, lrMin: 1e-5 },
  'one-cycle': { lrSchedule: 'one-cycle' },
  plateau: { lrSchedule: 'plateau' },
  clipping: { clipNorm: 0.05 },
  averaging: { ema: 0.9 },
  augmentation: { flip: true, shift: 2 },
  'held-out images': { valSplit: 0.2, monitor: 'val_loss', patience: 2 },
  'all of it, a VAE': {
    ...{ model: 'vae', lrSchedule: 'one-cycle', clipNorm: 0.05, ema: 0.9, flip: true, shift: 2 },
    ...{ valSplit: 0.2, monitor: 'val_loss' },
  },
}

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const vectorHash = ({ buffer, byteOffset, byteLength }: Float32Array) =>
  hashOf(new Uint8Array(buffer, byteOffset, byteLength))

const checkpointOf = (out: string, name = 'last') => readCheckpoint(join(out, `checkpoints/${name}.safetensors`))

/** Everything that must not depend on where a run was stopped. */
async function fingerprint(out: string) {
  const vectors = async (name: string) => {
    const { parameters, firstMoment, secondMoment, average } = (await checkpointOf(out, name)).snapshot
    return [parameters, firstMoment, secondMoment, ...(average ? [average] : [])].map(vectorHash)
  }
  const history = (await readFile(join(out, 'history.csv'), 'utf8')).trim().split('\n')
  const { seconds, imagesPerSecond, threads, ...summary } = JSON.parse(
    await readFile(join(out, 'summary.json'), 'utf8'),
  ) as Record<string, unknown>
  expect([seconds, imagesPerSecond, threads]).toEqual(Array(3).fill(expect.any(Number)))
  return {
    last: await vectors('last'),
    best: await vectors('best'),
    weights: hashOf(await readFile(join(out, 'model.safetensors'))),
    history: history.map(row => row.split(',').filter((_, column) => column < 4 || column > 5)),
    summary,
  }
}

/** Pauses the run after so many steps from its start. */
function pauseAfter(steps: number): Callback {
  let done = 0
  return {
    onStart: snapshot => {
      done = snapshot().state.step
      return undefined
    },
    onStep: () => (++done === steps ? { stop: 'enough', pause: true } : undefined),
  }
}

describe.each(Object.entries(recipes))('%s', (name, recipe) => {
  it('goes on to the same bits after any step', async () => {
    const whole = join(folder, name)
    await train({ ...options, ...recipe, out: whole, threads: 2 })
    const wanted = await fingerprint(whole)
    expect(wanted.history[0]).toHaveLength(recipe.valSplit ? 7 : 4)
    // A step in the middle of the first epoch, the last of an epoch, and one of the last epoch.
    const steps = Math.ceil((count - count * (recipe.valSplit ?? 0)) / 16)
    for (const step of [1, steps, 2 * steps + 1]) {
      const out = `${whole}-${step}`
      await train({ ...options, ...recipe, out, threads: 1 + (step % 2), callbacks: [pauseAfter(step)] })
      await train({ resume: out, threads: 2 - (step % 2) })
      expect(await fingerprint(out), `step ${step}`).toEqual(wanted)
    }
  })
})

describe('an average', () => {
  it('is the model of the run and of its checkpoints, which have the weights too', async () => {
    const out = join(folder, 'average')
    const { model, summary } = await train({ ...options, ema: 0.9, out })
    const { parameters, average } = (await checkpointOf(out)).snapshot
    expect(average).toEqual(model.parameters)
    expect(parameters).not.toEqual(average)
    for (const file of ['model.safetensors', 'checkpoints/last.safetensors'])
      expect((await readWeightsFile(join(out, file))).parameters).toEqual(average)
    // Finished, and found to be.
    const again = await train({ resume: out })
    expect(again).toMatchObject({ unchanged: true, summary: { weightsSha256: summary!.weightsSha256 } })
    expect(again.model.parameters).toEqual(average)
    expect(await evaluate({ model: out })).toMatchObject({ psnr: summary!.psnr, ssim: summary!.ssim })
  })
})

describe('held-out images', () => {
  it('are measured by evaluate as the run measured them, and not on other images', async () => {
    const out = join(folder, 'held-out')
    const { summary, model } = await train({ ...options, valSplit: 0.2, limit: 30, out })
    const { loss, trainingLoss, ...heldOut } = summary!.heldOut!
    expect(summary).toMatchObject({ images: 24, heldOut: { images: 6 } })
    expect([loss, trainingLoss].every(value => value > 0)).toBe(true)
    const found = await evaluate({ model: out })
    expect(found).toMatchObject({ images: 24, psnr: summary!.psnr, heldOut })
    const fewer = await evaluate({ model: out, limit: 29 })
    expect(fewer.images + fewer.heldOut!.images).toBe(29)
    const other = await evaluate({ model: out, data: options.data!, limit: 30 })
    expect(other).not.toHaveProperty('heldOut')
    expect(other.images).toBe(30)
    expect(await evaluate({ model, data: options.data! })).toMatchObject({ images: count })
    expect((await readFile(join(out, 'loss.svg'), 'utf8')).includes('held-out loss')).toBe(true)
  })

  it('are named in the refusal of val_loss where there are none', async () => {
    const refused = train({ ...options, monitor: 'val_loss' })
    await expect(refused).rejects.toMatchObject({
      code: 'INPUT',
      message: expect.stringMatching(/^monitor: .*valSplit/) as string,
    })
  })
})

describe('a longer run', () => {
  it.each(['cosine', 'one-cycle'] as const)(
    'is refused where a %s would have been another one so far',
    async lrSchedule => {
      const out = join(folder, `longer-${lrSchedule}`)
      await train({ ...options, lrSchedule, epochs: 1, out })
      for (const epochs of [2, 5])
        await expect(train({ resume: out, epochs })).rejects.toMatchObject({
          code: 'INPUT',
          message: expect.stringMatching(
            new RegExp(`^epochs: found ${epochs}, .*${lrSchedule} ends after 1 epochs`),
          ) as string,
        })
    },
  )

  it('with a plateau is the run that was longer from the start', async () => {
    const [long, further] = ['long', 'further'].map(name => join(folder, name)) as [string, string]
    const recipe = { ...options, lrSchedule: 'plateau', ema: 0.9, batch: 40 } as const
    await train({ ...recipe, out: long })
    await train({ ...recipe, epochs: 1, out: further })
    await train({ resume: further, epochs: 3 })
    expect(await fingerprint(further)).toEqual(await fingerprint(long))
  })

  it('does not take another recipe', async () => {
    const out = join(folder, 'longer-cosine')
    for (const [option, value] of Object.entries({
      ema: 0.5,
      flip: true,
      shift: 1,
      clipNorm: 1,
      valSplit: 0.1,
      lrMin: 1e-9,
    }))
      await expect(train({ resume: out, [option]: value })).rejects.toMatchObject({
        message: expect.stringMatching(new RegExp(`^${option}: found `)) as string,
      })
  })
})
