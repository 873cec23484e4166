// The backend in a page without a bundler: it joins the tfjs of the page, with shared memory and without, beside tfjs's own wasm backend;
// and what a browser that cannot run it is told.
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isolation, serve } from '../../examples/browser/serve.js'
import { isThere, openBrowser, openPage, resultOf, root } from './chromium.js'

interface Loss {
  readonly backend: string
  readonly value: number
  readonly gradient: readonly number[]
}
interface Result {
  readonly isIsolated: boolean
  readonly losses: readonly (Loss | null)[]
}

const pages = [
  { name: 'a plain page', headers: {} },
  { name: 'a cross-origin isolated page', headers: isolation },
]

describe.skipIf(!isThere)('the backend in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser.close())

  async function look(headers: Readonly<Record<string, string>>, backends: string, script = '') {
    const server = await serve(root, { headers })
    try {
      const address = `${server.address}/test/web/pages/backend.html?backends=${backends}`
      const { page, complaints } = await openPage(browser, address, { script })
      const result = await resultOf<Result>(page)
      return { ...result, complaints }
    } finally {
      await server.close()
    }
  }

  it.each(pages)(
    'computes what cpu computes in $name, where tfjs’s own wasm backend works too',
    async ({ headers }) => {
      const { losses, complaints, isIsolated } = await look(headers, 'eyes-wasm+cpu+wasm+eyes-wasm')
      expect(isIsolated).toBe(headers === isolation)
      const [ours, cpu, wasm, again] = losses
      expect(losses.map(loss => loss?.backend)).toEqual(['eyes-wasm', 'cpu', 'wasm', 'eyes-wasm'])
      expect(again).toEqual(ours)
      expect(ours!.gradient).toHaveLength(2 * 9 * 7 * 3)
      const largest = Math.max(...cpu!.gradient.map(Math.abs))
      for (const other of [cpu!, wasm!]) {
        expect(Math.abs(ours!.value / other.value - 1)).toBeLessThan(1e-5)
        const error = Math.max(...other.gradient.map((value, i) => Math.abs(value - ours!.gradient[i]!)))
        expect(error).toBeLessThan(1e-5 * largest)
      }
      expect(complaints).toEqual([])
    },
  )

  it('starts at the second call where the network failed the first', async () => {
    const script = `const real = fetch
      let calls = 0
      globalThis.fetch = (...args) => (calls++ === 0 ? Promise.reject(new TypeError('offline')) : real(...args))`
    const { losses, complaints } = await look({}, 'eyes-wasm+eyes-wasm', script)
    expect(losses.map(loss => loss?.backend)).toEqual([undefined, 'eyes-wasm'])
    expect(complaints.join('\n')).toMatch(/\.wasm: found no answer, wanted the module of this name/)
  })

  it('says what is missing where there is no SIMD', async () => {
    const script = 'WebAssembly.validate = () => false'
    const { losses, complaints } = await look({}, 'eyes-wasm', script)
    expect(losses).toEqual([null])
    expect(complaints.join('\n')).toContain(
      'the WebAssembly of this browser has no SIMD, wanted 128-bit vectors. Use a',
    )
  })

  it('says what is missing where there is no WebAssembly', async () => {
    const { losses, complaints } = await look({}, 'eyes-wasm', 'delete globalThis.WebAssembly')
    expect(losses).toEqual([null])
    expect(complaints.join('\n')).toContain('this browser has no WebAssembly')
  })
})
