// The real command whose worker threads die (test/support/dying-preload.cjs): one fault is a line on stderr and no other weight; faults
// without end are exit code 1, one line, and no hang.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadCheckpoint } from '../../src/training/checkpoint-folder.js'
import { emptyFolder, runCommand } from './command.js'

let place: Awaited<ReturnType<typeof emptyFolder>>
beforeAll(async () => void (place = await emptyFolder()))
afterAll(() => place.remove())

const preload = join(import.meta.dirname, '../support/dying-preload.cjs')
/** Signs of life of the first thread and of the others, before they die. */
const train = (out: string, lives?: string) =>
  runCommand(`train --epochs 2 --limit 16 --batch 16 --threads 2 --out ${out}`.split(' '), {
    folder: place.folder,
    environment: lives === undefined ? {} : { NODE_OPTIONS: `--require "${preload}"`, EYES_TEST_LIVES: lives },
  })
const weights = (out: string) => readFile(join(place.folder, out, 'model.safetensors'))

it('a worker that dies is a line on stderr, and the weights are the same', async () => {
  const whole = await train('whole')
  expect(whole.code).toBe(0)
  const { code, stderr } = await train('one', '1,1000000')
  expect(stderr).toMatch(/^worker 1 ended \(exit code 9\): its micro-batches are computed again$/m)
  expect(stderr.match(/ended \(/g)).toHaveLength(1)
  expect(code).toBe(0)
  expect((await weights('one')).equals(await weights('whole'))).toBe(true)
})

it('workers that go on dying end the command with code 1 and one message', async () => {
  const start = performance.now()
  const { code, stderr, stdout } = await train('none', '0,0')
  expect((performance.now() - start) / 1000).toBeLessThan(30)
  expect(stderr).toMatch(
    /^eyes-wasm: worker threads: .*exit code 9.* Try fewer threads or a smaller batch, and see 'eyes-wasm doctor'\. What was trained is kept\. Continue with: eyes-wasm train --resume .*none$/m,
  )
  const { checkpoint } = await loadCheckpoint(join(place.folder, 'none'))
  expect(checkpoint.snapshot.state).toMatchObject({ step: 0, epoch: 0 })
  const rest = await runCommand(['train', '--resume', 'none'], place)
  expect(rest.code, rest.stderr).toBe(0)
  expect((await weights('none')).equals(await weights('whole'))).toBe(true)
  expect(stderr).not.toMatch(/^\s+at |internal error/m)
  expect(stdout).toBe('')
  expect(code).toBe(1)
})
