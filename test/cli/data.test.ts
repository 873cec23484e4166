// `data make` and `data show` as commands: what they write, and that nothing is left half-written when they refuse.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dataCommand, type DataCommandHooks } from '../../src/cli/data.js'
import { generateEyes } from '../../src/data/generated-eyes.js'
import { loadDataset } from '../../src/data/load.js'
import { sharpWasm } from '../../src/data/sharp.js'
import { EyesWasmError } from '../../src/errors.js'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eyes-cli-data-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Runs `data ...words` in this process; commander throws instead of exiting. */
async function run(words: readonly string[], hooks: DataCommandHooks = {}) {
  const command = dataCommand(hooks)
  for (const each of [command, ...command.commands]) each.exitOverride().configureOutput({ writeErr: () => undefined })
  await command.parseAsync(words, { from: 'user' })
}

const out = (name: string) => join(folder, name)

describe('data make', () => {
  it('writes generated eyes that load again with their labels', async () => {
    const told: string[] = []
    await run(['make', '--count', '5', '--seed', '3', '--out', out('new/eyes')], { onDone: text => told.push(text) })
    const read = await loadDataset(out('new/eyes'))
    const drawn = generateEyes({ count: 5, seed: 3 })
    expect(read.sha256).toBe(drawn.sha256)
    expect(read.labels).toEqual(drawn.labels)
    expect(told.join()).toContain('5 generated eyes (seed 3')
  })

  it('refuses a folder that holds something, and leaves it alone', async () => {
    await writeFile(out('keep.txt'), 'mine')
    const failure = run(['make', '--count', '5', '--out', folder])
    await expect(failure).rejects.toMatchObject({ code: 'INPUT' })
    await expect(failure).rejects.toThrow(/holds 1 files already, wanted a new or empty folder/)
    expect(await readdir(folder)).toEqual(['keep.txt'])
    await expect(run(['make', '--out', out('keep.txt')])).rejects.toThrow(/is a file, wanted a new or empty folder/)
  })

  it.each([
    ['--count', '0'],
    ['--count', '1.5'],
    ['--count', 'many'],
    ['--seed', '-1'],
    ['--size', '50y50'],
  ])('refuses %s %s', async (flag, value) => {
    await expect(run(['make', '--out', out('eyes'), flag, value])).rejects.toMatchObject({ code: 'INPUT' })
    expect(await readdir(folder)).toEqual([])
  })
})

describe('data show', () => {
  it('draws a sheet of generated eyes, in rows of 12', async () => {
    await run(['show', 'generated', '--out', out('sheets/sheet.png'), '--count', '14', '--seed', '2'])
    const sharp = await sharpWasm()
    const { format, width, height } = await sharp(await readFile(out('sheets/sheet.png'))).metadata()
    expect([format, width, height]).toEqual(['png', 4 + 12 * (100 + 4), 4 + 2 * (100 + 4 + 10)])
  })

  it('draws a folder of images with progress', async () => {
    const sharp = await sharpWasm()
    await mkdir(out('photos'))
    for (const name of ['1.png', '2.png'])
      await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } }).toFile(out(`photos/${name}`))
    const seen: number[] = []
    await run(['show', out('photos'), '--size', '20x12', '--out', out('s.png')], {
      onData: done => seen.push(done),
    })
    expect(seen).toEqual([0, 1, 2])
    expect((await readdir(folder)).sort()).toEqual(['photos', 's.png'])
  })

  it('writes nothing when the source is refused', async () => {
    await expect(run(['show', out('none'), '--out', out('s.png')])).rejects.toThrow(EyesWasmError)
    await expect(run(['show', folder, '--seed', '1', '--out', out('s.png')])).rejects.toThrow(
      /a seed is for 'generated'/,
    )
    expect(await readdir(folder)).toEqual([])
  })

  it('says where it could not write (exit code 4)', async () => {
    await mkdir(out('s.png'))
    const failure = run(['show', 'generated', '--count', '1', '--out', out('s.png')])
    await expect(failure).rejects.toMatchObject({ code: 'STORAGE', exitCode: 4 })
    expect(await readdir(folder)).toEqual(['s.png'])
  })
})
