// What a bench run found, as plain data: the JSON file's shape, and all that the printed tables are made of.

/** Milliseconds of one repetition, over `samples` of them. */
export interface Timing {
  readonly min: number
  readonly median: number
  /** Half the distance between the first and third quartile. */
  readonly spread: number
  readonly samples: number
  /** CPU time used, as a share of the wall time of the cores that were meant to be busy. Far below 1: something else ran. */
  readonly cpuShare: number
}

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly os: string
  readonly node: string
  readonly v8: string
}

export interface Limits {
  /** 128-bit multiply-adds on one core, best of several loops. */
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
  /** How it is computed; one day there is a choice. */
  readonly algorithm: 'direct'
  /** Images in a call. */
  readonly images: number
  readonly timing: Timing
  /** Of the fastest call. */
  readonly gflops: number
  readonly shareOfPeak: number
  /** Least share wanted, where the project has set one. */
  readonly wanted?: number
  /** Largest error of the checked values, relative to its bound (below 1: right). */
  readonly error: number
}

/** Where the time of one micro-batch goes, in one thread: the least time of each part, and their sum. */
export interface StepSplit {
  readonly images: number
  readonly milliseconds: number
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
  /** Fastest step of one thread over this row's fastest. */
  readonly speedup?: number
  readonly wanted?: number
  readonly split?: StepSplit
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

export interface MemoryRow {
  readonly model: string
  readonly threads: number
  /** Most resident memory of the command at a time. */
  readonly peakMiB: number
  readonly wantedMiB: number
}

export interface Results {
  readonly format: 'eyes-wasm-bench-1'
  readonly version: string
  readonly date: string
  readonly quick: boolean
  readonly machine: Machine
  limits?: Limits
  kernels?: readonly KernelRow[]
  train?: readonly TrainRow[]
  peers?: readonly PeerRow[]
  startUp?: readonly StartUpRow[]
  /** Peers that were not there, and the like. */
  readonly notes: string[]
  /** Wrong results and impossible speeds: the bench fails. */
  readonly failures: string[]
}
