// The average's step to the bit of the same float32 arithmetic in JavaScript, at sizes around the lanes, and what it tends to.
import { describe, expect } from 'vitest'
import { itRandom } from './harness.js'
import { SharedBench } from './shared-memory.js'

const bench = SharedBench.use()

describe('MovingAverage', () => {
  itRandom('average += rate (value - average), in float32', random => {
    for (const size of [1, 2, 3, 4, 5, 7, 8, 9, 63, 64, 65]) {
      bench.clear()
      const [average, values] = [random.floats(size), random.floats(size)]
      const [at, from] = [bench.put(average), bench.put(values)]
      bench.kernels.movingAverage(at, from, size, 0.25)
      const wanted = average.map((a, i) => a + Math.fround(0.25 * Math.fround(values[i]! - a)))
      expect(bench.view(at, size)).toEqual(wanted)
      expect(bench.view(from, size)).toEqual(values)
      bench.checkGuards()
    }
  })

  itRandom('stays where its values are, and comes to them', random => {
    bench.clear()
    const values = random.floats(9)
    const [same, other] = [bench.put(values), bench.put(new Float32Array(9))]
    const from = bench.put(values)
    for (let step = 0; step < 200; step++) {
      bench.kernels.movingAverage(same, from, 9, 0.1)
      bench.kernels.movingAverage(other, from, 9, 0.1)
    }
    expect(bench.view(same, 9)).toEqual(values)
    // 0.9^200 is 7e-10; what is left is where a tenth of the distance is lost in rounding.
    values.forEach((value, i) => expect(Math.abs(bench.view(other, 9)[i]! - value)).toBeLessThan(10 * 2 ** -24))
  })
})
