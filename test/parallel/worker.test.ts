// The worker's own code in the test's thread (its workerData is put in its hand): no tensor or memory is left behind by any task, and
// an answer depends on the task alone.
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { generateEyes } from '../../src/data/generated-eyes.js'
import { layerSpecs, parameterCount, parameterSpecs } from '../../src/models/geometry.js'
import { initialize } from '../../src/models/initialize.js'
import { createMemory, regions } from '../../src/parallel/memory.js'
import type { Answers, GradientTask, Task, WorkerSetup } from '../../src/parallel/protocol.js'
import { compileModules } from '../../src/wasm/modules.js'
import { currentBackend } from '../support/one-thread.js'

const spec = { kind: 'vae', kernel: 3, stride: 1, padding: 1, height: 12, width: 14 } as const
const parameters = parameterSpecs(layerSpecs(spec))
const size = parameterCount(parameters)
const imageCount = 5
const layout = { parameterCount: size, imageCount, slotCount: 2 }
const at = regions(layout)

describe('worker', () => {
  const memory = createMemory(layout)
  const floats = (offset: number) => new Float32Array(memory.buffer, offset, size)
  const slots = [floats(at.slots), floats(at.slots + 4 * size)] as const
  let run: <T extends Task>(task: T) => Answers[T['kind']]

  beforeAll(async () => {
    const images = generateEyes({ count: imageCount, size: { height: 12, width: 14 } })
    const setup: WorkerSetup = { modules: await compileModules(), spec, images, memory, layout }
    vi.doMock('node:worker_threads', () => ({ workerData: setup }))
    const { default: start } = await import('../../src/parallel/worker.js')
    run = (await start) as typeof run
    initialize(parameters, 0, floats(at.parameters))
    new Int32Array(memory.buffer, at.order, imageCount).set([3, 0, 4, 1, 2])
    run({ kind: 'warm-up' })
  })

  const gradientTask: GradientTask = {
    ...{ kind: 'gradient', version: 0, slot: 0, from: 1, to: 4, epoch: 2, seed: 9 },
    objective: { loss: 'l1', klWeight: 0.5 },
  }
  const everyTask: readonly Task[] = [
    gradientTask,
    { ...gradientTask, from: 0, to: 1, slot: 1, objective: { loss: 'mse', klWeight: 1 } },
    { kind: 'forward', version: 0, ids: [2, 0], seed: 1, fromMean: false, result: 'metrics' },
    { kind: 'forward', version: 0, ids: [1], seed: 1, fromMean: true, result: 'images' },
    { kind: 'encode', version: 0, values: new Float32Array(2 * 12 * 14 * 3).fill(0.5), count: 2 },
    { kind: 'decode', version: 0, values: new Float32Array(12 * 14 * 96).fill(0.5), count: 1 },
  ]

  it('leaves no tensor and no memory behind', () => {
    const usage = () => {
      const { numTensors, numDataBuffers, numBytes } = tf.memory()
      return { numTensors, numDataBuffers, numBytes, wasm: currentBackend().memoryBytes }
    }
    for (const task of everyTask) run(task)
    const before = usage()
    expect(before.numDataBuffers).toBe(parameters.length)
    for (let version = 1; version <= 40; version++) for (const task of everyTask) run({ ...task, version } as Task)
    expect(usage()).toEqual(before)
  })

  it('answers the same task alike, whatever came between', () => {
    const first = everyTask.map(task => structuredClone(run(task)))
    const slot = slots[0].slice()
    run({ ...gradientTask, seed: 10, epoch: 1, from: 0, to: 5 })
    expect(slots[0].slice()).not.toEqual(slot)
    const again = [...everyTask].reverse().map(task => structuredClone(run(task)))
    expect(again.reverse()).toEqual(first)
    expect(slots[0].slice()).toEqual(slot)
  })

  it('writes its own slot and nothing else of the shared memory', () => {
    slots[0].fill(NaN)
    slots[1].fill(7)
    const before = Buffer.from(memory.buffer.slice(0, at.slots))
    run(gradientTask)
    expect(slots[0].every(Number.isFinite)).toBe(true)
    expect(slots[1].every(x => x === 7)).toBe(true)
    expect(before.equals(Buffer.from(memory.buffer, 0, at.slots))).toBe(true)
  })

  it('reads the parameters anew when their version says so, and only then', () => {
    const task = { kind: 'forward', version: 100, ids: [0], seed: 0, fromMean: true, result: 'images' } as const
    const before = run(task)
    floats(at.parameters).forEach((x, i, all) => (all[i] = x * 0.5))
    expect(run(task)).toEqual(before)
    expect(run({ ...task, version: 101 })).not.toEqual(before)
  })
})
