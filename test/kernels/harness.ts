// What the kernel tests share: our backend with poisoned, guarded memory, seeded random tensors, and comparison within rounding error.
// Not here: the expected values (test/reference/).
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import '../../src/backend.js'
import { EyesWasmBackend } from '../../src/kernels/backend.js'

/** Half the distance from 1 to the next float32. */
export const unitRoundoff = 2 ** -24

const guardBytes = 64
const guardPattern = 0xa5

/**
 * Replaces the backend's memory functions: outputs, scratch and what is derived come filled with NaN (0xff), so that what is not written,
 * or read before it is written, shows; and each has a guard behind it, which is read after each call of a kernel.
 */
function guardMemory(backend: EyesWasmBackend): void {
  /** Guards, and the tensor that each lives as long as; scratch lives for one call. */
  let ends: { end: number; what: string; dataId?: object }[] = []
  const heap = () => backend.wasm.HEAPU8
  const guard = (start: number, bytes: number, what: string, dataId?: object) => {
    heap().fill(0xff, start, start + bytes)
    heap().fill(guardPattern, start + bytes, start + bytes + guardBytes)
    ends.push({ end: start + bytes, what, ...(dataId && { dataId }) })
  }
  const scratch = backend.scratch.bind(backend)
  backend.scratch = bytes => {
    bytes >>>= 0
    const start = scratch(bytes + guardBytes)
    // The one arena: what its last user had behind it is gone.
    ends = ends.filter(block => block.dataId !== undefined)
    expect(start % 16).toBe(0)
    guard(start, bytes, `scratch of ${bytes} bytes`)
    return start
  }
  backend.output = (shape, dtype) => {
    const bytes = tf.util.sizeFromShape([...shape]) * 4
    const start = backend.wasm._malloc(bytes + guardBytes) >>> 0
    const output = backend.makeOutput([...shape], dtype ?? 'float32', start)
    guard(start, bytes, `output [${shape.join(', ')}]`, output.dataId)
    return output
  }
  const derived = backend.derived.bind(backend)
  backend.derived = (tensor, name, compute) =>
    derived(tensor, name, () => {
      const { bytes, fill } = compute()
      const guardAndFill = (at: number) => {
        guard(at, bytes, `derived ${name}`, tensor.dataId)
        fill(at)
      }
      return { bytes: bytes + guardBytes, fill: guardAndFill }
    })
  // What is freed is no longer ours to read.
  const disposeData = backend.disposeData.bind(backend)
  backend.disposeData = (dataId, force) => {
    const isFreed = disposeData(dataId, force)
    if (isFreed) ends = ends.filter(block => block.dataId !== dataId)
    return isFreed
  }
  const checkGuards = (kernel: string) => {
    const broken = ends.filter(({ end }) =>
      heap()
        .subarray(end, end + guardBytes)
        .some(byte => byte !== guardPattern),
    )
    ends = ends.filter(block => block.dataId !== undefined && !broken.includes(block))
    if (broken.length > 0)
      throw new Error(`${kernel} writes behind the end of ${broken.map(b => b.what).join(' and ')}`)
  }
  type Kernel = (...args: number[]) => number
  const guarded = (name: string, run: Kernel): Kernel => {
    return (...args) => {
      const result = run(...args)
      checkGuards(name)
      return result
    }
  }
  const exports = Object.entries(backend.kernels as unknown as Record<string, Kernel>)
  const isQuestion = (name: string) => /(Scratch|Bytes)$/.test(name)
  const kernels = exports.map(([name, run]) => [name, isQuestion(name) ? run : guarded(name, run)])
  Object.defineProperty(backend, 'kernels', { value: Object.fromEntries(kernels) })
}

/** The backend in use, which must be ours. */
export function ourBackend(): EyesWasmBackend {
  const backend = tf.backend()
  if (!(backend instanceof EyesWasmBackend)) throw new Error(`backend is ${tf.getBackend()}, wanted eyes-wasm`)
  return backend
}

/** Selects backend eyes-wasm, guarded, for the tests of a file. */
export function useBackend(): void {
  beforeAll(async () => {
    await tf.setBackend('eyes-wasm')
    guardMemory(ourBackend())
  })
}

/** xorshift32; good enough to fill tensors. */
export class Random {
  #state: number
  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 0x9e3779b1) | 1
  }
  /** Uniform in [0, 1). */
  next(): number {
    let s = this.#state
    s ^= s << 13
    s ^= s >>> 17
    s ^= s << 5
    this.#state = s
    return (s >>> 0) / 2 ** 32
  }
  pick<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.next() * choices.length)]!
  }
  /** Uniform float32 numbers in [-scale, scale). */
  floats(size: number, scale = 1): Float32Array {
    return Float32Array.from({ length: size }, () => (2 * this.next() - 1) * scale)
  }
}

/** Seed of every random test; EYES_TEST_SEED tries another. */
const seed = Number(process.env.EYES_TEST_SEED ?? 1)

/** A test that draws random numbers, frees its tensors, and says on failure how to run it again. */
export function itRandom(name: string, test: (random: Random) => void): void {
  it(name, () => {
    try {
      tf.tidy(() => test(new Random(seed)))
    } catch (error) {
      const { currentTestName, testPath } = expect.getState()
      const file = testPath?.replaceAll('\\', '/').split('/').slice(-3).join('/')
      const filter = currentTestName?.split(' > ').join(' ')
      const again = `seed ${seed}; again with: EYES_TEST_SEED=${seed} npx vitest run ${file} -t '${filter}'`
      if (error instanceof Error) error.message += `\n${again}`
      throw error
    }
  })
}

/**
 * Bound on the error of a float32 sum of n products, as a share of the sum of their absolute values: with probability 1 - 3e-8 an
 * element stays within 6 sqrt(n) u, u = 2^-24 (Higham & Mary, "A new approach to probabilistic rounding error analysis", SIAM J. Sci.
 * Comput. 41, 2019, theorem 2.4 with lambda = 6). Two roundings more for the product and what follows it. Must be smaller than half a
 * typical term, 1 / 2n: otherwise a missing product would go unseen, and the test would be worthless.
 */
export function sumBound(n: number): number {
  const bound = 6 * Math.sqrt(n + 2) * unitRoundoff
  expect(bound).toBeLessThan(1 / (2 * n))
  return bound
}

/** Largest of |actual - expected| / (bound * magnitude), elementwise; NaN counts as infinite. Every element is looked at. */
export function worst(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  bound: number,
  magnitude: ArrayLike<number>,
): number {
  expect(actual.length).toBe(expected.length)
  expect(actual.length).toBeGreaterThan(0)
  let largest = 0
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!)
    const share = error === 0 ? 0 : error / (bound * magnitude[i]!)
    if (!(share <= largest)) largest = Number.isNaN(share) ? Infinity : share
  }
  return largest
}

/** Fails unless each element is within bound * magnitude of the expected one. */
export function expectWithin(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  bound: number,
  magnitude: ArrayLike<number>,
  what: string,
): void {
  expect(worst(actual, expected, bound, magnitude), `${what}: error over bound`).toBeLessThanOrEqual(1)
}

export const absolute = (values: ArrayLike<number>) => Float64Array.from(values, Math.abs)

/** The largest absolute value, for every element: the magnitude of an error that does not depend on the element's own size. */
export const everywhere = (value: number, size: number) => new Float64Array(size).fill(value)
