// How long a reproduction will take on this machine: one training step of each model that is still to be trained is timed on warm code,
// the rest is arithmetic. Trains nothing that is kept.
import type { Dataset } from '../../data/dataset.js'
import { layerSpecs } from '../../models/geometry.js'
import type { ModelSpec } from '../../models/spec.js'
import { trainingFlop } from '../../imaging/cost.js'
import { defaults } from '../../training/options.js'
import { openSession } from '../../training/session.js'

/** Arithmetic of a timed step, a thread: about a second on one core, so that threads and tape weigh as they do in training. */
const timedFlop = 3e10

/** Images of a timed step: enough to keep all threads busy, at most a batch. */
function timedImages(spec: ModelSpec, threads: number, batch: number, images: number): number {
  const wanted = Math.ceil((timedFlop * threads) / trainingFlop(layerSpecs(spec)))
  return Math.min(batch, images, Math.max(2 * threads, wanted))
}

export interface SpeedOptions {
  readonly dataset: Dataset
  readonly threads: number
  readonly batch: number
  readonly images: number
  readonly signal?: AbortSignal | undefined
}

/** Images trained a second, measured on the second of two steps: the first one compiles. */
export async function measureSpeed(spec: ModelSpec, options: SpeedOptions): Promise<number> {
  const { dataset, threads, batch, images, signal } = options
  const count = timedImages(spec, threads, batch, images)
  const session = await openSession({ spec, dataset, threads, batch: count })
  try {
    const { lr, loss, klWeight, seed } = defaults
    const settings = { epochs: 2, batch: count, lr, loss, klWeight, seed, shuffle: false, limit: count }
    const { history } = await session.train({ ...settings, ...(signal && { signal }) })
    return history.at(-1)?.imagesPerSecond ?? NaN
  } finally {
    await session.close()
  }
}

/** Starting workers, reading and writing, drawing: seconds a trial. */
const secondsAround = 3

/**
 * Seconds that a trial takes: every epoch, then measuring, which is a forward pass (a third of a training step) over all images, and
 * for a VAE two.
 */
export function trialSeconds(kind: ModelSpec['kind'], epochs: number, images: number, imagesPerSecond: number): number {
  const passes = epochs + (kind === 'vae' ? 2 : 1) / 3
  return (passes * images) / imagesPerSecond + secondsAround
}

const units = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const

const stepOf = (seconds: number, least: number) =>
  seconds < 60 ? least : seconds < 600 ? Math.max(least, 10) : seconds < 7200 ? 60 : seconds < 86_400 ? 300 : 3600

/** Two units at most, rounded as an estimate deserves: `3 h 20 min`, `45 s`, `2 d 5 h`. `least` is the smallest step, in seconds. */
export function roughDuration(seconds: number, least = 5): string {
  const step = stepOf(seconds, least)
  let left = Math.max(step, Math.round(seconds / step) * step)
  const parts: string[] = []
  for (const [unit, size] of units) {
    const count = Math.floor(left / size)
    if (count > 0) parts.push(`${count} ${unit}`)
    left -= count * size
  }
  return parts.slice(0, 2).join(' ')
}

/** Seconds of a group of trials: `Table 1`, 1200. */
export type EstimatePart = readonly [name: string, seconds: number]

/** `about 3 h 20 min: Table 1 20 min, Table 4 3 h` */
export function estimateText(parts: readonly EstimatePart[]): string {
  const total = parts.reduce((sum, [, seconds]) => sum + seconds, 0)
  return `about ${roughDuration(total)}: ${parts.map(([name, seconds]) => `${name} ${roughDuration(seconds)}`).join(', ')}`
}
