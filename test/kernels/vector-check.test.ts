// The check of the vector mode: it runs every kernel there is, finds nothing between two equal compilations, and finds a wrong one.
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { wrongWhenRevectorized } from '../../src/kernels/vector-check.js'
import * as wasmKernels from '../../src/wasm/kernels.js'
import { vectorMode, wideTiles } from '../../src/wasm/revectorize.js'

vi.mock('../../src/wasm/kernels.js', { spy: true })
const { instantiateKernels } = await vi.importActual<typeof wasmKernels>('../../src/wasm/kernels.js')
afterEach(() => void vi.mocked(wasmKernels.instantiateKernels).mockReset())

const bytes = readFileSync(new URL('../../dist/kernels.wasm', import.meta.url))
const [one, other] = [new WebAssembly.Module(bytes), new WebAssembly.Module(bytes)]

type Kernel = (...args: number[]) => number
type Kernels = Record<string, Kernel>

/** Lets `change` replace kernels of the instances of `module`. */
function alter(module: WebAssembly.Module, change: (right: Kernels) => Kernels): void {
  vi.mocked(wasmKernels.instantiateKernels).mockImplementation((compiled, memory) => {
    const right = instantiateKernels(compiled, memory) as unknown as Kernels
    const changed = compiled === module ? { ...right, ...change(right) } : right
    return changed as unknown as wasmKernels.KernelExports
  })
}

const names = WebAssembly.Module.exports(one)
  .filter(({ kind }) => kind === 'function')
  .map(({ name }) => name)

describe('wrongWhenRevectorized', () => {
  it('finds nothing between equal compilations, and leaves the mode as it was', () => {
    expect(wrongWhenRevectorized(one, other)).toEqual([])
    expect([vectorMode(), wideTiles()]).toEqual(['simd128', false])
  })

  it('runs every kernel that the module exports, in either mode, on little data', () => {
    const memories = new Set<WebAssembly.Memory>()
    let calls = 0
    const called = new Map<string, Set<boolean>>(names.map(name => [name, new Set()]))
    vi.mocked(wasmKernels.instantiateKernels).mockImplementation((compiled, memory) => {
      const right = instantiateKernels(compiled, memory) as unknown as Kernels
      memories.add(memory)
      const spied = names.map(name => [
        name,
        (...args: number[]) => {
          called.get(name)!.add(wideTiles())
          calls++
          return right[name]!(...args)
        },
      ])
      return Object.fromEntries(spied) as wasmKernels.KernelExports
    })
    expect(wrongWhenRevectorized(one, other)).toEqual([])
    const missed = names.filter(name => called.get(name)!.size === 0)
    expect(missed, 'add a case to src/kernels/check-cases.ts').toEqual([])
    // Records and scratch are made in the mode that the kernels then run in.
    for (const [name, modes] of called) expect([...modes].sort(), name).toEqual([false, true])
    // Workers wait for it: a check of some 70 ms. Its work is counted, as its time on a busy machine says nothing.
    const bytes = [...memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0)
    expect(calls).toBeLessThan(800)
    expect(bytes).toBeLessThan(100 * 2 ** 20)
  })

  it('finds one wrong bit', () => {
    alter(one, right => ({ klDivergence: (...args) => right.klDivergence!(...args) * (1 + 2 ** -52) }))
    expect(wrongWhenRevectorized(one, other)).toEqual(['KlDivergence'])
  })

  it('finds a kernel that does nothing, and one that computes something else', () => {
    alter(one, right => ({
      conv2DBackpropFilter: () => 0,
      // Leaves out the last element.
      tanh: (x, y, size) => right.tanh!(x, y, size - 1),
    }))
    expect(wrongWhenRevectorized(one, other)).toEqual(['Conv2DBackpropFilter', 'Tanh'])
  })

  it('finds what is wrong in both, against the plain loops', () => {
    vi.mocked(wasmKernels.instantiateKernels).mockImplementation((compiled, memory) => {
      const right = instantiateKernels(compiled, memory)
      return { ...right, reconstructionLoss: (...args) => 1.001 * right.reconstructionLoss(...args) }
    })
    expect(wrongWhenRevectorized(one, other)).toEqual(['ReconstructionLoss'])
  })
})
