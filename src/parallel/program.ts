// What a worker trains: a program over variables by name. The engine (tasks.ts) asks it for the loss of some examples and knows nothing
// else of it: not what an example is, nor how the loss comes about. The image models' program is imaging/program.ts, a user's
// module's trainer/module-program.ts.
import { engine, type Scalar, type Variable } from '@tensorflow/tfjs-core'
import type { EyesWasmBackend } from '../kernels/backend.js'
import type { Section } from './section.js'

export interface ProgramVariable extends Section {
  readonly variable: Variable
}

/** What examples are asked for: everything that a result may depend on besides them and the variables. */
export interface LossContext {
  /** From 1; 0 outside training. */
  readonly epoch: number
  /** Number of the step since the start, from 0. */
  readonly step: number
  /** Place of the first example in its batch. */
  readonly place: number
  readonly seed: number
  readonly settings: unknown
  readonly training: boolean
}

/** Takes note of a part of the loss, a mean over the examples. */
export type ReportPart = (part: string, value: number) => void

export interface Program {
  /** Trained by the optimiser: the parameter vector. */
  readonly trainable: readonly ProgramVariable[]
  /** Not trained, but changed by the loss (a batch normalisation's moving statistics): the state vector. Empty for most. */
  readonly state: readonly ProgramVariable[]
  /** Mean loss of the examples, a function of its arguments and the variables alone. Called on a tape, or without one. */
  loss(ids: ArrayLike<number>, context: LossContext, report: ReportPart): Scalar
  /** Runs what the engine does with examples, where something must hold while it does (seeded randomness). */
  during?<T>(context: LossContext, work: () => T): T
  /** Functions of its own, for tasks `call`; run in a scope whose tensors are given back. */
  readonly calls: Readonly<Record<string, (args: unknown) => unknown>>
  /** Runs a step's kernels once on little data, so that V8 has optimised them before the first task. */
  warmUp(): void
}

/** Makes a worker's program of what was handed to the worker. One call a thread: tfjs has one engine in each. */
export type OpenProgram<Source> = (source: Source, backend: EyesWasmBackend) => Program | Promise<Program>

/** Thrown by a program: the task is refused for the user's own doing, and the thread is as good as before. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError'
  constructor(
    readonly code: 'INPUT' | 'MODEL',
    message: string,
  ) {
    super(message)
  }
}

/** tf.tidy for results that hold no tensors: tf.tidy would walk through every element of a typed array in search of them. */
export function scoped<T>(compute: () => T): T {
  engine().startScope()
  try {
    return compute()
  } finally {
    engine().endScope()
  }
}
