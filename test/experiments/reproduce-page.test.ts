// The report page as a document: what is in it, that it is valid, that nothing from outside becomes markup, and the same content as
// Markdown. How it looks and behaves in a browser: reproduce-browser.test.ts.
import { HtmlValidate } from 'html-validate/node'
import { describe, expect, it } from 'vitest'
import { reproduceContent } from '../../src/experiments/reproduce/content.js'
import { difference } from '../../src/experiments/reproduce/tables.js'
import { pageMarkdown } from '../../src/report/page/markdown.js'
import { pageHtml } from '../../src/report/page/page.js'
import { fakeResults, hostile } from './fake-results.js'

const results = await fakeResults()
const page = pageHtml(reproduceContent(results))

describe('the report page', () => {
  it('is valid HTML with accessible names', async () => {
    const validator = new HtmlValidate({
      extends: ['html-validate:recommended', 'html-validate:document', 'html-validate:a11y'],
      // Style is ours to choose: a lower-case doctype, inline style for one custom property, long lines and titles.
      rules: {
        'no-inline-style': ['error', { allowedProperties: ['--natural'] }],
        'long-title': 'off',
        'no-trailing-whitespace': 'off',
      },
    })
    const report = await validator.validateString(page)
    const messages = report.results.flatMap(({ messages }) => messages)
    expect(messages.map(({ line, ruleId, message }) => `${line}: ${ruleId}: ${message}`)).toEqual([])
  })

  it('has every table and figure of the report', () => {
    for (let number = 1; number <= 6; number++)
      expect(page, `Table ${number}`).toContain(`<span class="label">Table ${number}</span>`)
    for (const number of [1, 2, 3, 4, 5, 6, 8, 10, 12])
      expect(page, `Figure ${number}`).toContain(`id="figure${number}"`)
  })

  it('asks nothing of the network, and turns nothing from outside into markup', () => {
    expect(page).not.toContain(hostile)
    expect(page).not.toMatch(/<script>alert|<img src=x/)
    const addresses = [...page.matchAll(/<[a-z][^>]*\s(?:src|href|xlink:href|action|data|poster)="([^"]*)"/g)].map(
      match => match[1]!,
    )
    expect(addresses.length).toBeGreaterThan(5)
    expect(addresses.filter(address => !/^(#|data:image\/png;base64,)/.test(address))).toEqual([])
    expect(page.match(/@import|url\(/g)).toBeNull()
  })

  it('is the same for the same results', async () => {
    expect(pageHtml(reproduceContent(await fakeResults()))).toBe(page)
  })

  it('says of what is missing that it is not run yet', async () => {
    const none = new Map<string, never>()
    const empty = await fakeResults({ trials: none, evaluations: none, charts: none, figures: none })
    const text = pageHtml(reproduceContent(empty))
    expect(text.match(/Not run yet/g)).toHaveLength(7)
    expect(text.replace(/<script[^]*?<\/script>/g, '')).not.toMatch(/NaN|undefined|null/)
  })

  it('shows the items asked for alone', async () => {
    const some = pageHtml(reproduceContent(await fakeResults({ items: ['table1', 'figure4'] })))
    expect([...some.matchAll(/<figure id="([^"]+)"/g)].map(([, id]) => id)).toEqual([
      'overview-picture',
      'table1',
      'figure4',
    ])
  })
})

describe('tables', () => {
  const row = (id: string, title: string) => {
    const tables = reproduceContent(results).sections.flatMap(({ blocks }) => blocks)
    const table = tables.find(block => block.id === id)
    if (table?.kind !== 'table') throw new Error(`no table ${id}`)
    return table.rows
      .find(found => found.title === title)!
      .cells.map(({ text, verdict }) => (verdict ? `${text} ${verdict}` : text))
  }

  it('compare at the precision of the report, in the direction of the measure', () => {
    expect(difference('psnr', 42.534, 42.53)).toEqual({ text: '0.00', verdict: 'equal' })
    expect(difference('psnr', 40, 42.53)).toEqual({ text: '−2.53', verdict: 'worse' })
    expect(difference('mse', 0.001, 0.0038)).toEqual({ text: '−0.0028', verdict: 'better' })
    expect(difference('psnr', Infinity, 42.53).text).not.toContain('NaN')
  })

  it('put ours beside the report’s', () => {
    expect(row('table1', '(3, 1, 1)').slice(0, 9)).toEqual([
      ...['42.53', '30.00', '−12.53 worse', '0.996', '0.900', '−0.096 worse', '0.0002', '0.0040', '+0.0038 worse'],
    ])
  })

  it('compare a VAE’s whole loss with the report’s, and show MSE alone beside it', () => {
    expect(row('table4', '(4, 2, 2)').slice(6)).toEqual(['0.0692', '0.0200', '−0.0492 better', '0.0140'])
    expect(row('table4-from-mean', '(4, 2, 2)').slice(0, 3)).toEqual(['19.30', '21.00', '+1.70 better'])
  })
})

describe('the Markdown report', () => {
  const { text, files } = pageMarkdown(reproduceContent(results), 'figures')

  it('names files that are there, and all of them', () => {
    const named = [...text.matchAll(/^!\[.*\]\((.+)\)$/gm)].map(([, path]) => path)
    expect(named.toSorted()).toEqual([...files.keys()].toSorted())
    expect(files.size).toBe(8)
  })

  it('has tables whose rows have one cell a column, whatever is in them', () => {
    const tables = text.split('\n\n').filter(part => part.startsWith('|'))
    expect(tables.length).toBeGreaterThan(6)
    for (const table of tables) {
      const counts = table.split('\n').map(line => line.replaceAll('\\|', '').split('|').length)
      expect(new Set(counts).size, table).toBe(1)
    }
  })

  it('turns nothing from outside into markup, but for listings, which are text', () => {
    const outside = text.replace(/^```[^]*?^```/gm, '')
    expect(outside).not.toMatch(/(?<!\\)<(script|img)/)
  })
})
