// What a worker does with each task: micro-batches, losses, updates and a program's own calls. It holds a tfjs backend and the program's
// variables, and nothing that a result depends on beside the task: any thread can redo any task. The thread itself is worker.ts; the
// bench runs the same code without one.
import * as tf from '@tensorflow/tfjs-core'
import { backendName, EyesWasmBackend } from '../kernels/backend.js'
import { registerEyesWasm } from '../kernels/register.js'
import { adoptModules } from '../wasm/modules.js'
import { instantiateShared, type SharedExports } from '../wasm/shared.js'
import { lineFloats, pulse, regions, type Regions, slotStrideOf } from './memory.js'
import { microBatchRange } from './micro-batches.js'
import {
  type LossContext,
  type OpenProgram,
  type Program,
  ProgramError,
  type ProgramVariable,
  scoped,
} from './program.js'
import type {
  Answers,
  CallTask,
  GradientTask,
  LossTask,
  MicroBatch,
  Refusal,
  SumTask,
  Task,
  UpdateTask,
  WorkerSetup,
} from './protocol.js'
import type { LossParts } from './rules.js'
import { sumWithSquares, updateRange } from './update.js'

interface State {
  readonly backend: EyesWasmBackend
  readonly program: Program
  readonly regions: Regions
  readonly memory: ArrayBufferLike
  /** The arithmetic over `memory`. */
  readonly shared: SharedExports
  /** Lengths of the parameter vector and of the state vector, and float32 elements from one slot to the next. */
  readonly size: number
  readonly stateSize: number
  readonly stride: number
  /** What gradients are asked of. */
  readonly trainable: tf.Variable[]
  /** Which update of the parameters the variables hold, and whether it is of their average. */
  version: number
  isAveraged: boolean
}

async function start<Source>(setup: WorkerSetup<Source>, openProgram: OpenProgram<Source>): Promise<State> {
  adoptModules(setup.modules)
  registerEyesWasm()
  if (!(await tf.setBackend(backendName))) throw new Error(`tfjs refused the backend ${backendName}`)
  const backend = tf.backend()
  if (!(backend instanceof EyesWasmBackend)) throw new Error(`tfjs uses ${tf.getBackend()}, wanted ${backendName}`)
  const program = await openProgram(setup.program, backend)
  return {
    backend,
    program,
    regions: regions(setup.layout),
    memory: setup.memory.buffer,
    shared: instantiateShared(setup.shared, setup.memory),
    size: setup.layout.parameterCount,
    stateSize: setup.layout.stateCount ?? 0,
    stride: slotStrideOf(setup.layout),
    trainable: program.trainable.map(({ variable }) => variable),
    version: -1,
    isAveraged: false,
  }
}

/** Copies a flat vector into variables, in place. */
function write(backend: EyesWasmBackend, variables: readonly ProgramVariable[], flat: Float32Array): void {
  for (const { variable, offset, size } of variables) {
    // A loss may have assigned a tensor that its module keeps, whose memory the variable shares.
    if (backend.refCount(variable.dataId) > 1) tf.tidy(() => variable.assign(tf.zerosLike(variable)))
    backend.floats(variable).set(flat.subarray(offset, offset + size))
    backend.changed(variable)
  }
}

/** Copies the shared parameters into the variables when they have been updated since. */
function loadParameters(state: State, version: number, isAveraged = false): void {
  if (state.version === version && state.isAveraged === isAveraged) return
  const { backend, program, memory, regions, size } = state
  const address = isAveraged ? regions.average : regions.parameters
  write(backend, program.trainable, new Float32Array(memory, address, size))
  state.version = version
  state.isAveraged = isAveraged
}

/** Copies the shared state into its variables: each part of a micro-batch starts from there, whatever another one has left. */
function loadState({ backend, program, memory, regions, stateSize }: State): void {
  if (stateSize > 0) write(backend, program.state, new Float32Array(memory, regions.state, stateSize))
}

/** `scoped`, while the program holds what it wants to hold. */
const during = <T>({ program }: State, context: LossContext, compute: () => T): T =>
  program.during ? program.during(context, () => scoped(compute)) : scoped(compute)

/** `sum` += weight * values; with weight 1, the only part there is, they are written there. */
function accumulate(sum: Float32Array, offset: number, values: Float32Array, weight: number): void {
  if (weight === 1) sum.set(values, offset)
  else for (let i = 0; i < values.length; i++) sum[offset + i]! += weight * values[i]!
}

/**
 * Adds `weight` times the gradient of the examples' mean loss to `sum`, and behind it what the loss left in the state. A variable that
 * the loss does not depend on has gradient 0.
 */
