// The shared memory of a training: one WebAssembly.Memory that every thread maps and shared.wasm computes on. Its layout is owned
// here. Only the trainer's thread writes parameters, moments and order; each gradient slot has one writer at a time.

export interface MemoryLayout {
  /** float32 elements in the parameter vector. */
  readonly parameterCount: number
  /** Images in the data set: length of an epoch's order. */
  readonly imageCount: number
  /** Micro-batches of a batch, at most. */
  readonly slotCount: number
}

/** Byte offsets. All regions are 64-byte aligned: no two threads write one cache line. */
export interface Regions {
  readonly parameters: number // float32 [parameterCount]
  readonly firstMoment: number // float32 [parameterCount]
  readonly secondMoment: number // float32 [parameterCount]
  readonly gradient: number // float32 [parameterCount]
  readonly slotWeights: number // float32 [slotCount]
  readonly order: number // int32 [imageCount]
  readonly slots: number // float32 [slotCount, parameterCount], slots back to back
  readonly bytes: number
}

const align = (offset: number) => Math.ceil(offset / 64) * 64
const page = 65536

export function regions({ parameterCount, imageCount, slotCount }: MemoryLayout): Regions {
  let end = 64 // address 0 stays free: it means "none" in the kernels
  const take = (elements: number) => {
    const start = end
    end = align(end + 4 * elements)
    return start
  }
  return {
    parameters: take(parameterCount),
    firstMoment: take(parameterCount),
    secondMoment: take(parameterCount),
    gradient: take(parameterCount),
    slotWeights: take(slotCount),
    order: take(imageCount),
    slots: take(slotCount * parameterCount),
    get bytes() {
      return end
    },
  }
}

/** Zero-filled memory of the layout's size; it never grows, so views of it stay good. */
export function createMemory(layout: MemoryLayout): WebAssembly.Memory {
  const pages = Math.ceil(regions(layout).bytes / page)
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
}
