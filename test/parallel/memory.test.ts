// The shared memory's layout, and the arithmetic of shared.wasm on it: the sum of the micro-batches and Adam, against plain float64.
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import {
  createMemory,
  lineFloats,
  lineRange,
  normBlock,
  regions,
  slotStride,
  type MemoryLayout,
} from '../../src/parallel/memory.js'
import { adamDefaults, adamUpdate, integerPower } from '../../src/parallel/optimizer.js'
import { updateRange } from '../../src/parallel/update.js'
import { compileSharedModule } from '../../src/wasm/modules.js'
import { instantiateShared } from '../../src/wasm/shared.js'
import { adamState, referenceAdam } from '../reference/adam.js'

const layouts = fc.record({
  parameterCount: fc.integer({ min: 1, max: 100_000 }),
  exampleCount: fc.integer({ min: 1, max: 5000 }),
  slotCount: fc.integer({ min: 1, max: 32 }),
  average: fc.boolean(),
  stateCount: fc.integer({ min: 0, max: 3000 }),
})

/** Every region as [start, end), in bytes. */
function spans(layout: MemoryLayout) {
  const { bytes, ...starts } = regions(layout)
  const { stateCount = 0 } = layout
  const elements: Record<keyof typeof starts, number> = {
    parameters: layout.parameterCount,
    firstMoment: layout.parameterCount,
    secondMoment: layout.parameterCount,
    average: layout.average ? layout.parameterCount : 0,
    state: stateCount,
    gradient: layout.parameterCount,
    squares: 2 * Math.ceil(layout.parameterCount / normBlock),
    slotWeights: layout.slotCount,
    order: layout.exampleCount,
    next: 1,
    slots: layout.slotCount * slotStride(layout.parameterCount + stateCount),
    pulses: layout.slotCount * lineFloats,
    kept: (layout.average ? 4 : 3) * slotStride(layout.parameterCount) + slotStride(stateCount),
  }
  const found = Object.entries(starts).map(([name, start]) => ({
    name,
    start,
    end: start + 4 * elements[name as keyof typeof starts],
  }))
  return { bytes, spans: found.sort((a, b) => a.start - b.start) }
}

describe('createMemory', () => {
  it('refuses by name what WebAssembly cannot address, and what the machine does not give', () => {
    const layout = { parameterCount: 150_000_000, exampleCount: 9, slotCount: 1 }
    expect(() => createMemory(layout)).toThrow(
      expect.objectContaining({
        code: 'MODEL',
        message: expect.stringMatching(
          /^shared memory: found 150000000 parameters, which take 4\.5 GiB in training, wanted 4 GiB at most\. /,
        ) as string,
      }),
    )
    const memory = vi.spyOn(WebAssembly, 'Memory').mockImplementation(function () {
      throw new RangeError('no room')
    })
    try {
      expect(() => createMemory({ ...layout, parameterCount: 100_000_000 })).toThrow(
        expect.objectContaining({
          code: 'MODEL',
          message: expect.stringContaining('but the system gave no 3.0 GiB (no room). ') as string,
        }),
      )
    } finally {
      memory.mockRestore()
    }
  })
})

