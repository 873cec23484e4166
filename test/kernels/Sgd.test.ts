// Gradient descent's update against a float64 reference of PyTorch's definition, over 50 steps, at sizes around the lanes.
import { describe, expect } from 'vitest'
import { referenceSgd, sgdState } from '../reference/sgd.js'
import { itRandom, unitRoundoff } from './harness.js'
import { SharedBench } from './shared-memory.js'

const bench = SharedBench.use()
const sizes = [1, 2, 3, 4, 5, 7, 8, 9, 63, 64, 65]
const lr = 0.01
const rules = [
  { momentum: 0, nesterov: false, weightDecay: 0 },
  { momentum: 0.9, nesterov: false, weightDecay: 0 },
  { momentum: 0.9, nesterov: true, weightDecay: 0.05 },
  { momentum: 0, nesterov: false, weightDecay: 0.05 },
]

describe.each(rules)('momentum $momentum, nesterov $nesterov, decay $weightDecay', rule => {
  const { momentum, nesterov, weightDecay } = rule
  const place = (start: Float32Array) => ({ p: bench.put(start), v: bench.put(new Float32Array(start.length)) })
  const update = (at: { p: number; v: number }, gradient: Float32Array) =>
    bench.kernels.sgd(at.p, at.v, bench.put(gradient), gradient.length, lr, momentum, weightDecay, nesterov ? 1 : 0)

  itRandom('follows the float64 reference', random => {
    for (const size of sizes) {
      bench.clear()
      const start = random.floats(size)
      const at = place(start)
      const state = sgdState(start)
      for (let step = 0; step < 50; step++) {
        const gradient = Float32Array.from({ length: size }, () => 0.5 + 0.5 * random.next())
        update(at, gradient)
        referenceSgd(state, gradient, { lr, ...rule })
      }
      // A velocity is at most 1.1 / (1 - momentum) and rounded some four times a step, which momentum keeps for 1 / (1 - momentum)
      // steps; a parameter stays below 1 + 50 lr 22 = 12 and is rounded at each of 50 steps.
      const kept = 1 / (1 - momentum)
      const bound = 50 * unitRoundoff * (lr * 8 * 2.2 * kept * kept + 12)
      expect(bound).toBeLessThan(lr)
      const p = bench.view(at.p, size)
      state.parameters.forEach((wanted, i) => expect(Math.abs(p[i]! - wanted), `size ${size}`).toBeLessThan(bound))
      expect(Math.abs(p[0]! - start[0]!)).toBeGreaterThan(10 * lr)
      bench.checkGuards()
    }
  })

  itRandom('an element is the same wherever it stands', random => {
    bench.clear()
    const [start, gradient] = [random.floats(9), random.floats(9)]
    const [whole, single] = [place(start), place(start.subarray(6, 7))]
    for (let step = 0; step < 3; step++) {
      update(whole, gradient)
      update(single, gradient.subarray(6, 7))
    }
    expect(bench.view(whole.p, 9)[6]).toBe(bench.view(single.p, 1)[0])
  })
})
