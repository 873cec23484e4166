// What `resume` refuses, and what becomes of damaged checkpoints; around a session that only pretends to train.
import { readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { exactTensors } from '../../src/formats/pytorch.js'
import { readSafetensors, serializeSafetensors } from '../../src/formats/safetensors.js'
import { sealed } from '../../src/formats/seal.js'
import { evaluate, openModel } from '../../src/training/apply.js'
import { train, type RunHooks, type RunOptions } from '../../src/training/run.js'
import type { Callback } from '../../src/training/types.js'
import { calls } from './fake-session.js'

import { closePlace, jsonOf, openPlace, rowsOf, stopAfterFour, type RunPlace } from './stopped-run.js'

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
    [{ heads: 'linear' }, /^heads: found linear, the run was trained with relu/],
    [{ latent: 64 }, /^latent: found 64, the run was trained with 0/],
    [{ klWarmup: 5 }, /^klWarmup: found 5, the run was trained with 0/],
    [{ freeBits: 0.5 }, /^freeBits: found 0\.5, the run was trained with 0/],
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
