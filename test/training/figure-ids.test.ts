// Which images the pictures show.
import { describe, expect, it } from 'vitest'
import { figureIds } from '../../src/training/figure-ids.js'

describe('figureIds', () => {
  it("starts with the report's ids and spreads the others", () => {
    expect(figureIds(1476)).toEqual([3, 227, 841, 1475, 184, 553, 922, 1291])
  })

  it('passes over ids beyond the source', () => {
    expect(figureIds(300).slice(0, 2)).toEqual([3, 227])
    expect(figureIds(300)).toHaveLength(8)
    expect(figureIds(3).toSorted()).toEqual([0, 1, 2])
  })

  it.each([1, 2, 4, 5, 7, 8, 9, 228, 842, 1475, 2000])('gives different ids of %i images', count => {
    const ids = figureIds(count)
    expect(new Set(ids).size).toBe(Math.min(8, count))
    expect(ids.every(id => Number.isInteger(id) && id >= 0 && id < count)).toBe(true)
  })
})
