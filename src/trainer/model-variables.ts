// The variables that a user's module registered with tfjs: found by a probe, told of to the trainer, compared between workers, and put under the engine's vectors.
// What each is for is seen from what the probe does to it.
import * as tf from '@tensorflow/tfjs-core'
import type { EyesWasmBackend } from '../kernels/backend.js'
import { ProgramError, type ProgramVariable, scoped } from '../parallel/program.js'
import { exampleCost, type KernelRun, type ProbedStep } from './cost.js'
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

/** The module's loss of the first examples, so many of them. */
type Loss = (training: boolean, examples: number) => tf.Scalar

const refuse = (message: string) => new ProgramError('MODEL', message)

/** All variables of this thread's engine, in the order in which they were made. */
const registered = (): tf.Variable[] => Object.values(tf.engine().registeredVariables).sort((a, b) => a.id - b.id)

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

/** Gives the variable memory that no other tensor shares: when it lies elsewhere afterwards, it was assigned to, whatever tensor that was. */
function detach(variable: tf.Variable): object {
  const own = tf.tensor(variable.dataSync<'float32'>().slice(), variable.shape)
  variable.assign(own)
  own.dispose()
  return variable.dataId
}

/** Sees what calls do to the variables: their first values, and which of them are assigned to. */
function openWatch(who: string) {
  const first = new Map<tf.Variable, Float32Array>()
  const assigned = new Set<tf.Variable>()
  return {
    first,
    assigned,
    run: <T>(work: () => T): T => {
      const before = registered().map(variable => {
        checkType(variable, who)
        if (!first.has(variable)) first.set(variable, variable.dataSync<'float32'>().slice())
        return { variable, dataId: detach(variable) }
      })
      const answer = scoped(work)
      for (const { variable, dataId } of before) if (variable.dataId !== dataId) assigned.add(variable)
      return answer
    },
  }
}

/** Examples of the probe's two training steps: from the difference follows what one of them costs. */
const probed = [2, 3] as const

/** Runs the loss without a gradient, then with one, and sees what comes of it. `length`: examples that there are. */
export function inspectModel(loss: Loss, length: number, who: string): Inspection {
  const [few, more] = [Math.min(probed[0], length), Math.min(probed[1], length)]
  const { first, assigned, run } = openWatch(who)
  run(() => loss(false, few))
  const trainable = registered().filter(variable => variable.trainable)
  if (trainable.length === 0)
    throw refuse(`${who}: has no trainable variable. Make them by tf.variable or a layers model in setup.`)
  let reached: string[] = []
  const step = (examples: number): ProbedStep => {
    const gradients = () => tf.variableGrads(() => loss(true, examples), trainable).grads
    const kernels = run(() => recordKernels(() => (reached = Object.keys(gradients()))))
    const late = registered().find(variable => !first.has(variable))
    if (late)
      throw refuse(`${who}: variable ${late.name} is made in training alone, or in every call. Make it once, in setup.`)
    return { examples, kernels }
  }
  const cost = exampleCost(step(few), step(more))
  const variables = registered().map(variable => {
    const isAssigned = assigned.has(variable)
    if (variable.trainable && isAssigned)
      throw refuse(`${who}: loss assigns to ${variable.name}, which is trainable: only the optimiser changes it.`)
    const role: Role = variable.trainable ? 'trainable' : isAssigned ? 'state' : 'constant'
    return { name: variable.name, shape: variable.shape, role, variable, first: first.get(variable)! }
  })
  return {
    variables: (['trainable', 'state', 'constant'] as const).flatMap(role => variables.filter(v => v.role === role)),
    cost,
    unused: trainable.map(({ name }) => name).filter(name => !reached.includes(name)),
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

/** Names of variables that were not there before, and of those that are not there any more. */
export function changedVariables(known: readonly VariableSpec[]): string {
  const [before, now] = [known, registered()].map(variables => variables.map(({ name }) => name)) as [
    string[],
    string[],
  ]
  const made = now.filter(name => !before.includes(name)).map(name => `${name} is new`)
  return [...made, ...before.filter(name => !now.includes(name)).map(name => `${name} is gone`)].join(', ')
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
  for (const { variable } of found) detach(variable)
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
