// Everything that crosses between the trainer's thread and its workers. Tensors never do: they lie in shared memory (memory.ts),
// and messages carry indices. What is trained is the program's (program.ts): here it is a value handed on.
import type { WasmModules } from '../wasm/modules.js'
import type { MemoryLayout } from './memory.js'
import type { LossParts, OptimizerRule } from './rules.js'

/** Handed to each worker once, at its start. */
export interface WorkerSetup<Source = unknown> {
  readonly modules: WasmModules
  /** The module that computes on `memory`. */
  readonly shared: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly layout: MemoryLayout
  /** What the worker's program is made of: anything that can be cloned or shared. */
  readonly program: Source
  /** Multiplications and additions of one example's step, about: how long the warm-up is waited for. */
  readonly exampleFlop: number
}

/** What a worker says of itself beside its answers: why it ends, when a task failed in it. */
export interface WorkerReport {
  readonly fault: string
}

/** Run once per worker before anything else: 'ready' says that it has started, 'warm-up' makes V8 optimise the kernels. */
export interface StartTask {
  readonly kind: 'ready' | 'warm-up'
}

/**
 * Micro-batches of the batch order[from, to), one after another until no thread has one left to take: the gradient of each one's mean
 * loss into the slot of its number. Which thread takes which does not matter to any result.
 */
export interface GradientTask {
  readonly kind: 'gradient'
  /** Which of the threads' shares of the step this is: its pulse's place (memory.ts). */
  readonly share: number
  /** The micro-batches to do; left out: all of them. The shared counter counts places in this list. */
  readonly slots?: readonly number[]
  /** Counts updates of the parameters: a worker reloads them when it changes. */
  readonly version: number
  /** Micro-batches of the batch. */
  readonly count: number
  /** Most examples on the tape at a time (micro-batches.ts). */
  readonly tapeExamples: number
  /** Range in the epoch's order (memory.ts). */
  readonly from: number
  readonly to: number
  readonly epoch: number
  /** Number of the step since the start, from 0. */
  readonly step: number
  readonly seed: number
  /** What the program is to know of this step besides. */
  readonly settings: unknown
}

/** One finished micro-batch. */
export interface MicroBatch {
  readonly slot: number
  readonly parts: LossParts
  /** Whether every value of its gradient is, and of what it left in the state. */
  readonly finite: boolean
}

/** What a thread did of a task that others share, and how long it computed, in milliseconds. */
export interface Share {
  readonly busy: number
}

export interface GradientShare extends Share {
  readonly microBatches: readonly MicroBatch[]
}

/** Sums the micro-batches' gradients of the parameters [from, to), in micro-batch order; with the squares' sums, for the norm. */
export interface SumTask {
  readonly kind: 'sum'
  /** Slots to sum. */
  readonly count: number
  /** A multiple of `normBlock` (memory.ts). */
  readonly from: number
  readonly to: number
}

/** Sums the micro-batches' gradients of the parameters [from, to), in micro-batch order, and applies the optimiser to them. */
export interface UpdateTask {
  readonly kind: 'update'
  /** Slots to sum; 0: the gradient is summed already. */
  readonly count: number
  readonly from: number
  readonly to: number
  /** What the gradient is multiplied by before the optimiser sees it; left out: 1. */
  readonly scale?: number
  /** Decay of the weights' average; left out: there is none. */
  readonly decay?: number
  /** Left out: Adam with PyTorch's defaults. */
  readonly optimizer?: OptimizerRule
  /** Number of the update, from 1. */
  readonly step: number
  readonly lr: number
}

export interface UpdateShare extends Share {
  /** Whether every parameter and moment of the range is, after the update. */
  readonly finite: boolean
}

/** Mean loss of examples as they are, without a gradient: what the loss of held-out examples is made of. */
export interface LossTask {
  readonly kind: 'loss'
  readonly version: number
  readonly ids: readonly number[]
  /** Place of the first of them among all that are measured. */
  readonly place: number
  readonly seed: number
  readonly settings: unknown
  /** With the weights' average in place of the weights. */
  readonly averaged: boolean
}

/** A function of the program's own, by name. */
export interface CallTask {
  readonly kind: 'call'
  readonly name: string
  readonly version: number
  readonly args: unknown
}

export type Task = StartTask | GradientTask | SumTask | UpdateTask | LossTask | CallTask

/** What the worker answers to each task. */
export interface Answers {
  ready: true
  'warm-up': true
  gradient: GradientShare
  sum: Share
  update: UpdateShare
  loss: LossParts
  call: unknown
}

/**
 * Instead of an answer: the program refuses the task, and would refuse it again. The thread is as good as before; the trainer throws this as
 * the user's error (refusal.ts).
 */
export interface Refusal {
  readonly refused: { readonly code: 'INPUT' | 'MODEL'; readonly message: string }
}
