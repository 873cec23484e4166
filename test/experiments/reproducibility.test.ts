// The published hashes: on the engine that runs the tests, for 1, 2, 3 and 8 threads, by the command and by `train` with every option
// written out; and what happens where the bits differ. Other engines: test/package/engines.test.ts.
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { trainCommandLine } from '../../src/cli/doctor-reproduce.js'
import { checkReproduced, publishedRuns, reproduce } from '../../src/experiments/reproducibility.js'
import { optionNames } from '../../src/training/options.js'
import { recipeKeys } from '../../src/training/presets.js'
import { emptyFolder, runCommand } from '../cli/command.js'

const published = publishedRuns.map(({ weightsSha256 }) => weightsSha256)

it.each(publishedRuns)(
  '$options.model: every option is written out but for those that go beyond the report',
  ({ options }) => {
    const others = ['threads', 'preset', 'latent', ...recipeKeys]
    expect(Object.keys(options)).toEqual(optionNames.filter(name => !others.includes(name)))
  },
)

it("README's block has the published hashes and the commands that compute them", async () => {
  const readme = await readFile(resolve(import.meta.dirname, '../../README.md'), 'utf8')
  const [, block = ''] = /<!-- reproduce:start -->([^]*)<!-- reproduce:end -->/.exec(readme) ?? []
  expect(block.match(/\b[0-9a-f]{64}\b/g)).toEqual(published.flatMap(hash => [hash, hash]))
  for (const { options } of publishedRuns) expect(block).toContain(trainCommandLine(options))
})

describe('on this engine', () => {
  it.each([
    { asked: 1, trained: [1, 1] },
    // Two are the command's, below.
    { asked: 3, trained: [3, 3] },
    // A batch of 16 has four micro-batches for the smaller model: more threads than that are not started.
    { asked: 8, trained: [4, 8] },
  ])('$asked threads: the published weights', async ({ asked, trained }) => {
    const named: string[] = []
    const runs = await reproduce({ threads: asked, onRun: name => named.push(name) })
    expect(runs.map(({ weightsSha256 }) => weightsSha256)).toEqual(published)
    expect(runs.map(({ threads }) => threads)).toEqual(trained)
    expect(named).toEqual(['AE (3, 1, 1)', 'VAE (3, 1, 1)'])
    expect(() => checkReproduced(runs)).not.toThrow()
  })

  it('other weights are an error that names run, found and wanted, and ends with 1', async () => {
    const [{ options, weightsSha256 }] = publishedRuns as [(typeof publishedRuns)[number]]
    const runs = await reproduce({ runs: [{ options: { ...options, epochs: 1, seed: 1 }, weightsSha256 }] })
    expect(runs[0]).toMatchObject({ isEqual: false, published: weightsSha256 })
    const message = `AE (3, 1, 1): weights have SHA-256 ${runs[0]!.weightsSha256}, wanted ${weightsSha256}`
    expect(() => checkReproduced(runs)).toThrow(
      expect.objectContaining({
        code: 'IRREPRODUCIBLE',
        exitCode: 1,
        message: expect.stringContaining(message) as string,
      }),
    )
  })

  it('an interrupted run is no verdict', async () => {
    const abort = new AbortController()
    const reproduced = reproduce({ signal: abort.signal, onRun: () => setTimeout(() => abort.abort(), 200) })
    await expect(reproduced).rejects.toMatchObject({ code: 'ABORTED' })
  })
})

describe('the commands', () => {
  let scratch: Awaited<ReturnType<typeof emptyFolder>>
  beforeAll(async () => {
    scratch = await emptyFolder()
  })
  afterAll(() => scratch.remove())

  it('doctor --reproduce says equal, leaves no file and ends with 0', async () => {
    const { code, stdout, stderr } = await runCommand(['doctor', '--reproduce', '--quiet', '--threads', '2'], scratch)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const hash of published) {
      expect(stdout).toMatch(new RegExp(`weights +${hash}  2 threads, `))
      expect(stdout).toMatch(new RegExp(`published +${hash}  equal`))
    }
    expect(await scratch.entries()).toEqual([])
  })

  it('train with every option written out gives the same', async () => {
    const [{ options, weightsSha256 }] = publishedRuns as [(typeof publishedRuns)[number]]
    const [, ...args] = trainCommandLine(options).split(' ')
    const { code, stdout } = await runCommand([...args, '--quiet', '--json'], scratch)
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ weightsSha256 })
  })
})
