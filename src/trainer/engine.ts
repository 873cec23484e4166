// A user's model over worker threads: described by a first worker, then opened on the engine (parallel/executor.ts) with its first values. What a training
// does with it is fit.ts.
import { checkedModules } from '../kernels/checked-modules.js'
import { openExecutor, type Cut, type Executor } from '../parallel/executor.js'
import { createMemory } from '../parallel/memory.js'
import { openPool, type OpenPool } from '../parallel/pool.js'
import { runWithRetry } from '../parallel/retry.js'
import { createPace } from '../parallel/watchdog.js'
import { type Section, vectorLength } from '../parallel/section.js'
import { compileSharedModule } from '../wasm/modules.js'
import { moduleCut } from './cost.js'
import { workerFile } from './host.js'
import { type DataUrl, type Description, type ModuleSource, type Role, sizeOf, type VariableSpec } from './protocol.js'

export type Source = Omit<ModuleSource, 'expected' | 'other'>

/** Longest wait for a worker, in milliseconds: a user's setup may load data. */
const startLimit = 120_000
/** A user's module may hold its data in JavaScript's own heap, MiB. */
const heap = { maxOldGenerationSizeMb: 4096 }

const poolOf =
  (onFault: ((text: string) => void) | undefined): OpenPool =>
  (setup, threads) =>
    openPool(setup, threads, {
      file: workerFile,
      ...{ startLimit, resourceLimits: heap, onFault },
    })

/** What one worker finds the modules to be. @throws MODEL for whatever is wrong with them */
export async function describe(source: Source, onFault?: (text: string) => void): Promise<Description> {
  const layout = { parameterCount: 0, exampleCount: 1, slotCount: 1 }
  const [modules, shared] = await Promise.all([checkedModules(), compileSharedModule()])
  const program: ModuleSource = { ...source, other: null, expected: null }
  const setup = { modules, shared, memory: createMemory(layout), layout, program, exampleFlop: 0 }
  const pool = await poolOf(onFault)(setup, 1)
  try {
    const task = { kind: 'call', name: 'describe', version: 0, args: null } as const
    return (await runWithRetry(pool, task, { pace: createPace(0) })) as Description
  } finally {
    await pool.close()
  }
}

/** Places of the variables of one role in their vector. */
export function sectionsOf(variables: readonly VariableSpec[], role: Role): Section[] {
  let end = 0
  return variables
    .filter(variable => variable.role === role)
    .map(({ name, shape }) => {
      const offset = end
      end += sizeOf(shape)
      return { name, offset, size: sizeOf(shape) }
    })
}

/** A description with its vectors apart. */
export interface Model {
  readonly description: Description
  readonly trainable: readonly Section[]
  readonly state: readonly Section[]
  /** First values. */
  readonly first: { readonly parameters: Float32Array; readonly state: Float32Array; readonly constants: Float32Array }
}

export function modelOf(description: Description): Model {
  const { variables, values } = description
  const [trainable, state] = [sectionsOf(variables, 'trainable'), sectionsOf(variables, 'state')]
  const [size, stateSize] = [vectorLength(trainable), vectorLength(state)]
  const constants = values.subarray(size + stateSize)
  const shared = new Float32Array(new SharedArrayBuffer(4 * constants.length))
  shared.set(constants)
  const first = { parameters: values.slice(0, size), state: values.slice(size, size + stateSize), constants: shared }
  return { description, trainable, state, first }
}

/** How batches of the model are cut. */
export const cutOf = ({ description, first }: Model, microBatch: number | undefined): Cut =>
  moduleCut({
    cost: description.cost,
    ...{ parameterCount: first.parameters.length, stateCount: first.state.length, microBatch },
  })

export interface EngineOptions {
  readonly batch: number
  readonly threads: number
  readonly average: boolean
  readonly microBatch: number | undefined
  /** A data module that is only measured. */
  readonly other: DataUrl | null
  readonly onFault: ((text: string) => void) | undefined
}

/** The model over worker threads, for batches of at most `batch` examples; its values are the caller's to set. */
export function openModel(source: Source, model: Model, options: EngineOptions): Promise<Executor> {
  const { batch, threads, average, microBatch, other, onFault } = options
  const { variables, exampleCount } = model.description
  const program: ModuleSource = { ...source, other, expected: { variables, constants: model.first.constants } }
  return openExecutor({
    ...{ program, parameters: model.trainable, state: model.state, exampleCount, batch, threads, average },
    cut: cutOf(model, microBatch),
    openPool: poolOf(onFault),
  })
}
