// Sums of squares by block against float64, at sizes around the lanes and the blocks; the sum of the blocks; scaling in place.
import { describe, expect } from 'vitest'
import { itRandom } from './harness.js'
import { SharedBench } from './shared-memory.js'

const bench = SharedBench.use()
const block = 16
const sizes = [1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100]

/** Writes float64 sums for each block of `values` and returns them. */
function squaresOf(values: Float32Array): Float64Array {
  bench.clear()
  const count = Math.ceil(values.length / block)
  const sums = bench.put(new Float32Array(2 * count))
  const at = bench.put(values)
  bench.kernels.blockSquares(at, sums, values.length, block)
  expect(bench.view(at, values.length)).toEqual(values)
  bench.checkGuards()
  return new Float64Array(bench.view(sums, 2 * count).slice().buffer)
}

describe('GradientNorm', () => {
  itRandom('sums the squares of each block in float64', random => {
    for (const size of sizes) {
      const values = random.floats(size)
      const found = squaresOf(values)
      expect(found).toHaveLength(Math.ceil(size / block))
      found.forEach((sum, index) => {
        const part = [...values.subarray(index * block, (index + 1) * block)]
        const wanted = part.reduce((total, x) => total + x * x, 0)
        // Up to 16 positive terms, each exact in float64: a rounding of 2^-53 for each addition.
        expect(Math.abs(sum - wanted), `size ${size}, block ${index}`).toBeLessThanOrEqual(16 * 2 ** -53 * wanted)
      })
    }
  })

  itRandom('a block has the same bits wherever the sum begins, and neither overflows nor drowns', random => {
    const values = random.floats(4 * block)
    const whole = squaresOf(values)
    expect(squaresOf(values.subarray(2 * block))).toEqual(whole.subarray(2))
    expect([...squaresOf(Float32Array.of(3e38, 1e-30))]).toEqual([Math.fround(3e38) ** 2])
    expect([...squaresOf(Float32Array.of(1e-30))]).toEqual([Math.fround(1e-30) ** 2])
    expect(Number.isNaN(squaresOf(Float32Array.of(1, NaN, 1))[0]!)).toBe(true)
  })

  itRandom('adds blocks from the first to the last', random => {
    for (const count of [0, 1, 2, 9]) {
      bench.clear()
      const values = Float64Array.from({ length: count }, () => random.next() * 10 ** Math.floor(20 * random.next()))
      const at = bench.put(new Float32Array(values.buffer))
      expect(bench.kernels.sumDoubles(at, count)).toBe(values.reduce((sum, value) => sum + value, 0))
    }
  })

  itRandom('scales in place, each product rounded once', random => {
    for (const size of sizes) {
      bench.clear()
      const values = random.floats(size)
      const at = bench.put(values)
      bench.kernels.scale(at, size, 0.3)
      expect(bench.view(at, size)).toEqual(values.map(x => Math.fround(x * Math.fround(0.3))))
      bench.checkGuards()
    }
  })
})
