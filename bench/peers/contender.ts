// What the train and peers sections race: something that can compute the loss of given images and run steps on request, idle between.
// own.ts is this package; child.ts drives a process of its own (tfjs.ts, jax.ts, pytorch.py). Runs that others starved are refused here.
import { type CoreClock, coreClock, isStarved, type Shares, sharesOf } from '../cores.js'

/** What some steps took. */
export interface Run {
  /** Milliseconds of each step. */
  readonly steps: readonly number[]
  /** CPU time of the process, all its threads, over the run. */
  readonly cpuMilliseconds: number
}

export interface Contender {
  readonly name: string
  readonly threads: number
  readonly does: 'training' | 'forward only'
  /** Images of a step. */
  readonly images: number
  /** Loss of the first `images` images with the first weights, in epoch 1. */
  loss(): Promise<number>
  run(steps: number): Promise<Run>
  close(): Promise<void>
}

/** What a contender's accepted runs were, and how many were refused. */
export interface Raced {
  readonly steps: number[]
  readonly shares: Shares[]
  refused: number
  /** Fewer runs than asked for were accepted: what is here means nothing. */
  starved: boolean
}

export interface RaceOptions {
  /** Accepted runs that each contender needs. */
  readonly leastRuns: number
  /** Further rounds until so many seconds have passed. */
  readonly seconds: number
  readonly mostRounds?: number
  /** Steps of a run: as many as take so long. Long runs make the shares of the cores exact. */
  readonly runMilliseconds?: number
  /** Contenders that need not go on, asked after each round; what they have so far counts. */
  readonly leave?: (raced: ReadonlyMap<Contender, Raced>) => readonly Contender[]
  readonly clock?: CoreClock
}

/** Steps of a run, at most: with fewer, a run of fast steps is over before idle times, which move by 10 ms, tell whose the cores were. */
const mostSteps = 100

/** Milliseconds. A step as long as this needs no untimed one before it: what is made once takes milliseconds, and the loss check has touched the rest. */
export const longStep = 5000

/**
 * Lets all run in turn, so that whatever else the machine does meets each alike. A run that did not have its cores is not counted; there
 * are at most twice as many rounds as needed for that.
 */
export async function race(contenders: readonly Contender[], options: RaceOptions): Promise<Map<Contender, Raced>> {
  const { leastRuns, seconds, mostRounds = 12, runMilliseconds = 600, leave, clock = coreClock } = options
  const raced = new Map<Contender, Raced>()
  const steps = new Map<Contender, number>()
  const start = clock.now().wall
  let going = [...contenders]

  async function take(contender: Contender): Promise<void> {
    const entry = raced.get(contender) ?? { steps: [], shares: [], refused: 0, starved: false }
    raced.set(contender, entry)
    if (!steps.has(contender)) {
      const trial = await measure(contender, 1, clock)
      steps.set(contender, Math.max(1, Math.min(mostSteps, Math.round(runMilliseconds / trial.steps[0]!))))
      if (trial.steps[0]! >= longStep) {
        note(entry, trial)
        return
      }
    }
    note(entry, await measure(contender, steps.get(contender)!, clock))
  }

  for (let round = 0; round < mostRounds && going.length > 0; round++) {
    const isEnough = going.every(contender => (raced.get(contender)?.shares.length ?? 0) >= leastRuns)
    const isLate = clock.now().wall - start >= 1000 * seconds
    if (isLate && (isEnough || round >= 2 * leastRuns)) break
    for (const contender of going) await take(contender)
    const leaving = leave?.(raced) ?? []
    going = going.filter(contender => !leaving.includes(contender))
  }
  for (const contender of going) {
    const entry = raced.get(contender)!
    entry.starved = entry.shares.length < leastRuns
  }
  return raced
}

interface MeasuredRun extends Run {
  readonly shares: Shares
}

async function measure(contender: Contender, steps: number, clock: CoreClock): Promise<MeasuredRun> {
  const before = clock.now()
  const run = await contender.run(steps)
  return { ...run, shares: sharesOf(before, clock.now(), clock.cores, contender.threads, run.cpuMilliseconds) }
}

function note(entry: Raced, { steps, shares }: MeasuredRun): void {
  if (isStarved(shares)) {
    entry.refused++
    return
  }
  entry.steps.push(...steps)
  entry.shares.push(shares)
}
