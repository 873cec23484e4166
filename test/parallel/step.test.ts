// A step's two rounds over a pool that is not one: who gets what, in which order answers are added, and what happens when a thread fails.
import { describe, expect, it } from 'vitest'
import { createMemory, regions, slotStride } from '../../src/parallel/memory.js'
import type { Pool } from '../../src/parallel/pool.js'
import { WorkerFault } from '../../src/parallel/faults.js'
import type { Answers, Task } from '../../src/parallel/protocol.js'
import { openSteps, rangeCount } from '../../src/parallel/step.js'
import { sumWithSquares, updateRange } from '../../src/parallel/update.js'
import { compileSharedModule } from '../../src/wasm/modules.js'
import { instantiateShared } from '../../src/wasm/shared.js'

const whole = { version: 0, tapeExamples: 9, from: 0, to: 10, epoch: 1, step: 0, seed: 0, settings: null }

/** Steps of `size` parameters over `threads` threads that do what `work` says. */
async function open(size: number, threads: number, work: (task: Task, nth: number) => unknown, average = false) {
  const layout = { parameterCount: size, exampleCount: 10, slotCount: 8, average }
  const memory = createMemory(layout)
  const tasks: Task[] = []
  const pool: Pool = {
    threads,
    run: async <T extends Task>(task: T) => {
      tasks.push(task)
      return (await work(task, tasks.length - 1)) as Answers[T['kind']]
    },
    progressed: () => undefined,
    close: () => Promise.resolve(),
  }
  const shared = instantiateShared(await compileSharedModule(), memory)
  const steps = openSteps(pool, shared, memory, layout, { microBatchFlop: 1 })
  return { steps, tasks, memory, shared, at: regions(layout) }
}

/** A micro-batch whose loss says which it is. */
const part = (slot: number, finite = true) => ({ slot, parts: { loss: 1 / (slot + 3), mse: slot, kl: 1 }, finite })

/** The answer of a thread that had them all, if it was the first. */
const all = (count: number, nth = 0) => ({
  microBatches: nth === 0 ? Array.from({ length: count }, (_, slot) => part(slot)) : [],
  busy: 1,
})

