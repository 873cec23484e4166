// The report page in a real browser: nothing asked of the network, no errors, curves that answer the pointer, room on a phone, contrast
// in the dark. Skipped, saying so, where Debian's chromium is not installed.
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reproduceContent } from '../../src/experiments/reproduce/content.js'
import { pageHtml } from '../../src/report/page/page.js'
import { fakeResults } from './fake-results.js'

const executablePath = '/usr/bin/chromium'
const isThere = existsSync(executablePath)
if (!isThere) console.warn(`skipped: the report page in a browser (${executablePath} is not installed)`)

const quiet = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Contrast of the text of each kind of element against what is behind it (WCAG 2.2, 1.4.3), the smallest of each; in the page. */
function contrasts(selectors: string[]): Record<string, number> {
  const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number)
  const luminance = (colour: string) => {
    const [r, g, b] = channels(colour).map(value => {
      const unit = value / 255
      return unit <= 0.04045 ? unit / 12.92 : ((unit + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
  }
  const groundOf = (element: Element): string => {
    const { backgroundColor } = getComputedStyle(element)
    if (channels(backgroundColor)[3] !== 0) return backgroundColor
    return element.parentElement ? groundOf(element.parentElement) : 'rgb(255, 255, 255)'
  }
  const contrast = (element: Element) => {
    const style = getComputedStyle(element)
    const text = element instanceof SVGElement ? style.fill : style.color
    const [light, dark] = [luminance(text), luminance(groundOf(element))].toSorted((a, b) => b - a)
    return (light! + 0.05) / (dark! + 0.05)
  }
  return Object.fromEntries(
    selectors.map(selector => [selector, Math.min(...Array.from(document.querySelectorAll(selector), contrast))]),
  )
}

const texts = [
  'h1',
  'p',
  '.lead',
  'nav a',
  '.notice',
  '.label',
  '.note',
  'th',
  'td',
  'td.own',
  '.worse',
  '.better',
  'pre',
  'dt',
  '.chart svg text',
]

describe.skipIf(!isThere)('the report page in a browser', () => {
  let browser: Browser
  let folder: string
  let address: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyes-page-'))
    const file = join(folder, 'report.html')
    await writeFile(file, pageHtml(reproduceContent(await fakeResults())))
    address = pathToFileURL(file).href
    browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu', ...quiet] })
  })
  afterAll(async () => {
    await browser.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** Opens the page and answers it with everything that it complained about or asked for. */
  async function open(
    options: BrowserContextOptions = {},
  ): Promise<{ page: Page; complaints: string[]; requests: string[] }> {
    const context = await browser.newContext(options)
    const page = await context.newPage()
    const complaints: string[] = []
    const requests: string[] = []
    page.on('console', message => complaints.push(message.text()))
    page.on('pageerror', error => complaints.push(String(error)))
    page.on('dialog', dialog => {
      complaints.push(`dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    page.on('request', request => requests.push(request.url()))
    await page.goto(address)
    return { page, complaints, requests }
  }

  it('asks for nothing, complains of nothing, shows every picture', async () => {
    const { page, complaints, requests } = await open()
    expect(complaints).toEqual([])
    expect(requests.filter(url => !url.startsWith('data:'))).toEqual([address])
    const widths = await page
      .locator('img')
      .evaluateAll(images => images.map(image => (image as HTMLImageElement).naturalWidth))
    expect(widths).toHaveLength(6)
    expect(Math.min(...widths)).toBeGreaterThan(100)
  })

  it('tells the values of the epoch nearest to the pointer, and moves by the keys', async () => {
    const { page, complaints } = await open({ viewport: { width: 1200, height: 900 } })
    const chart = page.locator('#figure4 .chart')
    const plot = chart.locator('svg .role-frame path.background').first()
    await chart.scrollIntoViewIfNeeded()
    const box = (await plot.boundingBox())!
    // 40 epochs: the 20th stands at 19/39 of the width.
    await page.mouse.move(box.x + (box.width * 19.2) / 39, box.y + box.height / 2)
    const readout = page.locator('#figure4-readout')
    await expect.poll(() => readout.textContent()).toBe('epoch 20 · loss 0.02500 · MSE 0.02300 · KL 0.001190')
    await chart.focus()
    await page.keyboard.press('ArrowRight')
    expect(await readout.textContent()).toMatch(/^epoch 21 · /)
    await page.keyboard.press('End')
    await page.keyboard.press('ArrowRight')
    expect(await readout.textContent()).toMatch(/^epoch 40 · /)
    expect(complaints).toEqual([])
  })

  it('is whole without script', async () => {
    const { page } = await open({ javaScriptEnabled: false })
    expect(await page.locator('#figure4-readout').textContent()).toMatch(/At the last epoch, 40 · loss 0\.01750/)
    expect(await page.locator('#figure4 svg').isVisible()).toBe(true)
  })

  it.each([390, 768, 1200])('has no horizontal overflow at %i pixels', async width => {
    const { page } = await open({ viewport: { width, height: 844 } })
    const sizes = await page.evaluate(() => [document.documentElement.scrollWidth, document.body.scrollWidth])
    expect(Math.max(...sizes)).toBeLessThanOrEqual(width)
    const boxes = await page.locator('.box').evaluateAll(all => all.map(box => box.getBoundingClientRect().right))
    expect(Math.max(...boxes)).toBeLessThanOrEqual(width)
  })

  it.each(['light', 'dark'] as const)('has contrast in the %s', async colorScheme => {
    const { page } = await open({ colorScheme })
    const found = await page.evaluate(contrasts, texts)
    expect(Object.keys(found)).toHaveLength(texts.length)
    for (const [selector, value] of Object.entries(found)) expect(value, selector).toBeGreaterThanOrEqual(4.5)
    const [ground] = await page.evaluate(() => [getComputedStyle(document.body).backgroundColor])
    expect(ground).toBe(colorScheme === 'dark' ? 'rgb(20, 22, 26)' : 'rgb(251, 250, 247)')
  })

  it('prints on pages, without what paper has no use for', async () => {
    const { page } = await open({ viewport: { width: 720, height: 1000 } })
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('nav').isVisible()).toBe(false)
    const pdf = await page.pdf({ format: 'A4' })
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
  })
})
