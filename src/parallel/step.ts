// One optimiser step over the pool, in two rounds of one message a thread: the micro-batches' gradients, then their sum and the optimiser by
// parameter range (clipping makes two of the second, where threads share it). Between the rounds the caller judges the loss. Results
// depend on the cut into micro-batches alone, also when threads fail: micro-batches are computed again, an update is taken back and made by
// the trainer's own thread.
import type { SharedExports } from '../wasm/shared.js'
import { listed, mostAttempts, repeated, WorkerFault } from './faults.js'
import { lineFloats, lineRange, type MemoryLayout, normBlock, pulse, regions, slotStrideOf } from './memory.js'
import { microBatchRange } from './micro-batches.js'
import type { Pool } from './pool.js'
import type { GradientShare, GradientTask, MicroBatch, Share, UpdateTask } from './protocol.js'
import { accepted } from './refusal.js'
import type { LossParts, UpdateRule } from './rules.js'
import type { StepClock } from './serial-share.js'
import { averageDecay, clipScale, gradientNorm, sumWithSquares, updateRange, updateState } from './update.js'
import { createPace } from './watchdog.js'

/** A batch's mean loss and its parts, and whether its gradient is finite. */
export interface BatchLoss {
  readonly parts: LossParts
  /**
   * Whether every micro-batch's gradient is. Their sum then is too: it is a mean, and no mean is larger than the largest of what it is of.
   */
  readonly finite: boolean
}

/** A gradient task but for what differs from share to share. */
export type GradientRound = Omit<GradientTask, 'kind' | 'share' | 'slots'>

export interface Steps {
  /** Gradients of the batch order[from, to) into the slots. */
  computeGradient(task: GradientRound): Promise<BatchLoss>
  /**
   * Mean gradient of the slots into `gradient`, clipped where the rule says so, update number `step` by it, the weights' average and the
   * state. Answers whether every parameter and moment is finite; they are what they were before the update when one is not, or when this throws.
   */
  update(step: number, lr: number, rule?: UpdateRule): Promise<boolean>
  /** Time of all steps so far. */
  clock(): StepClock
}

/** An update but for its range. */
type UpdateOfAll = Omit<UpdateTask, 'kind' | 'from' | 'to'>

