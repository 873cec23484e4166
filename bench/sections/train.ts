// Whole training steps, everything in them included, for each thread count: first the results are compared to the last bit, then the
// thread counts are timed in turn. One micro-batch is also split into its kernels and what lies outside them.
import type { ModelSpec } from '../../src/models/spec.js'
import { median, timingOf } from '../measure.js'
import { batchSize, modelName } from '../models.js'
import { race, type Run } from '../peers/contender.js'
import { benchImages, openOwn, type OwnContender } from '../peers/own.js'
import type { TrainRow } from '../results.js'
import { microBatches, splitStep } from '../step-split.js'

/** Two threads' speed over one's that the project wants for AE (3,1,1). */
const wantedSpeedup = 1.85
/** Wall seconds of steps to time for each model, about. */
const budget = { full: 20, quick: 6 }

export async function measureTraining(
  specs: readonly ModelSpec[],
  threads: readonly number[],
  quick: boolean,
  failures: string[],
): Promise<TrainRow[]> {
  const images = benchImages()
  const rows: TrainRow[] = []
  for (const spec of specs) {
    const contenders: OwnContender[] = []
    try {
      for (const count of threads) contenders.push(await openOwn(spec, images, count))
      await checkEqual(modelName(spec), contenders, failures)
      rows.push(...(await timeAll(spec, contenders, quick)))
    } finally {
      for (const contender of contenders) await contender.close()
    }
    const last = rows.pop()!
    rows.push({ ...last, split: await splitStep(spec, images, quick) })
  }
  return rows
}

/** Also warms the workers up. */
async function checkEqual(model: string, contenders: readonly OwnContender[], failures: string[]): Promise<void> {
  const results = []
  for (const contender of contenders) {
    results.push(`loss ${await contender.loss()}, weights ${await contender.weightsAfter(2)}`)
  }
  const first = results[0]!
  results.forEach((result, i) => {
    if (result !== first)
      failures.push(`${model}: ${contenders[i]!.threads} threads give ${result}, one thread gives ${first}`)
  })
}

async function timeAll(spec: ModelSpec, contenders: readonly OwnContender[], quick: boolean): Promise<TrainRow[]> {
  const trial = await race(contenders, 1, 1)
  const seconds = [...trial.values()].flat().reduce((sum, run) => sum + run.wallMilliseconds, 0) / 1000
  const steps = 2
  // Each run has one more step, which is not timed.
  const rounds = Math.max(
    2,
    Math.min(quick ? 5 : 12, Math.round((quick ? budget.quick : budget.full) / ((steps + 1) * seconds))),
  )
  const runs = await race(contenders, rounds, steps)
  const rows = contenders.map(contender => rowOf(spec, contender, runs.get(contender)!))
  const single = rows.find(row => row.threads === 1)
  return rows.map(row => {
    if (!single || row === single) return row
    const wanted = modelName(spec) === 'ae-3-1-1' && row.threads === 2 ? { wanted: wantedSpeedup } : {}
    return { ...row, speedup: single.timing.min / row.timing.min, ...wanted }
  })
}

export const sumOf = (runs: readonly Run[], key: 'cpuMilliseconds' | 'wallMilliseconds') =>
  runs.reduce((sum, run) => sum + run[key], 0)

function rowOf(spec: ModelSpec, { threads }: OwnContender, runs: readonly Run[]): TrainRow {
  const cpuShare = sumOf(runs, 'cpuMilliseconds') / (threads * sumOf(runs, 'wallMilliseconds'))
  const steps = runs.flatMap(run => run.steps)
  const timing = timingOf(steps, cpuShare)
  return {
    model: modelName(spec),
    threads,
    microBatches: microBatches(spec),
    timing,
    imagesPerSecond: (1000 * batchSize) / median(steps),
    best: (1000 * batchSize) / timing.min,
  }
}
