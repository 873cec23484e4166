// `await train()` as a program sees it: a process that trains with the built library and then has nothing left to keep it alive.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateEyes } from '../../src/data/generated-eyes.js'
import { encodeNpy } from '../../src/data/npy-write.js'

const library = new URL('../../dist/index.js', import.meta.url).href

describe('a process that calls train()', () => {
  let folder: string
  let data: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyes-wasm-'))
    data = join(folder, 'data.npy')
    const { pixels } = generateEyes({ count: 6, size: { height: 20, width: 20 } })
    await writeFile(data, encodeNpy(pixels, [6, 20, 20, 3]))
  })
  afterAll(() => rm(folder, { recursive: true }))

  /** Runs a module that may use `train` and `data`; resolves when the process has ended by itself. */
  function run(body: string): Promise<{ code: number | string; stdout: string; stderr: string }> {
    const script = `import { train } from ${JSON.stringify(library)}\nconst data = ${JSON.stringify(data)}\n${body}`
    return new Promise(resolve => {
      execFile(
        process.execPath,
        ['--input-type=module', '--eval', script],
        { timeout: 30_000, cwd: folder },
        (error, stdout, stderr) =>
          resolve({ code: error ? (error.code ?? error.signal ?? 'lost') : 0, stdout, stderr }),
      )
    })
  }

  it('ends by itself after training', async () => {
    const { code, stdout, stderr } = await run(`
      const { summary } = await train({ data, epochs: 2, batch: 4, threads: 2 })
      console.log(summary.epochs, Number.isFinite(summary.psnr))`)
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '2 true\n', stderr: '' })
  })

  it('ends by itself when the training is stopped', async () => {
    const { code, stdout } = await run(`
      const stop = new AbortController()
      const onStep = () => stop.abort()
      const { stopped, history } = await train({ data, epochs: 9, batch: 4, signal: stop.signal, callbacks: [{ onStep }] })
      console.log(stopped, history.length)`)
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'interrupted 0\n' })
  })

  it('ends by itself when the training fails', async () => {
    const { code, stdout } = await run(`
      const error = await train({ data, epochs: 9, lr: 1e20, threads: 2 }).catch(error => error)
      console.log(error.code, error.exitCode)`)
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'NON_FINITE 3\n' })
  })

  it('trains with batches larger than the report’s', async () => {
    const { stdout } = await run(`
      const { summary } = await train({ data, epochs: 1, batch: 200 })
      console.log(summary.images)`)
    expect(stdout).toBe('6\n')
  })
})
