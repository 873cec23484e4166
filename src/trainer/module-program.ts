// A user's module as a program of the engine (parallel/program.ts): its loss over the rows of the data, the variables that it registered with tfjs, and what
// draws random numbers led to the seed. Runs in workers; what is refused is refused by name, because the user cannot look in here.
import * as tf from '@tensorflow/tfjs-core'
import { textOf } from '../errors.js'
import { backendName, type EyesWasmBackend } from '../kernels/backend.js'
import { registerFasterGradients } from '../kernels/register.js'
import { type LossContext, type Program, ProgramError, type ReportPart } from '../parallel/program.js'
import { type Examples, openExamples, sharedExamples } from './examples.js'
import { loadModel, type ModelModule, type Tfjs, tfjsOf } from './load-module.js'
import {
  changedVariables,
  describeModel,
  type Inspection,
  inspectModel,
  loadExpected,
  sameAsExpected,
} from './model-variables.js'
import type { Description, ModuleSettings, ModuleSource } from './protocol.js'
import type { SharedData } from './types.js'
import { installRandom, measureKey, probeKey, type SeededRandom, setupKey, stepKey } from './random.js'
import type { ModuleContext } from './types.js'

interface State {
  readonly source: ModuleSource
  readonly backend: EyesWasmBackend
  readonly model: ModelModule
  readonly examples: Examples
  /** Those of a data module that is only measured. */
  readonly others: Examples | null
  readonly random: SeededRandom
  /** The tfjs that the modules see. */
  readonly users: Tfjs
}

const refuse = (message: string) => new ProgramError('MODEL', message)

/** Whether the thread is to blame, or the memory: done again elsewhere, or the end of a worker. */
const isTrap = (error: unknown) =>
  error instanceof WebAssembly.RuntimeError || (error instanceof RangeError && /memory/i.test(error.message))

/** What a TypeError may come from: something of tfjs that its core lacks. */
const coreHint = (users: Tfjs) =>
  'layers' in users
    ? ''
    : '. The tf that it is handed is tfjs-core, without layers and without methods such as x.matMul(w). Where it needs those: install @tensorflow/tfjs beside the module or, in a page, import its dist/tf.fesm.js there.'

/** What a user's function throws, as a refusal that names it. */
function blame(error: unknown, who: string, what: string, users: Tfjs): unknown {
  if (error instanceof ProgramError || isTrap(error)) return error
  return refuse(`${who}: ${what} threw: ${textOf(error)}${error instanceof TypeError ? coreHint(users) : ''}`)
}

/** Imports what may bring a tfjs of its own along, which else says on stderr that it is not the first. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  tf.env().set('PROD', true)
  try {
    return await work()
  } finally {
    tf.env().set('PROD', false)
  }
}

async function openState(source: ModuleSource, backend: EyesWasmBackend): Promise<State> {
  const { modelName: who, seed, settings } = source
  const users = await quietly(() => tfjsOf(source.model))
  const random = installRandom(seed, who)
  return random.duringAsync(setupKey, async () => {
    const model = await quietly(() => loadModel(source.model, who))
    try {
      await model.setup?.(users, { seed, settings })
    } catch (error) {
      throw blame(error, who, 'setup', users)
    }
    const open = (data: SharedData | string, name: string) =>
      openExamples(users, data, { who: name, seed, settings }).catch((error: unknown) => {
        throw blame(error, name, 'setup', users)
      })
    const examples = await open(source.data, source.dataName)
    const others = source.other && (await open(source.other.url, source.other.name))
    // Whoever imports a backend's package may have switched to it.
    if (tf.getBackend() !== backendName) await tf.setBackend(backendName)
    registerFasterGradients() // the user's tfjs has registered its own over them
    return { source, backend, model, examples, others, random, users }
  })
}

/** A reported value: a number, or a tensor of one. */
function numberOf(value: unknown, name: string, who: string): number {
  if (typeof value === 'number') return value
  if (value instanceof tf.Tensor && value.size === 1) return Number(value.dataSync()[0])
  throw refuse(`${who}: reports ${name} as something else than a number or a tensor of one value.`)
}