function tape(state: State, ids: Int32Array, context: LossContext, sum: Float32Array, weight: number): LossParts {
  const { backend, program, size } = state
  loadState(state)
  return during(state, context, () => {
    const parts: Record<string, number> = {}
    const { value, grads } = tf.variableGrads(
      () => program.loss(ids, context, (part, mean) => void (parts[part] = mean)),
      state.trainable,
    )
    for (const { variable, offset, size: length } of program.trainable) {
      const gradient = grads[variable.name]
      if (gradient) accumulate(sum, offset, backend.floats(gradient), weight)
      else if (weight === 1) sum.fill(0, offset, offset + length)
    }
    for (const { variable, offset } of program.state) accumulate(sum, size + offset, backend.floats(variable), weight)
    return { ...parts, loss: backend.floats(value)[0]! }
  })
}

/** Micro-batch `slot` of the task's batch: its gradient into that slot. `onPart` is called after each part of it. */
function microBatch(state: State, task: GradientTask, slot: number, onPart: () => void): MicroBatch {
  const { memory, regions, shared, size, stateSize, stride } = state
  const [from, to] = microBatchRange(task.to - task.from, task.count, slot)
  const ids = new Int32Array(memory, regions.order).subarray(task.from + from, task.from + to)
  const address = regions.slots + 4 * stride * slot
  const gradient = new Float32Array(memory, address, size + stateSize)
  const count = Math.ceil(ids.length / task.tapeExamples)
  const { epoch, step, seed, settings } = task
  const sum: Record<string, number> & { loss: number } = { loss: 0 }
  if (count > 1) gradient.fill(0)
  for (let part = 0; part < count; part++) {
    const [first, end] = microBatchRange(ids.length, count, part)
    const weight = (end - first) / ids.length
    const context = { epoch, step, place: from + first, seed, settings, training: true }
    const found = tape(state, ids.subarray(first, end), context, gradient, weight)
    for (const key of Object.keys(found)) sum[key] = (sum[key] ?? 0) + weight * found[key]!
    onPart()
  }
  return { slot, parts: sum, finite: shared.allFinite(address, size + stateSize) === 1 }
}

function gradient(state: State, task: GradientTask): Answers['gradient'] {
  const start = performance.now()
  loadParameters(state, task.version)
  const next = new Int32Array(state.memory, state.regions.next, 1)
  const life = new Int32Array(state.memory, state.regions.pulses + 4 * lineFloats * task.share, lineFloats)
  const beat = () => Atomics.add(life, pulse.beat, 1)
  const microBatches: MicroBatch[] = []
  for (;;) {
    const place = Atomics.add(next, 0, 1)
    if (place >= (task.slots?.length ?? task.count)) return { microBatches, busy: performance.now() - start }
    const slot = task.slots?.[place] ?? place
    Atomics.store(life, pulse.slot, slot)
    microBatches.push(microBatch(state, task, slot, beat))
    Atomics.store(life, pulse.slot, -1)
  }
}

function sum({ shared, regions, stride }: State, task: SumTask): Answers['sum'] {
  const start = performance.now()
  sumWithSquares(shared, regions, stride, task)
  return { busy: performance.now() - start }
}

function update({ shared, regions, stride }: State, task: UpdateTask): Answers['update'] {
  const start = performance.now()
  const finite = updateRange(shared, regions, stride, task)
  return { finite, busy: performance.now() - start }
}

/** Epoch 0, as in measurements: what is drawn is the same whenever these examples are looked at. */
function loss(state: State, { version, averaged, ids, place, seed, settings }: LossTask): Answers['loss'] {
  loadParameters(state, version, averaged)
  loadState(state)
  const context = { epoch: 0, step: 0, place, seed, settings, training: false }
  return during(state, context, () => {
    const parts: Record<string, number> = {}
    const value = state.program.loss(ids, context, (part, mean) => void (parts[part] = mean))
    return { ...parts, loss: state.backend.floats(value)[0]! }
  })
}

function call(state: State, { name, version, args }: CallTask): unknown {
  loadParameters(state, version)
  loadState(state)
  const run = state.program.calls[name]
  if (!run) throw new Error(`worker: the program has no call ${name}`)
  return scoped(() => run(args))
}

function answerOf(state: State, task: Task): Answers[keyof Answers] {
  switch (task.kind) {
    case 'ready':
      return true
    case 'warm-up':
      loadState(state)
      state.program.warmUp()
      return true
    case 'gradient':
      return gradient(state, task)
    case 'sum':
      return sum(state, task)
    case 'update':
      return update(state, task)
    case 'loss':
      return loss(state, task)
    case 'call':
      return call(state, task)
  }
}

/** Runs a worker's tasks. */
export type TaskHandler = (task: Task) => Answers[keyof Answers]

/** Sets up the backend and the program in this thread; answers what runs its tasks. One call a thread. */
export async function createTaskHandler<Source>(
  setup: WorkerSetup<Source>,
  openProgram: OpenProgram<Source>,
): Promise<TaskHandler> {
  const state = await start(setup, openProgram)
  return task => {
    try {
      return answerOf(state, task)
    } catch (error) {
      if (!(error instanceof ProgramError)) throw error
      return { refused: { code: error.code, message: error.message } } satisfies Refusal
    }
  }
}
