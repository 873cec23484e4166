// The shared memory's layout, and the arithmetic of shared.wasm on it: the sum of the micro-batches and Adam, against plain float64.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adamDefaults, adamUpdate, integerPower } from '../../src/parallel/adam.js'
import { createMemory, regions, type MemoryLayout } from '../../src/parallel/memory.js'
import { compileSharedModule } from '../../src/wasm/modules.js'
import { instantiateShared } from '../../src/wasm/shared.js'
import { adamState, referenceAdam } from '../reference/adam.js'

const layouts = fc.record({
  parameterCount: fc.integer({ min: 1, max: 100_000 }),
  imageCount: fc.integer({ min: 1, max: 5000 }),
  slotCount: fc.integer({ min: 1, max: 32 }),
})

/** Every region as [start, end), in bytes. */
function spans(layout: MemoryLayout) {
  const { bytes, ...starts } = regions(layout)
  const elements: Record<keyof typeof starts, number> = {
    parameters: layout.parameterCount,
    firstMoment: layout.parameterCount,
    secondMoment: layout.parameterCount,
    gradient: layout.parameterCount,
    slotWeights: layout.slotCount,
    order: layout.imageCount,
    slots: layout.slotCount * layout.parameterCount,
  }
  const found = Object.entries(starts).map(([name, start]) => ({
    name,
    start,
    end: start + 4 * elements[name as keyof typeof starts],
  }))
  return { bytes, spans: found.sort((a, b) => a.start - b.start) }
}

describe('regions', () => {
  it('are 64-byte aligned, do not overlap, leave address 0 free and fit', () => {
    fc.assert(
      fc.property(layouts, layout => {
        const { bytes, spans: all } = spans(layout)
        expect(all).toHaveLength(7)
        let end = 64
        for (const span of all) {
          expect(span.start % 64, span.name).toBe(0)
          expect(span.start, span.name).toBeGreaterThanOrEqual(end)
          end = span.end
        }
        expect(bytes).toBeGreaterThanOrEqual(end)
        expect(bytes - end).toBeLessThan(64)
      }),
    )
  })

  it('the memory is shared, holds them all, is zero and never grows', () => {
    const layout = { parameterCount: 20_000, imageCount: 100, slotCount: 3 }
    const memory = createMemory(layout)
    expect(memory.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect(memory.buffer.byteLength).toBeGreaterThanOrEqual(regions(layout).bytes)
    expect(new Uint8Array(memory.buffer).every(byte => byte === 0)).toBe(true)
    expect(() => memory.grow(1)).toThrow(RangeError)
  })
})

/** Sizes around the four lanes and a few vectors of them. */
const sizes = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33, 1000]

/** Values of many magnitudes, both signs and zero; the same for each call. */
const values = (count: number, salt: number) =>
  Float32Array.from({ length: count }, (_, i) => {
    const unit = (Math.imul(i + 1, 2654435761 + 2 * salt) >>> 8) / 2 ** 24
    return i % 11 === 5 ? 0 : (unit - 0.5) * 10 ** -(i % 4)
  })

async function open(layout: MemoryLayout) {
  const memory = createMemory(layout)
  const at = regions(layout)
  const shared = instantiateShared(await compileSharedModule(), memory)
  const floats = (offset: number, length: number) => new Float32Array(memory.buffer, offset, length)
  return { memory, at, shared, floats }
}

