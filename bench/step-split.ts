// Where the time of one micro-batch goes: the worker's own code run in this thread, with a clock around each kernel. What is left is
// tape, tensors and copies. Kernels are timed at the boundary of our WASM module.
import * as tf from '@tensorflow/tfjs-core'
import type { Dataset } from '../src/data/dataset.js'
import type { EyesWasmBackend } from '../src/kernels/backend.js'
import { checkedModules } from '../src/kernels/checked-modules.js'
import { layerSpecs, parameterCount, parameterSpecs } from '../src/models/geometry.js'
import { initialize } from '../src/models/initialize.js'
import type { ModelSpec } from '../src/models/spec.js'
import { createMemory, regions } from '../src/parallel/memory.js'
import { tapeImages, trainingFlop } from '../src/imaging/cost.js'
import { microBatchCount, microBatchRange } from '../src/parallel/micro-batches.js'
import { openImageProgram } from '../src/imaging/program.js'
import { createTaskHandler } from '../src/parallel/tasks.js'
import { compileSharedModule } from '../src/wasm/modules.js'
import type { KernelExports } from '../src/wasm/kernels.js'
import { currentBackend, dropBackend } from './backend.js'
import { rest } from './measure.js'
import { batchSize, type PassName } from './models.js'
import { objective } from './peers/own.js'
import type { StepSplit } from './results.js'

/** Micro-batches of the report's batch. */
export function microBatches(spec: ModelSpec): number {
  const layers = layerSpecs(spec)
  return microBatchCount(batchSize, trainingFlop(layers), parameterCount(parameterSpecs(layers)))
}

/** Which pass a call of a kernel belongs to. The step's backward half starts with the gradient of its loss. */
export function passOf(kernel: string, isBackward: boolean): PassName | 'other kernels' {
  if (!/conv|winograd/i.test(kernel)) return 'other kernels'
  if (!isBackward) return 'forward'
  return /filter/i.test(kernel) ? 'filter gradient' : 'input gradient'
}

/** Replaces the backend's kernels by timed ones; `take` answers the milliseconds of each, and of each pass, since the last call. */
function timeKernels(backend: EyesWasmBackend) {
  const spent = new Map<string, number>()
  const passes = new Map<string, number>()
  let isBackward = false
  const add = (to: Map<string, number>, key: string, time: number) => to.set(key, (to.get(key) ?? 0) + time)
  const timed = Object.fromEntries(
    Object.entries(backend.kernels as unknown as Record<string, (...args: number[]) => number>).map(
      ([name, kernel]) => [
        name,
        (...args: number[]) => {
          const start = performance.now()
          const result = kernel(...args)
          const time = performance.now() - start
          // A micro-batch in parts goes forward again after each part's way back; every part starts with its pictures.
          if (/pixels/i.test(name)) isBackward = false
          if (name === 'reconstructionLossGrad') isBackward = true
          add(spent, name, time)
          add(passes, passOf(name, isBackward), time)
          return result
        },
      ],
    ),
  )
  ;(backend as { kernels: KernelExports }).kernels = timed as unknown as KernelExports
  return {
    take() {
      const taken = { kernels: new Map(spent), passes: new Map(passes) }
      spent.clear()
      passes.clear()
      isBackward = false
      return taken
    },
  }
}

/** Among the passes of a split: everything but the kernels. */
const outside = 'outside the kernels'

/** Runs one micro-batch of the model again and again in this thread; the least time of each part, which other work disturbs least. */
export async function splitStep(spec: ModelSpec, dataset: Dataset, quick: boolean): Promise<StepSplit> {
  const parameters = parameterSpecs(layerSpecs(spec))
  const count = microBatches(spec)
  const layout = { parameterCount: parameterCount(parameters), exampleCount: dataset.count, slotCount: count }
  const memory = createMemory(layout)
  const at = regions(layout)
  initialize(parameters, 0, new Float32Array(memory.buffer, at.parameters, layout.parameterCount))
  const order = new Int32Array(memory.buffer, at.order, dataset.count)
  order.forEach((_, i) => (order[i] = i))
  tf.engine().startScope()
  const [modules, shared] = await Promise.all([checkedModules(), compileSharedModule()])
  const run = await createTaskHandler(
    { modules, shared, memory, layout, exampleFlop: 0, program: { spec, images: dataset } },
    openImageProgram,
  )
  const next = new Int32Array(memory.buffer, at.next, 1)
  const kernels = timeKernels(currentBackend())
  const [from, to] = microBatchRange(batchSize, count, 0)
  const task = {
    kind: 'gradient',
    share: 0,
    count: 1,
    tapeExamples: tapeImages(layerSpecs(spec)),
    from,
    to,
    epoch: 1,
    step: 0,
    seed: 0,
    settings: { objective },
  } as const
  const least = { kernels: new Map<string, number>(), passes: new Map<string, number>() }
  const note = (to: Map<string, number>, name: string, spent: number) =>
    to.set(name, Math.min(spent, to.get(name) ?? Infinity))
  const start = performance.now()
  const mostSeconds = quick ? 2 : 4
  for (let version = 0, samples = 0; samples < 3 || (samples < 100 && isBefore(start, mostSeconds)); version++) {
    const isWarm = version >= 15 || (version >= 3 && !isBefore(start, mostSeconds / 2))
    if (!isWarm) await rest(20)
    const begin = performance.now()
    next[0] = 0 // as a step's start does: one micro-batch, not yet taken
    run({ ...task, version })
    const total = performance.now() - begin
    const taken = kernels.take()
    if (!isWarm) continue
    samples++
    for (const [name, spent] of taken.kernels) note(least.kernels, name, spent)
    for (const [name, spent] of taken.passes) note(least.passes, name, spent)
    note(least.passes, outside, total - sumOf(taken.passes))
  }
  tf.engine().endScope()
  tf.disposeVariables()
  dropBackend()
  const milliseconds = sumOf(least.passes)
  return {
    images: to - from,
    milliseconds,
    passes: inOrder(least.passes, 0),
    kernels: inOrder(least.kernels, 0.005),
    overhead: least.passes.get(outside)! / milliseconds,
  }
}

const isBefore = (start: number, seconds: number) => performance.now() - start < 1000 * seconds
const sumOf = (times: ReadonlyMap<string, number>) => [...times.values()].reduce((sum, time) => sum + time, 0)

/** The longest first; those above `least` milliseconds. */
const inOrder = (times: ReadonlyMap<string, number>, least: number) =>
  Object.fromEntries([...times].filter(([, time]) => time > least).sort((a, b) => b[1] - a[1]))
