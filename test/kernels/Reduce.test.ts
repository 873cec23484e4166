// Weighted sum of gradients against the float64 reference, at sizes around the lanes, for one to twenty slots.
import { describe, expect } from 'vitest'
import { reduce as reference } from '../reference/optimiser.js'
import { absolute, expectWithin, itRandom, type Random, sumBound } from './harness.js'
import { SharedBench } from './shared-memory.js'

const bench = SharedBench.use()

function run(slots: readonly Float32Array[], weights: Float32Array): Float32Array {
  bench.clear()
  const size = slots[0]!.length
  const from = bench.put(slots.flatMap(slot => [...slot]))
  const shares = bench.put(weights)
  const gradient = bench.put(new Float32Array(size).fill(NaN))
  bench.kernels.reduce(from, shares, gradient, slots.length, size, size)
  bench.checkGuards()
  return bench.view(gradient, size).slice()
}

const draw = (random: Random, count: number, size: number) => Array.from({ length: count }, () => random.floats(size))

describe('Reduce', () => {
  itRandom('is the weighted sum', random => {
    for (const size of [1, 2, 3, 4, 5, 6, 7, 8, 9, 63, 64, 65]) {
      for (const count of [1, 2, 3, 20]) {
        const [slots, weights] = [draw(random, count, size), random.floats(count)]
        const magnitude = reference(slots.map(absolute), absolute(weights), size)
        const wanted = reference(slots, weights, size)
        expectWithin(run(slots, weights), wanted, sumBound(count), magnitude, `size ${size}, ${count} slots`)
      }
    }
  })

  itRandom('adds in slot order, in float32', random => {
    const [slots, weights] = [draw(random, 9, 7), random.floats(9)]
    const wanted = Float32Array.from({ length: 7 }, (_, i) =>
      slots.map((slot, k) => Math.fround(slot[i]! * weights[k]!)).reduce((a, b) => Math.fround(a + b)),
    )
    expect(run(slots, weights)).toEqual(wanted)
  })
})
