// What an example's training step costs, from the kernels that a probe ran: their names and shapes alone, never a clock. Decides with the batch how it is
// cut (parallel/micro-batches.ts), and so the last bits of a result.
import type { Cut } from '../parallel/executor.js'
import { microBatchCount, mostSlots, tapeExamples } from '../parallel/micro-batches.js'
import { type ExampleCost, sizeOf } from './protocol.js'

/** A kernel's run, as tf.profile tells of it. */
export interface KernelRun {
  readonly name: string
  readonly inputShapes: readonly (readonly number[])[]
  readonly outputShapes: readonly (readonly number[])[]
  readonly totalBytesSnapshot: number
}

/**
 * Multiplications that take as long as a pass over one element: it is read and written in memory, one of them a few nanoseconds, while a product
 * of a convolution takes a fraction of one.
 */
const elementFlop = 16
/**
 * How much longer a multiplication takes than in the convolutions that micro-batches.ts's least arithmetic is for: tfjs's small kernels, dense layers and what stands
 * between them do not come near those. So a micro-batch of a user's model is worth its bookkeeping with less of it.
 */
const slowness = 8
/** Least examples of a micro-batch whose loss takes statistics over them: a batch normalisation of fewer says little. */
const leastForState = 16

/** Multiplications and additions of one kernel's run. */
export function kernelFlop({ name, inputShapes, outputShapes }: Omit<KernelRun, 'totalBytesSnapshot'>): number {
  const [a = [], b = []] = inputShapes
  const output = outputShapes[0] ?? []
  const [sizeA, sizeB, out] = [a, b, output].map(sizeOf) as [number, number, number]
  if (/FilterGrad|BackpropFilter/.test(name)) {
    // x, dy -> [kh, kw, in, out], or depthwise [kh, kw, in, multiplier].
    return /Depthwise/.test(name) ? 2 * sizeB * sizeOf(output.slice(0, 2)) : (2 * sizeB * out) / (output.at(-1) ?? 1)
  }
  if (/BackpropInput|InputGrad/.test(name)) {
    // dy, filter -> dx.
    return /Depthwise/.test(name) ? 2 * sizeA * sizeOf(b.slice(0, 2)) : (2 * sizeA * sizeB) / (b.at(-1) ?? 1)
  }
  if (/DepthwiseConv2d|DepthwiseConv2D/.test(name)) return 2 * out * sizeOf(b.slice(0, 2))
  if (/Conv[23]D/.test(name)) return (2 * out * sizeB) / (b.at(-1) ?? 1)
  if (/MatMul/.test(name) && output.length >= 2) {
    // Of [B, m, k] and [B, k, n] in either orientation: |a| |b| / |out| is B k^2.
    const batch = sizeOf(output.slice(0, -2))
    return 2 * out * Math.sqrt((sizeA * sizeB) / Math.max(1, out * batch))
  }
  return elementFlop * Math.max(out, sizeA, sizeB)
}

/** The cost of one of `examples` examples; `idleBytes` are there without them. */
export function exampleCost(kernels: readonly KernelRun[], examples: number, idleBytes: number): ExampleCost {
  const flop = kernels.reduce((sum, kernel) => sum + kernelFlop(kernel), 0)
  const peak = kernels.reduce((most, { totalBytesSnapshot }) => Math.max(most, totalBytesSnapshot), 0)
  return {
    flop: Math.max(1, Math.round(flop / examples)),
    bytes: Math.max(4, Math.round((peak - idleBytes) / examples)),
  }
}

export interface CutOptions {
  readonly cost: ExampleCost
  /** float32 elements of the parameter and state vectors. */
  readonly parameterCount: number
  readonly stateCount: number
  /** The user's own wish. */
  readonly microBatch?: number | undefined
}

/** How batches are cut: by the cost, or by the user's own size of a micro-batch. */
export function moduleCut({ cost, parameterCount, stateCount, microBatch }: CutOptions): Cut {
  const size = parameterCount + stateCount
  const exampleFlop = slowness * cost.flop
  if (microBatch !== undefined) {
    const count = (examples: number) =>
      Math.max(1, Math.floor(Math.min(Math.ceil(examples / microBatch), mostSlots(size))))
    return { exampleFlop, tapeExamples: microBatch, count }
  }
  const least = stateCount > 0 ? leastForState : 1
  return {
    exampleFlop,
    tapeExamples: Math.max(least, tapeExamples(cost.bytes)),
    count(examples) {
      let count = microBatchCount(examples, exampleFlop, size)
      while (count > 1 && examples / count < least) count /= 2
      return count
    },
  }
}
