// Whole sweeps around a session that only pretends to train: what is run, what is not run again, what is refused, what is left on disk.
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { encodeNpy } from '../../../src/data/npy-write.js'
import { collectSweep, runSweep, runSweepTrial, type SweepOptions } from '../../../src/experiments/sweep/sweep.js'
import { calls } from '../../training/fake-session.js'

vi.mock('../../../src/training/session.js', () => import('../../training/fake-session.js'))

let folder = ''
let data = ''
let out = ''

const images = (seed: number) =>
  encodeNpy(
    Uint8Array.from({ length: 6 * 16 * 16 * 3 }, (_, i) => (i * seed) % 251),
    [6, 16, 16, 3],
  )

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eyes-sweep-'))
  data = join(folder, 'data.npy')
  out = join(folder, 'out')
  await writeFile(data, images(7))
  calls.opened = calls.closed = 0
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
  expect(calls.closed).toBe(calls.opened)
})

/** Three trials; the second has a geometry that does not close. */
const definition = {
  epochs: 2,
  geometry: [
    [3, 1, 1],
    [4, 2, 2],
    [5, 1, 2],
  ],
}
const good = {
  epochs: 2,
  geometry: [
    [3, 1, 1],
    [5, 1, 2],
    [7, 1, 3],
  ],
}
const sweep = (definition: unknown, more: Partial<SweepOptions> = {}): SweepOptions => ({
  sweep: { name: 'test', definition },
  options: { data, threads: 4 },
  out,
  ...more,
})
const journal = async () => (await readFile(join(out, 'trials.jsonl'), 'utf8')).split('\n').slice(0, -1)

describe('a sweep', () => {
  it('runs every trial, also after a failed one, and leaves tables', async () => {
    const { rows, failed, missing, trials } = await runSweep(sweep(definition))
    expect((await readdir(out)).toSorted()).toEqual(
      'chart.svg sweep.json table.csv table.json table.md table.tex trials trials.jsonl'.split(' '),
    )
    expect(trials.map(({ record }) => record?.status)).toEqual(['finished', 'failed', 'finished'])
    expect(failed).toMatchObject([{ index: 1, code: 'INPUT', folder: null }])
    expect(failed[0]!.message).toMatch(/kernel 4, stride 2, padding 2/)
    expect(missing).toEqual([])
    expect(rows[0]).toMatchObject({
      psnr: { mean: 31.5, sd: null, n: 1 },
      report: { psnr: 42.53 },
      difference: { psnr: 31.5 - 42.53 },
    })
    expect(rows[1]).toMatchObject({ psnr: null, report: { psnr: 30.26 }, difference: null })
    expect(await readdir(join(out, 'trials'))).toEqual(['0-ae-k3s1p1', '2-ae-k5s1p2'])
    expect(await readdir(join(out, 'trials', '0-ae-k3s1p1'))).toContain('summary.json')
    expect(await readFile(join(out, 'table.md'), 'utf8')).toContain('Trial 1 failed: ')
  })

  it('goes on where it was stopped, and runs nothing twice', async () => {
    const controller = new AbortController()
    const ended: number[] = []
    const stopped = await runSweep(sweep(good, { signal: controller.signal }), {
      onTrial: ({ index }) => ({
        onEpoch: () => {
          if (index === 1) controller.abort()
          return undefined
        },
      }),
      onRecord: ({ index }) => ended.push(index),
    })
    expect(ended).toEqual([0])
    expect(stopped.missing).toEqual([1, 2])
    expect(await journal()).toHaveLength(1)
    expect(calls.opened).toBe(2)

    const pending: number[] = []
    const again = await runSweep(sweep(good), { onPlan: (_, __, trials) => pending.push(...trials.map(t => t.index)) })
    expect(pending).toEqual([1, 2])
    expect(again.missing).toEqual([])
    expect(calls.opened).toBe(4)
    // The interrupted attempt went on in its folder, from the epoch it was in.
    expect(again.trials[1]!.record!.folder).toBe('trials/1-ae-k5s1p2')
    expect(await readdir(join(out, 'trials'))).toHaveLength(3)

    await runSweep(sweep(good))
    expect(calls.opened).toBe(4)
  })

  it('reads a journal whose last line was torn off, and mends it', async () => {
    await runSweep(sweep(good))
    const lines = await journal()
    await writeFile(join(out, 'trials.jsonl'), `${lines[0]}\n${lines[1]}\n${lines[2]!.slice(0, 100)}`)
    const { missing } = await runSweep(sweep(good))
    expect(missing).toEqual([])
    expect(calls.opened).toBe(4)
    expect((await journal()).map(line => (JSON.parse(line) as { index: number }).index)).toEqual([0, 1, 2])
  })

  it('refuses a journal that holds something else', async () => {
    await runSweep(sweep(good))
    await appendFile(join(out, 'trials.jsonl'), '{"index":1}\n')
    await expect(runSweep(sweep(good))).rejects.toThrow(/trials\.jsonl line 4: lacks index, id or sweep/)
    await writeFile(join(out, 'trials.jsonl'), 'nonsense\n')
    await expect(runSweep(sweep(good))).rejects.toThrow(/line 1: is not JSON/)
    const foreign = { index: 0, id: '0-ae-k3s1p1', sweep: 'f'.repeat(64), status: 'failed', code: 'INPUT', message: '' }
    await writeFile(join(out, 'trials.jsonl'), JSON.stringify(foreign) + '\n')
    await expect(runSweep(sweep(good))).rejects.toThrow(/line 1: belongs to the sweep ffffffffffff/)
  })

  it('tries a failed trial again only when told so', async () => {
    await runSweep(sweep(definition))
    expect(await journal()).toHaveLength(3)
    await runSweep(sweep(definition))
    expect(await journal()).toHaveLength(3)
    const { failed } = await runSweep(sweep(definition, { retryFailed: true }))
    expect(await journal()).toHaveLength(4)
    expect(failed).toHaveLength(1)
  })

  it('splits the threads among trials side by side', async () => {
    const running = new Set<number>()
    let most = 0
    const { trials } = await runSweep(sweep(good, { parallel: 2 }), {
      onTrial: ({ index }) => {
        running.add(index)
        most = Math.max(most, running.size)
        return {}
      },
      onRecord: ({ index }) => running.delete(index),
    })
    expect(most).toBe(2)
    expect(trials.map(({ record }) => record?.status === 'finished' && record.summary.threads)).toEqual([2, 2, 2])
  })

  it('refuses a folder with something else in it, before anything is read', async () => {
    await runSweep(sweep(good))
    const before = await readFile(join(out, 'sweep.json'), 'utf8')
    await expect(runSweep(sweep({ ...good, epochs: 3 }))).rejects.toThrow(
      /out: .* holds the sweep 'test' \([0-9a-f]{12}\), wanted 'test' \([0-9a-f]{12}\): their trials differ/,
    )
    expect(await readFile(join(out, 'sweep.json'), 'utf8')).toBe(before)
    await expect(runSweep(sweep(good, { out: folder }))).rejects.toThrow(/out: .* holds 2 files already/)
    await expect(runSweep(sweep(good, { out: data }))).rejects.toThrow(/is a file/)
    await writeFile(join(out, 'sweep.json'), '{}')
    await expect(runSweep(sweep(good))).rejects.toThrow(/sweep\.json: is not the sweep\.json of this version/)
  })

  it('writes nothing when its input is wrong', async () => {
    const wrong = [
      sweep(good, { options: { data: join(folder, 'none') } }),
      sweep(good, { options: { data, limit: 7 } }),
      sweep(good, { options: { data, epochs: 0 } }),
      sweep(good, { parallel: 0 }),
      sweep({ init: join(folder, 'none.safetensors'), threads: [1, 0] }),
    ]
    for (const options of wrong) await expect(runSweep(options)).rejects.toMatchObject({ code: 'INPUT' })
    expect(await readdir(folder)).toEqual(['data.npy'])
  })

  it('notices that its images have changed', async () => {
    await runSweep(sweep(definition))
    await writeFile(data, images(11))
    await expect(runSweep(sweep(definition, { retryFailed: true }))).rejects.toThrow(
      /data\.npy: its SHA-256 is [0-9a-f]{12}, but trial 0 of this sweep was trained on/,
    )
  })

  it('has mean and spread over seeds', async () => {
    const { rows, trials } = await runSweep(sweep({ epochs: 1 }, { seeds: 3 }))
    expect(trials.map(({ trial }) => trial.options.seed)).toEqual([0, 1, 2])
    expect(rows).toHaveLength(1)
    expect(rows[0]!.psnr).toEqual({ mean: 31.5, sd: 0, n: 3 })
    expect(await readFile(join(out, 'table.md'), 'utf8')).toMatch(/31\.50 ± 0\.00[^]*over 3 seeds \(n = 3\)/)
  })
})

