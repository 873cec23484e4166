// One optimiser step over the pool, in two rounds of one message a thread: the micro-batches' gradients, then their sum and Adam by
// parameter range. Between the rounds the caller judges the loss. Results depend on the cut into micro-batches alone.
import type { SharedExports } from '../wasm/shared.js'
import { updateRange } from './adam.js'
import { lineRange, type MemoryLayout, regions } from './memory.js'
import { microBatchRange } from './micro-batches.js'
import type { Pool } from './pool.js'
import type { GradientTask, LossParts, MicroBatch, Share } from './protocol.js'
import type { StepClock } from './serial-share.js'

/** A batch's mean loss and its parts, and whether its gradient is finite. */
export interface BatchLoss extends LossParts {
  /**
   * Whether every micro-batch's gradient is. Their sum then is too: it is a mean, and no mean is larger than the largest of what it is of.
   */
  readonly finite: boolean
}

export interface Steps {
  /** Gradients of the batch order[from, to) into the slots. */
  computeGradient(task: Omit<GradientTask, 'kind'>): Promise<BatchLoss>
  /** Mean gradient of the slots into `gradient`, and Adam update number `step` by it. Answers whether every parameter is finite. */
  update(step: number, lr: number): Promise<boolean>
  /** Time of all steps so far. */
  clock(): StepClock
}

/**
 * Least gradients, in bytes, that a thread sums in a round of messages; fewer the trainer's thread sums itself. They are read from memory,
 * 0.1 to 0.2 ms a MiB; a round of messages takes about 0.1 ms.
 */
const leastRangeBytes = 2 * 2 ** 20

/** Threads that share the summing of `count` gradients of `size` parameters; 1: the trainer's own. */
export function rangeCount(count: number, size: number, threads: number): number {
  return Math.max(1, Math.min(threads, Math.floor((4 * size * count) / leastRangeBytes)))
}

export function openSteps(pool: Pool, shared: SharedExports, memory: WebAssembly.Memory, layout: MemoryLayout): Steps {
  const at = regions(layout)
  const size = layout.parameterCount
  const next = new Int32Array(memory.buffer, at.next, 1)
  const weights = new Float32Array(memory.buffer, at.slotWeights, layout.slotCount)
  const clock = { steps: 0, wall: 0, busy: 0, longest: 0 }
  /** Micro-batches of the gradient that waits for its update. */
  let count = 0

  /** Notes a round's clocks. All threads end before it does, a failed one's too: a straggler would take part in the next round. */
  async function round<T extends Share>(start: number, tasks: readonly Promise<T>[]): Promise<T[]> {
    await Promise.allSettled(tasks)
    const shares = await Promise.all(tasks)
    const busy = shares.map(share => share.busy)
    clock.busy += busy.reduce((sum, milliseconds) => sum + milliseconds, 0)
    clock.longest += Math.max(...busy)
    clock.wall += performance.now() - start
    return shares
  }

  async function computeGradient(task: Omit<GradientTask, 'kind'>): Promise<BatchLoss> {
    const start = performance.now()
    const images = task.to - task.from
    count = task.count
    for (let slot = 0; slot < count; slot++) {
      const [from, to] = microBatchRange(images, count, slot)
      weights[slot] = (to - from) / images
    }
    Atomics.store(next, 0, 0)
    const tasks = Array.from({ length: Math.min(pool.threads, count) }, () => pool.run({ kind: 'gradient', ...task }))
    const shares = await round(start, tasks)
    return meanLoss(
      shares.flatMap(share => share.microBatches),
      weights,
    )
  }

  async function update(step: number, lr: number): Promise<boolean> {
    const start = performance.now()
    clock.steps++
    const ranges = rangeCount(count, size, pool.threads)
    if (ranges === 1) {
      const finite = updateRange(shared, at, size, { count, from: 0, to: size, step, lr })
      clock.wall += performance.now() - start
      return finite
    }
    const tasks = Array.from({ length: ranges }, (_, i) => {
      const [from, to] = lineRange(size, ranges, i)
      return pool.run({ kind: 'update', count, from, to, step, lr })
    })
    return (await round(start, tasks)).every(share => share.finite)
  }

  return { computeGradient, update, clock: () => ({ ...clock }) }
}

/** Added in micro-batch order, whoever computed them. */
function meanLoss(microBatches: MicroBatch[], weights: Float32Array): BatchLoss {
  const sum = { loss: 0, mse: 0, kl: 0 }
  microBatches.sort((a, b) => a.slot - b.slot)
  for (const part of microBatches) {
    for (const key of ['loss', 'mse', 'kl'] as const) sum[key] += weights[part.slot]! * part[key]
  }
  return { ...sum, finite: microBatches.every(part => part.finite) }
}
