// What `resume` accepts and refuses, and what it does with finished, damaged, stopped and failed runs; around a session that only pretends
// to train (an epoch is one step). That real training goes on to the last bit is resume.test.ts.
import { cp, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { encodeNpy } from '../../src/data/npy-write.js'
import { EyesWasmError } from '../../src/errors.js'
import { exactTensors, readWeightsFile } from '../../src/formats/pytorch.js'
import { readSafetensors, serializeSafetensors } from '../../src/formats/safetensors.js'
import { sealed } from '../../src/formats/seal.js'
import { evaluate, openModel } from '../../src/training/apply.js'
import { train, type RunHooks, type RunOptions } from '../../src/training/run.js'
import type { Callback } from '../../src/training/types.js'
import { calls } from './fake-session.js'

vi.mock('../../src/training/session.js', () => import('./fake-session.js'))

let folder = ''
let data = ''
let out = ''
let last = ''
const pixels = Uint8Array.from({ length: 20 * 16 * 16 * 3 }, (_, i) => (i * 7) % 251)

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eyes-resume-run-'))
  data = join(folder, 'data.npy')
  out = join(folder, 'out')
  last = join(out, 'checkpoints/last.safetensors')
  await writeFile(data, encodeNpy(pixels, [20, 16, 16, 3]))
  calls.opened = calls.closed = 0
})
afterEach(async () => {
  expect(calls.closed).toBe(calls.opened)
  expect((await readdir(out)).filter(name => name.startsWith('lock'))).toEqual([])
  await rm(folder, { recursive: true, force: true })
})

const readJson = async (name: string) => JSON.parse(await readFile(join(out, name), 'utf8')) as Record<string, unknown>
const rows = async () => (await readFile(join(out, 'history.csv'), 'utf8')).trim().split('\n').length - 1
const pauseAt = (wanted: number): Callback => ({
  onEpoch: ({ epoch }) => (epoch === wanted ? { stop: 'enough', pause: true } : undefined),
})

/** A run of 9 epochs, stopped after the fourth. */
const stopped = (options: RunOptions = {}) =>
  train({ data, out, epochs: 9, seed: 3, lr: 0.01, threads: 1, ...options, callbacks: [pauseAt(4)] })

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

