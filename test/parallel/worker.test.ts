// The worker's own code in the test's thread (its workerData is put in its hand): no tensor or memory is left behind by any task, and
// an answer depends on the task alone.
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { generateEyes } from '../../src/data/generated-eyes.js'
import type { ImageCalls } from '../../src/imaging/protocol.js'
import { layerSpecs, parameterCount, parameterSpecs } from '../../src/models/geometry.js'
import { initialize } from '../../src/models/initialize.js'
import { createMemory, regions, slotStride } from '../../src/parallel/memory.js'
import type { Answers, GradientTask, Task, WorkerSetup } from '../../src/parallel/protocol.js'
import { compileModules, compileSharedModule } from '../../src/wasm/modules.js'
import { currentBackend } from '../support/one-thread.js'

const spec = { kind: 'vae', kernel: 3, stride: 1, padding: 1, height: 12, width: 14 } as const
const parameters = parameterSpecs(layerSpecs(spec))
const size = parameterCount(parameters)
const imageCount = 5
const layout = { parameterCount: size, exampleCount: imageCount, slotCount: 2 }
const at = regions(layout)

describe('worker', () => {
  const memory = createMemory(layout)
  const floats = (offset: number) => new Float32Array(memory.buffer, offset, size)
  const slots = [floats(at.slots), floats(at.slots + 4 * slotStride(size))] as const
  const next = new Int32Array(memory.buffer, at.next, 1)
  let run: <T extends Task>(task: T) => Answers[T['kind']]
  /** A task with `taken` micro-batches taken already; its answer, without the clock. */
  const answer = (task: Task, taken = 0) => {
    next[0] = taken
    const result = run(task)
    return typeof result === 'object' && result !== null && 'busy' in result ? { ...result, busy: 0 } : result
  }

  beforeAll(async () => {
    const images = generateEyes({ count: imageCount, size: { height: 12, width: 14 } })
    const [modules, shared] = await Promise.all([compileModules(), compileSharedModule()])
    const objective = { loss: 'edge', klWeight: 1 } as const
    const program = { spec, images, objective }
    const setup: WorkerSetup = { modules, shared, memory, layout, exampleFlop: 1e6, program }
    vi.doMock('node:worker_threads', () => ({ workerData: setup, parentPort: null }))
    const { default: start } = await import('../../src/imaging/worker.js')
    run = (await start) as typeof run
    initialize(parameters, 0, floats(at.parameters))
    new Int32Array(memory.buffer, at.order, imageCount).set([3, 0, 4, 1, 2])
    run({ kind: 'warm-up' })
  })

  const call = <K extends keyof ImageCalls>(name: K, args: ImageCalls[K]['args'], version = 0) =>
    ({ kind: 'call', name, version, args }) as const
  const gradientTask: GradientTask = {
    ...{ kind: 'gradient', share: 0, version: 0, count: 1, tapeExamples: 5, from: 1, to: 4, epoch: 2, seed: 9 },
    ...{ step: 3, settings: { objective: { loss: 'l1', klWeight: 0.5 } } },
  }
  const everyTask: readonly Task[] = [
    gradientTask,
    { ...gradientTask, from: 0, to: 5, count: 2, settings: { objective: { loss: 'mse', klWeight: 1 } } },
    call('forward', { ids: [2, 0], seed: 1, fromMean: false, result: 'metrics' }),
    call('forward', { ids: [1], seed: 1, fromMean: true, result: 'images' }),
    call('encode', { values: new Float32Array(2 * 12 * 14 * 3).fill(0.5), count: 2 }),
    call('decode', { values: new Float32Array(12 * 14 * 96).fill(0.5), count: 1 }),
  ]

  it('warms up with the loss that will be trained', async () => {
    const { kernelNames, result } = await tf.profile(() => {
      run({ kind: 'warm-up' })
      return tf.scalar(0)
    })
    tf.dispose(result)
    expect(kernelNames).toContain('EyesEdgeLoss')
    expect(kernelNames).not.toContain('EyesFocalFrequency')
  })

  it('leaves no tensor and no memory behind', () => {
    const usage = () => {
      const { numTensors, numDataBuffers, numBytes } = tf.memory()
      return { numTensors, numDataBuffers, numBytes, wasm: currentBackend().memoryBytes }
    }
    for (const task of everyTask) answer(task)
    const before = usage()
    expect(before.numDataBuffers).toBe(parameters.length)
    for (let version = 1; version <= 40; version++) for (const task of everyTask) answer({ ...task, version } as Task)
    expect(usage()).toEqual(before)
  })

  it('answers the same task alike, whatever came between', () => {
    const first = everyTask.map(task => structuredClone(answer(task)))
    answer(gradientTask)
    const slot = slots[0].slice()
    answer({ ...gradientTask, seed: 10, epoch: 1, from: 0, to: 5 })
    expect(slots[0].slice()).not.toEqual(slot)
    const again = [...everyTask].reverse().map(task => structuredClone(answer(task)))
    expect(again.reverse()).toEqual(first)
    answer(gradientTask)
    expect(slots[0].slice()).toEqual(slot)
  })

  it('takes each micro-batch that no other thread has taken, and writes nothing but their slots', () => {
    const task = { ...gradientTask, from: 0, to: 5, count: 2 }
    const whole = answer(task) as Answers['gradient']
    expect(whole.microBatches.map(part => part.slot)).toEqual([0, 1])
    const second = slots[1].slice()
    slots[0].fill(7)
    slots[1].fill(NaN)
    const before = Buffer.from(memory.buffer.slice(0, at.slots))
    expect(answer(task, 1)).toEqual({ ...whole, microBatches: [whole.microBatches[1]] })
    expect(slots[0].every(x => x === 7)).toBe(true)
    expect(slots[1]).toEqual(second)
    next[0] = before.readInt32LE(at.next)
    expect(before.equals(Buffer.from(memory.buffer, 0, at.slots))).toBe(true)
    expect(answer(task, 2)).toEqual({ microBatches: [], busy: 0 })
  })

  it('puts a micro-batch on the tape in parts where it is told to, and sums them', () => {
    const task = { ...gradientTask, from: 0, to: 5 }
    const whole = answer(task) as Answers['gradient']
    const gradient = slots[0].slice()
    const largest = gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 0)
    const peak: number[] = []
    for (const tapeExamples of [5, 4, 2, 1]) {
      slots[0].fill(NaN)
      const { microBatches } = answer({ ...task, tapeExamples }) as Answers['gradient']
      for (const key of ['loss', 'mse', 'kl'] as const)
        expect(microBatches[0]!.parts[key], key).toBeCloseTo(whole.microBatches[0]!.parts[key]!, 6)
      peak.push(slots[0].reduce((most, g, i) => Math.max(most, Math.abs(g - gradient[i]!)), 0))
    }
    expect(peak[0]).toBe(0)
    // Sums over 840 pixels in another order, in eight layers.
    const bound = 8 * Math.sqrt(840) * 2 ** -24 * largest
    expect(Math.max(...peak)).toBeLessThan(bound)
    expect(Math.min(...peak.slice(1))).toBeGreaterThan(0)
  })

  it('says when a gradient is not finite', () => {
    const value = floats(at.parameters)[0]!
    floats(at.parameters)[0] = NaN
    const { microBatches } = answer({ ...gradientTask, version: 50 }) as Answers['gradient']
    floats(at.parameters)[0] = value
    expect(microBatches).toMatchObject([{ slot: 0, finite: false }])
    expect(answer({ ...gradientTask, version: 51 })).toMatchObject({ microBatches: [{ slot: 0, finite: true }] })
  })

  it('reads the parameters anew when their version says so, and only then', () => {
    const task = call('forward', { ids: [0], seed: 0, fromMean: true, result: 'images' }, 100)
    const before = run(task)
    floats(at.parameters).forEach((x, i, all) => (all[i] = x * 0.5))
    expect(run(task)).toEqual(before)
    expect(run({ ...task, version: 101 })).not.toEqual(before)
  })

  it('sums and updates a range of the parameters, and nothing beside it', () => {
    const [from, to] = [32, 96]
    const names = ['parameters', 'firstMoment', 'secondMoment', 'gradient'] as const
    const before = names.map(name => floats(at[name]).slice())
    slots[0].fill(0.5)
    slots[1].fill(-1)
    new Float32Array(memory.buffer, at.slotWeights, 2).set([0.75, 0.25])
    const task = { kind: 'update', count: 2, from, to, step: 1, lr: 1e-3 } as const
    expect(answer(task)).toEqual({ finite: true, busy: 0 })
    expect([...floats(at.gradient).subarray(from, to)]).toEqual(Array(to - from).fill(0.125))
    names.forEach((name, i) => {
      const changed = [...floats(at[name])].flatMap((x, n) => (x === before[i]![n] ? [] : [n]))
      expect(changed, name).toEqual(Array.from({ length: to - from }, (_, n) => from + n))
    })
    floats(at.parameters)[to - 1] = Infinity
    expect(answer(task)).toEqual({ finite: false, busy: 0 })
    expect(answer({ ...task, to: to - 16 })).toEqual({ finite: true, busy: 0 })
  })
})
