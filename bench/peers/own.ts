// This package as a contender: the session that the command line trains with, on real worker threads.
import { createHash } from 'node:crypto'
import { generateEyes } from '../../src/data/generated-eyes.js'
import type { Dataset } from '../../src/data/dataset.js'
import type { ModelSpec } from '../../src/models/spec.js'
import { openSession } from '../../src/training/session.js'
import type { TrainingOptions } from '../../src/training/types.js'
import type { StepRecord } from '../../src/training/types.js'
import { startClock } from '../measure.js'
import { batchSize } from '../models.js'
import type { Contender } from './contender.js'

/** The images that all contenders train on: as many as one batch, in order. */
export const benchImages = (): Dataset => generateEyes({ count: batchSize })

export const objective = { loss: 'mse', klWeight: 1 } as const
export const learningRate = 1e-3

const settings: TrainingOptions = {
  ...objective,
  epochs: Number.MAX_SAFE_INTEGER,
  batch: batchSize,
  lr: learningRate,
  seed: 0,
  shuffle: false,
  limit: null,
}

export interface OwnContender extends Contender {
  /** Loss of the first `limit` images. */
  lossOf(limit: number): Promise<number>
  /** SHA-256 of the weights after `steps` steps. */
  weightsAfter(steps: number): Promise<string>
}

export async function openOwn(spec: ModelSpec, dataset: Dataset, threads: number): Promise<OwnContender> {
  const session = await openSession({ spec, dataset, threads, batch: batchSize })
  const train = (steps: number, options: Partial<TrainingOptions>, seen: (step: StepRecord) => void) => {
    let done = 0
    const onStep = (step: StepRecord) => {
      seen(step)
      return ++done === steps ? { stop: 'measured' } : undefined
    }
    return session.train({ ...settings, ...options, callbacks: [{ onStep }] })
  }
  async function lossOf(limit: number) {
    let loss = NaN
    await train(1, { limit }, step => (loss = step.loss))
    return loss
  }
  return {
    name: 'eyes-wasm',
    threads: session.threads,
    does: 'training',
    images: batchSize,
    lossOf,
    loss: () => lossOf(batchSize),
    async weightsAfter(steps) {
      const { model } = await train(steps, {}, () => undefined)
      return createHash('sha256').update(model.parameters).digest('hex')
    },
    async run(steps) {
      const times: number[] = []
      let before: number | undefined
      let clock = startClock()
      // The first step is not timed: weights are drawn before it. From one step's end to the next everything is included.
      await train(steps + 1, {}, () => {
        const now = performance.now()
        if (before === undefined) clock = startClock()
        else times.push(now - before)
        before = now
      })
      const { cpu, wall } = clock()
      return { steps: times, cpuMilliseconds: cpu, wallMilliseconds: wall }
    },
    close: () => session.close(),
  }
}
