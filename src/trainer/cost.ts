// What an example's training step costs, from the kernels that a probe ran: their names and shapes alone, never a clock. Decides with the batch how it is
// cut (parallel/micro-batches.ts), and so the last bits of a result.
import type { Cut } from '../parallel/executor.js'
import { mostSlots } from '../parallel/micro-batches.js'
import { type ExampleCost, sizeOf } from './protocol.js'

/** A kernel's run, as tf.profile tells of it. */
export interface KernelRun {
  readonly name: string
  readonly inputShapes: readonly (readonly number[])[]
  readonly outputShapes: readonly (readonly number[])[]
  readonly totalBytesSnapshot: number
}

// CPU milliseconds of a step on one thread, with its batch in 1, 2, 4 and 8 micro-batches (AMD EPYC, Node 24.21, 256-bit vectors, least of several runs):
//   mobilenet, 32 examples   90.6   92.3   99.6  118      u-net, 16    41.6  46.6  48.5  58.1
//   dense, 128                9.5   10.9   13.8   16.7    lenet, 128   11.9  12.9  13.4  16.3
// by `echo '{"do":"run","steps":50}' | node build/bench/trainer.js mobilenet 1 8`, whose last number is the examples of a micro-batch, after `npm run bench -- --only
// limits` has built it. The constants are a rough fit to them, at 80 GFLOP/s.

/** Multiplications that take as long as a pass over one element, which is read and written in memory: 0.4 ns. */
const elementFlop = 32
/** What a kernel costs besides: tfjs's tape, its tensor and the call, 5 us. */
const callFlop = 4e5
/** What a parameter costs in each micro-batch: its gradient is copied, checked and summed, 1 ns. */
const gradientFlop = 80
/** Times that cost which a micro-batch has to be worth: the first cut feeds a second thread, further ones only pay on machines with many. */
const worthOfTwo = 2
const worthOfMany = 8
/** How much faster the convolutions are that the engine's limits of time are for (parallel/watchdog.ts). */
const slowness = 2.5
/** Most memory for what a thread keeps of the examples on tfjs's tape. */
const mostTapeBytes = 256 * 2 ** 20
/** Least examples of a micro-batch whose loss takes statistics over them: a batch normalisation of fewer says little. */
const leastForState = 16

/** Kernels that answer the same values under another shape: nothing is moved. */
const views = new Set(['Cast', 'ExpandDims', 'Identity', 'Reshape'])

/** Multiplications and additions of one kernel's run. */
export function kernelFlop({ name, inputShapes, outputShapes }: Omit<KernelRun, 'totalBytesSnapshot'>): number {
  if (views.has(name)) return 0
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

/** A training step's kernels. */
export interface ProbedStep {
  readonly examples: number
  readonly kernels: readonly KernelRun[]
}

/** What a step costs, from one of few examples and one of more (where there are no more: as if all of it were theirs). */
export function exampleCost(few: ProbedStep, more: ProbedStep): ExampleCost {
  const [flop, moreFlop] = [few, more].map(({ kernels }) =>
    kernels.reduce((sum, kernel) => sum + kernelFlop(kernel), 0),
  ) as [number, number]
  const [bytes, moreBytes] = [few, more].map(({ kernels }) =>
    kernels.reduce((most, { totalBytesSnapshot }) => Math.max(most, totalBytesSnapshot), 0),
  ) as [number, number]
  const added = more.examples - few.examples
  const each = (first: number, second: number) => (added > 0 ? (second - first) / added : first / few.examples)
  const exampleFlop = Math.max(1, Math.round(each(flop, moreFlop)))
  return {
    flop: exampleFlop,
    stepFlop: Math.max(0, Math.round(flop - few.examples * exampleFlop)),
    kernels: more.kernels.length,
    bytes: Math.max(4, Math.round(each(bytes, moreBytes))),
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

/** Micro-batches that are worth their cost, a power of two so that 2, 4, 8 … threads get equal shares. Never falls as the examples grow in number. */
function worthwhile({ cost, parameterCount, stateCount }: CutOptions, examples: number, least: number): number {
  const size = parameterCount + stateCount
  const worth = (examples * cost.flop) / (cost.stepFlop + callFlop * cost.kernels + gradientFlop * size)
  const most = Math.min(
    Math.max(Math.min(2, worth / worthOfTwo), worth / worthOfMany),
    examples / least,
    mostSlots(size),
  )
  let count = 1
  while (2 * count <= most) count *= 2
  return count
}

/** How batches are cut: by the cost, or by the user's own size of a micro-batch. */
export function moduleCut(options: CutOptions): Cut {
  const { cost, parameterCount, stateCount, microBatch } = options
  const exampleFlop = slowness * cost.flop
  if (microBatch !== undefined) {
    const most = mostSlots(parameterCount + stateCount)
    const count = (examples: number) => Math.max(1, Math.floor(Math.min(Math.ceil(examples / microBatch), most)))
    return { exampleFlop, tapeExamples: microBatch, count }
  }
  const least = stateCount > 0 ? leastForState : 1
  return {
    exampleFlop,
    tapeExamples: Math.max(least, Math.floor(mostTapeBytes / cost.bytes)),
    count: examples => worthwhile(options, examples, least),
  }
}

/** Most examples that the loss is given at once in batches of `examples`: a micro-batch, or a part of one (parallel/tasks.ts). */
export function mostAtOnce(cut: Cut, examples: number): number {
  const microBatch = Math.ceil(examples / cut.count(examples))
  return Math.ceil(microBatch / Math.ceil(microBatch / cut.tapeExamples))
}
