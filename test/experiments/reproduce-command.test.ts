// `eyes-wasm reproduce` as users run it, on very small pictures: stopped after its first model, gone on with, and what it leaves.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeNpy } from '../../src/data/npy-write.js'
import { emptyFolder, runCommand } from '../cli/command.js'

let place: Awaited<ReturnType<typeof emptyFolder>>
const command = (line: string, options: Partial<Parameters<typeof runCommand>[1]> = {}) =>
  runCommand(line.split(' '), { folder: place.folder, ...options })
const read = (path: string) => readFile(join(place.folder, path), 'utf8')

beforeAll(async () => {
  place = await emptyFolder()
  const pixels = Uint8Array.from({ length: 8 * 12 * 12 * 3 }, (_, i) => (i * 37) % 256)
  await writeFile(join(place.folder, 'data.npy'), encodeNpy(pixels, [8, 12, 12, 3]))
})
afterAll(() => place.remove())

const line =
  'reproduce --only table2,table3,table6,figures --data data.npy --epochs 2 --batch 4 --threads 1 --out report'

describe('eyes-wasm reproduce', () => {
  // Windows knows no such signals: kill() ends the process there.
  it.skipIf(process.platform === 'win32')(
    'estimates, can be stopped, and goes on without training a model again',
    async () => {
      let sent = false
      const stopped = await command(line, {
        onStderr: (text, kill) => {
          if (sent || !text.includes('2/3  VAE')) return
          sent = true
          kill('SIGINT')
        },
      })
      expect(stopped.stderr).toMatch(
        /0 of 3 models are trained already\nabout [^]*: Table 1 [^]*, Table 4 .*, Figure 5 .*, measuring/,
      )
      expect(stopped.stderr).toMatch(/Finished models are kept\. To go on: the same command with --out report/)
      expect(stopped.code).toBe(130)
      const journal = await read('report/table1/trials.jsonl')
      expect(journal.trim().split('\n')).toHaveLength(1)

      const { code, stdout, stderr } = await command(`${line} --json`)
      expect(stderr).toMatch(/: [12] of 3 models are trained already/)
      expect(stderr).not.toContain('1/3')
      expect(code).toBe(0)
      expect(await read('report/table1/trials.jsonl')).toBe(journal)
      const result = JSON.parse(stdout) as { trials: { id: string; weightsSha256: string }[]; failures: unknown[] }
      expect(result.trials.map(({ id }) => id)).toEqual(['ae-k3s1p1', 'vae-k5s1p2', 'vae-k5s1p2-l1'])
      expect(result.failures).toEqual([])
    },
  )

  it('leaves a page and a Markdown report with every item', async () => {
    const page = await read('report/report.html')
    for (const id of ['table2', 'table3', 'table6', ...[1, 2, 3, 4, 5, 6, 8, 10, 12].map(number => `figure${number}`)])
      expect(page, id).toContain(`<figure id="${id}"`)
    expect(page).not.toContain('Not run yet')
    const text = await read('report/report.md')
    const pictures = [...text.matchAll(/^!\[.*\]\(figures\/(.+)\)$/gm)].map(([, path]) => path!)
    expect((await readdir(join(place.folder, 'report/figures'))).toSorted()).toEqual(pictures.toSorted())
    expect(pictures).toHaveLength(9)
  })

  it('is done at once the second time, and refuses other settings there', async () => {
    const again = await command(`${line} --quiet --json`)
    expect(JSON.parse(again.stdout)).toMatchObject({ trained: 0 })
    expect(again.code).toBe(0)
    const other = await command(`${line} --seed 1`)
    expect(other.stderr).toMatch(/^eyes-wasm: --seed: found 1, but report.reproduce\.json was begun with 0/m)
    expect(other.code).toBe(2)
  })

  it('refuses what is no table and no figure before it writes anything', async () => {
    const { code, stderr } = await command('reproduce --only table9 --out never')
    expect(stderr).toMatch(/^eyes-wasm: --only: found 'table9', wanted table1 to table6/m)
    expect(code).toBe(2)
    expect(await readdir(place.folder)).not.toContain('never')
  })
})
