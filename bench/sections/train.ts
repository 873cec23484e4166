// Whole training steps, everything in them included, for each thread count: first the results are compared to the last bit, then the
// thread counts are timed in turn. One micro-batch is also split into its passes and what lies outside the kernels.
import type { Dataset } from '../../src/data/dataset.js'
import { layerSpecs } from '../../src/models/geometry.js'
import type { ModelSpec } from '../../src/models/spec.js'
import { trainingFlop } from '../../src/imaging/cost.js'
import type { Context } from '../context.js'
import { timingOf } from '../measure.js'
import { batchSize, modelName } from '../models.js'
import { type Raced, race } from '../peers/contender.js'
import { benchImages, openOwn, type OwnContender } from '../peers/own.js'
import type { TrainRow } from '../results.js'
import { scalingOf } from '../scaling.js'
import { microBatches, splitStep } from '../step-split.js'

/** Two threads' speed over one's that the project wants. */
const wantedSpeedup = 1.9
/** Seconds of steps to time for each model, about; three runs are made in any case. */
const budget = { full: 10, quick: 2 }
/** Arithmetic of an image from which on one step, not two, is compared between the thread counts. */
const longModel = 5e9

export async function measureTraining(context: Context): Promise<void> {
  const { options, results, progress, save } = context
  const images = benchImages()
  results.train = []
  results.scaling = []
  for (const spec of options.models) {
    const model = modelName(spec)
    progress(`training steps of ${model}`)
    const rows = await measureModel(spec, images, context)
    results.train.push(...rows)
    const scaling = scalingOf(rows)
    if (scaling) results.scaling.push(scaling)
    results.splits = { ...results.splits, [model]: await splitStep(spec, images, options.quick) }
    await save()
  }
}

async function measureModel(spec: ModelSpec, images: Dataset, { options, results }: Context): Promise<TrainRow[]> {
  const { threads, quick } = options
  const contenders: OwnContender[] = []
  try {
    for (const count of threads) contenders.push(await openOwn(spec, images, count))
    await checkEqual(spec, contenders, quick, results.failures)
    const raced = await race(contenders, {
      leastRuns: quick ? 2 : 3,
      seconds: quick ? budget.quick : budget.full,
    })
    const rows = contenders.flatMap((contender, i) => {
      const entry = raced.get(contender)!
      if (!entry.starved) return [rowOf(spec, threads[i]!, contender, entry)]
      results.starved.push(`training steps: ${modelName(spec)}, ${threads[i]} threads`)
      return []
    })
    return withSpeedup(rows)
  } finally {
    for (const contender of contenders) await contender.close()
  }
}

/** Also warms the workers up. */
async function checkEqual(
  spec: ModelSpec,
  contenders: readonly OwnContender[],
  quick: boolean,
  failures: string[],
): Promise<void> {
  const steps = !quick && trainingFlop(layerSpecs(spec)) < longModel ? 2 : 1
  const found: string[] = []
  for (const contender of contenders) {
    const { loss, weights } = await contender.check(steps)
    found.push(`loss ${loss}, weights ${weights}`)
  }
  contenders.forEach(({ threads }, i) => {
    if (found[i] === found[0]) return
    failures.push(`${modelName(spec)}: ${threads} threads give ${found[i]}, ${contenders[0]!.threads} give ${found[0]}`)
  })
}

function rowOf(spec: ModelSpec, threads: number, contender: OwnContender, { steps, shares, refused }: Raced): TrainRow {
  const timing = timingOf(steps, shares, refused)
  return {
    model: modelName(spec),
    threads,
    microBatches: microBatches(spec),
    timing,
    imagesPerSecond: (1000 * batchSize) / timing.median,
    best: (1000 * batchSize) / timing.min,
    serialShare: contender.serialShare(),
  }
}

function withSpeedup(rows: readonly TrainRow[]): TrainRow[] {
  const single = rows.find(row => row.threads === 1)
  return rows.map(row => {
    if (!single || row === single) return row
    const wanted = row.threads === 2 ? { wanted: wantedSpeedup } : {}
    return { ...row, speedup: single.timing.median / row.timing.median, ...wanted }
  })
}
