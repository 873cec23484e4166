// When a worker counts as one that does not answer: no sign of life for max(10 s, 20 x the median time of such work). Time is counted in
// ticks of the trainer's own event loop, so that a process that was suspended does not blame its workers on waking. Ends nobody itself.

/** Shortest silence that is taken for a hang, in milliseconds. */
export const leastSilence = 10_000
/** Times the median. */
const patience = 20
/** Slowest arithmetic that is waited for before there is a median, FLOP/s: an Arm64 core under emulation does four times as much. */
const slowestFlops = 0.05e9
/** Times kept for the median. */
const kept = 63
/** A tick, in milliseconds; a quarter of a percent of a shorter limit. */
const longestTick = 250

/** How long a piece of work of one kind takes, learnt from those that have ended. */
export interface Pace {
  /** One took so many milliseconds. */
  note(milliseconds: number): void
  /** Silence after which one is given up, in milliseconds. */
  limit(least: number): number
}

/** The pace of work of `flop` multiplications and additions each. */
export function createPace(flop: number): Pace {
  const recent: number[] = []
  let notes = 0
  return {
    note(milliseconds) {
      recent[notes++ % kept] = milliseconds
    },
    limit: least => Math.max(least, notes === 0 ? (1000 * flop) / slowestFlops : patience * median(recent)),
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]!
}

export interface Watched {
  /** A number that changes while the work goes on; left out: only its end is a sign of life. */
  readonly pulse?: () => number
  /** Longest silence, in milliseconds; asked when it has lasted for the shortest one. */
  readonly limit: (least: number) => number
  /** Called once, when the silence has lasted too long. */
  readonly giveUp: (silence: number) => void
}

export interface Watchdog {
  /** Watches until the function returned is called. */
  watch(work: Watched): () => void
  close(): void
}

/** @param least shortest silence that is taken for a hang, in milliseconds */
export function createWatchdog(least = leastSilence): Watchdog {
  const tick = Math.min(longestTick, least / 40)
  const entries = new Set<Watched & { seen: number | undefined; silence: number }>()
  const look = () => {
    for (const entry of entries) {
      const seen = entry.pulse?.()
      // A late tick counts as one: whoever held this thread up may have held up the workers too.
      entry.silence = seen === entry.seen ? entry.silence + tick : 0
      entry.seen = seen
      if (entry.silence < least || entry.silence < entry.limit(least)) continue
      entries.delete(entry)
      entry.giveUp(entry.silence)
    }
  }
  const timer = setInterval(look, tick)
  // What is watched keeps the process alive itself.
  timer.unref()
  return {
    watch(work) {
      const entry = { ...work, seen: work.pulse?.(), silence: 0 }
      entries.add(entry)
      return () => void entries.delete(entry)
    },
    close: () => clearInterval(timer),
  }
}
