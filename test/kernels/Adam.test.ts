// Adam's update against a float64 reference in PyTorch's order of operations, over 100 steps, at sizes around the lanes.
import { describe, expect } from 'vitest'
import { adam as reference, type AdamState } from '../reference/optimiser.js'
import { itRandom, unitRoundoff } from './harness.js'
import { SharedBench } from './shared-memory.js'

const bench = SharedBench.use()
const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 63, 64, 65]
const beta1 = 0.9
const beta2 = 0.999
const epsilon = 1e-8
const lr = 1e-3

interface Addresses {
  readonly p: number
  readonly m: number
  readonly v: number
  readonly g: number
  readonly size: number
}

function place(parameters: Float32Array): Addresses {
  const size = parameters.length
  const zeros = new Float32Array(size)
  return { p: bench.put(parameters), m: bench.put(zeros), v: bench.put(zeros), g: bench.put(zeros), size }
}

function update({ p, m, v, g, size }: Addresses, gradient: ArrayLike<number>, step: number): void {
  bench.view(g, size).set(gradient)
  const correction1 = 1 - beta1 ** step
  const rootCorrection2 = Math.sqrt(1 - beta2 ** step)
  bench.kernels.adam(p, m, v, g, size, beta1, 1 - beta1, beta2, 1 - beta2, epsilon, lr / correction1, rootCorrection2)
}

const stateOf = (parameters: Float32Array): AdamState => ({
  parameters: Float64Array.from(parameters),
  m: new Float64Array(parameters.length),
  v: new Float64Array(parameters.length),
})

describe('Adam', () => {
  itRandom('follows the float64 reference for 100 steps', random => {
    for (const size of sizes) {
      bench.clear()
      const start = random.floats(size)
      const at = place(start)
      const state = stateOf(start)
      // Gradients of one sign for most of the way, so that no moment cancels; magnitudes from 1e-6 to 1.
      const scales = Array.from({ length: size }, (_, i) => [1, 1e-2, 1e-4, 1e-6][i % 4]!)
      for (let step = 1; step <= 100; step++) {
        const gradient = Float32Array.from(scales, s => s * (0.6 + 0.8 * (random.next() - 0.5)))
        update(at, gradient, step)
        reference(state, gradient, step, lr, beta1, beta2, epsilon)
      }
      // A step: m gathers 3 u / (1 - beta1) = 30 u, v at most 4 u a step, 400 u, which its root halves; a few u for the rest. The
      // step's size is at most lr (positive gradients), and each of 100 subtractions rounds p, which stays below 1 + 100 lr.
      const bound = 100 * (240 * unitRoundoff * lr + 1.1 * unitRoundoff)
      expect(bound).toBeLessThan(lr / 100)
      const p = bench.view(at.p, size)
      state.parameters.forEach((wanted, i) =>
        expect(Math.abs(p[i]! - wanted), `size ${size}, ${i}`).toBeLessThan(bound),
      )
      expect(Math.abs(p[0]! - start[0]!)).toBeGreaterThan(50 * lr)
      bench.checkGuards()
    }
  })

  itRandom('moves by lr / (1 + epsilon / |g|) in the first step, whatever the gradient', () => {
    bench.clear()
    const gradient = Float32Array.from([1, -1, 1e-3, -1e-6, 1e-8, 1e-10, 0])
    const at = place(new Float32Array(gradient.length))
    update(at, gradient, 1)
    const moved = bench.view(at.p, gradient.length)
    gradient.forEach((g, i) => {
      const wanted = (-lr * g) / (Math.abs(g) + epsilon)
      expect(Math.abs(moved[i]! - wanted), `gradient ${g}`).toBeLessThanOrEqual(lr * 1e-6)
    })
    expect(moved.at(-1)).toBe(0)
  })

  itRandom('an element is the same wherever it stands', random => {
    bench.clear()
    const [start, gradient] = [random.floats(9), random.floats(9)]
    const whole = place(start)
    const single = place(start.subarray(6, 7))
    for (let step = 1; step <= 3; step++) {
      update(whole, gradient, step)
      update(single, gradient.subarray(6, 7), step)
    }
    expect(bench.view(whole.p, 9)[6]).toBe(bench.view(single.p, 1)[0])
  })

  itRandom('shows a NaN of the gradient', () => {
    bench.clear()
    const at = place(new Float32Array(5))
    update(at, [0, 0, 0, 0, NaN], 1)
    expect([...bench.view(at.p, 5)].map(v => Number.isNaN(v))).toEqual([false, false, false, false, true])
  })
})
