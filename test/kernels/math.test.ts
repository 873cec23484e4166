// exp, log, tanh, sine and cosine of assembly/inline/math.ts over their whole ranges, against the host's float64 functions. They are
// inlined in the kernels, so the test compiles a module of its own from assembly/testing/math.ts.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url))

type Elementwise = (x: number, y: number, size: number) => void
let memory: WebAssembly.Memory
let functions: Record<string, Elementwise>

beforeAll(async () => {
  // The compiler as a program: its types would change those of the whole project (they redefine Array.prototype.at).
  const file = path('build/test-math.wasm')
  const flags = '--runtime stub --noAssert --importMemory --use abort= --enable simd -O3 --outFile'.split(' ')
  const asc = path('node_modules/assemblyscript/bin/asc.js')
  execFileSync(process.execPath, [asc, path('assembly/testing/math.ts'), ...flags, file], { cwd: path('.') })
  memory = new WebAssembly.Memory({ initial: 32 })
  const { instance } = await WebAssembly.instantiate(readFileSync(file), { env: { memory } })
  functions = instance.exports as Record<string, Elementwise>
})

/** The function of each float32 in `x`. */
function evaluate(name: string, x: ArrayLike<number>): Float32Array {
  const size = (x.length + 3) & ~3
  const bytes = size * 4
  expect(16 + 2 * bytes).toBeLessThan(memory.buffer.byteLength)
  new Float32Array(memory.buffer, 16, size).fill(1).set(x)
  functions[name]!(16, 16 + bytes, size)
  return new Float32Array(memory.buffer.slice(16 + bytes, 16 + 2 * bytes)).subarray(0, x.length)
}

/** `count` float32 numbers from `low` to `high`, evenly spaced. */
const linear = (low: number, high: number, count: number) =>
  Float32Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1))

/** Every 8209th positive normal float32: all exponents, and, 8209 being prime, all kinds of mantissas. */
const allExponents = () => {
  const bits = Uint32Array.from(
    { length: Math.floor((0x7f800000 - 0x00800000) / 8209) },
    (_, i) => 0x00800000 + i * 8209,
  )
  return new Float32Array(bits.buffer)
}

/** Largest of |f(x) - exact(x)| / size(x). */
function largest(
  name: string,
  x: Float32Array,
  exact: (x: number) => number,
  size: (x: number, exact: number) => number,
) {
  expect(x.length).toBeGreaterThan(10_000)
  const y = evaluate(name, x)
  let worst = 0
  for (let i = 0; i < x.length; i++) {
    const wanted = exact(x[i]!)
    const error = Math.abs(y[i]! - wanted) / size(x[i]!, wanted)
    if (!(error <= worst)) worst = Number.isNaN(error) ? Infinity : error
  }
  return worst
}

const relative = (_: number, exact: number) => (exact === 0 ? Number.MIN_VALUE : Math.abs(exact))

// Each bound is a little above what was measured; half an ulp is 6e-8.
describe('inline math', () => {
  it('exp is within 1.5e-7 of itself from -87 to 88, and saturates beyond', () => {
    expect(largest('exp', linear(-87, 88, 200_000), Math.exp, relative)).toBeLessThan(1.5e-7)
    expect(largest('exp', linear(-1, 1, 200_000), Math.exp, relative)).toBeLessThan(1.5e-7)
    const [zero, low, lower, high, higher, none] = evaluate('exp', [0, -100, -Infinity, 100, Infinity, NaN])
    expect(zero).toBe(1)
    expect(low).toBe(lower)
    expect(Math.abs(low! / Math.exp(-87) - 1)).toBeLessThan(1e-6)
    expect(high).toBe(higher)
    expect(Math.abs(high! / Math.exp(88) - 1)).toBeLessThan(1e-6)
    expect(none).toBeNaN()
  })

  it('log is within 2.5e-7 of itself, of normal numbers of every size; around 1 as well', () => {
    expect(largest('log', allExponents(), Math.log, relative)).toBeLessThan(2.5e-7)
    expect(largest('log', linear(0.5, 2, 200_000), Math.log, relative)).toBeLessThan(2.5e-7)
    expect([...evaluate('log', [1])]).toEqual([0])
  })

  it('tanh is within 2.5e-7 of itself, of numbers of every size and sign', () => {
    for (const sign of [1, -1]) {
      const x = allExponents().map(v => sign * v)
      expect(largest('tanh', x, Math.tanh, relative)).toBeLessThan(2.5e-7)
      expect(largest('tanh', linear(0, 10 * sign, 200_000), Math.tanh, relative)).toBeLessThan(2.5e-7)
    }
    expect([...evaluate('tanh', [0, -0, Infinity, -Infinity, NaN])]).toEqual([0, -0, 1, -1, NaN])
  })

  it('tanh never leaves [-1, 1]', () => {
    expect(evaluate('tanh', linear(-20, 20, 200_000)).every(y => Math.abs(y) <= 1)).toBe(true)
  })

  it('sine and cosine of a quarter turn either way are within 1.5e-7', () => {
    const x = linear(-0.5, 0.5, 200_000)
    expect(largest('sin', x, r => Math.sin((Math.PI / 2) * r), relative)).toBeLessThan(1.5e-7)
    expect(largest('cos', x, r => Math.cos((Math.PI / 2) * r), relative)).toBeLessThan(1.5e-7)
  })
})