describe('computeGradient', () => {
  it('gives each thread one message, no more than there are micro-batches, and the micro-batches their weights', async () => {
    for (const [threads, count] of [
      [1, 8],
      [3, 8],
      [8, 4],
    ] as const) {
      const { steps, tasks, memory, at } = await open(20, threads, (_, nth) => all(count, nth))
      new Int32Array(memory.buffer, at.next, 1)[0] = 99
      await steps.computeGradient({ ...whole, count })
      expect(tasks).toEqual(
        Array.from({ length: Math.min(threads, count) }, (_, share) => ({ kind: 'gradient', ...whole, count, share })),
      )
      expect(new Int32Array(memory.buffer, at.next, 1)[0]).toBe(0)
      const weights = [...new Float32Array(memory.buffer, at.slotWeights, count)]
      expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6)
      expect(weights[0]).toBe(Math.fround(Math.ceil(10 / count) / 10))
    }
  })

  it('adds the losses in micro-batch order, whoever had them', async () => {
    const shares = [[part(2), part(3)], [part(0)], [part(1), part(4)]]
    const answers = []
    for (const order of [
      [0, 1, 2],
      [2, 0, 1],
      [1, 2, 0],
    ]) {
      const { steps } = await open(20, 3, (_, nth) => ({ microBatches: [...shares[order[nth]!]!], busy: 1 }))
      answers.push(await steps.computeGradient({ ...whole, count: 5 }))
    }
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
    expect(answers[0]).toMatchObject({
      parts: { mse: expect.closeTo(2, 6) as number, kl: expect.closeTo(1, 6) as number },
    })
    expect(answers[0]!.finite).toBe(true)
  })

  it('is finite only if every micro-batch is', async () => {
    const { steps } = await open(20, 2, (_, nth) => ({ microBatches: [part(nth, nth === 0)], busy: 1 }))
    expect(await steps.computeGradient({ ...whole, count: 2 })).toMatchObject({ finite: false })
  })

  it('does again what a failed thread had, by the others, and nothing else', async () => {
    const { steps, tasks, memory, at } = await open(20, 2, (task, nth) => {
      if (task.kind !== 'gradient') throw new Error('another task')
      if (nth === 0) throw new WorkerFault(1, 'exit code 9')
      // Of five, the second thread had these; of what is left, the third message all.
      return {
        microBatches: nth === 1 ? [part(1), part(4)] : nth === 2 ? (task.slots ?? []).map(s => part(s)) : [],
        busy: 1,
      }
    })
    const undisturbed = await open(20, 2, (_, nth) => all(5, nth))
    expect(await steps.computeGradient({ ...whole, count: 5 })).toEqual(
      await undisturbed.steps.computeGradient({ ...whole, count: 5 }),
    )
    expect(tasks.map(task => task.kind === 'gradient' && task.slots)).toEqual([
      undefined,
      undefined,
      [0, 2, 3],
      [0, 2, 3],
    ])
    expect(new Int32Array(memory.buffer, at.next, 1)[0]).toBe(0)
  })

  it('waits for the other threads before it does anything again: they would reach into the next round', async () => {
    let end: () => void = () => undefined
    const slow = new Promise<void>(resolve => (end = resolve))
    const { steps, tasks } = await open(20, 2, async (_, nth) => {
      if (nth === 0) throw new WorkerFault(1, 'died')
      if (nth === 1) await slow
      return { microBatches: [part(nth === 1 ? 0 : 1)], busy: 1 }
    })
    const answer = steps.computeGradient({ ...whole, count: 2 })
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(tasks).toHaveLength(2)
    end()
    expect(await answer).toMatchObject({ finite: true })
    expect(tasks).toHaveLength(3)
  })

  it('gives up a micro-batch that fails three times, and says which examples it has', async () => {
    const { steps, tasks, memory, at } = await open(20, 1, task => {
      const line = at.pulses + 64 * (task.kind === 'gradient' ? task.share : 0)
      new Int32Array(memory.buffer, line, 2)[1] = 1
      throw new WorkerFault(tasks.length, 'exit code 9')
    })
    new Int32Array(memory.buffer, at.order, 10).set([9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
    const error: unknown = await steps.computeGradient({ ...whole, count: 4 }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'WORKER', exitCode: 1 })
    expect((error as Error).message).toContain('micro-batch 2 of 4 (examples 6, 5, 4) failed 3 times')
    expect((error as Error).message).toContain('worker 3 ended (exit code 9)')
    expect(tasks).toHaveLength(3)
  })

  it('passes on whatever is no thread’s fault, and does not wait for micro-batches that nobody lost', async () => {
    const broken = await open(20, 2, () => {
      throw new TypeError('a bug')
    })
    await expect(broken.steps.computeGradient({ ...whole, count: 2 })).rejects.toThrow('a bug')
    const idle = await open(20, 2, () => ({ microBatches: [], busy: 1 }))
    await expect(idle.steps.computeGradient({ ...whole, count: 2 })).rejects.toThrow('no thread failed')
  })
})

