// The bench's kernel section on the real kernels: all right, and a speed above the machine's peak makes it fail.
import { describe, expect, it } from 'vitest'
import { reportModels } from '../../bench/models.js'
import { measureKernels } from '../../bench/sections/kernels.js'

describe('kernels section', () => {
  it('finds every kernel right, and more than the peak impossible', async () => {
    const failures: string[] = []
    const rows = await measureKernels([reportModels.get('ae-4-2-2')!], 1e-3, true, failures)
    expect(rows).toHaveLength(17)
    for (const row of rows) {
      expect(row.error, `${row.layer} ${row.pass}`).toBeLessThan(1)
      expect(row.error, `${row.layer} ${row.pass}: compared with nothing`).toBeGreaterThan(0)
      expect(row.gflops).toBeGreaterThan(0)
    }
    expect(failures).toHaveLength(17)
    expect(failures[0]).toMatch(/encoder\.0 forward: \d+ % of the peak is impossible/)
  })
})
