// The bench's kernel section on the real kernels: all right, and a speed above the machine's peak makes it fail.
import { describe, expect, it } from 'vitest'
import type { Context } from '../../bench/context.js'
import { parseOptions } from '../../bench/options.js'
import { measureKernels } from '../../bench/sections/kernels.js'
import { results } from './fixtures.js'

function contextOf(parts: Parameters<typeof results>[0]): Context {
  const options = parseOptions(['--models', 'ae-4-2-2', '--quick'])
  return { options, results: results(parts), progress: () => undefined, save: () => Promise.resolve() }
}

describe('kernels section', () => {
  it('finds every kernel right, and more than the peak impossible', async () => {
    const limits = { gflops: 1e-3, accumulators: 8, readGBs: 1, copyGBs: 1, cpuShare: 1 }
    const context = contextOf({ limits })
    await measureKernels(context)
    const { kernels = [], starved, failures } = context.results
    // On a machine that other tests keep busy, rows may be left out: each is accounted for.
    expect(kernels.length + starved.length).toBe(17)
    for (const row of kernels) {
      expect(row.error, `${row.layer} ${row.pass}`).toBeLessThan(1)
      expect(row.error, `${row.layer} ${row.pass}: compared with nothing`).toBeGreaterThan(0)
      expect(row.gflops).toBeGreaterThan(0)
      expect(row.effectiveGflops).toBeGreaterThan(0)
    }
    expect(failures.filter(failure => failure.includes('wrong by'))).toEqual([])
    expect(failures).toHaveLength(kernels.length)
    for (const failure of failures) expect(failure).toMatch(/ \d+ % of the peak is impossible/)
  })

  it('has no rows without limits', async () => {
    const context = contextOf({})
    await measureKernels(context)
    expect(context.results.kernels).toBeUndefined()
    expect(context.results.starved).toHaveLength(1)
  })
})
