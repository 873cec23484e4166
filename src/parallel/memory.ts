// The shared memory of a training: one WebAssembly.Memory that every thread maps and shared.wasm computes on. Its layout is owned
// here. Each gradient slot and each range of parameters has one writer at a time; the order is the trainer's thread's alone.
import { EyesWasmError } from '../errors.js'

export interface MemoryLayout {
  /** float32 elements in the parameter vector. */
  readonly parameterCount: number
  /** float32 elements in the state vector; 0 where it is left out. */
  readonly stateCount?: number
  /** Examples in the data set: length of an epoch's order. */
  readonly exampleCount: number
  /** Micro-batches of a batch, at most. */
  readonly slotCount: number
  /** Whether an average of the weights is kept beside them. */
  readonly average?: boolean
}

/** Byte offsets. All regions are 64-byte aligned: no two threads write one cache line. */
export interface Regions {
  readonly parameters: number // float32 [parameterCount]
  readonly firstMoment: number // float32 [parameterCount]
  readonly secondMoment: number // float32 [parameterCount]
  readonly average: number // float32 [parameterCount], or empty where the layout has none; right behind the moments
  readonly state: number // float32 [stateCount]: what the loss itself changes; right behind the average
  readonly gradient: number // float32 [parameterCount]
  readonly squares: number // float64 [ceil(parameterCount / normBlock)], sums of the gradient's squares
  readonly slotWeights: number // float32 [slotCount]
  readonly next: number // int32 [1], the next micro-batch that no thread has taken yet
  readonly order: number // int32 [exampleCount]
  readonly slots: number // float32 [slotCount, slotStrideOf(layout)]: a gradient, and the state that its micro-batch left
  readonly pulses: number // int32 [slotCount, lineFloats]: a share's signs of life, and the micro-batch it is at
  readonly kept: number // parameters, both moments, the average and the state as they were before the update under way
  readonly bytes: number
}

/** float32 elements of a cache line. */
export const lineFloats = 16
const align = (offset: number) => Math.ceil(offset / 64) * 64
const page = 65536
/** Pages that 32-bit addresses reach. */
const mostPages = 65536

/** float32 elements of so many, with the rest of the last cache line. */
export const slotStride = (elements: number) => Math.ceil(elements / lineFloats) * lineFloats

/** float32 elements from one micro-batch's slot to the next. */
export const slotStrideOf = ({ parameterCount, stateCount = 0 }: MemoryLayout) =>
  slotStride(parameterCount + stateCount)

/** Values whose squares are summed together for the gradient's norm: a multiple of the cache line. Decides the norm's last bits. */
export const normBlock = 1024

/**
 * Range `index` of `count` of a vector: whole cache lines (or other `unit`s) but for the vector's end, in shares that differ by one of them at
 * most.
 */
export function lineRange(size: number, count: number, index: number, unit = lineFloats): [from: number, to: number] {
  const lines = Math.ceil(size / unit)
  const at = (i: number) => Math.min(size, unit * Math.floor((lines * i) / count))
  return [at(index), at(index + 1)]
}

export function regions(layout: MemoryLayout): Regions {
  const { parameterCount, stateCount = 0, exampleCount, slotCount, average = false } = layout
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
    average: take(average ? parameterCount : 0),
    state: take(stateCount),
    gradient: take(parameterCount),
    squares: take(2 * Math.ceil(parameterCount / normBlock)),
    slotWeights: take(slotCount),
    next: take(1),
    order: take(exampleCount),
    slots: take(slotCount * slotStrideOf(layout)),
    // A step is cut into no more shares than micro-batches.
    pulses: take(slotCount * lineFloats),
    kept: take((average ? 4 : 3) * slotStride(parameterCount) + slotStride(stateCount)),
    get bytes() {
      return end
    },
  }
}

/** What a thread at work on a share of a step lets be seen, int32 of its line of `pulses`. */
export const pulse = {
  /** Raised after each part of a micro-batch. */
  beat: 0,
  /** The micro-batch under way, or -1. */
  slot: 1,
} as const

/**
 * Zero-filled memory of the layout's size; it never grows, so views of it stay good.
 * @throws MODEL for a model that is too large for one WebAssembly memory, or for the machine
 */
export function createMemory(layout: MemoryLayout): WebAssembly.Memory {
  const pages = Math.ceil(regions(layout).bytes / page)
  const size = `${((pages * page) / 2 ** 30).toFixed(1)} GiB`
  const found = `shared memory: found ${layout.parameterCount} parameters, which take ${size} in training`
  if (pages > mostPages)
    throw new EyesWasmError(
      'MODEL',
      `${found}, wanted ${(mostPages * page) / 2 ** 30} GiB at most. Train a smaller model.`,
    )
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const cure = 'Train a smaller model, or on a machine with more memory.'
    throw new EyesWasmError('MODEL', `${found}, but the system gave no ${size} (${why}). ${cure}`, { cause: error })
  }
}
