// Math.random while a user's functions run: tfjs draws the seeds of its own generators from it (dropout, randomNormal, initialisers). It becomes a stream
// of the counter-based generator, a pure function of (seed, step, place), so that no thread and no repetition draws anything else.
// Outside of them it is the host's. What cannot be led to a seed is refused.
import { ProgramError } from '../parallel/program.js'
import { streams, wordReader } from '../random/philox.js'

/** Whose numbers are drawn. `step` 0: none's, before or beside training; then `place` tells setup, probe and measured examples apart. */
export interface RandomKey {
  readonly step: number
  readonly place: number
}

export const setupKey: RandomKey = { step: 0, place: 0 }
export const probeKey: RandomKey = { step: 0, place: 1 }
/** Of step number `step` (from 0) and the examples from `place` of its batch on. */
export const stepKey = (step: number, place: number): RandomKey => ({ step: step + 1, place })
/** Of measured examples, from `place` on. */
export const measureKey = (place: number): RandomKey => ({ step: 0, place: place + 2 })

/** Floats in [0, 1) of 53 bits, as Math.random's are. */
export function drawer(seed: number, { step, place }: RandomKey): () => number {
  const next = wordReader(seed, streams.module, place, step)
  return () => {
    const high = next() >>> 5
    const low = next() >>> 6
    return (high * 67_108_864 + low) / 9_007_199_254_740_992
  }
}

export interface SeededRandom {
  /** Runs `work` with the key's numbers. */
  during<T>(key: RandomKey, work: () => T): T
  /** The same for work that awaits; nothing else runs in this thread meanwhile. */
  duringAsync<T>(key: RandomKey, work: () => Promise<T>): Promise<T>
}

/** Puts Math.random and the two draws of `crypto` under its control, for this thread's whole life. */
export function installRandom(seed: number, who: string): SeededRandom {
  const host = Math.random
  let draw: (() => number) | null = null
  Math.random = () => (draw ?? host)()
  for (const name of ['getRandomValues', 'randomUUID'] as const) {
    const original = crypto[name].bind(crypto) as (...args: unknown[]) => unknown
    const guarded = (...args: unknown[]) => {
      if (!draw) return original(...args)
      throw new ProgramError(
        'MODEL',
        `${who}: calls crypto.${name}, whose values nobody can draw again. Use Math.random or tf's random ops, which are seeded here.`,
      )
    }
    Object.defineProperty(crypto, name, { value: guarded, configurable: true, writable: true })
  }
  const begin = (key: RandomKey) => {
    const before = draw
    draw = drawer(seed, key)
    return () => (draw = before)
  }
  return {
    during(key, work) {
      const end = begin(key)
      try {
        return work()
      } finally {
        end()
      }
    },
    async duringAsync(key, work) {
      const end = begin(key)
      try {
        return await work()
      } finally {
        end()
      }
    },
  }
}
