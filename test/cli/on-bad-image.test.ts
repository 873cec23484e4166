// --on-bad-image on the real process: the default refuses with names, `skip` names on stderr (with --quiet too) and goes on, config.json
// carries it to the next command. What is a bad image is test/data/broken-images.test.ts.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wholeImages } from '../support/broken-images.js'
import { emptyFolder, runCommand } from './command.js'

let place: Awaited<ReturnType<typeof emptyFolder>>
beforeAll(async () => {
  place = await emptyFolder()
  await mkdir(join(place.folder, 'eyes'))
  const { png, jpeg } = await wholeImages()
  const files = { '1.png': png, '2.jpg': jpeg, '3 cut.png': png.subarray(0, 900), '4.txt': png, '5 empty.gif': '' }
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(place.folder, 'eyes', name), bytes)
})
afterAll(() => place.remove())

const run = (line: string) => runCommand(line.split(' '), place)
const train = 'train --data eyes --epochs 1 --batch 2 --threads 1 --out'

describe('--on-bad-image', () => {
  it('fail, the default, names every bad image and writes nothing', async () => {
    const { code, stderr } = await run(`${train} refused`)
    expect(code).toBe(2)
    expect(stderr).toMatch(
      /3 cut\.png: cannot be decoded \(PNG: .*\n.*5 empty\.gif: is empty.*\n.*--on-bad-image skip\./,
    )
    expect(await place.entries()).toEqual(['eyes'])
  })

  it('skip names them, also with --quiet, and trains on the others; the run remembers it', async () => {
    const { code, stderr } = await run(`${train} kept --on-bad-image skip --quiet`)
    expect([code, stderr.split('\n').filter(line => line.startsWith('skipped ')).length]).toEqual([0, 2])
    const config = JSON.parse(await readFile(join(place.folder, 'kept/config.json'), 'utf8')) as {
      options: Record<string, unknown>
      data: Record<string, unknown>
    }
    expect([config.options.onBadImage, config.data.count]).toEqual(['skip', 2])
    const evaluated = await run('evaluate kept --threads 1')
    expect(evaluated, evaluated.stderr).toMatchObject({ code: 0 })
    expect(evaluated.stdout).toContain('over 2 images')
    expect(evaluated.stderr).toMatch(/skipped .*3 cut\.png/)
    // Images that are named anew are not the run's own.
    expect(await run('evaluate kept --threads 1 --data eyes')).toMatchObject({ code: 2 })
  })

  it.each([
    ['data show eyes --out sheet.png', /2 images of eyes/],
    ['reconstruct kept --out rebuilt --data eyes --threads 1', /2 reconstructions/],
    ['noise kept --data eyes --threads 1 --ids 0,1 --out noise', /skipped/],
    ['export kept --format onnx --data eyes --out model.onnx', /./],
    ['sweep --preset table1 --print slurm --data eyes', /./],
  ])('%s takes it', async (line, message) => {
    const { code, stdout, stderr } = await run(`${line} --on-bad-image skip`)
    expect(code, stderr).toBe(0)
    expect(stdout + stderr).toMatch(message)
    expect(await run(`${line} --on-bad-image maybe`)).toMatchObject({ code: 2 })
  })
})
