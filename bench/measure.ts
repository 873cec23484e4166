// Clocks and statistics. A measurement is many short repetitions; the fastest says what the code can do, the median what it did.
import { isStarved, type Shares } from './cores.js'
import type { Timing } from './results.js'

const quantile = (sorted: readonly number[], q: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!

export function median(values: readonly number[]): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  )
}

/** Milliseconds of single repetitions, and the shares of the cores that each run of them had, to a Timing. */
export function timingOf(milliseconds: readonly number[], shares: readonly Shares[], refused = 0): Timing {
  const sorted = [...milliseconds].sort((a, b) => a - b)
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  return {
    min: sorted[0]!,
    median: quantile(sorted, 0.5),
    spread: (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 2,
    samples: sorted.length,
    cpuShare: mean(shares.map(({ used }) => used)),
    runs: shares,
    refused,
  }
}

const cpuMilliseconds = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** CPU milliseconds of this process, all its threads, and the wall's, since the clock was started. */
export function startClock(): () => { cpu: number; wall: number } {
  const cpu = cpuMilliseconds()
  const wall = performance.now()
  return () => ({ cpu: cpuMilliseconds() - cpu, wall: performance.now() - wall })
}

/** A pause in which V8's compiler threads get the core: code that has become hot is replaced from outside its own thread. */
export const rest = (milliseconds: number) => new Promise<void>(resolve => setTimeout(resolve, milliseconds))

/** Repeats `call` until it has been optimised: some hundred milliseconds, with rests between. */
export async function warm(call: () => void, milliseconds = 300): Promise<void> {
  for (let round = 0; round < 3; round++) {
    const end = performance.now() + milliseconds / 3
    do call()
    while (performance.now() < end)
    await rest(20)
  }
}

const attempts = 3

/**
 * Times `call` on this thread, one sample at a time, each of at least 2 ms: as many as `most`, fewer (but five) when they take more than
 * `milliseconds`. Warm it first. Null when three attempts in turn got too little of their core.
 */
export function sample(call: () => void, most: number, milliseconds = 1500, startCpu = startClock): Timing | null {
  const start = performance.now()
  call()
  const repeats = Math.max(1, Math.ceil(2 / Math.max(1e-3, performance.now() - start)))
  for (let refused = 0; refused < attempts; refused++) {
    const clock = startCpu()
    const times: number[] = []
    const end = performance.now() + milliseconds
    while (times.length < most && (times.length < 5 || performance.now() < end)) {
      const before = performance.now()
      for (let r = 0; r < repeats; r++) call()
      times.push((performance.now() - before) / repeats)
    }
    // One thread that only computes: what it did not use, it was not given.
    const { cpu, wall } = clock()
    const shares = { used: cpu / wall, granted: Math.min(1, cpu / wall) }
    if (!isStarved(shares)) return timingOf(times, [shares], refused)
  }
  return null
}
