// What more threads than this machine has would bring, from the serial share measured here (src/parallel/serial-share.ts).
import { predictSpeedup } from '../src/parallel/serial-share.js'
import { batchSize } from './models.js'
import type { ScalingRow, TrainRow } from './results.js'

const threadCounts = [4, 8, 16, 32]
/** Least efficiency of 8 threads that the project wants, and of which models. */
const wantedEfficiency = 0.9
const wantedModels = ['ae-3-1-1', 'vae-5-1-2']

/** The prediction from a model's rows: from the share that was measured with the most threads, where dispatch and waiting cost most. */
export function scalingOf(rows: readonly TrainRow[]): ScalingRow | null {
  const measured = rows.filter(row => row.serialShare !== undefined).sort((a, b) => b.threads - a.threads)[0]
  if (!measured) return null
  const { model, threads, microBatches } = measured
  const serialShare = measured.serialShare!
  const question = { serialShare, microBatches, images: batchSize }
  const predicted = threadCounts.map(count => ({
    threads: count,
    speedup: predictSpeedup({ ...question, threads: count }),
  }))
  const wanted = wantedModels.includes(model) ? { wanted: wantedEfficiency } : {}
  return { model, measured: threads, serialShare, microBatches, predicted, ...wanted }
}