describe('reduce', () => {
  it.each(sizes)('sums %i parameters in slot order, to the bit', async size => {
    for (const count of [1, 2, 3, 8]) {
      const { at, shared, floats, memory } = await open({ parameterCount: size, imageCount: 1, slotCount: count })
      const slots = floats(at.slots, count * size)
      const weights = floats(at.slotWeights, count)
      slots.set(values(count * size, count))
      weights.set(Float32Array.from({ length: count }, (_, i) => (i + 1) / ((count * (count + 1)) / 2)))
      const before = Buffer.from(memory.buffer.slice(0))
      shared.reduce(at.slots, at.slotWeights, at.gradient, count, size)
      const wanted = Float32Array.from({ length: size }, (_, i) => {
        let sum = Math.fround(weights[0]! * slots[i]!)
        for (let k = 1; k < count; k++) sum = Math.fround(sum + Math.fround(weights[k]! * slots[k * size + i]!))
        return sum
      })
      expect(floats(at.gradient, size).slice(), `${count} slots`).toEqual(wanted)
      floats(at.gradient, size).fill(0)
      expect(before.equals(Buffer.from(memory.buffer)), 'nothing else is written').toBe(true)
    }
  })

  it('a NaN or an infinity in any slot reaches the sum', async () => {
    const { at, shared, floats } = await open({ parameterCount: 5, imageCount: 1, slotCount: 4 })
    floats(at.slotWeights, 4).fill(0.25)
    floats(at.slots, 20)[2 * 5 + 4] = NaN
    floats(at.slots, 20)[3 * 5 + 1] = Infinity
    shared.reduce(at.slots, at.slotWeights, at.gradient, 4, 5)
    expect([...floats(at.gradient, 5)]).toEqual([0, Infinity, 0, 0, NaN])
  })
})

describe('adam', () => {
  it.each(sizes)('follows the plain float64 form over 20 steps of %i parameters', async size => {
    const { at, shared, floats } = await open({ parameterCount: size, imageCount: 1, slotCount: 1 })
    const parameters = floats(at.parameters, size)
    parameters.set(values(size, 1))
    const reference = adamState(parameters)
    for (let step = 1; step <= 20; step++) {
      const gradient = values(size, step)
      floats(at.gradient, size).set(gradient)
      adamUpdate(shared, at, size, step, 1e-3)
      referenceAdam(reference, gradient, step)
    }
    // A step moves a parameter by about lr; each is rounded to float32 at the parameter's own size (0.5 at most) and at its own.
    const bound = 20 * (0.5 * 2 ** -24 + 1e-3 * 16 * 2 ** -24)
    const worst = parameters.reduce((most, x, i) => Math.max(most, Math.abs(x - reference.parameters[i]!)), 0)
    expect(bound).toBeLessThan(1e-6)
    expect(worst).toBeLessThanOrEqual(bound)
    floats(at.firstMoment, size).forEach((m, i) => expect(Math.abs(m - reference.firstMoment[i]!)).toBeLessThan(1e-6))
    const padding = regions({ parameterCount: size, imageCount: 1, slotCount: 1 })
    expect([...floats(padding.parameters + 4 * size, (padding.firstMoment - padding.parameters) / 4 - size)]).toEqual(
      Array((padding.firstMoment - padding.parameters) / 4 - size).fill(0),
    )
  })

  it('a parameter without a gradient stays where it is', async () => {
    const { at, shared, floats } = await open({ parameterCount: 6, imageCount: 1, slotCount: 1 })
    floats(at.parameters, 6).fill(0.25)
    floats(at.gradient, 6)[5] = 1e-30
    adamUpdate(shared, at, 6, 1, 1e-3)
    expect([...floats(at.parameters, 5)]).toEqual(Array(5).fill(0.25))
  })

  it('epsilon is PyTorch’s 1e-8, added to the corrected root', async () => {
    const { at, shared, floats } = await open({ parameterCount: 1, imageCount: 1, slotCount: 1 })
    floats(at.gradient, 1)[0] = 1e-8
    adamUpdate(shared, at, 1, 1, 1)
    expect(adamDefaults.epsilon).toBe(1e-8)
    expect(floats(at.parameters, 1)[0]).toBeCloseTo(-0.5, 6)
  })
})

describe('integerPower', () => {
  it('is the power, for every step of a long run', () => {
    for (const base of [0.9, 0.999]) {
      for (const n of [0, 1, 2, 3, 9, 10, 1023, 4500, 45_000]) {
        const wanted = base ** n
        // Each squaring doubles the relative error so far: about one rounding for each factor in all.
        expect(Math.abs(integerPower(base, n) - wanted)).toBeLessThanOrEqual(wanted * (n + 1) * Number.EPSILON)
      }
    }
  })
})
