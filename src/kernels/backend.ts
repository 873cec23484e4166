// The tfjs backend `eyes-wasm`: tfjs-backend-wasm with its memory shared by our kernels. This file owns memory: addresses of
// tensors, outputs, and one scratch arena. Which kernels exist is register.ts; the arithmetic is in assembly/.
import type { DataType, KernelConfig, TensorInfo } from '@tensorflow/tfjs-core'
import { BackendWasm } from '@tensorflow/tfjs-backend-wasm/dist/backend_wasm.js'
import { checkedModules } from './checked-modules.js'
import { instantiateKernels, type KernelExports, type Pointer } from '../wasm/kernels.js'
import { instantiateTfjsWasm, type TfjsWasm } from './tfjs-wasm.js'

/** No underscore: tfjs splits its kernel keys on it. */
export const backendName = 'eyes-wasm'

/** Bytes at the start of the arena for a geometry record and other small arguments. */
const recordBytes = 256
const alignment = 16
/** Emscripten's sbrk takes a signed size: a block of 2 GiB or more would shrink the heap, and come back as if it were there. */
const largestBlock = 2 ** 31

export class EyesWasmBackend extends BackendWasm {
  readonly kernels: KernelExports
  readonly #memory: WebAssembly.Memory
  /** What tfjs's allocator gave, and the aligned start within it. */
  #block: Pointer = 0
  #arena: Pointer = 0
  #arenaBytes = 0

  private constructor(tfjs: TfjsWasm, kernels: WebAssembly.Module) {
    super(tfjs.module)
    this.#memory = tfjs.memory
    this.kernels = instantiateKernels(kernels, tfjs.memory)
    this.scratch(1 << 20)
  }

  static async create(): Promise<EyesWasmBackend> {
    const modules = await checkedModules()
    return new EyesWasmBackend(await instantiateTfjsWasm(modules.tfjs), modules.kernels)
  }

  /** Address of a tensor's first element. Addresses stay; typed array views die whenever the memory grows. */
  address(tensor: TensorInfo): Pointer {
    return this.dataIdMap.get(tensor.dataId).memoryOffset
  }

  /** A new tensor of the given shape, contents undefined. */
  output(shape: readonly number[], dtype: DataType = 'float32'): TensorInfo {
    return this.makeOutput([...shape], dtype)
  }

  /** A view of a float32 tensor, good until the next allocation. */
  floats(tensor: TensorInfo): Float32Array {
    return this.typedArrayFromHeap(tensor) as Float32Array
  }

  /** A copy of `count` float64 values at an address. */
  doubles(at: Pointer, count: number): Float64Array {
    return new Float64Array(this.#memory.buffer, at, count).slice()
  }

  /** Address of a record of int32 fields, good until the next call of `record` or `scratch`. */
  record(fields: readonly number[]): Pointer {
    new Int32Array(this.#memory.buffer, this.#arena, fields.length).set(fields)
    return this.#arena
  }

  /**
   * Address of at least `bytes` of scratch memory, 16-byte aligned, good for one kernel call. One arena serves all kernels: it
   * grows to the largest need of a model in its first step and stays.
   */
  scratch(bytes: number): Pointer {
    bytes >>>= 0 // what a kernel asks for comes as a signed number
    if (bytes + recordBytes > this.#arenaBytes) {
      const wanted = bytes + recordBytes + alignment
      this.wasm._free(this.#block)
      this.#arenaBytes = 0
      this.#block = wanted < largestBlock ? this.wasm._malloc(wanted) >>> 0 : 0
      if (this.#block === 0) throw new Error(`eyes-wasm backend: no memory left for ${bytes} bytes of scratch`)
      this.#arena = Math.ceil(this.#block / alignment) * alignment
      this.#arenaBytes = bytes + recordBytes
    }
    return this.#arena + recordBytes
  }

  /** Size of the WASM memory in bytes, for tests and for the memory report. */
  get memoryBytes(): number {
    return this.#memory.buffer.byteLength
  }
}

/** What a kernel function of ours receives. */
export interface KernelCall<Inputs extends string, Attrs = object> {
  inputs: Record<Inputs, TensorInfo>
  attrs: Attrs
  backend: EyesWasmBackend
}

/** A kernel of ours as tfjs's registry wants it. */
export function kernel<Inputs extends string, Attrs>(
  kernelName: string,
  compute: (call: KernelCall<Inputs, Attrs>) => TensorInfo | TensorInfo[],
): KernelConfig {
  return { kernelName, backendName, kernelFunc: compute as unknown as KernelConfig['kernelFunc'] }
}
