// Whether a measurement had the cores it was meant to have: what the whole machine did meanwhile, against what the measured process did.
// A process that leaves cores idle by itself (a serial stretch) is measured as it is; one that others kept from its cores is refused.
import { cpus } from 'node:os'

/** A moment of the machine, in milliseconds. */
export interface Moment {
  readonly wall: number
  /** Idle time of all cores together, since the machine was started. */
  readonly idle: number
}

export interface CoreClock {
  readonly cores: number
  readonly now: () => Moment
}

/** The machine's own clock. Idle times move in steps of some 10 ms: intervals should have several hundred. */
export const coreClock: CoreClock = {
  cores: cpus().length,
  now: () => ({ wall: performance.now(), idle: cpus().reduce((sum, { times }) => sum + times.idle, 0) }),
}

/** Of the cores that a run was meant to have: what it used, and what was left to it by everything else on the machine. 0 to 1, about. */
export interface Shares {
  readonly used: number
  readonly granted: number
}

/**
 * The shares of a run of `threads` threads that used `own` milliseconds of CPU time between two moments. Time that was neither idle nor
 * the run's own went to others, a hypervisor's other guests included.
 */
export function sharesOf(before: Moment, after: Moment, cores: number, threads: number, own: number): Shares {
  const wall = after.wall - before.wall
  const others = Math.max(0, cores * wall - (after.idle - before.idle) - own)
  const granted = (cores * wall - others) / (threads * wall)
  return { used: own / (threads * wall), granted: Math.max(0, Math.min(1, granted)) }
}

/** Share of its cores below which a measurement says more about the machine's other work than about the code. */
export const leastShare = 0.9

export const isStarved = ({ used, granted }: Shares) => Math.max(used, granted) < leastShare
