// A small application of a user's, through Vite with the configuration of docs/browser.md: built, with tfjs's core, and served by the development server, with all
// of tfjs.
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { build, createServer, type InlineConfig } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serve } from '../../examples/browser/serve.js'
import { publishedRuns } from '../../src/experiments/reproducibility.js'
import { isThere, openBrowser, openPage, resultOf, root } from './chromium.js'
import { installed } from './installed.js'

const wanted = {
  isSet: true,
  backend: 'eyes-wasm',
  loss: 14,
  gradient: [2, 4, 6],
  weightsSha256: publishedRuns[0]!.weightsSha256,
  ownModel: true,
}

describe.skipIf(!isThere)('an application bundled by Vite', () => {
  let browser: Browser
  let folder: string
  beforeAll(async () => {
    browser = await openBrowser()
    folder = await installed()
    await cp(join(import.meta.dirname, 'vite-app'), folder, { recursive: true })
    const text = await readFile(join(root, 'docs/browser.md'), 'utf8')
    await writeFile(join(folder, 'vite.config.js'), /^export default \{\n.*?^\}$/ms.exec(text)![0])
  })
  afterAll(async () => {
    await browser.close()
    await rm(folder, { recursive: true, force: true })
  })

  const common = (): InlineConfig => ({
    ...{ root: folder, configFile: join(folder, 'vite.config.js'), logLevel: 'error' },
  })

  it('works when it is built', async () => {
    // All of tfjs takes Vite half a minute, and the development server's test has it: here its core, which it also comes as in one file.
    const core = join(root, 'node_modules/@tensorflow/tfjs-core/dist/tf-core.fesm.js')
    await build({
      ...common(),
      resolve: { alias: { '@tensorflow/tfjs': core } },
      build: {
        outDir: join(folder, 'out'),
        // For time's sake.
        ...{ minify: false, reportCompressedSize: false, rollupOptions: { treeshake: false } },
      },
    })
    const files = await readdir(join(folder, 'out/assets'))
    const copied = ['kernels', 'tfjs-backend-wasm-simd', 'worker'].map(name =>
      files.filter(file => file.startsWith(`${name}-`)),
    )
    expect(copied.map(found => found.length)).toEqual([1, 1, 1])
    const server = await serve(join(folder, 'out'))
    const { page, complaints } = await openPage(browser, `${server.address}/`)
    expect(await resultOf(page)).toEqual(wanted)
    expect(complaints).toEqual([])
    await server.close()
  })

  it('works in the development server, with the package left out of its optimisation', async () => {
    const server = await createServer({
      ...common(),
      optimizeDeps: { include: ['@tensorflow/tfjs'] },
      server: { host: '127.0.0.1', port: 0, fs: { strict: false } },
    })
    await server.listen()
    const { page } = await openPage(browser, server.resolvedUrls!.local[0]!)
    expect(await resultOf(page)).toEqual(wanted)
    await server.close()
  })
})
