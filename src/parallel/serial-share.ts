// What more threads would bring, from the part of a step that only one of them can do: Amdahl's law with whole micro-batches.
// Pure arithmetic over clocks that step.ts reads; nothing here decides anything.

/** Where the wall time of some steps went, in milliseconds, summed over them. */
export interface StepClock {
  readonly steps: number
  /** From a step's start to its end. */
  readonly wall: number
  /** Computing, summed over the threads: micro-batches, and the parameter ranges that threads sum and update. */
  readonly busy: number
  /** The longest computing thread of each round of tasks, summed over the rounds: what of `wall` was spent on parallel work. */
  readonly longest: number
}

/**
 * The part of a one-thread step that more threads would not shorten, 0 to 1: wall time in which no thread had parallel work (dispatch, what
 * the trainer's own thread sums, checks and updates, and the threads' waiting for it), over that and all the parallel work.
 */
export function serialShareOf({ wall, busy, longest }: Omit<StepClock, 'steps'>): number {
  const serial = Math.max(0, wall - longest)
  return serial + busy > 0 ? serial / (serial + busy) : 0
}

export interface SpeedupQuestion {
  /** Part of a one-thread step that only one thread can do, 0 to 1. */
  readonly serialShare: number
  /** Micro-batches of a step. */
  readonly microBatches: number
  readonly threads: number
  /** Images of a step, where micro-batches are not all of one size (micro-batches.ts). Left out: they are. */
  readonly images?: number
}

/**
 * Time of a step on one thread over that on `threads`: 1 / (s + (1 - s) b), b the busiest thread's share of the work (Amdahl, "Validity
 * of the single processor approach", AFIPS 1967, with work that comes in micro-batches: b = ceil(k / t) / k where all are alike).
 * Efficiency is this over `threads`.
 */
export function predictSpeedup({ serialShare, microBatches, threads, images }: SpeedupQuestion): number {
  return 1 / (serialShare + (1 - serialShare) * busiestShare(microBatches, threads, images ?? microBatches))
}

/** The largest share of `images` that a thread gets when each takes the next micro-batch as soon as it is free, larger ones first. */
function busiestShare(microBatches: number, threads: number, images: number): number {
  const load = Array.from({ length: Math.min(threads, microBatches) }, () => 0)
  for (let i = 0; i < microBatches; i++) {
    const next = load.indexOf(Math.min(...load))
    load[next]! += Math.floor(images / microBatches) + (i < images % microBatches ? 1 : 0)
  }
  return Math.max(...load) / images
}
