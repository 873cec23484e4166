// The programs in examples/ as a reader runs them, against the built package: they end by themselves and say what their pages say. The page for
// browsers has a test in Chromium.
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runNode } from '../engines.js'

const root = resolve(import.meta.dirname, '../..')
const slow = 120_000

async function run(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runNode(process.execPath, args, root)
  expect(code, stderr).toBe(0)
  expect(stderr).not.toContain('Platform') // tfjs's warning that there are two of it
  return stdout
}

const numberIn = (text: string, expression: RegExp) => Number(expression.exec(text)?.[1])

describe('examples', () => {
  it('backend: model.fit on eyes-wasm learns the two clouds', { timeout: slow }, async () => {
    const text = await run(join('examples', 'backend', 'train.js'))
    expect(text).toMatch(/^eyes-wasm: loss [\d.]+, accuracy [\d.]+, [\d.]+ s\n$/)
    expect(numberIn(text, /accuracy ([\d.]+)/)).toBeGreaterThan(0.9)
  })

  it(
    'layers-classifier: trains on all cores, measures, and predicts the same on the main thread',
    { timeout: slow },
    async () => {
      const text = await run(join('examples', 'layers-classifier', 'train.js'), '4')
      expect([...text.matchAll(/^epoch \d /gm)]).toHaveLength(4)
      const losses = [...text.matchAll(/^epoch \d+ +loss ([\d.]+)/gm)].map(match => Number(match[1]))
      expect(losses.at(-1)! / losses[0]!).toBeLessThan(0.7)
      // The workers' measure and the main thread's predictions are of the same weights and the same 500 pictures.
      const measured = numberIn(text, /^unseen .*accuracy ([\d.]+)/m)
      const predicted = numberIn(text, /^predicted on the main thread: (\d+) of 500 right/m)
      expect(measured).toBeGreaterThan(0.5)
      expect(Math.abs(measured * 500 - predicted)).toBeLessThanOrEqual(1)
    },
  )
})
