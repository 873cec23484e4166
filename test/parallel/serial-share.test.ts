// Amdahl's law with whole micro-batches, at its limits and against values worked out by hand.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { predictSpeedup, serialShareOf } from '../../src/parallel/serial-share.js'

const shares = fc.double({ min: 0, max: 1, noNaN: true })
const counts = fc.integer({ min: 1, max: 64 })

describe('predictSpeedup', () => {
  it('is Amdahl’s law where the micro-batches go round evenly', () => {
    expect(predictSpeedup({ serialShare: 0.01, microBatches: 16, threads: 8 })).toBeCloseTo(1 / (0.01 + 0.99 / 8), 12)
    expect(predictSpeedup({ serialShare: 0.5, microBatches: 32, threads: 32 })).toBeCloseTo(1 / (0.5 + 0.5 / 32), 12)
  })

  it('takes ceil(k / t) rounds where they do not', () => {
    expect(predictSpeedup({ serialShare: 0, microBatches: 16, threads: 3 })).toBeCloseTo(16 / 6, 12)
    expect(predictSpeedup({ serialShare: 0, microBatches: 16, threads: 12 })).toBeCloseTo(8, 12)
    expect(predictSpeedup({ serialShare: 0, microBatches: 4, threads: 32 })).toBeCloseTo(4, 12)
  })

  it('weighs micro-batches by their images: of 164, eight threads get 21 at most', () => {
    for (const microBatches of [8, 16, 32]) {
      const speedup = predictSpeedup({ serialShare: 0, microBatches, threads: 8, images: 164 })
      expect(speedup, `${microBatches} micro-batches`).toBeCloseTo(164 / 21, 12)
    }
    expect(predictSpeedup({ serialShare: 0.01, microBatches: 16, threads: 2, images: 21 })).toBeCloseTo(
      1 / (0.01 + 0.99 * (11 / 21)),
      12,
    )
  })

  it('is 1 on one thread, never above threads or micro-batches or 1 / serial share, never below 1', () => {
    fc.assert(
      fc.property(shares, counts, counts, counts, (serialShare, microBatches, threads, more) => {
        const images = microBatches + more
        for (const question of [
          { serialShare, microBatches, threads },
          { serialShare, microBatches, threads, images },
        ]) {
          const speedup = predictSpeedup(question)
          expect(speedup).toBeLessThanOrEqual(Math.min(threads, microBatches) * (1 + 1e-12))
          expect(speedup * serialShare).toBeLessThanOrEqual(1 + 1e-12)
          expect(speedup).toBeGreaterThanOrEqual(1 - 1e-12)
          expect(predictSpeedup({ ...question, threads: 1 })).toBeCloseTo(1, 12)
        }
      }),
    )
  })
})

describe('serialShareOf', () => {
  it('is what one thread’s wall time has beside its work', () => {
    expect(serialShareOf({ wall: 100, busy: 98, longest: 98 })).toBeCloseTo(0.02, 12)
  })

  it('is of the one-thread step, however many threads measured it', () => {
    // Two threads of 49 each, and 2 serial.
    expect(serialShareOf({ wall: 51, busy: 98, longest: 49 })).toBeCloseTo(0.02, 12)
  })

  it('is 0 of nothing, and never negative where clocks disagree', () => {
    expect(serialShareOf({ wall: 0, busy: 0, longest: 0 })).toBe(0)
    expect(serialShareOf({ wall: 1, busy: 1.001, longest: 1.001 })).toBe(0)
  })
})
