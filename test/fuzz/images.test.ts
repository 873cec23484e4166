// Changed image files of every format through the real decoder (sharp's WebAssembly build): 2,000 in `npm test`, 20,000 with
// `npm run fuzz`. The decoder runs in this very process, so that a crash of it is a failure of this file.
import { expect, it } from 'vitest'
import { decodeImage, pixelLimit } from '../../src/data/decode-image.js'
import { fuzz, fuzzFactor, reportLines } from './harness.js'
import { imageTarget } from './targets/images.js'

const runs = 2000 * fuzzFactor
/** The largest picture that is decoded, at 8 bytes a pixel, three times over: in, between and out. */
const mostResident = 3 * 8 * pixelLimit

it(`images: the decoder keeps its promises for ${runs} changed files`, { timeout: 1_200_000 }, async () => {
  const target = await imageTarget()
  for (const seed of target.seeds) await target.read(seed)
  const before = process.memoryUsage.rss()
  const report = await fuzz(target, runs)
  const grown = process.memoryUsage.rss() - before
  console.log([...reportLines(target, report), `  resident memory grew by ${(grown / 1e6).toFixed(0)} MB`].join('\n'))
  expect(grown).toBeLessThan(mostResident)
  expect(report.read / runs).toBeGreaterThan(0.1)
  expect(report.read / runs).toBeLessThan(0.9)
  const unmet = [...report.refused].filter(([, count]) => count === 0).map(([kind]) => kind.source)
  // Few changes leave nothing of a file.
  expect(
    unmet.filter(kind => !kind.includes('empty')),
    'refusals that no file met',
  ).toEqual([])
  // A whole picture is still decoded after all that.
  for (const seed of target.seeds) expect('problem' in (await decodeImage(seed, { height: 50, width: 50 }))).toBe(false)
})
