// The noise of figures against the slow reference, and that it is a pure function of its arguments.
import { describe, expect, it } from 'vitest'
import { openGaussian } from '../../src/experiments/gaussian.js'
import { streams } from '../../src/random/philox.js'
import { randomNormal } from '../reference/random-normal.js'

describe('gaussian', () => {
  it.each([
    [1, 0, 0],
    [17, 5, 227],
    [20_000, 2 ** 40 + 3, 1475],
  ])('%i numbers of seed %i, index %i are those of the reference', async (size, seed, index) => {
    const gaussian = await openGaussian()
    const wanted = randomNormal(size, index, 0, streams.figure, seed)
    const found = gaussian(size, seed, index)
    expect(found.length).toBe(size)
    expect(Math.max(...found.map((value, i) => Math.abs(value - wanted[i]!)))).toBeLessThan(2e-6)
  })

  it('a shorter request is the start of a longer one; seeds, indices and streams differ', async () => {
    const gaussian = await openGaussian()
    const noise = gaussian(100, 1, 2)
    expect(gaussian(40_000, 1, 2).subarray(0, 100)).toEqual(noise)
    expect(gaussian(100, 1, 2)).toEqual(noise)
    for (const other of [gaussian(100, 2, 2), gaussian(100, 1, 3), gaussian(100, 1, 2, streams.noise)])
      expect(other).not.toEqual(noise)
  })
})
