// This package as a contender: the session that the command line trains with, on real worker threads.
import { createHash } from 'node:crypto'
import { generateEyes } from '../../src/data/generated-eyes.js'
import type { Dataset } from '../../src/data/dataset.js'
import { serialShareOf, type StepClock } from '../../src/parallel/serial-share.js'
import type { ModelSpec } from '../../src/models/spec.js'
import { openSession, type Session } from '../../src/training/session.js'
import type { StepRecord, TrainingOptions, Verdict } from '../../src/training/types.js'
import { startClock } from '../measure.js'
import { batchSize } from '../models.js'
import type { Contender } from './contender.js'
import { ownName } from './own-name.js'

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
  /** Loss of the first `limit` images. Before the first run. */
  lossOf(limit: number): Promise<number>
  /** The first step's loss, and SHA-256 of the weights after `steps` steps. Before the first run. */
  check(steps: number): Promise<{ loss: number; weights: string }>
  /** Part of the runs' one-thread step that only one thread can do, or NaN before the first run. */
  serialShare(): number
}

/** A training that goes on for ever and waits after each step: one step at a time, everything in it that training has between two. */
function stepwise(session: Session) {
  let training: Promise<unknown> | undefined
  let goOn: (verdict: Verdict) => void = () => undefined
  let onStep: () => void = () => undefined
  let onFailure: (error: Error) => void = () => undefined
  function train() {
    const waiting = () => {
      onStep()
      return new Promise<Verdict>(resolve => (goOn = resolve))
    }
    return session.train({ ...settings, callbacks: [{ onStep: waiting }] })
  }
  return {
    async step(): Promise<number> {
      const before = performance.now()
      await new Promise<void>((done, failed) => {
        onStep = done
        onFailure = failed
        if (training !== undefined) {
          goOn(undefined)
          return
        }
        training = train()
        training.catch((error: unknown) => onFailure(error as Error))
      })
      return performance.now() - before
    },
    async end(): Promise<void> {
      goOn({ stop: 'measured' })
      await training?.catch(() => undefined) // the step that failed has said so
    },
  }
}

export async function openOwn(spec: ModelSpec, dataset: Dataset, threads: number): Promise<OwnContender> {
  const session = await openSession({ spec, dataset, threads, batch: batchSize })
  const training = stepwise(session)
  /** Where the time of the steps before the first run went. */
  let first: StepClock | undefined
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
    name: ownName,
    threads: session.threads,
    does: 'training',
    images: batchSize,
    lossOf,
    loss: () => lossOf(batchSize),
    async check(steps) {
      const losses: number[] = []
      const { model } = await train(steps, {}, step => losses.push(step.loss))
      return { loss: losses[0]!, weights: createHash('sha256').update(model.parameters).digest('hex') }
    },
    serialShare() {
      const { wall, busy, longest } = session.clock()
      if (!first) return NaN
      return serialShareOf({
        wall: wall - first.wall,
        busy: busy - first.busy,
        longest: longest - first.longest,
      })
    },
    async run(steps) {
      first ??= session.clock()
      const clock = startClock()
      const times: number[] = []
      for (let i = 0; i < steps; i++) times.push(await training.step())
      return { steps: times, cpuMilliseconds: clock().cpu }
    },
    async close() {
      await training.end()
      await session.close()
    },
  }
}