describe('refused', () => {
  beforeEach(() => stopped())

  const refused = async (options: RunOptions, message: RegExp, hooks: RunHooks = {}) => {
    const before = await readFile(join(out, 'config.json'), 'utf8')
    await expect(train({ resume: out, ...options }, hooks)).rejects.toMatchObject({
      code: 'INPUT',
      message: expect.stringMatching(message) as string,
    })
    expect(await readFile(join(out, 'config.json'), 'utf8')).toBe(before)
    expect(calls.opened).toBe(1)
  }

  it.each<[RunOptions, RegExp]>([
    [{ lr: 0.02 }, /^lr: found 0\.02, the run was trained with 0\.01\. Leave it out/],
    [{ seed: 4 }, /^seed: found 4, the run was trained with 3/],
    [{ model: 'vae' }, /^model: found vae, the run was trained with ae/],
    [{ batch: 8 }, /^batch: found 8, the run was trained with 164/],
    [{ loss: 'l1' }, /^loss: found l1, the run was trained with mse/],
    [{ klWeight: 2 }, /^klWeight: found 2, the run was trained with 1/],
    [{ kernel: 5 }, /^kernel: found 5, the run was trained with 3/],
    [{ padding: 2 }, /^padding: found 2, the run was trained with 1/],
    [{ limit: 9 }, /^limit: found 9, the run was trained with none/],
    [{ init: 'some.safetensors' }, /^init: found .*some\.safetensors, the run was trained with none/],
    [{ shuffle: false }, /^shuffle: found false, the run was trained with true/],
    [{ size: 20 }, /^size: found 20x20, the run was trained with 16x16/],
    [{ epochs: 3 }, /^epochs: found 3, but the run is in epoch 4 already/],
    [{ out: 'elsewhere' }, /^out: found elsewhere together with resume/],
    [{ config: 'config.json' }, /^config: found config\.json together with resume/],
    [{ epochs: 0 }, /^epochs: found 0, wanted a whole number/],
    [{ saveEvery: 'often' }, /^saveEvery: found 'often'/],
  ])('%j', (options, message) => refused(options, message))

  it('options are named as the caller names them', () =>
    refused({ lr: 1 }, /^--lr: found 1/, { name: key => `--${key}` }))

  it('equal values are no change', async () => {
    const same = { lr: 0.01, seed: 3, model: 'ae', size: 16, batch: 164, limit: null, shuffle: true } as const
    await expect(train({ resume: out, ...same, kernel: 3 })).resolves.toMatchObject({ summary: { epochs: 9 } })
  })

  it('what is no run folder', async () => {
    await refused({ resume: join(folder, 'none') }, /^resume: found .*none, wanted the folder of a run/)
    await refused({ resume: data }, /^resume: found .*data\.npy, wanted the folder of a run/)
    await refused({ resume: folder }, /config\.json: cannot be opened/)
  })

  it('a folder that another process trains into', async () => {
    const hold: Callback = {
      onStart: async () => {
        await expect(train({ resume: out })).rejects.toMatchObject({
          code: 'INPUT',
          message: expect.stringMatching(new RegExp(`process ${process.pid} on .* trains into it`)) as string,
        })
        return undefined
      },
    }
    await train({ resume: out, callbacks: [hold] })
  })

  it('another config.json than the checkpoint’s', async () => {
    const config = await readJson('config.json')
    const options = { ...(config.options as object), lr: 0.5 }
    await writeFile(join(out, 'config.json'), JSON.stringify({ ...config, options }))
    await refused({}, /config\.json: lr is 0\.5, but .*last\.safetensors was trained with 0\.01/)
  })

  /** The checkpoint with other metadata, under a checksum that fits. */
  async function withMetadata(change: (metadata: Record<string, string>) => Record<string, string>): Promise<void> {
    const file = await readSafetensors(last, ['history'])
    const tensors = exactTensors(file)
    const metadata = { ...file.metadata, ...change(file.metadata) }
    await writeFile(last, serializeSafetensors(tensors, sealed(tensors, metadata)))
  }

  it.each<[string, object, RegExp]>([
    [
      'other kernels',
      { kernelsSha256: 'ab'.repeat(32) },
      /by eyes-wasm 9\.9\.9 with other kernels \(abababababab\).*--init/,
    ],
    ['another version alone', {}, /other code around its kernels \(9\.9\.9\), this is eyes-wasm/],
    ['another cut', { microBatches: 7 }, /another cut of a batch \(7\)/],
    ['another tape', { tapeImages: 7 }, /another cut of a micro-batch \(7\)/],
    ['other algorithms', { algorithms: 'direct' }, /other algorithms of its layers \(direct\)/],
    ['algorithms that move the cursor', { algorithms: '\x1b[2J' }, /other algorithms of its layers \(\\u\{1b\}\[2J\)/],
  ])('%s', async (_, change, message) => {
    await withMetadata(({ arithmetic }) => ({
      eyes_wasm: '9.9.9',
      arithmetic: JSON.stringify({ ...(JSON.parse(arithmetic!) as object), ...change }),
    }))
    await refused({}, message)
  })

  it('another number of images than the data has', async () => {
    await withMetadata(({ state }) => ({
      images: '10',
      state: JSON.stringify({ ...(JSON.parse(state!) as object), step: 4 }),
    }))
    await refused({}, /last\.safetensors: images is 10, but .*data\.npy has 20 and the limit is none/)
  })

  it('a folder of checkpoints that is a link to elsewhere', async () => {
    await rename(join(out, 'checkpoints'), join(folder, 'elsewhere'))
    await symlink(join(folder, 'elsewhere'), join(out, 'checkpoints'))
    const before = await readdir(join(folder, 'elsewhere'))
    await refused({}, /checkpoints: is a link, wanted a folder of the run's own/)
    expect(await readdir(join(folder, 'elsewhere'))).toEqual(before)
  })

  it('a folder without a checkpoint', async () => {
    await rm(join(out, 'checkpoints'), { recursive: true })
    await refused({}, /has no checkpoint in checkpoints\/last\.safetensors/)
  })
})

describe('a damaged checkpoint', () => {
  const damage = async (path: string) => {
    const bytes = await readFile(path)
    bytes[bytes.length - 1]! ^= 1
    await writeFile(path, bytes)
  }

  it('is reported by name, put aside, and the one before it is used', async () => {
    await stopped({ saveEvery: '1ep' })
    await damage(last)
    const notices: string[] = []
    const { summary, history } = await train({ resume: out }, { onNotice: text => notices.push(text) })
    expect(notices).toEqual([expect.stringMatching(/last\.safetensors: .*damaged.*Using .*previous\.safetensors/)])
    expect(summary).toMatchObject({ epochs: 9 })
    expect(history).toHaveLength(9)
    expect(await rows()).toBe(9)
    expect((await readdir(join(out, 'checkpoints'))).toSorted()).toEqual(
      ['best', 'damaged', 'last', 'previous'].map(name => `${name}.safetensors`),
    )
  })

  it('of a run without weights is passed over by what applies a model, which says so', async () => {
    await stopped({ saveEvery: '1ep' })
    await rm(join(out, 'model.safetensors'))
    const weightsNow = async () => {
      const notices: string[] = []
      const { model } = await openModel({ model: out }, undefined, text => notices.push(text))
      return { weight: model.parameters[0], notices }
    }
    expect(await weightsNow()).toEqual({ weight: 4.5, notices: [] })
    await damage(last)
    const notices = [expect.stringMatching(/last\.safetensors: .*damaged.*Using .*previous\.safetensors\.$/)]
    expect(await weightsNow()).toEqual({ weight: 3.5, notices })
    const told: string[] = []
    await evaluate({ model: out }, { onNotice: text => told.push(text) })
    expect(told).toEqual(notices)
    // Nothing is put aside: the run may be under way.
    expect(await readdir(join(out, 'checkpoints'))).not.toContain('damaged.safetensors')
    await damage(join(out, 'checkpoints/previous.safetensors'))
    await expect(weightsNow()).rejects.toMatchObject({
      code: 'INPUT',
      message: expect.stringMatching(/last\.safetensors: .*damaged/) as string,
    })
  })

  it('whose predecessor is damaged too is refused', async () => {
    await stopped({ saveEvery: '1ep' })
    await damage(last)
    await damage(join(out, 'checkpoints/previous.safetensors'))
    await expect(train({ resume: out })).rejects.toMatchObject({
      code: 'INPUT',
      message: expect.stringMatching(/last\.safetensors: .*damaged/) as string,
    })
  })

  it('between two names is found under that of the one before', async () => {
    await stopped({ saveEvery: '1ep' })
    await rm(join(out, 'checkpoints/previous.safetensors'))
    await rename(last, join(out, 'checkpoints/previous.safetensors'))
    await writeFile(join(out, 'checkpoints/.last.safetensors.0123456789ab.tmp'), 'half')
    await expect(train({ resume: out })).resolves.toMatchObject({ summary: { epochs: 9 } })
    expect(await readdir(join(out, 'checkpoints'))).not.toContain('.last.safetensors.0123456789ab.tmp')
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
