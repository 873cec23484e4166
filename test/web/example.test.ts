// The example page in Chromium: it trains, shows the published SHA-256, draws, has room on a phone, takes dropped pictures, and says what
// its server has to send.
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serve } from '../../examples/browser/serve.js'
import { publishedRuns } from '../../src/experiments/reproducibility.js'
import { isThere, openBrowser, openPage, root } from './chromium.js'

const path = '/examples/browser/'

describe.skipIf(!isThere)('the example page', () => {
  let browser: Browser
  let server: Awaited<ReturnType<typeof serve>>
  beforeAll(async () => {
    browser = await openBrowser()
    server = await serve(root)
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  it('trains the published run on a phone, and shows its SHA-256', async () => {
    const { page, complaints } = await openPage(browser, server.address + path, {
      viewport: { width: 390, height: 844 },
      colorScheme: 'dark',
    })
    await page.selectOption('[name=run]', 'published')
    await page.fill('[name=threads]', '2')
    await page.click('#start')
    await page.waitForSelector('#result:not([hidden])')
    expect(await page.textContent('#hash')).toBe(publishedRuns[0]!.weightsSha256)
    expect(await page.textContent('#verdict')).toMatch(/^Equal to the published/)
    expect(await page.textContent('#status')).toMatch(/^Finished 3 epochs in [\d.]+ s on 2 workers\.$/)
    // Six steps, three epochs, eight pictures each above its reconstruction.
    expect(await page.locator('#chart .steps').getAttribute('d')).toMatch(/^M([^L]*L){5}[^L]*$/)
    expect(await page.locator('#chart .epochs').getAttribute('d')).toMatch(/^M([^L]*L){2}[^L]*$/)
    expect(await page.locator('#pictures canvas').count()).toBe(16)
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(width).toBeLessThanOrEqual(390)
    expect(complaints).toEqual([])
  })

  it('trains on pictures that are chosen, and stops when it is told to', async () => {
    const { page, complaints } = await openPage(browser, server.address + path)
    const file = { name: 'a.svg', mimeType: 'image/png', buffer: Buffer.from('no picture') }
    await page.setInputFiles('#files', file)
    await page.waitForFunction(() => document.querySelector('#status')?.textContent.startsWith('Found no pictures'))
    const screen = await page.screenshot({ clip: { x: 0, y: 0, width: 120, height: 80 } })
    await page.setInputFiles(
      '#files',
      [1, 2, 3].map(i => ({ name: `${i}.png`, mimeType: 'image/png', buffer: screen })),
    )
    await page.waitForFunction(() => document.querySelector('#status')?.textContent.startsWith('3 pictures of yours'))
    await page.fill('[name=epochs]', '1000')
    await page.click('#start')
    // Any epoch: one of three pictures may be over before the page is looked at again.
    await page.waitForFunction(() => document.querySelector('#status')?.textContent.startsWith('Epoch '))
    // What is being trained does not change under it.
    for (const name of ['[name=run]', '[name=model]', '#files']) expect(await page.isDisabled(name), name).toBe(true)
    await page.click('#stop')
    await page.waitForSelector('#result:not([hidden])')
    expect(await page.textContent('#status')).toMatch(/^Stopped after \d+ epochs/)
    expect(await page.locator('#pictures canvas').count()).toBe(6)
    expect(await page.isDisabled('[name=model]')).toBe(false)
    expect(complaints).toEqual([])
  })

  it('says what is missing where its server sends no headers', async () => {
    const plain = await serve(root, { headers: {} })
    const { page, complaints } = await openPage(browser, plain.address + path)
    expect(await page.textContent('#notice')).toContain('not cross-origin isolated')
    for (const name of ['#start', '[name=run]', '#files']) expect(await page.isDisabled(name), name).toBe(true)
    expect(await page.textContent('#status')).toBe('')
    expect(complaints).toEqual([])
    await plain.close()
  })

  it('is served without what lies outside its folder', async () => {
    for (const wrong of ['/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/no-such-file', '/%zz', '/test%00'])
      expect((await fetch(server.address + wrong)).status, wrong).toBe(404)
  })
})
