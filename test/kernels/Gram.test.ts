// Products of long rows against float64 sums, with lengths and row counts at, above and below the kernel's lanes, tiles and strips.
import { describe, expect, it } from 'vitest'
import { openGram } from '../../src/kernels/Gram.js'
import { streams, uniforms } from '../../src/random/philox.js'

function rowsOf(count: number, length: number, index: number): Float32Array[] {
  return Array.from({ length: count }, (_, row) => {
    const values = new Float32Array(length)
    uniforms(7, streams.figure, 1000 * index + row, values)
    return values.map(value => value - 0.3)
  })
}

const product = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0)
const size = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + Math.abs(value * b[i]!), 0)

/** Roundings of a lane's sum over a strip of 512: 128 additions and a multiplication, each 2^-24 of what the lane holds at most. */
const bound = 129 * 2 ** -24

describe('Gram', () => {
  it('the bound is small', () => {
    expect(bound).toBeLessThan(1e-5)
  })

  for (const length of [1, 3, 4, 5, 511, 512, 513, 1030])
    for (const [panelRows, blockRows] of [
      [1, 1],
      [4, 2],
      [5, 3],
      [9, 6],
    ] as const)
      it(`${blockRows} x ${panelRows} rows of ${length}`, async () => {
        const panel = rowsOf(panelRows, length, 1)
        const block = rowsOf(blockRows, length, 2)
        const memory = await openGram(length, panelRows, blockRows)
        panel.forEach((row, index) => memory.setPanelRow(index, row))
        block.forEach((row, index) => memory.setBlockRow(index, row))
        const check = (values: Float64Array, rows: readonly Float32Array[]) => {
          rows.forEach((a, i) =>
            panel.forEach((b, j) => {
              const error = Math.abs(values[i * memory.panelRows + j]! - product(a, b))
              expect(error, `${i}, ${j}`).toBeLessThanOrEqual(bound * size(a, b))
            }),
          )
        }
        check(memory.blockTimesPanel(blockRows), block)
        for (let first = 0; first < panelRows; first += memory.blockRows)
          check(memory.panelTimesPanel(first), panel.slice(first, first + memory.blockRows))
      })

  it('refuses what no machine has', async () => {
    await expect(openGram(2 ** 24, 4096, 2)).rejects.toMatchObject({ code: 'INPUT' })
  })
})
