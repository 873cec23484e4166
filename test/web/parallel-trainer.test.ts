// ParallelTrainer in a page: the same module, data and seed give the very values that Node's threads compute; what a page has not is refused by name.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serve } from '../../examples/browser/serve.js'
import { sharedArray } from '../../src/trainer/data.js'
import { adam } from '../../src/trainer/optimizers.js'
import { ParallelTrainer } from '../../src/trainer/trainer.js'
import { isThere, openBrowser, openPage, root } from './chromium.js'

const count = 60
const pictures = Float32Array.from({ length: count * 16 }, (_, i) => ((i * 7) % 23) / 23)
const classes = Int32Array.from({ length: count }, (_, i) => Number(pictures[16 * i]! > pictures[16 * i + 15]!))
const fit = { epochs: 3, batch: 16 }

interface Values {
  readonly shape: readonly number[]
  readonly values: Float32Array
}
interface Trained {
  readonly loss: readonly number[]
  readonly variables: readonly (readonly [string, readonly number[], readonly number[]])[]
}

const plain = (history: readonly { readonly loss: number }[], variables: ReadonlyMap<string, Values>): Trained => ({
  loss: history.map(({ loss }) => loss),
  variables: [...variables].map(([name, { shape, values }]) => [name, shape, [...values]]),
})

async function inNode(): Promise<Trained> {
  const trainer = new ParallelTrainer({
    model: new URL('./pages/model.js', import.meta.url),
    data: { x: sharedArray(pictures, [count, 4, 4]), y: sharedArray(classes) },
    optimizer: adam({ lr: 0.01 }),
    threads: 2,
    seed: 5,
  })
  try {
    const { history } = await trainer.fit(fit)
    return plain(history, await trainer.variables())
  } finally {
    await trainer.close()
  }
}

interface Question {
  readonly x: readonly number[]
  readonly y: readonly number[]
  readonly fit: object
  readonly options: object
}

/** In the page: the same. */
async function inPage({ x, y, fit, options }: Question) {
  interface Trainer {
    fit(options: object): Promise<{ history: readonly { loss: number }[] }>
    variables(): Promise<Map<string, { shape: readonly number[]; values: Float32Array }>>
    close(): Promise<void>
  }
  const { library } = globalThis as unknown as {
    library: {
      ParallelTrainer: new (options: object) => Trainer
      adam(options: object): object
      sharedArray(values: Float32Array | Int32Array, shape?: readonly number[]): object
    }
  }
  const trainer = new library.ParallelTrainer({
    model: './model.js',
    data: {
      x: library.sharedArray(Float32Array.from(x), [y.length, 4, 4]),
      y: library.sharedArray(Int32Array.from(y)),
    },
    optimizer: library.adam({ lr: 0.01 }),
    seed: 5,
    ...options,
  })
  try {
    const { history } = await trainer.fit(fit)
    const variables = [...(await trainer.variables())].map(([name, { shape, values }]) => [name, shape, [...values]])
    return { loss: history.map(({ loss }) => loss), variables }
  } catch (error) {
    const { name, message, code } = error as Error & { code?: string }
    return { name, message, code }
  } finally {
    await trainer.close()
  }
}

describe.skipIf(!isThere)('ParallelTrainer in a browser', () => {
  let browser: Browser
  let server: Awaited<ReturnType<typeof serve>>
  let page: Page
  beforeAll(async () => {
    browser = await openBrowser()
    server = await serve(root)
    ;({ page } = await openPage(browser, `${server.address}/test/web/pages/train.html`))
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  const ask = (options: object, more: object = {}) =>
    page.evaluate(inPage, { x: [...pictures], y: [...classes], fit: { ...fit, ...more }, options })

  it('computes what Node computes, with one worker and with two', async () => {
    const wanted = await inNode()
    expect(wanted.loss[2]).toBeLessThan(wanted.loss[0]!)
    expect(wanted.variables.map(([name, shape]) => [name, shape])).toEqual([
      ['first', [16, 8]],
      ['second', [8, 2]],
    ])
    for (const threads of [1, 2]) expect(await ask({ threads })).toEqual(wanted)
  })

  it('refuses checkpoints, and a module that is not there, by name', async () => {
    const saved = await ask({ threads: 1 }, { checkpoint: 'folder' })
    expect(saved).toMatchObject({ name: 'EyesWasmError', code: 'INPUT' })
    expect(saved.message).toMatch(/^fit: checkpoint: a page has no folders/)
    const missing = await ask({ threads: 2, model: './none.js' })
    expect(missing).toMatchObject({ name: 'EyesWasmError', code: 'MODEL' })
    expect(missing.message).toMatch(
      /^none\.js: could not be imported: TypeError: .*none\.js\. Check the URL, and those/,
    )
    await expect.poll(() => page.workers().length).toBe(0)
  })

  it('refuses a page that is not cross-origin isolated before it looks at the data', async () => {
    const plain = await serve(root, { headers: {} })
    const { page } = await openPage(browser, `${plain.address}/test/web/pages/train.html`)
    const message = page.evaluate(() => {
      const { library } = globalThis as unknown as { library: { ParallelTrainer: new (options: object) => unknown } }
      try {
        new library.ParallelTrainer({ model: './model.js', data: { x: new Float32Array(4) }, optimizer: { rule: {} } })
        return 'nothing'
      } catch (error) {
        return String(error)
      }
    })
    expect(await message).toMatch(/^EyesWasmError: eyes-wasm: this page is not cross-origin isolated/)
    await plain.close()
  })
})
