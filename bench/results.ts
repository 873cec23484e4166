// What a bench run found, as plain data: the JSON file's shape, and all that the printed tables are made of. Reading a file: files.ts.
import type { Shares } from './cores.js'

/** Milliseconds of one repetition, over `samples` of them. */
export interface Timing {
  readonly min: number
  readonly median: number
  /** Half the distance between the first and third quartile. */
  readonly spread: number
  readonly samples: number
  /** CPU time used, as a share of the wall time of the cores that were meant to be busy: mean of the runs. */
  readonly cpuShare: number
  /** Each run of samples: its shares of the cores. */
  readonly runs: readonly Shares[]
  /** Runs that others kept from their cores, and that were thrown away. */
  readonly refused: number
}

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly os: string
  readonly node: string
  readonly v8: string
  /** How V8 runs the kernels' vectors: '128-bit', or '256-bit (revectorized)'. */
  readonly vectors: string
}

export interface Limits {
  /** Multiply-adds on one core in the vectors of this run, best of several loops. */
  readonly gflops: number
  /** Independent accumulators of the best loop. */
  readonly accumulators: number
  /** One stream of reads, and bytes read plus bytes written by a copy, on one core, in GB/s (1e9). */
  readonly readGBs: number
  readonly copyGBs: number
  readonly cpuShare: number
}

export interface KernelRow {
  readonly model: string
  readonly layer: string
  readonly channels: string
  readonly pass: string
  readonly kernel: string
  /** How it is computed: `direct`, or the fast algorithm's name. */
  readonly algorithm: string
  /** Images in a call. */
  readonly images: number
  readonly timing: Timing
  /** Arithmetic that was really done, a second, in the fastest call; and its share of the peak. */
  readonly gflops: number
  readonly shareOfPeak: number
  /** What the direct algorithm would have had to do in the same time. */
  readonly effectiveGflops: number
  /** Fastest call of the direct algorithm, in milliseconds. */
  readonly directMilliseconds: number
  /** Least share wanted, where the project has set one. */
  readonly wanted?: number
  /** Largest error of the checked values, relative to its bound (below 1: right). */
  readonly error: number
}

/** Where the time of one micro-batch goes, in one thread: the least time of each part, and their sum. */
export interface StepSplit {
  readonly images: number
  readonly milliseconds: number
  /** Milliseconds in each pass: forward, input gradient, filter gradient, other kernels, outside the kernels. */
  readonly passes: Readonly<Record<string, number>>
  /** Milliseconds in each function of kernels.wasm. */
  readonly kernels: Readonly<Record<string, number>>
  /** Share outside all kernels: tape, tensors, copies of parameters and gradients, pictures. */
  readonly overhead: number
}

export interface TrainRow {
  readonly model: string
  readonly threads: number
  readonly microBatches: number
  /** One optimiser step of 164 images. */
  readonly timing: Timing
  /** By the median and by the fastest step. */
  readonly imagesPerSecond: number
  readonly best: number
  /** Median step of one thread over this row's. */
  readonly speedup?: number
  readonly wanted?: number
  /** Part of a one-thread step that only one thread can do: data, dispatch, reduction, Adam. Measured with this row's threads. */
  readonly serialShare?: number
}

/** The speed that a model's serial share predicts. */
export interface ScalingRow {
  readonly model: string
  /** Threads that it was measured with. */
  readonly measured: number
  readonly serialShare: number
  readonly microBatches: number
  readonly predicted: readonly { readonly threads: number; readonly speedup: number }[]
  /** Least efficiency wanted of 8 threads, where the project has set one. */
  readonly wanted?: number
}

export interface PeerRow {
  readonly model: string
  readonly peer: string
  readonly threads: number
  readonly does: 'training' | 'forward only'
  readonly images: number
  readonly timing: Timing
  readonly imagesPerSecond: number
  /** Loss of the same images and weights, here and with us. */
  readonly loss: number
  readonly ourLoss: number
}

export interface StartUpRow {
  readonly what: string
  /** Seconds, fastest and median of some starts. */
  readonly best: number
  readonly median: number
  readonly wanted: number
  readonly cpuSeconds: number
}

export const resultsFormat = 'eyes-wasm-bench-2'

export interface MemoryRow {
  readonly model: string
  readonly threads: number
  /** Most resident memory of the command at a time. */
  readonly peakMiB: number
  readonly wantedMiB: number
}

/** What it costs that no run is lost. */
export interface SafetyRow {
  readonly model: string
  readonly what: string
  readonly milliseconds: number
  /** Part of a one-thread step, or of the minute between two checkpoints. */
  readonly share: number
  readonly of: 'step' | 'minute'
  /** Largest share wanted, where the project has set one. */
  readonly wanted?: number
}

export interface Results {
  readonly format: typeof resultsFormat
  readonly version: string
  readonly date: string
  readonly quick: boolean
  readonly machine: Machine
  /** False in a file that an interrupted run left behind. */
  finished: boolean
  limits?: Limits
  kernels?: KernelRow[]
  train?: TrainRow[]
  scaling?: ScalingRow[]
  peers?: PeerRow[]
  /** Models of other people (other-models.ts). */
  others?: PeerRow[]
  /** By model: where its time goes. */
  splits?: Record<string, StepSplit>
  startUp?: readonly StartUpRow[]
  memory?: MemoryRow[]
  safety?: SafetyRow[]
  /** Peers that were not there, and the like. */
  readonly notes: string[]
  /** Rows left out because the machine was too busy: exit code 3. */
  readonly starved: string[]
  /** Wrong results and impossible speeds: exit code 1. */
  readonly failures: string[]
}