describe('one trial by its index', () => {
  it('leaves a file that is collected with the others', async () => {
    const one = await runSweepTrial(sweep(good), 2)
    expect(one).toMatchObject({ isOld: false, trial: { index: 2 }, record: { status: 'finished', index: 2 } })
    expect(await readdir(join(out, 'results'))).toEqual(['2-ae-k7s1p3.json'])
    const part = await collectSweep(sweep(good))
    expect(part.missing).toEqual([0, 1])
    expect(await readFile(join(out, 'table.md'), 'utf8')).toContain('Not finished yet: 2 trials (index 0, 1)')

    expect(await runSweepTrial(sweep(good), 2)).toMatchObject({ isOld: true })
    // Machines that begin at the same time.
    await Promise.all([runSweepTrial(sweep(good), 0), runSweepTrial(sweep(good), 1)])
    expect(calls.opened).toBe(3)
    expect((await collectSweep(sweep(good))).missing).toEqual([])
    // The ordinary command sees what the others have done.
    expect((await runSweep(sweep(good))).missing).toEqual([])
    expect(calls.opened).toBe(3)
  })

  it('records its failure and throws it, and is tried again when asked for again', async () => {
    await expect(runSweepTrial(sweep(definition), 1)).rejects.toMatchObject({ code: 'INPUT' })
    expect((await collectSweep(sweep(definition))).failed).toMatchObject([{ index: 1 }])
    await expect(runSweepTrial(sweep(definition), 1)).rejects.toMatchObject({ code: 'INPUT' })
  })

  it('refuses an index beyond the sweep, and a folder without one', async () => {
    for (const index of [3, -1, 0.5])
      await expect(runSweepTrial(sweep(good), index)).rejects.toThrow(/has 3 trials\. Give a whole number from 0 to 2/)
    await expect(collectSweep(sweep(good))).rejects.toThrow(/holds no trial of the sweep 'test'/)
    expect(await readdir(folder)).toEqual(['data.npy'])
  })
})
