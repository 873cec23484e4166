// The built module dist/kernels.wasm with a memory of its own, for tests that call a kernel without the backend around it.
import { readFileSync } from 'node:fs'

const bytes = readFileSync(new URL('../../dist/kernels.wasm', import.meta.url))
const compiled = new WebAssembly.Module(bytes)

type Kernel = (...args: number[]) => number

/** A bump allocator over one memory. Blocks start 8-byte aligned, as tfjs's do, with a guard behind each that `checkGuards` reads. */
export class KernelBench {
  private readonly memory = new WebAssembly.Memory({ initial: 1 })
  private readonly exports = new WebAssembly.Instance(compiled, { env: { memory: this.memory } }).exports
  private readonly guards: number[] = []
  private top = 1024

  kernel(name: string): Kernel {
    const found = this.exports[name]
    if (typeof found !== 'function') throw new Error(`dist/kernels.wasm has no ${name}; run npm run build:wasm`)
    return found as Kernel
  }

  /** Reserves bytes, filled with NaN patterns (0xff) so that what is not written, or read too early, shows. Odd multiples of 8. */
  reserve(byteLength: number): number {
    const pointer = Math.ceil(this.top / 16) * 16 + 8
    const end = pointer + byteLength
    this.top = end + 16
    const missing = this.top - this.memory.buffer.byteLength
    if (missing > 0) this.memory.grow(Math.ceil(missing / 65536))
    new Uint8Array(this.memory.buffer, pointer, byteLength + 16).fill(0xff)
    this.guards.push(end)
    return pointer
  }

  putFloats(values: ArrayLike<number>): number {
    const pointer = this.reserve(values.length * 4)
    new Float32Array(this.memory.buffer, pointer, values.length).set(values)
    return pointer
  }

  floats(pointer: number, count: number): Float32Array {
    return new Float32Array(this.memory.buffer.slice(pointer, pointer + count * 4))
  }

  doubles(pointer: number, count: number): Float64Array {
    return new Float64Array(this.memory.buffer.slice(pointer, pointer + count * 8))
  }

  /** Whether each reserved block was left untouched behind its end. */
  guardsHold(): boolean {
    return this.guards.every(end => new Uint8Array(this.memory.buffer, end, 16).every(byte => byte === 0xff))
  }
}
