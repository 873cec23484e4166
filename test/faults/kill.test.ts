// SIGKILL at random moments, also while a checkpoint is being written: the run stays readable, loses no more than the interval between
// two checkpoints, and goes on to the last bit. `npm run test:faults` does it ten times as often (EYES_WASM_KILLS).
import { existsSync, readdirSync, watch } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadCheckpoint } from '../../src/training/checkpoint-folder.js'
import { dataFolder, finishedEpochs, removeFolder, type Running, runDigest, start, stepsPerEpoch } from './training.js'

const kills = Number(process.env['EYES_WASM_KILLS'] ?? 20)
const seed = Number(process.env['EYES_WASM_SEED'] ?? Date.now() % 2 ** 31)

/** Numbers in [0, 1): a linear congruential generator (Numerical Recipes), so that a seed gives the same kills again. */
function generator(state: number) {
  return () => (state = (Math.imul(1664525, state) + 1013904223) >>> 0) / 2 ** 32
}

const cases = [
  { name: 'AE, a checkpoint each step', flags: ['--model', 'ae'], saveEvery: '1st', steps: 1, share: 0.4 },
  {
    name: 'VAE, each fifth step',
    flags: ['--model', 'vae', '--kernel', '3', '--padding', '1'],
    saveEvery: '5st',
    steps: 5,
    share: 0.3,
  },
  { name: 'AE, each second epoch', flags: ['--loss', 'l1'], saveEvery: '2ep', steps: 2 * stepsPerEpoch, share: 0.3 },
] as const

type When = 'any' | 'training' | 'writing'

interface Tally {
  beforeFirst: number
  halfWritten: number
  most: number
}

const temporaryFiles = (folder: string) => readdirSync(folder).filter(name => name.endsWith('.tmp'))

/** Kills the process at a moment of this kind, or lets it be when it ended before. */
async function killAt(when: When, running: Running, run: string, random: () => number): Promise<void> {
  const kill = () => running.process.kill('SIGKILL')
  if (when === 'any') {
    await wait(1200 * random())
    kill()
    return
  }
  await running.said(/resumed at|starting|images from/)
  // A run that just began is given the time for its first checkpoint, however busy the machine is: else there would be nothing to go on from.
  const checkpoints = join(run, 'checkpoints')
  while (!existsSync(join(checkpoints, 'last.safetensors')) && running.process.exitCode === null) await wait(10)
  await wait(300 + 400 * random())
  if (when === 'training') {
    kill()
    return
  }
  const watcher = watch(checkpoints)
  const temporary = new Promise<void>(resolve => {
    watcher.on('change', (_, name) => {
      if (String(name).endsWith('.tmp')) resolve()
    })
  })
  await Promise.race([temporary, running.ended])
  watcher.close()
  kill()
}

describe(`${kills} SIGKILLs (again: EYES_WASM_SEED=${seed} EYES_WASM_KILLS=${kills} npx vitest run test/faults/kill.test.ts)`, () => {
  let folder = ''
  beforeAll(async () => {
    folder = await dataFolder()
  })
  afterAll(() => removeFolder(folder))

  it.each(cases)('$name', { timeout: 120_000 + kills * 5_000 }, async ({ name, flags, saveEvery, steps, share }) => {
    const random = generator(seed ^ steps)
    const run = join(folder, `killed-${saveEvery}`)
    const wanted = Math.ceil(kills * share)
    const tally: Tally = { beforeFirst: 0, halfWritten: 0, most: 0 }
    const settings = [...flags, '--data', 'data.npy', '--batch', '8']
    const threads = (n: number) => ['--threads', String(1 + (n % 3))]
    const begin = (n: number) =>
      start(
        ['train', ...settings, '--epochs', '1000000', '--out', run, '--save-every', saveEvery, ...threads(n)],
        folder,
      )
    const resume = (n: number, ...more: string[]) =>
      start(['train', '--resume', run, '--save-every', saveEvery, ...threads(n), ...more], folder)

    let reached = -1
    for (let n = 0; n < wanted; n++) {
      const when: When = (['any', 'writing', 'training'] as const)[n % 3]!
      const running = reached < 0 ? begin(n) : resume(n)
      await killAt(when, running, run, random)
      const { how, stderr } = await running.ended
      expect(how, `kill ${n} of ${wanted}, while ${when}: it ended by itself\n${stderr}`).toBe('SIGKILL')
      const last = await loadCheckpoint(run).catch(() => undefined)
      if (last === undefined) {
        expect(reached, 'a checkpoint was there').toBe(-1)
        tally.beforeFirst++
        await removeFolder(run)
        continue
      }
      if (temporaryFiles(join(run, 'checkpoints')).length > 0) tally.halfWritten++
      const { step } = last.checkpoint.snapshot.state
      expect(step, 'steps that a checkpoint had').toBeGreaterThanOrEqual(reached)
      const lost = finishedEpochs(run) * stepsPerEpoch - step
      expect(lost, 'steps lost').toBeLessThanOrEqual(steps)
      tally.most = Math.max(tally.most, lost)
      reached = step
    }

    const epochs = Math.floor(Math.max(reached, 0) / stepsPerEpoch) + 2
    const rest = await (reached < 0 ? begin(0) : resume(0, '--epochs', String(epochs))).ended
    expect(rest.how, rest.stderr).toBe(0)
    const whole = join(folder, `whole-${saveEvery}`)
    const { how, stderr } = await start(['train', ...settings, '--epochs', String(epochs), '--out', whole], folder)
      .ended
    expect(how, stderr).toBe(0)
    expect(await runDigest(run)).toEqual(await runDigest(whole))
    expect((await readdir(run)).toSorted()).toEqual((await readdir(whole)).toSorted())
    console.log(
      `${name}: ${wanted} kills, ${tally.beforeFirst} before the first checkpoint, ${tally.halfWritten} with a checkpoint half written; ` +
        `all resumed, ${epochs} epochs equal to the last bit; most lost: ${tally.most} steps`,
    )
  })
})
