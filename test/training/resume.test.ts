// A stopped run goes on to the last bit: real threads, stops after every step of three epochs, another number of threads after the stop.
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateEyes } from '../../src/data/generated-eyes.js'
import { encodeNpy } from '../../src/data/npy-write.js'
import type { ModelKind } from '../../src/models/spec.js'
import { readCheckpoint } from '../../src/training/checkpoint.js'
import { train, type RunOptions } from '../../src/training/run.js'
import type { Callback } from '../../src/training/types.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eyes-resume-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Batches large enough for several micro-batches, so that two threads share a step. */
const settings = { ae: { side: 24, count: 56, batch: 24 }, vae: { side: 16, count: 36, batch: 16 } } as const

async function optionsOf(model: ModelKind): Promise<RunOptions> {
  const { side, count, batch } = settings[model]
  const data = join(folder, `${model}.npy`)
  const { pixels } = generateEyes({ count, size: { height: side, width: side } })
  await writeFile(data, encodeNpy(pixels, [count, side, side, 3]))
  return { model, kernel: 3, padding: 1, data, batch, epochs: 3, seed: 5 }
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const hashOf = ({ buffer, byteOffset, byteLength }: Float32Array) =>
  sha256(new Uint8Array(buffer, byteOffset, byteLength))

/** Everything that must not depend on where a run was stopped. */
async function fingerprint(out: string) {
  const { snapshot } = await readCheckpoint(join(out, 'checkpoints/last.safetensors'))
  const best = await readCheckpoint(join(out, 'checkpoints/best.safetensors'))
  const { parameters, firstMoment, secondMoment } = snapshot
  const history = (await readFile(join(out, 'history.csv'), 'utf8')).split('\n')
  const summary = JSON.parse(await readFile(join(out, 'summary.json'), 'utf8')) as Record<string, unknown>
  return {
    vectors: [parameters, firstMoment, secondMoment].map(hashOf),
    best: [best.snapshot.parameters, best.snapshot.firstMoment, best.snapshot.secondMoment].map(hashOf),
    weights: sha256(await readFile(join(out, 'model.safetensors'))),
    picture: sha256(await readFile(join(out, 'reconstructions.png'))),
    history: history.map(row => row.split(',').slice(0, 4).join(',')),
    summary: [summary.weightsSha256, summary.psnr, summary.ssim, summary.mse, summary.epochs],
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

describe.each(['ae', 'vae'] as const)('an %s that is stopped and resumed', model => {
  let whole: Awaited<ReturnType<typeof fingerprint>>
  let options: RunOptions
  beforeAll(async () => {
    options = await optionsOf(model)
    const { summary } = await train({ ...options, out: join(folder, model), threads: 2 })
    expect(summary?.threads).toBe(2)
    whole = await fingerprint(join(folder, model))
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('after step %i', async step => {
    const out = join(folder, `${model}-${step}`)
    const [first, second] = step % 2 === 0 ? [2, 1] : [1, 2]
    const stopped = await train({ ...options, out, threads: first, callbacks: [pauseAfter(step)] })
    expect(stopped).toMatchObject({ summary: null, stopped: 'enough' })
    const resumed = await train({ resume: out, threads: second })
    expect(resumed.stopped).toBeUndefined()
    expect(resumed.summary!.threads).toBe(second)
    expect(await fingerprint(out)).toEqual(whole)
  })

  it('after every step', async () => {
    const out = join(folder, `${model}-often`)
    await train({ ...options, out, callbacks: [pauseAfter(1)], saveEvery: '1h' })
    for (let step = 2; step < 9; step++) {
      const { place } = await train({ resume: out, threads: 1 + (step % 2), callbacks: [pauseAfter(step)] })
      expect(3 * (place.epoch - 1) + place.step).toBe(step)
    }
    await train({ resume: out })
    expect(await fingerprint(out)).toEqual(whole)
  })

  it('with epochs to come: a finished run trained further is the longer run', async () => {
    const out = join(folder, `${model}-further`)
    await train({ ...options, out, epochs: 2 })
    await train({ resume: out, epochs: 3 })
    expect(await fingerprint(out)).toEqual(whole)
    expect(JSON.parse(await readFile(join(out, 'config.json'), 'utf8'))).toMatchObject({ options: { epochs: 3 } })
  })
  it.each([2, 3, 9])('after a callback threw at step %i: it was saved, the epoch’s end or not', async step => {
    const out = join(folder, `${model}-thrown-${step}`)
    const bug = new Error('bug')
    let done = 0
    const onStep = () => {
      if (++done === step) throw bug
      return undefined
    }
    await expect(train({ ...options, out, saveEvery: '1h', callbacks: [{ onStep }] })).rejects.toBe(bug)
    let steps = 0
    const count: Callback = {
      onStep: () => {
        steps++
        return undefined
      },
    }
    await train({ resume: out, callbacks: [count] })
    expect(steps).toBe(9 - step)
    expect(await fingerprint(out)).toEqual(whole)
    expect(await train({ resume: out })).toMatchObject({ unchanged: true })
  })

  it('with other weights to start from, fewer images than a batch, their own order and L1', async () => {
    const init = join(folder, model, 'model.safetensors')
    const other: RunOptions = { ...options, init, limit: 13, batch: 100, shuffle: false, loss: 'l1' }
    const [once, twice] = ['once', 'twice'].map(name => join(folder, `${model}-${name}`)) as [string, string]
    await train({ ...other, out: once })
    await train({ ...other, out: twice, callbacks: [pauseAfter(1)] })
    await train({ resume: twice, callbacks: [pauseAfter(2)], monitor: 'mse' })
    await train({ resume: twice })
    expect(await fingerprint(twice)).toEqual(await fingerprint(once))
  })
})
