// The variables that a user's module registered with tfjs: found by a probe, told of to the trainer, compared between workers, and put under the engine's vectors.
// What each is for is seen from what the probe does to it.
import * as tf from '@tensorflow/tfjs-core'
import type { EyesWasmBackend } from '../kernels/backend.js'
import { ProgramError, type ProgramVariable, scoped } from '../parallel/program.js'
import { exampleCost, type KernelRun } from './cost.js'
import {
  type Description,
  type ExampleCost,
  type ExpectedModel,
  type Role,
  sizeOf,
  type VariableSpec,
} from './protocol.js'

export interface FoundVariable extends VariableSpec {
  readonly variable: tf.Variable
  /** Before the probe changed it. */
  readonly first: Float32Array
}

export interface Inspection {
  /** Trainable ones, state, constants; each in the order in which they were made. */
  readonly variables: readonly FoundVariable[]
  readonly cost: ExampleCost
  readonly unused: readonly string[]
}

type Loss = () => tf.Scalar

const refuse = (message: string) => new ProgramError('MODEL', message)

/** All variables of this thread's engine, in the order in which they were made. */
const registered = (): tf.Variable[] => Object.values(tf.engine().registeredVariables).sort((a, b) => a.id - b.id)

interface Before {
  readonly dataId: object
  readonly values: Float32Array
}

function checkType({ name, dtype }: tf.Variable, who: string): void {
  if (dtype === 'float32') return
  throw refuse(
    `${who}: variable ${name} is ${dtype}, wanted float32. Keep such values in a tensor of tf.keep, or as float32.`,
  )
}

/** The kernels that `work` runs. tf.profile only awaits what it answers. */
function recordKernels(work: () => void): KernelRun[] {
  const { state } = tf.engine() as unknown as { state: { profiling: boolean; activeProfile: { kernels: KernelRun[] } } }
  const before = state.activeProfile
  state.profiling = true
  state.activeProfile = { ...before, kernels: [] }
  try {
    work()
    return state.activeProfile.kernels
  } finally {
    state.profiling = false
    state.activeProfile = before
  }
}

/** Runs the loss twice and sees what comes of it. `examples`: of the second run. */
export function inspectModel(measure: Loss, train: Loss, examples: number, who: string): Inspection {
  scoped(measure)
  const before = new Map<tf.Variable, Before>()
  for (const variable of registered()) {
    checkType(variable, who)
    before.set(variable, { dataId: variable.dataId, values: variable.dataSync<'float32'>().slice() })
  }
  const idleBytes = tf.memory().numBytes
  let reached = new Set<string>()
  const kernels = recordKernels(() =>
    scoped(() => {
      const trainable = registered().filter(variable => variable.trainable)
      if (trainable.length === 0)
        throw refuse(`${who}: has no trainable variable. Make them by tf.variable or a layers model in setup.`)
      reached = new Set(Object.keys(tf.variableGrads(train, trainable).grads))
    }),
  )
  const variables = registered().map(variable => {
    checkType(variable, who)
    const known = before.get(variable)
    const isState = known !== undefined && known.dataId !== variable.dataId
    const role: Role = variable.trainable ? 'trainable' : isState ? 'state' : 'constant'
    if (variable.trainable && isState)
      throw refuse(`${who}: loss assigns to ${variable.name}, which is trainable: only the optimiser changes it.`)
    const first = known?.values ?? variable.dataSync<'float32'>().slice()
    return { name: variable.name, shape: variable.shape, role, variable, first }
  })
  const inOrder = (['trainable', 'state', 'constant'] as const).flatMap(role => variables.filter(v => v.role === role))
  const late = variables.find(({ variable }) => !before.has(variable))
  if (late) throw refuse(`${who}: variable ${late.name} is made in training alone. Make it in setup.`)
  return {
    variables: inOrder,
    cost: exampleCost(kernels, examples, idleBytes),
    unused: inOrder.filter(({ name, role }) => role === 'trainable' && !reached.has(name)).map(({ name }) => name),
  }
}

/** What the trainer is told. */
export function describeModel({ variables, cost, unused }: Inspection, exampleCount: number): Description {
  const values = new Float32Array(variables.reduce((sum, { first }) => sum + first.length, 0))
  let offset = 0
  for (const { first } of variables) {
    values.set(first, offset)
    offset += first.length
  }
  return {
    variables: variables.map(({ name, shape, role }) => ({ name, shape, role })),
    ...{ values, cost, exampleCount, unused },
  }
}

const describe = ({ name, shape, role }: VariableSpec) => `${name} [${shape.join(', ')}] (${role})`

/** @throws ProgramError where another worker found other variables */
export function sameAsExpected(found: readonly VariableSpec[], expected: readonly VariableSpec[], who: string): void {
  const count = Math.max(found.length, expected.length)
  for (let i = 0; i < count; i++) {
    const [ours, theirs] = [found[i], expected[i]].map(spec => (spec ? describe(spec) : 'none'))
    if (ours === theirs) continue
    throw refuse(
      `${who}: its variables differ from thread to thread: number ${i + 1} is ${ours}, in the first thread ${theirs}. Make them in a fixed order, with names that do not depend on the thread.`,
    )
  }
}

/** Names of variables that were not there before. */
export function newVariables(known: readonly VariableSpec[]): string {
  const names = new Set(known.map(({ name }) => name))
  return registered()
    .map(({ name }) => name)
    .filter(name => !names.has(name))
    .join(', ')
}

/** A variable whose values nobody but the engine may replace. */
interface Fixed {
  readonly variable: tf.Variable
  readonly dataId: object
}

export interface LoadedVariables {
  readonly trainable: readonly ProgramVariable[]
  readonly state: readonly ProgramVariable[]
  readonly fixed: readonly Fixed[]
  /** Variables in all. */
  readonly count: number
}

/** Gives each variable memory of its own, which the engine writes into, and the constants their values. */
export function loadExpected(
  backend: EyesWasmBackend,
  found: readonly FoundVariable[],
  { constants }: ExpectedModel,
): LoadedVariables {
  for (const { variable } of found) {
    const own = tf.tensor(variable.dataSync<'float32'>().slice(), variable.shape)
    variable.assign(own)
    own.dispose()
  }
  let offset = 0
  for (const { variable } of found.filter(({ role }) => role === 'constant')) {
    backend.floats(variable).set(constants.subarray(offset, offset + variable.size))
    backend.changed(variable)
    offset += variable.size
  }
  return {
    trainable: sections(found.filter(({ role }) => role === 'trainable')),
    state: sections(found.filter(({ role }) => role === 'state')),
    fixed: found.filter(({ role }) => role !== 'state').map(({ variable }) => ({ variable, dataId: variable.dataId })),
    count: found.length,
  }
}

function sections(found: readonly FoundVariable[]): ProgramVariable[] {
  let end = 0
  return found.map(({ name, shape, variable }) => {
    const offset = end
    end += sizeOf(shape)
    return { name, offset, size: sizeOf(shape), variable }
  })
}