describe('update', () => {
  it('of few gradients is the trainer’s own thread’s work: sum, Adam, and a look at the result', async () => {
    const size = 37
    const { steps, tasks, memory, at } = await open(size, 8, (_, nth) => all(2, nth))
    await steps.computeGradient({ ...whole, count: 2 })
    const slots = new Float32Array(memory.buffer, at.slots, 2 * slotStride(size))
    slots.fill(0.5)
    expect(await steps.update(1, 0.25)).toBe(true)
    expect(tasks.every(task => task.kind === 'gradient')).toBe(true)
    expect([...new Float32Array(memory.buffer, at.gradient, size)]).toEqual(Array(size).fill(0.5))
    new Float32Array(memory.buffer, at.parameters, size).forEach(x => expect(x).toBeCloseTo(-0.25, 6))
    slots[36] = NaN
    expect(await steps.update(2, 0.25)).toBe(false)
  })

  it('of many is cut into ranges of whole cache lines, one a thread', async () => {
    const size = 300_001
    const { steps, tasks } = await open(size, 3, task => (task.kind === 'update' ? { finite: true, busy: 2 } : all(8)))
    await steps.computeGradient({ ...whole, count: 8 })
    expect(await steps.update(7, 0.5)).toBe(true)
    const updates = tasks.filter(task => task.kind === 'update')
    expect(updates).toHaveLength(3)
    let end = 0
    for (const task of updates) {
      expect(task).toMatchObject({ count: 8, step: 7, lr: 0.5, from: end })
      expect(task.from % 16).toBe(0)
      end = task.to
    }
    expect(end).toBe(size)
  })

  it('is taken back and made by the trainer’s own thread when one fails, to the same bits', async () => {
    const size = 300_001
    const results = []
    for (const fails of [true, false]) {
      const { steps, memory, at } = await open(size, fails ? 3 : 1, (task, nth) => {
        if (task.kind === 'gradient') return all(8, nth)
        if (task.kind !== 'update') throw new Error('another task')
        const values = new Float32Array(memory.buffer, at.parameters, size)
        // Half of its range, and dead.
        if (task.from > 0) values.fill(7, task.from, (task.from + task.to) >> 1)
        if (task.from > 0) throw new WorkerFault(2, 'exit code 1')
        values.fill(8, task.from, task.to)
        return { finite: true, busy: 1 }
      })
      const slots = new Float32Array(memory.buffer, at.slots, 8 * slotStride(size))
      slots.forEach((_, i) => (slots[i] = ((i % 13) - 6) / 64))
      new Float32Array(memory.buffer, at.parameters, size).fill(0.5)
      await steps.computeGradient({ ...whole, count: 8 })
      // With one thread the whole is the trainer's own work from the start.
      expect(await steps.update(1, 0.25)).toBe(true)
      results.push(Buffer.from(memory.buffer.slice(at.parameters, at.gradient)))
    }
    expect(results[0]!.equals(results[1]!)).toBe(true)
  })

  it.each(['nobody', 'sum', 'update'] as const)('clips and averages to the same bits when %s fails', async failing => {
    const size = 300_001
    const results: Buffer[] = []
    for (const threads of [1, 3]) {
      const opened = await open(
        size,
        threads,
        task => {
          const { shared, memory, at } = opened
          if (task.kind === 'gradient') return all(8, task.share)
          if (task.kind !== 'sum' && task.kind !== 'update') throw new Error('another task')
          const isDead = task.kind === failing && task.from > 0
          // A dead thread has done half of its range.
          const part = isDead ? { ...task, to: task.from + 16 * 1024 } : task
          if (part.kind === 'sum') sumWithSquares(shared, at, slotStride(size), part)
          const finite = part.kind === 'sum' || updateRange(shared, at, slotStride(size), part)
          if (isDead) new Float32Array(memory.buffer, at.gradient, size).fill(7, part.from, part.to)
          if (isDead) throw new WorkerFault(2, 'exit code 1')
          return { finite, busy: 1 }
        },
        true,
      )
      const { steps, tasks, memory, at } = opened
      const slots = new Float32Array(memory.buffer, at.slots, 8 * slotStride(size))
      slots.forEach((_, i) => (slots[i] = ((i % 13) - 6) / 64))
      for (const address of [at.parameters, at.average]) new Float32Array(memory.buffer, address, size).fill(0.5)
      for (const step of [1, 2]) {
        await steps.computeGradient({ ...whole, count: 8 })
        expect(await steps.update(step, 0.25, { clipNorm: 0.5, decay: 0.9 })).toBe(true)
      }
      const norm = Math.sqrt(new Float32Array(memory.buffer, at.gradient, size).reduce((sum, g) => sum + g * g, 0))
      expect(norm).toBeCloseTo(0.5, 4)
      expect(new Set(new Float32Array(memory.buffer, at.average, size)).size).toBeGreaterThan(2)
      // Blocks of the norm are never parted.
      const sums = tasks.filter(task => task.kind === 'sum')
      expect(sums).toHaveLength(threads === 1 ? 0 : 6)
      for (const { from } of sums) expect(from % 1024).toBe(0)
      results.push(Buffer.from(memory.buffer.slice(at.parameters, at.slots)))
    }
    expect(results[0]!.equals(results[1]!)).toBe(true)
  })

  it('takes the average back with the weights where a value is not finite', async () => {
    const { steps, memory, at } = await open(37, 1, (_, nth) => all(2, nth), true)
    new Float32Array(memory.buffer, at.parameters, 37).fill(0.5)
    const before = Buffer.from(memory.buffer.slice(at.parameters, at.gradient))
    await steps.computeGradient({ ...whole, count: 2 })
    new Float32Array(memory.buffer, at.slots, 2 * slotStride(37))[5] = 3e38
    expect(await steps.update(1, 0.25, { clipNorm: 0, decay: 0.9 })).toBe(false)
    expect(before.equals(Buffer.from(memory.buffer.slice(at.parameters, at.gradient)))).toBe(true)
  })

  it('leaves parameters and moments as they were where a value is not finite, a moment’s too', async () => {
    for (const bad of [NaN, Infinity, 3e38]) {
      const { steps, memory, at } = await open(37, 1, (_, nth) => all(2, nth))
      new Float32Array(memory.buffer, at.parameters, 37).fill(0.5)
      const before = Buffer.from(memory.buffer.slice(at.parameters, at.gradient))
      await steps.computeGradient({ ...whole, count: 2 })
      // 3e38 squared overflows: the second moment is infinite, and the weight beside it finite.
      new Float32Array(memory.buffer, at.slots, 2 * slotStride(37))[5] = bad
      expect(await steps.update(1, 0.25)).toBe(false)
      expect(before.equals(Buffer.from(memory.buffer.slice(at.parameters, at.gradient)))).toBe(true)
    }
  })

  it('is finite only if every range is', async () => {
    const { steps } = await open(300_001, 3, (task, nth) =>
      task.kind === 'update' ? { finite: nth !== 4, busy: 2 } : all(8),
    )
    await steps.computeGradient({ ...whole, count: 8 })
    expect(await steps.update(1, 0.5)).toBe(false)
  })

  it('is cut by the model, never into more ranges than threads', () => {
    expect(rangeCount(16, 26_691, 8)).toBe(1) // AE (3,1,1): 1.6 MiB
    expect(rangeCount(32, 419_763, 8)).toBe(8) // VAE (5,1,2): 51 MiB
    expect(rangeCount(16, 60_000, 8)).toBe(1) // 3.7 MiB
    expect(rangeCount(16, 70_000, 8)).toBe(2) // 4.3 MiB
    expect(rangeCount(32, 419_763, 1)).toBe(1)
  })
})

describe('clock', () => {
  it('sums the rounds’ work and their longest threads; what one thread does alone is only wall time', async () => {
    const size = 300_001
    const { steps, memory, at } = await open(size, 2, async (task, nth) => {
      await new Promise(resolve => setTimeout(resolve, 10))
      return task.kind === 'update' ? { finite: true, busy: 1 + nth } : { ...all(8, nth), busy: 5 * (1 + nth) }
    })
    expect(steps.clock()).toEqual({ steps: 0, wall: 0, busy: 0, longest: 0 })
    await steps.computeGradient({ ...whole, count: 8 })
    expect(steps.clock()).toMatchObject({ steps: 0, busy: 15, longest: 10 })
    await steps.update(1, 0)
    // Messages 2 and 3: 3 and 4 ms.
    const clock = steps.clock()
    expect(clock).toMatchObject({ steps: 1, busy: 22, longest: 14 })
    // A timer may be a millisecond early.
    expect(clock.wall).toBeGreaterThan(17)
    expect(new Float32Array(memory.buffer, at.parameters, 1)[0]).toBe(0)
  })
})
