// The pages that README.md and docs/browser.md show, opened as they stand there.
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serve } from '../../examples/browser/serve.js'
import { publishedRuns } from '../../src/experiments/reproducibility.js'
import { isThere, openBrowser, openPage, root } from './chromium.js'
import { installed } from './installed.js'

const published = publishedRuns[0]!.weightsSha256
const losses = ['0.314', '0.269', '0.221']

/** The console's lines that each page ends with. */
const pages = [
  { file: 'README.md', wanted: [[/^1 0\.31/, /^2 0\.26/, /^3 0\.22/, new RegExp(`^${published}$`)]] },
  {
    file: 'docs/browser.md',
    wanted: [
      [/^eyes-wasm 3 3 12 24$/],
      [...losses.map((loss, i) => new RegExp(`^${i + 1} ${loss} 15000$`)), new RegExp(`^3 ${published}$`)],
      [/^40 true$/, /^2 -1$/],
    ],
  },
]

describe.skipIf(!isThere)('the pages of the documents', () => {
  let browser: Browser
  let folder: string
  let server: Awaited<ReturnType<typeof serve>>
  beforeAll(async () => {
    browser = await openBrowser()
    folder = await installed()
    server = await serve(folder)
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
    await rm(folder, { recursive: true, force: true })
  })

  it.each(pages)('$file', { timeout: 150_000 }, async ({ file, wanted }) => {
    const text = await readFile(join(root, file), 'utf8')
    const snippets = [...text.matchAll(/^```html\n(.*?)^```$/gms)].map(match => match[1]!)
    expect(snippets).toHaveLength(wanted.length)
    for (const [, name, module] of text.matchAll(/^```js\n\/\/ (\S+\.js)\n(.*?)^```$/gms))
      await writeFile(join(folder, name!), module!)
    for (const [i, snippet] of snippets.entries()) {
      await writeFile(join(folder, 'index.html'), `<!doctype html><link rel="icon" href="data:," />${snippet}`)
      const { page, complaints } = await openPage(browser, `${server.address}/`)
      await expect.poll(() => complaints.length, { timeout: 45_000 }).toBeGreaterThanOrEqual(wanted[i]!.length)
      expect(complaints).toHaveLength(wanted[i]!.length)
      for (const [line, pattern] of wanted[i]!.entries()) expect(complaints[line]).toMatch(pattern)
      await page.close()
    }
  })
})
