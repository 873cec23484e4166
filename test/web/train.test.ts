// Training in web workers: the published SHA-256 of Node's, for one worker and for two, and what is refused by name.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isolation, serve } from '../../examples/browser/serve.js'
import { publishedRuns } from '../../src/experiments/reproducibility.js'
import { isThere, openBrowser, openPage, root } from './chromium.js'

const [ae, vae] = publishedRuns.map(({ options, weightsSha256 }) => {
  const { data, onBadImage, init, ...shared } = options
  return { options: shared, left: { data, onBadImage, init }, weightsSha256 }
})

/** In the page: trains, and answers what can be sent back. */
async function trainInPage({ options, stopAfter }: { options: object; stopAfter?: number }) {
  interface Outcome {
    readonly weightsSha256: string
    readonly threads: number
    readonly stopped?: string
    readonly model: { readonly parameters: Float32Array }
    readonly history: readonly { readonly loss: number }[]
  }
  interface View {
    reconstruct(ids: readonly number[]): Promise<Float32Array>
  }
  const { library } = globalThis as unknown as {
    library: { train(options: object): Promise<Outcome>; safetensors(model: object): Uint8Array }
  }
  const sizes: number[] = []
  let steps = 0
  const onEpoch = async (_: object, view: View) => {
    sizes.push((await view.reconstruct([0, 2])).length)
  }
  const onStep = () => (++steps === stopAfter ? { stop: 'enough' } : undefined)
  try {
    const { weightsSha256, threads, stopped, model, history } = await library.train({ ...options, onEpoch, onStep })
    const file = library.safetensors(model).length
    return { weightsSha256, threads, stopped, sizes, steps, epochs: history.length, file }
  } catch (error) {
    const { name, message, code } = error as Error & { code?: string }
    return { name, message, code }
  }
}

describe.skipIf(!isThere)('training in a browser', () => {
  let browser: Browser
  let server: Awaited<ReturnType<typeof serve>>
  let page: Page
  let complaints: string[]
  const address = () => `${server.address}/test/web/pages/train.html`
  beforeAll(async () => {
    browser = await openBrowser()
    server = await serve(root)
    ;({ page, complaints } = await openPage(browser, address()))
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  it.each([1, 2])('computes the published weights of the autoencoder with %i workers', async threads => {
    const found = await page.evaluate(trainInPage, { options: { ...ae!.options, threads } })
    expect(found).toMatchObject({ weightsSha256: ae!.weightsSha256, threads, epochs: 3, steps: 6 })
    expect(found.sizes).toEqual([15000, 15000, 15000])
    expect(complaints).toEqual([])
  })

  it('computes the published weights of the VAE', async () => {
    const found = await page.evaluate(trainInPage, { options: { ...vae!.options, threads: 2 } })
    expect(found).toMatchObject({ weightsSha256: vae!.weightsSha256, threads: 2 })
  })

  it('leaves out of a published run only what a page does not have', () => {
    for (const { left } of [ae!, vae!]) expect(left).toEqual({ data: null, onBadImage: 'fail', init: null })
  })

  // null: generated eyes, as in Node.
  const small = { data: null, epochs: 2, batch: 4, size: 16, limit: 8, threads: 2 }

  it('ends where a callback says so', async () => {
    const found = await page.evaluate(trainInPage, { options: small, stopAfter: 3 })
    expect(found).toMatchObject({ stopped: 'enough', steps: 3, epochs: 1 })
  })

  it.each([
    [{ epochs: 0 }, 'epochs: found 0, wanted a whole number from 1'],
    [{ epoch: 3 }, 'epoch: no such option'],
    [
      { data: { pixels: [1, 2], count: 1, height: 16, width: 16 } },
      'data: found 1 pictures of 16x16 in [object Array]',
    ],
    [{ data: { count: 2 } }, 'data: found 2 pictures of undefinedxundefined'],
  ])('refuses %j', async (wrong, message) => {
    const found = await page.evaluate(trainInPage, { options: { ...small, ...wrong } })
    expect(found.message).toContain(message)
    expect(found).toMatchObject({ name: 'EyesWasmError', code: 'INPUT' })
  })

  it('refuses a page that is not cross-origin isolated, with the headers that it takes', async () => {
    const plain = await serve(root, { headers: {} })
    const { page } = await openPage(browser, `${plain.address}/test/web/pages/train.html`)
    const found = await page.evaluate(trainInPage, { options: small })
    expect(found.message).toContain('this page is not cross-origin isolated')
    expect(found.message).toContain("'Cross-Origin-Embedder-Policy: require-corp'")
    await plain.close()
  })

  /** Trains on a page whose worker script is another; left out: there is none. */
  async function withWorker(script?: string) {
    const context = await browser.newContext()
    const headers = { ...isolation, 'Content-Type': 'text/javascript' }
    await context.route('**/worker.js', route =>
      script === undefined ? route.abort() : route.fulfill({ body: script, headers }),
    )
    const broken = await context.newPage()
    await broken.goto(address())
    return { ...(await broken.evaluate(trainInPage, { options: small })), page: broken }
  }

  it('ends with WORKER when a worker cannot be loaded', async () => {
    const found = await withWorker()
    expect(found).toMatchObject({ name: 'EyesWasmError', code: 'WORKER' })
    expect(found.message).toMatch(/worker 1 failed \(its script did not load.*\)\. Serve dist\/web as a whole/)
  })

  it('ends every worker when one of them does not come up', async () => {
    const { page, ...found } = await withWorker(
      `onmessage = ({ data }) => {
        navigator.locks.request('first', { ifAvailable: true }, lock => {
          if (lock === null) return
          postMessage({ kind: 'fault', reason: 'out of order' })
          return new Promise(() => undefined)
        })
      }`,
    )
    expect(found).toMatchObject({ name: 'EyesWasmError', code: 'WORKER' })
    expect(found.message).toContain('out of order')
    await expect.poll(() => page.workers().length).toBe(0)
  })

  it.each([
    ['reports a fault', "postMessage({ kind: 'fault', reason: 'out of memory' })", 'out of memory'],
    ['throws', "throw new Error('out of order')", 'Uncaught Error: out of order'],
  ])('ends with WORKER when a worker %s in the middle of its work', async (_, failing, reason) => {
    const found = await withWorker(
      `onmessage = ({ data }) => {
        if (data.setup) postMessage({ kind: 'up' })
        else if (data.task.kind === 'warm-up') postMessage({ kind: 'answer', answer: true })
        else ${failing}
      }`,
    )
    expect(found).toMatchObject({ name: 'EyesWasmError', code: 'WORKER' })
    expect(found.message).toMatch(/^web workers: worker \d failed \(/)
    expect(found.message).toContain(reason)
  })
})
