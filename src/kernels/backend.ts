// The tfjs backend `eyes-wasm`: tfjs-backend-wasm with its memory shared by our kernels. This file owns memory: addresses of
// tensors, outputs, and one scratch arena. Which kernels exist is register.ts; the arithmetic is in assembly/.
import { backend_util, type DataType, type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { BackendWasm } from '@tensorflow/tfjs-backend-wasm/dist/backend_wasm.js'
import { checkedModules } from './checked-modules.js'
import { instantiateKernels, type KernelExports, type Pointer } from '../wasm/kernels.js'
import { instantiateTfjsWasm, type TfjsWasm } from './tfjs-wasm.js'

/** No underscore: tfjs splits its kernel keys on it. */
export const backendName = 'eyes-wasm'

/** Bytes at the start of the arena for a geometry record and other small arguments. */
const recordBytes = 256
const alignment = 16
const derivedAlignment = 64
const alignUp = (block: Pointer): Pointer => Math.ceil(block / derivedAlignment) * derivedAlignment

/** The block that the allocator gave, and whether it holds what belongs to the tensor's present values. */
interface Derived {
  readonly block: Pointer
  isCurrent: boolean
}

/** A complex64 tensor's values: two float32 tensors of its shape, which are its own and nobody else's. */
export interface ComplexParts {
  readonly real: TensorInfo
  readonly imag: TensorInfo
}

export class EyesWasmBackend extends BackendWasm {
  readonly kernels: KernelExports
  readonly #memory: WebAssembly.Memory
  /** What tfjs's allocator gave, and the aligned start within it. */
  #block: Pointer = 0
  #arena: Pointer = 0
  #arenaBytes = 0
  /** What `derived` keeps, by tensor and name. */
  readonly #derived = new Map<object, Map<string, Derived>>()
  /** What the kernel that runs has made so far; see `attempt`. */
  #made: object[] = []
  /** The parts of each complex64 tensor; it has no values of its own. */
  readonly #parts = new Map<object, ComplexParts>()

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

  /** A kernel's result. When it throws, what it has made until then is freed first: its outputs, and what it put between. */
  attempt<Call, Result>(run: (call: Call) => Result, call: Call): Result {
    this.#made = []
    try {
      return run(call)
    } catch (error) {
      for (const dataId of this.#made) this.disposeData(dataId, true)
      throw error
    }
  }

  /** Every tensor that a kernel makes, ours or tfjs's, is made here. */
  override makeOutput(
    shape: number[],
    dtype: DataType,
    memoryOffset?: number,
    values?: backend_util.BackendValues,
  ): TensorInfo {
    const made = super.makeOutput(shape, dtype, memoryOffset, values)
    this.#made.push(made.dataId)
    return made
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
    if (this.#arenaBytes === 0) this.scratch(0) // the last one could not be had, and the one before is freed
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
      this.#block = 0
      this.#block = this.wasm._malloc(wanted)
      this.#arena = Math.ceil(this.#block / alignment) * alignment
      this.#arenaBytes = bytes + recordBytes
    }
    return this.#arena + recordBytes
  }

  /**
   * Address of something computed from a tensor alone, 64-byte aligned: computed at the first call, kept as long as the tensor. tfjs never
   * writes into a tensor that exists; who does calls `changed`.
   */
  derived(tensor: TensorInfo, name: string, compute: () => { bytes: number; fill: (at: Pointer) => void }): Pointer {
    let all = this.#derived.get(tensor.dataId)
    if (!all) this.#derived.set(tensor.dataId, (all = new Map<string, Derived>()))
    const known = all.get(name)
    if (known?.isCurrent) return alignUp(known.block)
    const { bytes, fill } = compute()
    const kept = known ?? { block: this.wasm._malloc(bytes + derivedAlignment), isCurrent: false }
    all.set(name, kept)
    fill(alignUp(kept.block))
    kept.isCurrent = true
    return alignUp(kept.block)
  }

  /**
   * Says that a tensor's values were written over: what was derived from it is computed again when it is next asked for. tfjs's own kernels keep weights
   * packed by the tensor's number (dense layers do), until the tensor is taken off their list.
   */
  changed(tensor: TensorInfo): void {
    const { id, memoryOffset, shape } = this.dataIdMap.get(tensor.dataId)
    this.wasm.tfjs.disposeData(id)
    this.wasm.tfjs.registerTensor(id, util.sizeFromShape(shape), memoryOffset)
    for (const kept of this.#derived.get(tensor.dataId)?.values() ?? []) kept.isCurrent = false
  }

  /** A complex64 tensor of two float32 tensors of one shape, which become its own: dispose of neither. */
  complex(real: TensorInfo, imag: TensorInfo): TensorInfo {
    // The record of a tensor without memory, as tfjs-backend-wasm makes it for strings; then what is special about it.
    const made = this.makeOutput(real.shape, 'string')
    this.dataIdMap.get(made.dataId).dtype = 'complex64'
    this.#parts.set(made.dataId, { real, imag })
    return { ...made, dtype: 'complex64' }
  }

  /** The two float32 tensors that hold a complex64 tensor's values, in its present shape. They are to be read only. */
  parts(tensor: TensorInfo): ComplexParts {
    this.dataIdMap.get(tensor.dataId) // brings it here from another backend
    const parts = this.#parts.get(tensor.dataId)
    if (!parts) throw new Error(`eyes-wasm backend: found a tensor of ${tensor.dtype}, wanted complex64`)
    const { shape } = tensor
    return { real: { ...parts.real, shape }, imag: { ...parts.imag, shape } }
  }

  /** tfjs hands a complex64 tensor of another backend over as pairs of real and imaginary parts. */
  override move(
    dataId: object,
    values: backend_util.BackendValues | null,
    shape: number[],
    dtype: DataType,
    refCount: number,
  ): void {
    if (dtype !== 'complex64') {
      super.move(dataId, values, shape, dtype, refCount)
      return
    }
    const { real, imag } = values
      ? backend_util.splitRealAndImagArrays(values as Float32Array)
      : { real: null, imag: null }
    super.move(dataId, null, shape, 'string', refCount)
    this.dataIdMap.get(dataId).dtype = dtype
    const part = (of: Float32Array | null) => this.makeOutput(shape, 'float32', undefined, of ?? undefined)
    this.#parts.set(dataId, { real: part(real), imag: part(imag) })
  }

  override readSync(dataId: object, start?: number, end?: number): backend_util.BackendValues {
    const { dtype } = this.dataIdMap.get(dataId)
    if (dtype !== 'complex64') return super.readSync(dataId, start, end)
    const { real, imag } = this.#parts.get(dataId)!
    const [re, im] = [real, imag].map(part => super.readSync(part.dataId, start, end) as Float32Array) as [
      Float32Array,
      Float32Array,
    ]
    return backend_util.mergeRealAndImagArrays(re, im)
  }

  override disposeData(dataId: object, force?: boolean): boolean {
    const isDisposed = super.disposeData(dataId, force)
    if (isDisposed && this.#parts.size > 0) {
      const parts = this.#parts.get(dataId)
      this.#parts.delete(dataId)
      if (parts) for (const { dataId: part } of [parts.real, parts.imag]) this.disposeData(part, true)
    }
    if (isDisposed) {
      for (const { block } of this.#derived.get(dataId)?.values() ?? []) this.wasm._free(block)
      this.#derived.delete(dataId)
    }
    return isDisposed
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

/** The function of a kernel of numbers, whatever its inputs and attributes are called. */
export type Compute = (call: KernelCall<string, Record<string, unknown>>) => TensorInfo | TensorInfo[]
