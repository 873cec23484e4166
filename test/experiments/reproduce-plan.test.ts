// What a reproduction will do before it does anything: which items and trainings, how long, and which folder it may go on in.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { estimateText, roughDuration, trialSeconds } from '../../src/experiments/reproduce/estimate.js'
import { itemIds, readOnly, trialsFor } from '../../src/experiments/reproduce/plan.js'
import { openFolder, type ReproduceSettings } from '../../src/experiments/reproduce/state.js'
import { parseHistory } from '../../src/experiments/reproduce/trials.js'

const name = (key: string) => `--${key}`
const ids = (only: string) => trialsFor(readOnly(only, name)).map(({ id }) => id)

describe('the plan', () => {
  it('is the whole report by default: 6 tables, 13 figures, 13 trainings', () => {
    expect(readOnly(undefined, name)).toEqual(itemIds)
    expect(itemIds).toHaveLength(19)
    expect(trialsFor(itemIds)).toHaveLength(13)
  })

  it('trains what the items need, each once', () => {
    expect(ids('figure1,figure3')).toEqual([])
    expect(ids('table3,figure2')).toEqual(['ae-k3s1p1'])
    expect(ids('figure6-13')).toEqual(['ae-k3s1p1', 'vae-k5s1p2'])
    expect(ids('figure5')).toEqual(['vae-k5s1p2', 'vae-k5s1p2-l1'])
    expect(ids('table1')).toHaveLength(6)
    expect(ids('tables')).toHaveLength(12)
  })

  it('takes items in any order, ranges and groups', () => {
    expect(readOnly(' Figure5, table1 ', name)).toEqual(['table1', 'figure5'])
    expect(readOnly('table2-4', name)).toEqual(['table2', 'table3', 'table4'])
    expect(readOnly('figures', name)).toHaveLength(13)
  })

  it.each(['table7', 'figure0', 'figure14', 'tabel1', '', 'table1,', 'constructor', 'figure9-7'])(
    'refuses %j',
    only => {
      expect(() => readOnly(only, name)).toThrow(/^--only: found '.*', wanted table1 to table6, figure1 to figure13/)
    },
  )
})

describe('the estimate', () => {
  it('is arithmetic over epochs, images and speed, with a pass for measuring', () => {
    expect(trialSeconds('ae', 500, 1476, 100)).toBeCloseTo((500 + 1 / 3) * 14.76 + 3)
    expect(trialSeconds('vae', 500, 1476, 100)).toBeCloseTo((500 + 2 / 3) * 14.76 + 3)
  })

  it.each([
    [1, '5 s'],
    [47, '45 s'],
    [95, '1 min 40 s'],
    [3599, '1 h'],
    [12_000, '3 h 20 min'],
    [442_900, '5 d 3 h'],
  ])('%i seconds are %s', (seconds, text) => {
    expect(roughDuration(seconds)).toBe(text)
  })

  it('says the sum first', () => {
    const parts = [
      ['Table 1', 1200],
      ['Table 4', 10_800],
    ] as const
    expect(estimateText(parts)).toBe('about 3 h 20 min: Table 1 20 min, Table 4 3 h')
  })
})

describe('the folder', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyes-reproduce-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  const settings: ReproduceSettings = {
    ...{ data: null, dataSha256: 'a'.repeat(64), epochs: 2, batch: 164, lr: 0.001, klWeight: 1, seed: 0, limit: 328 },
  }

  it('goes on with the same settings, and refuses others by name', async () => {
    const out = join(folder, 'report')
    expect((await openFolder(out, settings, name)).state.seconds).toBe(0)
    expect((await openFolder(out, settings, name)).folder).toBe(out)
    await expect(openFolder(out, { ...settings, epochs: 3 }, name)).rejects.toThrow(
      /^--epochs: found 3, but .* was begun with 2/,
    )
    await expect(openFolder(out, { ...settings, dataSha256: 'b' }, name)).rejects.toThrow(
      /^--data \(the pictures themselves\)/,
    )
  })

  it('refuses a folder with something else in it, and a record that is none', async () => {
    await expect(openFolder(folder, settings, name)).rejects.toThrow(
      /^--out: .* holds 1 files that are no reproduction/,
    )
    await writeFile(join(folder, 'reproduce.json'), '{"format": "something"}')
    await expect(openFolder(folder, settings, name)).rejects.toThrow(/is not a record of a reproduction/)
    await expect(openFolder(join(folder, 'reproduce.json'), settings, name)).rejects.toThrow(/is not a folder/)
  })
})

describe('a history', () => {
  it('is read by the names of its columns', () => {
    expect(parseHistory('h.csv', 'epoch,loss,mse,kl,seconds\r\n1,0.5,0.4,0.1,2\n2,0.25,0.2,0.05,2\n')).toEqual([
      { epoch: 1, loss: 0.5, mse: 0.4, kl: 0.1 },
      { epoch: 2, loss: 0.25, mse: 0.2, kl: 0.05 },
    ])
    expect(() => parseHistory('h.csv', 'epoch,loss\n1,0.5\n')).toThrow(
      /^h\.csv: '1,0\.5' has no epoch, loss, mse and kl/,
    )
  })
})
