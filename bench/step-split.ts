// Where the time of one micro-batch goes: the worker's own code run in this thread, with a clock around each kernel. What is left is
// tape, tensors and copies. Kernels are timed at the boundary of our WASM module.
import * as tf from '@tensorflow/tfjs-core'
import type { Dataset } from '../src/data/dataset.js'
import type { EyesWasmBackend } from '../src/kernels/backend.js'
import { layerSpecs, parameterCount, parameterSpecs } from '../src/models/geometry.js'
import { initialize } from '../src/models/initialize.js'
import type { ModelSpec } from '../src/models/spec.js'
import { createMemory, regions } from '../src/parallel/memory.js'
import { microBatchCount, microBatchRange, tapeImages, trainingFlop } from '../src/parallel/micro-batches.js'
import { createTaskHandler } from '../src/parallel/tasks.js'
import { compileModules, compileSharedModule } from '../src/wasm/modules.js'
import type { KernelExports } from '../src/wasm/kernels.js'
import { currentBackend } from './backend.js'
import { rest } from './measure.js'
import { batchSize } from './models.js'
import { objective } from './peers/own.js'
import type { StepSplit } from './results.js'

/** Micro-batches of the report's batch. */
export function microBatches(spec: ModelSpec): number {
  const layers = layerSpecs(spec)
  return microBatchCount(batchSize, trainingFlop(layers), parameterCount(parameterSpecs(layers)))
}

/** Replaces the backend's kernels by timed ones; `take` answers the milliseconds of each since the last call. */
function timeKernels(backend: EyesWasmBackend) {
  const spent = new Map<string, number>()
  const timed = Object.fromEntries(
    Object.entries(backend.kernels as unknown as Record<string, (...args: number[]) => number>).map(
      ([name, kernel]) => [
        name,
        (...args: number[]) => {
          const start = performance.now()
          const result = kernel(...args)
          spent.set(name, (spent.get(name) ?? 0) + performance.now() - start)
          return result
        },
      ],
    ),
  )
  ;(backend as { kernels: KernelExports }).kernels = timed as unknown as KernelExports
  return {
    take() {
      const taken = new Map(spent)
      spent.clear()
      return taken
    },
  }
}

const outside = 'outside the kernels'

/** Runs one micro-batch of the model again and again in this thread; the least time of each part, which other work disturbs least. */
export async function splitStep(spec: ModelSpec, dataset: Dataset, quick: boolean): Promise<StepSplit> {
  const parameters = parameterSpecs(layerSpecs(spec))
  const count = microBatches(spec)
  const layout = { parameterCount: parameterCount(parameters), imageCount: dataset.count, slotCount: count }
  const memory = createMemory(layout)
  const at = regions(layout)
  initialize(parameters, 0, new Float32Array(memory.buffer, at.parameters, layout.parameterCount))
  const order = new Int32Array(memory.buffer, at.order, dataset.count)
  order.forEach((_, i) => (order[i] = i))
  tf.engine().startScope()
  const [modules, shared] = await Promise.all([compileModules(), compileSharedModule()])
  const run = await createTaskHandler({ modules, shared, spec, images: dataset, memory, layout })
  const next = new Int32Array(memory.buffer, at.next, 1)
  const kernels = timeKernels(currentBackend())
  const [from, to] = microBatchRange(batchSize, count, 0)
  const task = {
    kind: 'gradient',
    count: 1,
    tapeImages: tapeImages(layerSpecs(spec)),
    from,
    to,
    epoch: 1,
    seed: 0,
    objective,
  } as const
  const least = new Map<string, number>()
  const note = (name: string, spent: number) => least.set(name, Math.min(spent, least.get(name) ?? Infinity))
  const warmUp = 15
  const end = performance.now() + (quick ? 4000 : 8000)
  for (let version = 0; version < warmUp + 5 || (performance.now() < end && version < 150); version++) {
    if (version < warmUp) await rest(20)
    const start = performance.now()
    next[0] = 0 // as a step's start does: one micro-batch, not yet taken
    run({ ...task, version })
    const total = performance.now() - start
    const taken = kernels.take()
    if (version < warmUp) continue
    for (const [name, spent] of taken) note(name, spent)
    note(outside, total - [...taken.values()].reduce((sum, spent) => sum + spent, 0))
  }
  tf.engine().endScope()
  tf.disposeVariables()
  tf.removeBackend('eyes-wasm')
  const milliseconds = [...least.values()].reduce((sum, spent) => sum + spent, 0)
  const overhead = least.get(outside)! / milliseconds
  const split = [...least].filter(([name, spent]) => name !== outside && spent > 0.005).sort((a, b) => b[1] - a[1])
  return { images: to - from, milliseconds, kernels: Object.fromEntries(split), overhead }
}
