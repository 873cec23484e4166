// Which images are held out: how many, of which classes, by which seed; the limit first.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { heldOutCount, splitImages } from '../../src/data/split.js'

const labelsOf = (count: number, classOf: (id: number) => number) =>
  Int32Array.from({ length: count }, (_, id) => classOf(id))
const whole = { limit: null, seed: 0 }

describe('splitImages', () => {
  it('parts the images in two, each ascending', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 300 }),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(),
        (count, valSplit, classes, seed) => {
          const labels = labelsOf(count, id => (id * id) % classes)
          const { training, heldOut } = splitImages({ count, labels }, { limit: null, valSplit, seed })
          expect(heldOut).toHaveLength(heldOutCount(count, valSplit))
          expect(Math.min(training.length, heldOut.length)).toBeGreaterThan(0)
          expect([...training, ...heldOut].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, id) => id))
          for (const ids of [training, heldOut]) expect(ids).toEqual(ids.slice().sort((a, b) => a - b))
          // Each class within one image of its share.
          for (let label = 0; label < classes; label++) {
            const all = labels.filter(value => value === label).length
            const out = heldOut.filter(id => labels[id] === label).length
            expect(Math.abs(out - (all * heldOut.length) / count)).toBeLessThan(1)
          }
        },
      ),
    )
  })

  it('holds nothing out for a share of 0, and trains on the first images of a limit', () => {
    expect(splitImages({ count: 5, labels: null }, { ...whole, valSplit: 0 })).toEqual({
      training: Int32Array.of(0, 1, 2, 3, 4),
      heldOut: new Int32Array(0),
    })
    const { training, heldOut } = splitImages({ count: 100, labels: null }, { ...whole, limit: 10, valSplit: 0.3 })
    expect([training.length, heldOut.length, Math.max(...training, ...heldOut)]).toEqual([7, 3, 9])
    // The images behind the limit, and their labels, do not matter.
    const labels = labelsOf(100, id => (id < 10 ? 0 : id))
    expect(splitImages({ count: 100, labels }, { ...whole, limit: 10, valSplit: 0.3 })).toEqual({ training, heldOut })
  })

  it('is drawn by the seed, and spreads over the images', () => {
    const of = (seed: number) => splitImages({ count: 100, labels: null }, { limit: null, seed, valSplit: 0.1 }).heldOut
    expect(of(1)).toEqual(of(1))
    expect(of(1)).not.toEqual(of(2))
    const times = new Float64Array(100)
    for (let seed = 0; seed < 500; seed++) for (const id of of(seed)) times[id]!++
    // 500 draws of probability 0.1: 50 with a standard deviation of 6.7.
    expect(Math.min(...times)).toBeGreaterThan(50 - 6 * 6.7)
    expect(Math.max(...times)).toBeLessThan(50 + 6 * 6.7)
  })
})
