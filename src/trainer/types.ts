// The words that ParallelTrainer, its workers and its users share. Data only; no type of tfjs's, so that users need none of ours.
import type { Answer, OptimizerRule } from '../parallel/rules.js'

/** Values that every thread reads, [length, ...]: rows are examples. Made by `sharedArray`. */
export interface SharedTensor {
  /** Over a SharedArrayBuffer. */
  readonly values: Float32Array | Int32Array | Uint8Array
  /** As [length, ...], whose rows are examples. */
  readonly shape: readonly number[]
  /** Of the tensor that the loss is given; bytes become int32. */
  readonly dtype: 'float32' | 'int32'
}

/** Tensors by name, of one length: the loss is given `{ x, y, ... }` with the rows of a part of a batch. */
export type SharedData = Readonly<Record<string, SharedTensor>>

/** An optimiser: made by `adam`, `adamW` or `sgd`. */
export interface Optimizer {
  /** Its kind and constants, as the engine has them. */
  readonly rule: OptimizerRule
  /** Learning rate, or a function of the number of steps done. */
  readonly lr: number | ((step: number) => number)
}

/** What a trainer is made of. */
export interface TrainerOptions {
  /** The module with the loss: a URL, or a path from the working directory. */
  readonly model: URL | string
  /** What is trained on: shared arrays, or a module with `length` and `batch`. */
  readonly data: SharedData | URL | string
  /** Made by `adam`, `adamW` or `sgd`. */
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
  /** Mean over the examples. */
  readonly loss: number
  /** Means by the names that the loss reported them under. */
  readonly parts: Readonly<Record<string, number>>
}

/** What a trainer measures; its own data where left out. */
export interface MeasureOptions {
  /** Arrays under the names of the trained ones, or a module with `length` and `batch`. */
  readonly data?: SharedData | URL | string
  /** Numbers of the examples; all where left out. */
  readonly indices?: readonly number[]
}

/** One finished epoch; means over its examples as they were trained on. */
export interface FitEpoch extends Measured {
  /** Counted from 1. */
  readonly epoch: number
  /** Wall time of the epoch. */
  readonly seconds: number
  /** Examples trained on a second, over the epoch. */
  readonly examplesPerSecond: number
  /** Of the validation examples after the epoch, with `training: false`. */
  readonly validation?: Measured
}

/** One finished optimiser step. */
export interface FitStep extends Measured {
  /** The epoch under way, counted from 1. */
  readonly epoch: number
  /** Steps finished in this epoch, and how many it has. */
  readonly step: number
  /** Steps of a whole epoch. */
  readonly stepsPerEpoch: number
  /** Examples of this step. */
  readonly examples: number
  /** Wall time of this step. */
  readonly seconds: number
}

/** What training is about to do, for `onStart`. */
export interface FitStart {
  /** Epochs in all. */
  readonly epochs: number
  /** Examples of an optimiser step. */
  readonly batch: number
  /** Examples of an epoch. */
  readonly examples: number
  /** Worker threads. */
  readonly threads: number
  /** Most examples that the loss is given at once. */
  readonly microBatch: number
  /** Epochs and steps of the next one that are done: a resumed training begins in the middle. */
  readonly epoch: number
  /** Steps of the epoch under way that are done. */
  readonly step: number
}

/** Told of what happens, in list order, and awaited; may answer `{ stop: reason }` to end the training. */
export interface FitCallback {
  /** Before the first step, also of a resumed training. */
  onStart?(start: FitStart): Answer
  /** After each step. */
  onStep?(step: FitStep): Answer
  /** After each epoch. */
  onEpoch?(epoch: FitEpoch): Answer
}

/** How a trainer trains. */
export interface FitOptions {
  /** Passes over the examples, those of a resumed training included. */
  readonly epochs: number
  /** Examples of an optimiser step. */
  readonly batch: number
  /** A new order in each epoch; true where left out. */
  readonly shuffle?: boolean
  /** Told of each step and epoch, in list order. */
  readonly callbacks?: readonly FitCallback[]
  /** Ends the training after the step under way. */
  readonly signal?: AbortSignal
  /** Measured after each epoch: other data, or the share (0 to 1) of the trained data that is held out. */
  readonly validation?:
    | {
        /** Arrays under the names of the trained ones, or a module with `length` and `batch`. */
        readonly data: SharedData | URL | string
      }
    | {
        /** Between 0 and 1. */
        readonly share: number
      }
  /** Folder for checkpoints. */
  readonly checkpoint?: string
  /** Epochs between two checkpoints; 1 where left out. One is written at the end and on a stop in any case. */
  readonly saveEvery?: number
  /** Goes on from the folder's checkpoint where there is one. */
  readonly resume?: boolean
}

/** What a training leaves beside the variables. */
export interface FitResult {
  /** One record an epoch, those before a resume included. */
  readonly history: readonly FitEpoch[]
  /** Why training ended before the last epoch, if it did. */
  readonly stopped?: string
}

/** What a module's loss and `batch` are told besides: the type of their last parameter. */
export interface ModuleContext {
  /** Numbers of the examples, in the data's order. */
  readonly indices: readonly number[]
  /** From 1; 0 outside training. */
  readonly epoch: number
  /** Number of the step since the start, from 0. */
  readonly step: number
  /** The trainer's. */
  readonly seed: number
  /** The trainer's. */
  readonly settings: unknown
  /** False where the loss is only measured. */
  readonly training: boolean
  /** Notes a mean over the examples, for the history: a number or a tensor of one. */
  report(name: string, value: unknown): void
}

/** One variable of the model. */
export interface VariableValues {
  /** A copy, as `tf.tensor` takes it; empty for a scalar. */
  readonly shape: number[]
  /** A copy. */
  readonly values: Float32Array
  /** Whether the optimiser changes it. */
  readonly trainable: boolean
}
