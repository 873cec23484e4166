// dist/shared.wasm over a shared memory of its own, for the tests of Adam and Reduce: blocks are poisoned with NaN and guarded.
import { beforeAll, expect } from 'vitest'
import { compileSharedModule } from '../../src/wasm/modules.js'
import { instantiateShared, type SharedExports } from '../../src/wasm/shared.js'

const guardFloats = 4
const guardValue = 12345

export class SharedBench {
  kernels!: SharedExports
  readonly #memory = new WebAssembly.Memory({ initial: 16, maximum: 65536, shared: true })
  #top = 64
  #guards: number[] = []

  /** Call once at the top of a test file. */
  static use(): SharedBench {
    const bench = new SharedBench()
    beforeAll(async () => {
      bench.kernels = instantiateShared(await compileSharedModule(), bench.#memory)
    })
    return bench
  }

  /** Frees everything. */
  clear(): void {
    this.#top = 64
    this.#guards = []
  }

  /** Address of `values`, 4-byte aligned, as a parameter's place in the flat vector may be. */
  put(values: ArrayLike<number>): number {
    const address = this.#top
    const end = address + 4 * values.length
    expect(end + 64).toBeLessThan(this.#memory.buffer.byteLength)
    this.view(address, values.length).set(values)
    this.view(end, guardFloats).fill(guardValue)
    this.#guards.push(end)
    this.#top = end + 4 * guardFloats
    return address
  }

  view(address: number, size: number): Float32Array {
    return new Float32Array(this.#memory.buffer, address, size)
  }

  checkGuards(): void {
    for (const end of this.#guards)
      expect([...this.view(end, guardFloats)]).toEqual(Array(guardFloats).fill(guardValue))
  }
}
