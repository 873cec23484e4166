// Changed files by the hundred thousand through every parser (targets.ts), from memory. In `npm test` the counts that targets.ts gives,
// with `npm run fuzz` ten times as many; the seed and the command to run the same files again are printed.
import { describe, expect, it } from 'vitest'
import { fuzz, fuzzFactor, reportLines } from './harness.js'
import { parsers } from './targets.js'

describe.each(parsers.map(([target, runs]) => ({ name: target.name, target, runs: runs * fuzzFactor })))(
  '$name',
  ({ target, runs }) => {
    it('reads its seeds', async () => {
      for (const seed of target.seeds) await target.read(seed)
    })

    it(`keeps its promises for ${runs} changed files`, { timeout: 1_200_000 }, async () => {
      const report = await fuzz(target, runs)
      console.log(reportLines(target, report).join('\n'))
      // Changes that break every file test the first check only; changes that break none test nothing.
      expect(report.read / runs).toBeGreaterThan(0.01)
      expect(report.read / runs).toBeLessThan(0.9)
      const unmet = [...report.refused].filter(([, count]) => count === 0).map(([kind]) => kind.source)
      expect(unmet, 'refusals that no file met').toEqual([])
    })
  },
)
