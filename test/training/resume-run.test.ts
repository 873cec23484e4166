// What `resume` does with stopped, finished and failed runs; around a session that only pretends to train. That real training goes on to
// the last bit is resume.test.ts; what is refused, resume-refused.test.ts.
import { cp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { encodeNpy } from '../../src/data/npy-write.js'
import { EyesWasmError } from '../../src/errors.js'
import { readWeightsFile } from '../../src/formats/pytorch.js'
import { readSafetensors } from '../../src/formats/safetensors.js'
import { evaluate } from '../../src/training/apply.js'
import { train, type RunOptions } from '../../src/training/run.js'
import type { Callback } from '../../src/training/types.js'
import { calls } from './fake-session.js'

import { closePlace, jsonOf, openPlace, pauseAt, pixels, rowsOf, stopAfterFour, type RunPlace } from './stopped-run.js'

vi.mock('../../src/training/session.js', () => import('./fake-session.js'))

let place: RunPlace
let folder = ''
let data = ''
let out = ''
let last = ''
beforeEach(async () => {
  place = await openPlace()
  ;({ folder, data, out, last } = place)
})
afterEach(() => closePlace(place))

const readJson = (name: string) => jsonOf(place, name)
const rows = () => rowsOf(place)
const stopped = (options: RunOptions = {}) => stopAfterFour(place, options)

describe('a stopped run', () => {
  it('is saved and not measured, and goes on where it was', async () => {
    const first = await stopped()
    expect(first).toMatchObject({ summary: null, stopped: 'enough', place: { epoch: 4, step: 1, stepsPerEpoch: 1 } })
    expect((await readdir(out)).toSorted()).toEqual(['checkpoints', 'config.json', 'history.csv', 'model.safetensors'])
    const places: unknown[] = []
    const { summary, history, stopped: why } = await train({ resume: out }, { onResume: place => places.push(place) })
    expect(places).toEqual([{ epoch: 4, step: 1, stepsPerEpoch: 1 }])
    expect(why).toBeUndefined()
    expect(history.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(await readJson('summary.json')).toEqual(summary)
    expect(await rows()).toBe(9)
    const { parameters } = await readWeightsFile(join(out, 'model.safetensors'))
    expect(parameters[0]).toBe(9.5)
  })

  it('may have other threads, epochs and ways of being watched, which config.json then says', async () => {
    await stopped({ patience: 50, minDelta: 0.125 })
    const { date } = await readJson('config.json')
    const changed = { threads: 2, epochs: 6, saveEvery: '2ep', monitor: 'mse', patience: 60, maxTime: '1h' } as const
    const { summary } = await train({ resume: out, ...changed })
    expect(summary).toMatchObject({ epochs: 6, threads: 2 })
    expect(await readJson('config.json')).toMatchObject({
      date,
      options: { threads: 2, epochs: 6, seed: 3 },
      control: { saveEvery: '2ep', monitor: 'mse', patience: 60, minDelta: 0.125 },
    })
  })

  it('may have its images elsewhere, if they are the same', async () => {
    await stopped()
    const moved = join(folder, 'moved.npy')
    await rename(data, moved)
    await expect(train({ resume: out })).rejects.toMatchObject({ code: 'INPUT' })
    await train({ resume: out, data: moved, epochs: 5 })
    expect((await readJson('config.json')).options).toMatchObject({ data: moved })
    const other = join(folder, 'other.npy')
    await writeFile(other, encodeNpy(pixels.toReversed(), [20, 16, 16, 3]))
    await expect(train({ resume: out, data: other, epochs: 6 })).rejects.toMatchObject({
      code: 'INPUT',
      message: expect.stringMatching(/other\.npy: SHA-256 is \w+, the run was trained on/) as string,
    })
  })

  it('without a summary is measured when all its epochs are done: it was killed while it was', async () => {
    await train({ data, out, epochs: 3 })
    const { weightsSha256 } = await readJson('summary.json')
    await rm(join(out, 'summary.json'))
    await rm(join(out, 'reconstructions.png'))
    const { summary } = await train({ resume: out })
    expect(summary).toMatchObject({ epochs: 3, weightsSha256 })
    expect(await readdir(out)).toEqual(expect.arrayContaining(['summary.json', 'reconstructions.png']))
  })

  /** All that a run has that was killed before its first checkpoint. */
  async function killEarly(): Promise<void> {
    const config = await readFile(join(out, 'config.json'))
    for (const name of await readdir(out)) await rm(join(out, name), { recursive: true })
    await writeFile(join(out, 'config.json'), config)
  }

  it('that was killed before its first checkpoint begins again', async () => {
    await stopped()
    await killEarly()
    await expect(train({ resume: out, lr: 1 })).rejects.toMatchObject({
      message: expect.stringMatching(/^lr: found 1, the run was trained with 0\.01/) as string,
    })
    const { summary, config: used } = await train({ resume: out, epochs: 2 })
    expect(summary).toMatchObject({ epochs: 2 })
    expect(used).toMatchObject({ seed: 3, lr: 0.01 })
  })

  it('that was killed before its first checkpoint begins again with its own images and weights alone', async () => {
    const init = join(folder, 'init.safetensors')
    await train({ data, out, epochs: 1 })
    await cp(join(out, 'model.safetensors'), init)
    await rm(out, { recursive: true })
    await stopped({ init })
    await killEarly()
    const moved = join(folder, 'moved.npy')
    await rename(data, moved)
    const other = join(folder, 'other.npy')
    await writeFile(other, encodeNpy(pixels.toReversed(), [20, 16, 16, 3]))
    await expect(train({ resume: out, data: other })).rejects.toMatchObject({
      code: 'INPUT',
      message: expect.stringMatching(
        /other\.npy: SHA-256 is \w+, the run was trained on \w+\. Put those images back/,
      ) as string,
    })
    await cp(init, join(folder, 'kept'))
    await train({ data: moved, out: join(folder, 'longer'), epochs: 2, init })
    await cp(join(folder, 'longer/model.safetensors'), init)
    await expect(train({ resume: out, data: moved, init })).rejects.toMatchObject({
      code: 'INPUT',
      message: expect.stringMatching(
        /init\.safetensors: SHA-256 is \w+, the run began with \w+\. Put it back/,
      ) as string,
    })
    await cp(join(folder, 'kept'), init)
    expect(await train({ resume: out, data: moved, epochs: 1 })).toMatchObject({ summary: { epochs: 1 } })
  })

  it('serves as a model: the run folder, and the checkpoint alone', async () => {
    await stopped()
    await rm(join(out, 'model.safetensors'))
    expect(await evaluate({ model: out })).toMatchObject({ model: 'ae', images: 20 })
    expect(await evaluate({ model: last, data })).toMatchObject({ model: 'ae', images: 20 })
    const { config } = await train({ data, epochs: 1, init: last })
    expect(config.init).toBe(last)
  })
})

describe('a finished run', () => {
  it('says so, and starts no thread', async () => {
    const { summary } = await train({ data, out, epochs: 3 })
    const before = await readFile(last)
    calls.opened = calls.closed = 0
    const again = await train({ resume: out, threads: 2 })
    expect(again).toMatchObject({ unchanged: true, summary, place: { epoch: 3 } })
    expect(again.model.parameters[0]).toBe(3.5)
    expect(calls.opened).toBe(0)
    expect((await readFile(last)).equals(before)).toBe(true)
  })

  it('is trained further with more epochs, and is unfinished meanwhile', async () => {
    await train({ data, out, epochs: 3 })
    const seen: string[][] = []
    const look: Callback = {
      onStart: async () => {
        seen.push((await readdir(out)).toSorted())
        return undefined
      },
    }
    const { history } = await train({ resume: out, epochs: 5, callbacks: [look] })
    expect(seen[0]).not.toContain('summary.json')
    expect(history).toHaveLength(5)
    expect(await readJson('summary.json')).toMatchObject({ epochs: 5 })
  })
})

describe('patience', () => {
  const noDelta = { patience: 3, minDelta: 0.2, epochs: 20 } as const

  it('ends a run at the same epoch, stopped or not, and finishes it', async () => {
    const whole = await train({ data, out, ...noDelta })
    expect(whole).toMatchObject({ stopped: 'no better loss for 3 epochs', summary: { epochs: 7 } })
    for (const epoch of [1, 2, 3, 4, 5, 6]) {
      await rm(out, { recursive: true })
      await train({ data, out, ...noDelta, callbacks: [pauseAt(epoch)] })
      const resumed = await train({ resume: out })
      expect(resumed, `stopped after ${epoch}`).toMatchObject({ stopped: whole.stopped, summary: { epochs: 7 } })
    }
    calls.opened = calls.closed = 0
    expect(await train({ resume: out, epochs: 30 })).toMatchObject({ unchanged: true, stopped: whole.stopped })
    expect(calls.opened).toBe(0)
    expect(await train({ resume: out, patience: 4 })).toMatchObject({ summary: { epochs: 8 } })
  })

  it('the best epoch’s checkpoint is kept beside the last', async () => {
    await train({ data, out, epochs: 4 })
    const best = await readWeightsFile(join(out, 'checkpoints/best.safetensors'))
    expect(best.parameters[0]).toBe(4.5)
  })
})

describe('a run that fails', () => {
  const failing = (error: Error): Callback => ({
    onStep: ({ epoch }) => {
      if (epoch === 3) throw error
      return undefined
    },
  })

  it.each([
    [
      'NON_FINITE',
      /weights went wrong\. The last good step is kept: train a new run from it with --init .*last\.safetensors/,
    ],
    ['WORKER', /weights went wrong\. What was trained is kept\. Continue with: eyes-wasm train --resume .*out$/],
    ['STORAGE', /weights went wrong\. What was saved before is kept\. .*continue with: eyes-wasm train --resume/],
  ] as const)('with %s keeps a checkpoint and says how to go on', async (code, message) => {
    const error = new EyesWasmError(code, 'weights went wrong.')
    await expect(train({ data, out, epochs: 5, callbacks: [failing(error)] })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    })
    await expect(train({ resume: out })).resolves.toMatchObject({ summary: { epochs: 5 } })
  })

  it('with a bug of somebody’s is saved all the same, and the error is left as it is', async () => {
    const bug = new Error('bug')
    await expect(train({ data, out, epochs: 5, callbacks: [failing(bug)] })).rejects.toBe(bug)
    expect(JSON.parse((await readSafetensors(last)).metadata.state!)).toMatchObject({ step: 3 })
    await expect(train({ resume: out })).resolves.toMatchObject({ summary: { epochs: 5 } })
  })

  it('names its folder so that a shell takes it', async () => {
    const odd = join(folder, `it's here`)
    const error = new EyesWasmError('WORKER', 'no luck.')
    await expect(train({ data, out: odd, epochs: 5, callbacks: [failing(error)] })).rejects.toMatchObject({
      message: `no luck. What was trained is kept. Continue with: eyes-wasm train --resume '${folder}/it'\\''s here'`,
    })
    await train({ data, out, epochs: 1 })
  })

  it('ends when somebody else has taken its folder', async () => {
    const theft: Callback = {
      onEpoch: () => writeFile(join(out, 'lock.json'), '{"pid":1,"host":"elsewhere"}').then(() => undefined),
    }
    await expect(train({ data, out, epochs: 5, saveEvery: '1ep', callbacks: [theft] })).rejects.toMatchObject({
      code: 'STORAGE',
      message: expect.stringMatching(/lock\.json: is process 1's on elsewhere by now/) as string,
    })
    await rm(join(out, 'lock.json'))
  })
})

describe('without a folder', () => {
  it('a stopped training is not saved, and its model is there', async () => {
    await cp(data, join(folder, 'copy.npy'))
    await stopped()
    const { summary, folder: none, model } = await train({ data, epochs: 9, callbacks: [pauseAt(2)] })
    expect({ summary, none }).toEqual({ summary: null, none: null })
    expect(model.parameters[0]).toBe(2.5)
  })
})
