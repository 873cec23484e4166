// Signals, time limits and a second process, on the built command: each ends a run within a step, saved, with its exit code, and says how
// to go on; what goes on ends as if nothing had been.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadCheckpoint } from '../../src/training/checkpoint-folder.js'
import { dataFolder, removeFolder, runDigest, start } from './training.js'

let folder = ''
beforeAll(async () => {
  folder = await dataFolder()
})
afterAll(() => removeFolder(folder))

const settings = ['train', '--data', 'data.npy', '--batch', '8', '--threads', '2']
const begin = (out: string, ...more: string[]) =>
  start([...settings, '--epochs', '100000', '--out', out, ...more], folder)

describe('a run that is stopped', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s: saved, exit %i, and on to the last bit', async (signal, code) => {
    const out = signal
    const running = begin(out)
    await running.said('epoch 2')
    running.process.kill(signal)
    const { how, stderr } = await running.ended
    expect(how, stderr).toBe(code)
    expect(stderr).toContain(`eyes-wasm train --resume ${out}`)
    expect(await readdir(join(folder, out))).not.toContain('summary.json')
    const { epoch, step } = (await loadCheckpoint(join(folder, out))).checkpoint.snapshot.state
    expect(step).toBeGreaterThan(2)
    const epochs = String(epoch + 2)
    const rest = await start(['train', '--resume', out, '--epochs', epochs, '--threads', '1'], folder).ended
    expect(rest.how, rest.stderr).toBe(0)
    const whole = `${out}-whole`
    const other = await start([...settings, '--epochs', epochs, '--out', whole], folder).ended
    expect(other.how, other.stderr).toBe(0)
    expect(await runDigest(join(folder, out))).toEqual(await runDigest(join(folder, whole)))
  })

  it('a second Ctrl-C leaves at once, with a whole checkpoint', async () => {
    const running = begin('twice')
    await running.said('epoch 2')
    running.process.kill('SIGINT')
    running.process.kill('SIGINT')
    const { how, stderr } = await running.ended
    expect(how, stderr).toBe(130)
    await expect(loadCheckpoint(join(folder, 'twice'))).resolves.toBeDefined()
    const rest = await start(['train', '--resume', 'twice', '--max-time', '0.2s'], folder).ended
    expect(rest.how, rest.stderr).toBe(0)
  })

  it('--max-time: saved, exit 0', async () => {
    const { how, stderr } = await begin('timed', '--max-time', '0.5s').ended
    expect(how, stderr).toBe(0)
    expect(stderr).toContain('eyes-wasm train --resume timed')
    expect((await loadCheckpoint(join(folder, 'timed'))).checkpoint.snapshot.state.step).toBeGreaterThan(0)
  })
})

describe('two processes and one folder', () => {
  it('the second is refused while the first lives, and takes over when it is dead', async () => {
    const first = begin('shared')
    await first.said('epoch 2')
    const second = await start(['train', '--resume', 'shared'], folder).ended
    expect(second.how).toBe(2)
    expect(second.stderr).toContain(String(first.process.pid))
    first.process.kill('SIGKILL')
    await first.ended
    expect(await readdir(join(folder, 'shared'))).toContain('lock.json')
    const third = await start(['train', '--resume', 'shared', '--max-time', '0.2s'], folder).ended
    expect(third.how, third.stderr).toBe(0)
    expect(await readdir(join(folder, 'shared'))).not.toContain('lock.json')
  })
})

describe('a finished run', () => {
  it('says that there is nothing to do, and exits 0', async () => {
    const first = await start([...settings, '--epochs', '2', '--out', 'done'], folder).ended
    expect(first.how, first.stderr).toBe(0)
    const before = await runDigest(join(folder, 'done'))
    const again = await start(['train', '--resume', 'done'], folder).ended
    expect(again.how, again.stderr).toBe(0)
    expect(again.stderr).toMatch(/finished/)
    expect(await runDigest(join(folder, 'done'))).toEqual(before)
  })

  it('refuses another learning rate by name', async () => {
    const refused = await start(['train', '--resume', 'done', '--epochs', '3', '--lr', '0.5'], folder).ended
    expect(refused.how).toBe(2)
    expect(refused.stderr).toMatch(/--lr: found 0\.5/)
  })

  it('a damaged checkpoint is named, and the one before it used', async () => {
    const file = join(folder, 'done', 'checkpoints', 'last.safetensors')
    const bytes = await readFile(file)
    bytes[bytes.length - 100]! ^= 4
    await writeFile(file, bytes)
    const { how, stderr } = await start(['train', '--resume', 'done', '--epochs', '3'], folder).ended
    expect(how, stderr).toBe(0)
    expect(stderr).toContain('last.safetensors')
  })
})
