// ParallelTrainer on a model of other people as a contender, in a process of its own: as a program of a user's has it, from the package as
// shipped. Its workers import models/MODEL.js, the file that tf-model.ts runs too. Speaks the line protocol of child.ts.
// Usage: node trainer.js MODEL THREADS [MICRO_BATCH]; the trainer cuts batches itself where that is left out.
import { firstBatch, firstWeights, type OtherName, otherModels } from '../other-models.js'
import { learningRate } from './learning-rate.js'
import { trainerContender } from './own-name.js'
import { serve } from './serve.js'

const [name = '', threadCount = '', microBatch = ''] = process.argv.slice(2)
const model = otherModels[name as OtherName]
const threads = Number(threadCount)
/** Copies of the batch that make an epoch: what happens once an epoch should not be in every step. */
const stepsPerEpoch = 16

const { adam, enableRevectorization, ParallelTrainer, sharedArray } = (await import(
  new URL('../../dist/index.js', import.meta.url).href
)) as typeof import('../../src/index.js')
enableRevectorization()

function repeated<T extends Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>>(values: T, into: T): T {
  for (let i = 0; i < stepsPerEpoch; i++) into.set(values, i * values.length)
  return into
}

const { x, y } = firstBatch(model)
const count = stepsPerEpoch * model.batch
let rate = learningRate
const trainer = new ParallelTrainer({
  model: new URL(`./models/${name}.js`, import.meta.url),
  data: {
    x: sharedArray(repeated(x, new Float32Array(stepsPerEpoch * x.length)), [count, ...model.x]),
    y: sharedArray(repeated(y, new Int32Array(stepsPerEpoch * y.length)), [count, ...model.y]),
  },
  threads,
  optimizer: adam({ lr: () => rate }),
  settings: { weights: firstWeights(model) },
  ...(microBatch && { microBatch: Number(microBatch) }),
})
const options = { batch: model.batch, shuffle: false }

/** Examples that the loss is given at once. */
async function partOf(): Promise<number> {
  let found = NaN
  const onStart = (start: { readonly microBatch: number }) => {
    found = start.microBatch
    return { stop: 'seen' }
  }
  await trainer.fit({ ...options, epochs: 1, callbacks: [{ onStart }] })
  return found
}

/** The first step's loss; its update is one of rate 0. */
async function loss(): Promise<number> {
  let found = NaN
  const onStep = (step: { readonly loss: number }) => {
    found = step.loss
    return { stop: 'seen' }
  }
  rate = 0
  await trainer.fit({ ...options, epochs: 1, callbacks: [{ onStep }] })
  rate = learningRate
  return found
}

// A training that goes on for ever and waits after each step.
let goOn: (verdict?: { stop: string }) => void = () => undefined
let onDone: () => void = () => undefined
let onFailure: (error: Error) => void = () => undefined
let training: Promise<unknown> | undefined

const waiting = () => {
  onDone()
  return new Promise<{ stop: string } | undefined>(resolve => (goOn = resolve))
}

function step(): Promise<void> {
  return new Promise((done, failed) => {
    onDone = done
    onFailure = failed
    if (training) {
      goOn()
      return
    }
    training = trainer.fit({ ...options, epochs: Number.MAX_SAFE_INTEGER, callbacks: [{ onStep: waiting }] })
    training.catch((error: unknown) => onFailure(error as Error))
  })
}

const part = await partOf()
await serve({ name: trainerContender, threads, does: 'training', images: model.batch, part }, { loss, step })
goOn({ stop: 'measured' })
if (training) await training
await trainer.close()
