// tfjs's WASM memory in a worker over the steps of a training: all that it will ever need it has after the first one. In the test's own
// thread, with pictures and micro-batches of the report's size. (The shared memory cannot grow: memory.test.ts.)
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, it } from 'vitest'
import { generateEyes } from '../../src/data/generated-eyes.js'
import { layerSpecs, parameterCount, parameterSpecs } from '../../src/models/geometry.js'
import { initialize } from '../../src/models/initialize.js'
import type { ModelSpec } from '../../src/models/spec.js'
import { createMemory, regions } from '../../src/parallel/memory.js'
import { tapeImages } from '../../src/imaging/cost.js'
import { openImageProgram } from '../../src/imaging/program.js'
import { createTaskHandler } from '../../src/parallel/tasks.js'
import { compileModules, compileSharedModule } from '../../src/wasm/modules.js'
import { currentBackend } from '../support/one-thread.js'

const picture = { height: 50, width: 50 }
// One backend serves them in turn, so each needs more than the one before.
const cases: readonly { spec: ModelSpec; images: number }[] = [
  { spec: { kind: 'ae', kernel: 4, stride: 2, padding: 2, ...picture }, images: 41 },
  { spec: { kind: 'ae', kernel: 9, stride: 1, padding: 4, ...picture }, images: 6 },
  // More than fit on the tape: two parts.
  { spec: { kind: 'vae', kernel: 3, stride: 1, padding: 1, ...picture }, images: 11 },
]

describe.each(cases)('$spec.kind ($spec.kernel,$spec.stride,$spec.padding), $images images', ({ spec, images }) => {
  afterEach(() => {
    tf.engine().endScope()
    tf.disposeVariables()
  })

  it('has all its memory after the first step', async () => {
    const layers = layerSpecs(spec)
    const parameters = parameterSpecs(layers)
    const layout = { parameterCount: parameterCount(parameters), exampleCount: images, slotCount: 1 }
    const memory = createMemory(layout)
    const at = regions(layout)
    initialize(parameters, 0, new Float32Array(memory.buffer, at.parameters, layout.parameterCount))
    new Int32Array(memory.buffer, at.order, images).forEach((_, i, order) => (order[i] = i))
    const next = new Int32Array(memory.buffer, at.next, 1)
    const [modules, shared] = await Promise.all([compileModules(), compileSharedModule()])
    tf.engine().startScope()
    const program = { spec, images: generateEyes({ count: images }) }
    const run = await createTaskHandler({ modules, shared, memory, layout, exampleFlop: 0, program }, openImageProgram)
    const fresh = currentBackend().memoryBytes
    const step = (version: number, to: number) => {
      next[0] = 0
      const objective = { loss: 'mse', klWeight: 1 } as const
      const task = {
        share: 0,
        version,
        count: 1,
        tapeExamples: tapeImages(layers),
        from: 0,
        to,
        epoch: version,
        step: 0,
        seed: 0,
        settings: { objective },
      }
      run({ kind: 'gradient', ...task })
    }
    run({ kind: 'warm-up' })
    step(1, images)
    const { memoryBytes } = currentBackend()
    expect(memoryBytes, 'the step needs more than there was').toBeGreaterThan(fresh)
    // The last batch of an epoch is smaller, and its tensors leave other holes.
    for (let version = 2; version <= 7; version++) step(version, version % 3 === 0 ? Math.ceil(images / 3) : images)
    expect(currentBackend().memoryBytes).toBe(memoryBytes)
  })
})