/** What a loss answered, if it is one. */
function scalarOf(value: unknown, who: string): tf.Scalar {
  if (value instanceof Promise)
    throw refuse(`${who}: loss answers a promise, wanted a scalar tensor. A loss cannot be async.`)
  if (!(value instanceof tf.Tensor))
    throw refuse(
      `${who}: loss answers ${value === null ? 'null' : `a value of type ${typeof value}`}, wanted a scalar tensor. Return it.`,
    )
  const { rank, dtype, shape, isDisposed } = value as tf.Tensor
  if (isDisposed)
    throw refuse(
      `${who}: loss answers a tensor that is disposed of, wanted one that is there. Leave that to the trainer.`,
    )
  if (rank !== 0 || dtype !== 'float32')
    throw refuse(
      `${who}: loss answers a tensor of ${dtype} [${shape.join(', ')}], wanted a float32 scalar. Take its mean.`,
    )
  return value as tf.Scalar
}

/** The module's loss of the examples. */
function lossOf(
  state: State,
  ids: ArrayLike<number>,
  { epoch, step, training, settings }: Pick<LossContext, 'epoch' | 'step' | 'training' | 'settings'>,
  note: ReportPart,
): tf.Scalar {
  const { source, model, users } = state
  const { modelName: who, seed } = source
  const report = (name: string, value: unknown) => {
    if (name === 'loss')
      throw refuse(`${who}: reports a part called loss, which the loss itself is. Choose another name.`)
    note(name, numberOf(value, name, who))
  }
  const context: ModuleContext = {
    indices: Array.from(ids),
    epoch,
    step,
    seed,
    settings: source.settings,
    training,
    report,
  }
  const batch = batchOf(state, context, (settings as ModuleSettings | null)?.data)
  return scalarOf(model.loss(users, batch, context), who)
}

/** What the loss is given: of the data that is trained on, or of other. */
function batchOf({ source, examples, others, users }: State, context: ModuleContext, data: ModuleSettings['data']) {
  const isOther = data === 'module'
  try {
    if (isOther) return others!.batch(context)
    return (data ? sharedExamples(users, data) : examples).batch(context)
  } catch (error) {
    throw blame(error, isOther ? source.other!.name : source.dataName, 'batch', users)
  }
}

/** Runs the loss of the first examples, without a gradient and with one, so that all variables are there and known. */
function probe(state: State): Inspection {
  const loss = (training: boolean, examples: number) => {
    const ids = Array.from({ length: examples }, (_, id) => id)
    return lossOf(state, ids, { epoch: 0, step: 0, training, settings: null }, () => undefined)
  }
  const who = state.source.modelName
  try {
    return state.random.during(probeKey, () => inspectModel(loss, state.examples.length, who))
  } catch (error) {
    throw blame(error, who, 'loss', state.users)
  }
}

function programOf(state: State): Program {
  const { source, backend, random } = state
  const who = source.modelName
  const found = probe(state)
  const { expected } = source
  const description: () => Description = () => describeModel(found, state.examples.length)
  if (!expected) return { ...nothing, calls: { describe: description } }
  sameAsExpected(found.variables, expected.variables, who)
  const { trainable, state: changing, fixed, count } = loadExpected(backend, found.variables, expected)
  return {
    trainable,
    state: changing,
    loss(ids, context, report) {
      const value = lossOf(state, ids, context, report)
      const moved = fixed.find(({ variable, dataId }) => variable.dataId !== dataId)
      if (moved)
        throw refuse(
          `${who}: loss assigns to ${moved.variable.name}, which only the trainer changes, or which it left alone when it was probed. Assign to variables that are not trainable, in every call.`,
        )
      if (Object.keys(tf.engine().registeredVariables).length !== count)
        throw refuse(
          `${who}: the variables are others in step ${context.step + 1} than when it was probed: ${changedVariables(found.variables)}. Make all of them in setup, once, and dispose of none.`,
        )
      return value
    },
    during({ step, place, training }, work) {
      try {
        return random.during(training ? stepKey(step, place) : measureKey(place), work)
      } catch (error) {
        throw blame(error, who, 'loss', state.users)
      }
    },
    calls: { otherLength: () => state.others!.length },
    // The probe was one.
    warmUp: () => undefined,
  }
}

const nothing: Program = {
  trainable: [],
  state: [],
  loss: () => {
    throw new Error('module program: is only there to be described')
  },
  calls: {},
  warmUp: () => undefined,
}

/** A program that refuses everything, so that the trainer hears why. */
function refusing(error: ProgramError): Program {
  const fail = () => {
    throw error
  }
  return { ...nothing, loss: fail, during: fail, calls: { describe: fail }, warmUp: fail }
}

/** Opens the modules in this thread. Where they are not what they have to be, every task is refused with the reason. */
export async function openModuleProgram(source: ModuleSource, backend: EyesWasmBackend): Promise<Program> {
  try {
    return programOf(await openState(source, backend))
  } catch (error) {
    if (error instanceof ProgramError) return refusing(error)
    throw error
  }
}