export interface StepsOptions {
  /** Multiplications and additions of the largest micro-batch. */
  readonly microBatchFlop: number
  /** Called when an update's result is not finite, before it is taken back. */
  readonly onNonFinite?: () => void
  /** What examples are called in messages. */
  readonly noun?: string
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

/** The faults of a round's tasks, one place a task. @throws whatever else was thrown by one of them */
function faultsOf(outcomes: readonly PromiseSettledResult<unknown>[]): (WorkerFault | undefined)[] {
  return outcomes.map(outcome => {
    if (outcome.status === 'fulfilled') return undefined
    if (outcome.reason instanceof WorkerFault) return outcome.reason
    throw outcome.reason
  })
}

export function openSteps(
  pool: Pool,
  shared: SharedExports,
  memory: WebAssembly.Memory,
  layout: MemoryLayout,
  { microBatchFlop, onNonFinite, noun = 'examples' }: StepsOptions,
): Steps {
  const at = regions(layout)
  const { parameterCount: size, stateCount = 0 } = layout
  const stride = slotStrideOf(layout)
  const next = new Int32Array(memory.buffer, at.next, 1)
  const order = new Int32Array(memory.buffer, at.order, layout.exampleCount)
  const weights = new Float32Array(memory.buffer, at.slotWeights, layout.slotCount)
  const pulses = new Int32Array(memory.buffer, at.pulses, layout.slotCount * lineFloats)
  const bytes = new Uint8Array(memory.buffer)
  const clock = { steps: 0, wall: 0, busy: 0, longest: 0 }
  const microBatchPace = createPace(microBatchFlop)
  const updatePace = createPace(0)
  /** Micro-batches of the gradient that waits for its update. */
  let count = 0

  /** Notes a round's clocks. All threads end before it does, a failed one's too: a straggler would take part in the next round. */
  async function round<T extends Share>(tasks: readonly Promise<T>[]) {
    const outcomes = await Promise.allSettled(tasks)
    const faults = faultsOf(outcomes)
    const shares = outcomes.flatMap(outcome => (outcome.status === 'fulfilled' ? [outcome.value] : []))
    const busy = shares.map(share => share.busy)
    clock.busy += busy.reduce((sum, milliseconds) => sum + milliseconds, 0)
    clock.longest += Math.max(0, ...busy)
    return { shares, faults }
  }

  async function gradientShare(task: Omit<GradientTask, 'kind'>): Promise<GradientShare> {
    const line = lineFloats * task.share
    pulses[line + pulse.slot] = -1
    const beat = () => Atomics.load(pulses, line + pulse.beat)
    const share = accepted(await pool.run({ kind: 'gradient', ...task }, { pace: microBatchPace, pulse: beat }))
    if (share.microBatches.length > 0) microBatchPace.note(share.busy / share.microBatches.length)
    return share
  }

  /** One message a thread; answers the micro-batches that were computed, and for each failed thread the one that it was at, or -1. */
  async function gradientRound(task: GradientRound, slots: readonly number[]) {
    Atomics.store(next, 0, 0)
    const some = slots.length < task.count ? { slots } : {}
    const shares = Array.from({ length: Math.min(pool.threads, slots.length) }, (_, share) =>
      gradientShare({ ...task, share, ...some }),
    )
    const answers = await round(shares)
    const failed = answers.faults.flatMap((fault, share) =>
      fault ? [{ fault, slot: pulses[lineFloats * share + pulse.slot]! }] : [],
    )
    return { microBatches: answers.shares.flatMap(share => share.microBatches), failed }
  }

  /** Rounds, until every micro-batch is there: those of a failed thread are done again by the others. */
  async function computeMicroBatches(task: GradientRound): Promise<MicroBatch[]> {
    const found: MicroBatch[] = []
    const failures: number[] = Array<number>(task.count).fill(0)
    for (let slots = failures.map((_, slot) => slot); slots.length > 0;) {
      const { microBatches, failed } = await gradientRound(task, slots)
      found.push(...microBatches)
      for (const { fault, slot } of failed) {
        if (slot >= 0 && ++failures[slot]! === mostAttempts) throw repeated(describe(task, slot), fault)
      }
      const done = new Set(found.map(part => part.slot))
      slots = slots.filter(slot => !done.has(slot))
      if (slots.length > 0 && failed.length === 0)
        throw new Error(`step: micro-batches ${slots.join(', ')} are missing, and no thread failed`)
    }
    return found
  }

  /** A micro-batch in words. */
  function describe({ from, to, count }: GradientRound, slot: number): string {
    const [first, end] = microBatchRange(to - from, count, slot)
    return `micro-batch ${slot + 1} of ${count} (${noun} ${listed(order.subarray(from + first, from + end))})`
  }

  async function computeGradient(task: GradientRound): Promise<BatchLoss> {
    const start = performance.now()
    const examples = task.to - task.from
    count = task.count
    for (let slot = 0; slot < count; slot++) {
      const [from, to] = microBatchRange(examples, count, slot)
      weights[slot] = (to - from) / examples
    }
    const microBatches = await computeMicroBatches(task)
    clock.wall += performance.now() - start
    return meanLoss(microBatches, weights)
  }

  // Parameters, moments, average and state are neighbours (memory.ts).
  const keep = () => bytes.copyWithin(at.kept, at.parameters, at.gradient)
  const restore = () => bytes.copyWithin(at.parameters, at.kept, at.kept + at.gradient - at.parameters)
  const updateAlone = (what: UpdateOfAll) => updateRange(shared, at, stride, { ...what, from: 0, to: size })

  /** The update, a range a thread; when one of them fails it is taken back and made by the trainer's own. */
  async function updateInRanges(what: UpdateOfAll, ranges: number): Promise<boolean> {
    const tasks = Array.from({ length: ranges }, (_, i) => {
      const [from, to] = lineRange(size, ranges, i)
      return pool.run({ kind: 'update', ...what, from, to }, { pace: updatePace })
    })
    const { shares, faults } = await round(tasks)
    if (faults.every(fault => !fault)) return shares.every(share => share.finite)
    restore()
    // Of a gradient that is scaled already in some ranges nothing can be made.
    if (what.count === 0) sumWithSquares(shared, at, stride, { count, from: 0, to: size })
    return updateAlone(what)
  }

  /**
   * What the gradient is multiplied by, for which all of it must be summed first: in a round of messages of its own where threads share that, as
   * no thread waits inside a task for another one, which may fail.
   */
  async function clipping(clipNorm: number, ranges: number): Promise<number> {
    const sumAlone = () => sumWithSquares(shared, at, stride, { count, from: 0, to: size })
    if (ranges === 1) sumAlone()
    else {
      const tasks = Array.from({ length: ranges }, (_, i) => {
        const [from, to] = lineRange(size, ranges, i, normBlock)
        return pool.run({ kind: 'sum', count, from, to }, { pace: updatePace })
      })
      const { faults } = await round(tasks)
      if (faults.some(fault => fault)) sumAlone()
    }
    return clipScale(gradientNorm(shared, at, size), clipNorm)
  }

  /** What all ranges of an update have in common. */
  async function updateOfAll(step: number, lr: number, { clipNorm, decay, optimizer }: UpdateRule, ranges: number) {
    const more = { ...(decay > 0 && { decay: averageDecay(decay, step) }), ...(optimizer && { optimizer }) }
    if (clipNorm === 0) return { count, step, lr, ...more }
    return { count: 0, step, lr, scale: await clipping(clipNorm, ranges), ...more }
  }

  async function update(step: number, lr: number, rule: UpdateRule = { clipNorm: 0, decay: 0 }): Promise<boolean> {
    const start = performance.now()
    clock.steps++
    // The result of an update lies where its input did: it cannot be made twice.
    keep()
    let isGood = false
    try {
      const ranges = rangeCount(count, size, pool.threads)
      const what = await updateOfAll(step, lr, rule, ranges)
      isGood = ranges === 1 ? updateAlone(what) : await updateInRanges(what, ranges)
      isGood = updateState(shared, at, stride, { count, parameterCount: size, stateCount }) && isGood
      if (isGood) pool.progressed()
      else onNonFinite?.()
    } finally {
      if (!isGood) restore()
    }
    clock.wall += performance.now() - start
    return isGood
  }

  return { computeGradient, update, clock: () => ({ ...clock }) }
}

/** Added in micro-batch order, whoever computed them. */
function meanLoss(microBatches: MicroBatch[], weights: Float32Array): BatchLoss {
  const sum: Record<string, number> & { loss: number } = { loss: 0 }
  microBatches.sort((a, b) => a.slot - b.slot)
  for (const { slot, parts } of microBatches) {
    for (const key of Object.keys(parts)) sum[key] = (sum[key] ?? 0) + weights[slot]! * parts[key]!
  }
  return { parts: sum, finite: microBatches.every(part => part.finite) }
}