describe('regions', () => {
  it('are 64-byte aligned, do not overlap, leave address 0 free and fit', () => {
    fc.assert(
      fc.property(layouts, layout => {
        const { bytes, spans: all } = spans(layout)
        expect(all).toHaveLength(13)
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
    const layout = { parameterCount: 20_000, exampleCount: 100, slotCount: 3 }
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
      const { at, shared, floats, memory } = await open({ parameterCount: size, exampleCount: 1, slotCount: count })
      const stride = slotStride(size)
      const slots = floats(at.slots, count * stride)
      const weights = floats(at.slotWeights, count)
      slots.set(values(count * stride, count))
      weights.set(Float32Array.from({ length: count }, (_, i) => (i + 1) / ((count * (count + 1)) / 2)))
      const before = Buffer.from(memory.buffer.slice(0))
      shared.reduce(at.slots, at.slotWeights, at.gradient, count, stride, size)
      const wanted = Float32Array.from({ length: size }, (_, i) => {
        let sum = Math.fround(weights[0]! * slots[i]!)
        for (let k = 1; k < count; k++) sum = Math.fround(sum + Math.fround(weights[k]! * slots[k * stride + i]!))
        return sum
      })
      expect(floats(at.gradient, size).slice(), `${count} slots`).toEqual(wanted)
      floats(at.gradient, size).fill(0)
      expect(before.equals(Buffer.from(memory.buffer)), 'nothing else is written').toBe(true)
    }
  })

  it('a NaN or an infinity in any slot reaches the sum', async () => {
    const { at, shared, floats } = await open({ parameterCount: 5, exampleCount: 1, slotCount: 4 })
    floats(at.slotWeights, 4).fill(0.25)
    floats(at.slots, 64)[2 * 16 + 4] = NaN
    floats(at.slots, 64)[3 * 16 + 1] = Infinity
    shared.reduce(at.slots, at.slotWeights, at.gradient, 4, 16, 5)
    expect([...floats(at.gradient, 5)]).toEqual([0, Infinity, 0, 0, NaN])
  })
})

describe('adam', () => {
  it.each(sizes)('follows the plain float64 form over 20 steps of %i parameters', async size => {
    const { at, shared, floats } = await open({ parameterCount: size, exampleCount: 1, slotCount: 1 })
    const parameters = floats(at.parameters, size)
    parameters.set(values(size, 1))
    const reference = adamState(parameters)
    for (let step = 1; step <= 20; step++) {
      const gradient = values(size, step)
      floats(at.gradient, size).set(gradient)
      adamUpdate(shared, at, 0, size, step, 1e-3)
      referenceAdam(reference, gradient, step)
    }
    // A step moves a parameter by about lr; each is rounded to float32 at the parameter's own size (0.5 at most) and at its own.
    const bound = 20 * (0.5 * 2 ** -24 + 1e-3 * 16 * 2 ** -24)
    const worst = parameters.reduce((most, x, i) => Math.max(most, Math.abs(x - reference.parameters[i]!)), 0)
    expect(bound).toBeLessThan(1e-6)
    expect(worst).toBeLessThanOrEqual(bound)
    floats(at.firstMoment, size).forEach((m, i) => expect(Math.abs(m - reference.firstMoment[i]!)).toBeLessThan(1e-6))
    const padding = regions({ parameterCount: size, exampleCount: 1, slotCount: 1 })
    expect([...floats(padding.parameters + 4 * size, (padding.firstMoment - padding.parameters) / 4 - size)]).toEqual(
      Array((padding.firstMoment - padding.parameters) / 4 - size).fill(0),
    )
  })

  it('a parameter without a gradient stays where it is', async () => {
    const { at, shared, floats } = await open({ parameterCount: 6, exampleCount: 1, slotCount: 1 })
    floats(at.parameters, 6).fill(0.25)
    floats(at.gradient, 6)[5] = 1e-30
    adamUpdate(shared, at, 0, 6, 1, 1e-3)
    expect([...floats(at.parameters, 5)]).toEqual(Array(5).fill(0.25))
  })

  it('epsilon is PyTorch’s 1e-8, added to the corrected root', async () => {
    const { at, shared, floats } = await open({ parameterCount: 1, exampleCount: 1, slotCount: 1 })
    floats(at.gradient, 1)[0] = 1e-8
    adamUpdate(shared, at, 0, 1, 1, 1)
    expect(adamDefaults.epsilon).toBe(1e-8)
    expect(floats(at.parameters, 1)[0]).toBeCloseTo(-0.5, 6)
  })
})

describe('lineRange', () => {
  it('covers a vector once, in order, in whole cache lines, evenly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 40 }), (size, count) => {
        let end = 0
        const lengths = Array.from({ length: count }, (_, i) => {
          const [from, to] = lineRange(size, count, i)
          expect(from).toBe(end)
          if (to < size) expect(to % lineFloats).toBe(0)
          end = to
          return to - from
        })
        expect(end).toBe(size)
        expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThan(2 * lineFloats)
      }),
    )
  })
})

describe('updateRange', () => {
  const [size, count] = [1003, 5]
  /** State after three updates in `pieces` ranges, the last range first. */
  async function after(pieces: number): Promise<Float32Array> {
    const { at, shared, floats } = await open({ parameterCount: size, exampleCount: 1, slotCount: count })
    floats(at.parameters, size).set(values(size, 1))
    floats(at.slotWeights, count).set([0.3, 0.2, 0.2, 0.2, 0.1])
    for (let step = 1; step <= 3; step++) {
      floats(at.slots, count * slotStride(size)).set(values(count * slotStride(size), step))
      for (let i = pieces - 1; i >= 0; i--) {
        const [from, to] = lineRange(size, pieces, i)
        expect(updateRange(shared, at, slotStride(size), { count, from, to, step, lr: 1e-3 })).toBe(true)
      }
    }
    return floats(at.parameters, (at.slotWeights - at.parameters) / 4).slice()
  }

  it('gives the same bits for every split: parameters, moments, gradient', async () => {
    const whole = await after(1)
    expect(whole.every(Number.isFinite)).toBe(true)
    // 63 lines: fewer ranges than lines, as many, and more.
    for (const pieces of [2, 3, 7, 8, 32, 63, 70]) expect(await after(pieces), `${pieces} ranges`).toEqual(whole)
  })

  it('says of its own range whether the parameters are finite', async () => {
    for (const bad of [NaN, Infinity, -Infinity]) {
      const { at, shared, floats } = await open({ parameterCount: 50, exampleCount: 1, slotCount: 1 })
      floats(at.slotWeights, 1).fill(1)
      for (const place of [16, 31, 34, 47]) {
        floats(at.parameters, 50).fill(1)[place] = bad
        const finite = (from: number, to: number) =>
          updateRange(shared, at, slotStride(50), { count: 1, from, to, step: 1, lr: 1e-3 })
        expect([finite(0, 16), finite(16, 48), finite(48, 50)]).toEqual([true, false, true])
      }
    }
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
