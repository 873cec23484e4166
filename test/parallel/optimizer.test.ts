// The optimisers by their rules over the shared memory: AdamW and gradient descent against float64 references of PyTorch's definitions, the same bits for
// every cut into ranges, and what tells that an update is not finite.
import { describe, expect, it } from 'vitest'
import { createMemory, lineRange, regions, slotStride } from '../../src/parallel/memory.js'
import type { OptimizerRule } from '../../src/parallel/rules.js'
import { adamDefaults, optimizerUpdate, sgdDefaults } from '../../src/parallel/optimizer.js'
import { updateRange, updateState } from '../../src/parallel/update.js'
import { compileSharedModule } from '../../src/wasm/modules.js'
import { instantiateShared } from '../../src/wasm/shared.js'
import { adamState, referenceAdam } from '../reference/adam.js'
import { referenceDecay, referenceSgd, sgdState } from '../reference/sgd.js'

const size = 131
const rules: Record<string, OptimizerRule> = {
  AdamW: { ...adamDefaults, weightDecay: 0.1 },
  SGD: { ...sgdDefaults, momentum: 0.9, nesterov: true, weightDecay: 0.01 },
}

async function open(stateCount = 0) {
  const layout = { parameterCount: size, stateCount, exampleCount: 1, slotCount: 3 }
  const memory = createMemory(layout)
  const at = regions(layout)
  const shared = instantiateShared(await compileSharedModule(), memory)
  const floats = (offset: number, length = size) => new Float32Array(memory.buffer, offset, length)
  return { at, shared, floats }
}

/** Values from -1 to 1. */
const values = (count: number, salt: number) =>
  Float32Array.from(
    { length: count },
    (_, i) => ((Math.imul(i + 1, 2_654_435_761 + 2 * salt) >>> 8) / 2 ** 24 - 0.5) * 2,
  )

describe.each(Object.entries(rules))('%s', (name, rule) => {
  it('follows its reference', async () => {
    const { at, shared, floats } = await open()
    const start = values(size, 1)
    floats(at.parameters).set(start)
    const [adam, sgd] = [adamState(start), sgdState(start)]
    for (let step = 1; step <= 20; step++) {
      const gradient = values(size, step)
      floats(at.gradient).set(gradient)
      optimizerUpdate(shared, at, [0, size], { step, lr: 0.01, rule })
      if (rule.name === 'sgd') referenceSgd(sgd, gradient, { lr: 0.01, ...rule })
      else {
        referenceDecay(adam.parameters, 0.01, rule.weightDecay)
        referenceAdam(adam, gradient, step, { lr: 0.01 })
      }
    }
    const wanted = rule.name === 'sgd' ? sgd.parameters : adam.parameters
    // Twenty steps of at most 0.1, a dozen roundings of 2^-24 in each.
    wanted.forEach((p, i) => expect(Math.abs(floats(at.parameters)[i]! - p), `${name}, ${i}`).toBeLessThan(2e-5))
    expect(Math.abs(floats(at.parameters)[0]! - start[0]!)).toBeGreaterThan(1e-3)
  })

  it('gives the same bits for every split', async () => {
    const after = async (pieces: number) => {
      const { at, shared, floats } = await open()
      floats(at.parameters).set(values(size, 1))
      floats(at.slotWeights, 3).set([0.5, 0.25, 0.25])
      for (let step = 1; step <= 3; step++) {
        floats(at.slots, 3 * slotStride(size)).set(values(3 * slotStride(size), step))
        for (let i = 0; i < pieces; i++) {
          const [from, to] = lineRange(size, pieces, i)
          const task = { count: 3, from, to, step, lr: 0.01, optimizer: rule }
          expect(updateRange(shared, at, slotStride(size), task)).toBe(true)
        }
      }
      return floats(at.parameters, (at.gradient - at.parameters) / 4).slice()
    }
    const whole = await after(1)
    for (const pieces of [2, 3, 9]) expect(await after(pieces)).toEqual(whole)
  })

  it('says when a parameter is not finite', async () => {
    const { at, shared, floats } = await open()
    floats(at.parameters)[17] = NaN
    const task = { count: 0, step: 1, lr: 0.01, optimizer: rule }
    expect(updateRange(shared, at, slotStride(size), { ...task, from: 0, to: 16 })).toBe(true)
    expect(updateRange(shared, at, slotStride(size), { ...task, from: 16, to: size })).toBe(false)
  })
})

describe('the state', () => {
  it('is the weighted mean of what the micro-batches left behind their gradients', async () => {
    const { at, shared, floats } = await open(5)
    const stride = slotStride(size + 5)
    const slots = floats(at.slots, 3 * stride)
    floats(at.slotWeights, 3).set([0.5, 0.25, 0.25])
    for (let slot = 0; slot < 3; slot++) slots.fill(2 * slot, slot * stride + size, slot * stride + size + 5)
    const gradient = floats(at.gradient).slice()
    const counts = { count: 3, parameterCount: size, stateCount: 5 }
    expect(updateState(shared, at, stride, counts)).toBe(true)
    expect([...floats(at.state, 5)]).toEqual(Array(5).fill(1.5))
    expect(floats(at.gradient)).toEqual(gradient)
    slots[stride + size + 4] = Infinity
    expect(updateState(shared, at, stride, counts)).toBe(false)
  })
})
