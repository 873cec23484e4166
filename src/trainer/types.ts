// The words that ParallelTrainer, its workers and its users share. Data only; no type of tfjs's, so that users need none of ours.
import type { OptimizerRule } from '../parallel/optimizer-rule.js'
import type { Verdict } from '../training/types.js'

/** Values that every thread reads, [length, ...]: rows are examples. Made by `sharedArray`. */
export interface SharedTensor {
  /** Over a SharedArrayBuffer. */
  readonly values: Float32Array | Int32Array | Uint8Array
  readonly shape: readonly number[]
  /** Of the tensor that the loss is given; bytes become int32. */
  readonly dtype: 'float32' | 'int32'
}

/** Tensors by name, of one length: the loss is given `{ x, y, ... }` with the rows of a part of a batch. */
export type SharedData = Readonly<Record<string, SharedTensor>>

/** An optimiser: made by `adam`, `adamW` or `sgd`. */
export interface Optimizer {
  readonly rule: OptimizerRule
  /** Learning rate, or a function of the number of steps done. */
  readonly lr: number | ((step: number) => number)
}

export interface TrainerOptions {
  /** The module with the loss: a URL, or a path from the working directory. */
  readonly model: URL | string
  /** What is trained on: shared arrays, or a module with `length` and `batch`. */
  readonly data: SharedData | URL | string
  readonly optimizer: Optimizer
  /** Worker threads; the machine's cores where left out. Results do not depend on it. */
  readonly threads?: number
  /** Decides the order of the examples and everything that setup and loss draw; 0 where left out. */
  readonly seed?: number
  /** Handed to the modules' functions; anything that can be cloned. */
  readonly settings?: unknown
  /** Most examples that the loss is given at once; where left out the model's cost decides. Decides last bits. */
  readonly microBatch?: number
  /** Largest L2 norm of a step's gradient; 0 where left out: any. */
  readonly clipNorm?: number
  /** Decay of a moving average of the weights, which is then the trained model; 0 where left out: none. */
  readonly ema?: number
  /** Told in a line of what is odd and of each worker that was replaced. */
  readonly onNotice?: (text: string) => void
}

/** Mean loss and what the loss reported beside it. */
export interface Measured {
  readonly loss: number
  /** Means by the names that the loss reported them under. */
  readonly parts: Readonly<Record<string, number>>
}

/** One finished epoch; means over its examples as they were trained on. */
export interface FitEpoch extends Measured {
  readonly epoch: number
  readonly seconds: number
  readonly examplesPerSecond: number
  /** Of the validation examples after the epoch, with `training: false`. */
  readonly validation?: Measured
}

/** One finished optimiser step. */
export interface FitStep extends Measured {
  readonly epoch: number
  /** Steps finished in this epoch, and how many it has. */
  readonly step: number
  readonly stepsPerEpoch: number
  readonly examples: number
  readonly seconds: number
}

/** What training is about to do, for `onStart`. */
export interface FitStart {
  readonly epochs: number
  readonly batch: number
  /** Examples of an epoch. */
  readonly examples: number
  readonly threads: number
  /** Epochs and steps of the next one that are done: a resumed training begins in the middle. */
  readonly epoch: number
  readonly step: number
}

/** Told of what happens, in list order, and awaited; may answer `{ stop: reason }` to end the training. */
export interface FitCallback {
  onStart?(start: FitStart): Verdict | Promise<Verdict>
  onStep?(step: FitStep): Verdict | Promise<Verdict>
  onEpoch?(epoch: FitEpoch): Verdict | Promise<Verdict>
}

export interface FitOptions {
  readonly epochs: number
  /** Examples of an optimiser step. */
  readonly batch: number
  /** A new order in each epoch; true where left out. */
  readonly shuffle?: boolean
  readonly callbacks?: readonly FitCallback[]
  /** Ends the training after the step under way. */
  readonly signal?: AbortSignal
  /** Measured after each epoch: data of the same names, or the share (0 to 1) of the trained data that is held out. */
  readonly validation?: { readonly data: SharedData } | { readonly share: number }
  /** Folder for checkpoints. */
  readonly checkpoint?: string
  /** Epochs between two checkpoints; 1 where left out. One is written at the end and on a stop in any case. */
  readonly saveEvery?: number
  /** Goes on from the folder's checkpoint where there is one. */
  readonly resume?: boolean
}

export interface FitResult {
  readonly history: readonly FitEpoch[]
  /** Why training ended before the last epoch, if it did. */
  readonly stopped?: string
}

/** One variable of the model. */
export interface VariableValues {
  readonly shape: readonly number[]
  /** A copy. */
  readonly values: Float32Array
  readonly trainable: boolean
}
