// Debian's Chromium for the tests of this folder, and the pages that they open. Where it is not installed they are skipped, saying so.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'

export const root = resolve(import.meta.dirname, '../..')
export const executablePath = '/usr/bin/chromium'
export const isThere = existsSync(executablePath)
if (!isThere) console.warn(`skipped: tests in a browser (${executablePath} is not installed)`)

const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update']

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu', ...quiet] })

/** Opens a page and answers it with everything that it complains about. `script` runs before the page's own. */
export async function openPage(
  browser: Browser,
  address: string,
  { script = '', ...options }: BrowserContextOptions & { script?: string } = {},
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext(options)
  if (script !== '') await context.addInitScript(script)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', message => complaints.push(message.text()))
  page.on('pageerror', error => complaints.push(String(error)))
  await page.goto(address)
  return { page, complaints }
}

/** What the page promises as `globalThis.result`. */
export const resultOf = <T>(page: Page): Promise<T> => page.evaluate<T>('globalThis.result')
