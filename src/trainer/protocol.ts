// What a worker's program of a user's module is made of, and what the first worker tells of it. Goes through the engine's messages; tensors do not,
// but for first values.
import type { SharedData } from './types.js'

/**
 * trainable: in the parameter vector. state: not trainable, and changed by the loss; in the state vector. constant: not trainable, and never
 * changed.
 */
export type Role = 'trainable' | 'state' | 'constant'

export interface VariableSpec {
  readonly name: string
  readonly shape: readonly number[]
  readonly role: Role
}

export interface ModuleSource {
  /** URLs, and what messages call them. */
  readonly model: string
  readonly modelName: string
  readonly data: SharedData | string
  readonly dataName: string
  readonly seed: number
  readonly settings: unknown
  /** A data module that is only measured, and what messages call it; null where there is none. */
  readonly other: DataUrl | null
  /** What the first worker found; null in that worker itself. */
  readonly expected: ExpectedModel | null
}

/** Where a data module lies. */
export interface DataUrl {
  readonly url: string
  readonly name: string
}

export const isDataUrl = (data: SharedData | DataUrl | null): data is DataUrl => typeof data?.url === 'string'

export interface ExpectedModel {
  readonly variables: readonly VariableSpec[]
  /** First values of the constants, one behind the other, shared. */
  readonly constants: Float32Array
}

/** What a training step costs. */
export interface ExampleCost {
  /** Multiplications and additions of each example, with what passes over elements weighed. */
  readonly flop: number
  /** The same of the step, however many its examples are: passes over parameters. */
  readonly stepFlop: number
  /** Kernels that a step runs. */
  readonly kernels: number
  /** Bytes that the tape keeps of each example. */
  readonly bytes: number
}

/** A model as its first worker found it. */
export interface Description {
  readonly variables: readonly VariableSpec[]
  /** First values of all of them, one behind the other in that order. */
  readonly values: Float32Array
  readonly cost: ExampleCost
  readonly exampleCount: number
  /** Names of trainable variables that the loss does not depend on. */
  readonly unused: readonly string[]
}

/** What a loss is told besides: other data than that trained on. 'module': that of the source's `other`. */
export interface ModuleSettings {
  readonly data?: SharedData | 'module'
}

export const sizeOf = (shape: readonly number[]) => shape.reduce((product, side) => product * side, 1)
