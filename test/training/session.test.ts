// Training, measuring and using a model through real worker threads: against one plain thread, against the slow metrics, and how it
// ends. Small models and few images; the threads' equality is parallel/threads.test.ts.
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Dataset } from '../../src/data/dataset.js'
import { generateEyes } from '../../src/data/generated-eyes.js'
import { EyesWasmError } from '../../src/errors.js'
import { randomNormal } from '../../src/kernels/RandomNormal.js'
import { initialize } from '../../src/models/initialize.js'
import type { ModelKind, ModelSpec } from '../../src/models/spec.js'
import { openExecutor } from '../../src/training/executor.js'
import { streams } from '../../src/random/philox.js'
import { epochOrder, trainLoop } from '../../src/training/loop.js'
import { openSession, type Session, type TrainedModel } from '../../src/training/session.js'
import type { TrainingOptions } from '../../src/training/types.js'
import { initialState } from '../../src/training/state.js'
import { referenceMse, referenceSsim } from '../reference/ssim.js'
import { openOneThread, type PlainBatch } from '../support/one-thread.js'

const [height, width] = [22, 18]
const imageValues = height * width * 3
const count = 11
const batch = 4
const specOf = (kind: ModelKind): ModelSpec => ({ kind, kernel: 3, stride: 1, padding: 1, height, width })
const options: TrainingOptions = {
  ...{ epochs: 2, batch, lr: 2e-3, loss: 'mse', klWeight: 0.5, seed: 21, shuffle: true, limit: null },
}

/** The images on [-1, 1]. */
function modelRange({ pixels }: Dataset, ids: ArrayLike<number>): Float32Array {
  const images = new Float32Array(ids.length * imageValues)
  for (let n = 0; n < ids.length; n++)
    for (let i = 0; i < imageValues; i++)
      images[n * imageValues + i] = 2 * Math.fround(pixels[ids[n]! * imageValues + i]! / 255) - 1
  return images
}

function plainBatch(dataset: Dataset, ids: number[], epoch: number): PlainBatch {
  const key = { seed: options.seed, stream: streams.noise, epoch, images: ids }
  return {
    images: modelRange(dataset, ids),
    count: ids.length,
    noise: shape => randomNormal<tf.Tensor4D>(shape, key),
  }
}

const bytes = (values: Float32Array) => Buffer.from(values.buffer, values.byteOffset, values.byteLength)
const same = (a: Float32Array, b: Float32Array) => bytes(a).equals(bytes(b))
const largestDifference = (a: Float32Array, b: Float32Array) =>
  a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0)

describe.each(['ae', 'vae'] as const)('session of an %s', kind => {
  const spec = specOf(kind)
  let dataset: Dataset
  let session: Session
  let model: TrainedModel
  beforeAll(async () => {
    dataset = generateEyes({ count, seed: 2, size: { height, width } })
    session = await openSession({ spec, dataset, threads: 2, batch })
    model = (await session.train(options)).model
  })
  afterAll(() => session.close())

  it('has the history and weights of one plain thread', async () => {
    const { history, model: trained } = await session.train(options)
    const plain = await openOneThread(spec)
    initialize(plain.specs, options.seed, plain.parameters)
    let step = 0
    for (const record of history) {
      const order = [...epochOrder(count, record.epoch, options)]
      const sums = { loss: 0, mse: 0, kl: 0 }
      for (let from = 0; from < count; from += batch) {
        const ids = order.slice(from, from + batch)
        const parts = plain.computeGradient(plainBatch(dataset, ids, record.epoch), options)
        for (const key of ['loss', 'mse', 'kl'] as const) sums[key] += (parts[key] * ids.length) / count
        plain.update(++step, options.lr)
      }
      for (const key of ['loss', 'mse', 'kl'] as const)
        expect(Math.abs(record[key] - sums[key]), `${key} of epoch ${record.epoch}`).toBeLessThanOrEqual(
          1e-5 * sums[key],
        )
      expect(record.imagesPerSecond).toBeCloseTo(count / record.seconds, 6)
    }
    expect(history.map(({ epoch }) => epoch)).toEqual([1, 2])
    expect(history[1]!.loss).toBeLessThan(history[0]!.loss)
    // Pictures this small make one micro-batch a batch, so nothing is summed in another order.
    expect(same(trained.parameters, plain.parameters)).toBe(true)
  })

  it('loss is mse for mse, and mse is reported beside an l1 loss', async () => {
    const { history } = await session.train({ ...options, epochs: 1, loss: 'l1', klWeight: 0 })
    const { loss, mse, kl } = history[0]!
    expect(loss).toBeGreaterThan(mse) // |d| > d^2 on average while errors are below 1
    expect(kl > 0).toBe(kind === 'vae')
  })

  it('can be used again: the same training gives the same weights', async () => {
    await session.train({ ...options, epochs: 1, seed: 5 })
    expect(same((await session.train(options)).model.parameters, model.parameters)).toBe(true)
  })

  it('goes on from given weights, and with none from seeded ones', async () => {
    const short = { ...options, epochs: 1 }
    const start = model.parameters.slice()
    const on = await session.train({ ...short, lr: 1e-12 }, start)
    expect(largestDifference(on.model.parameters, start)).toBeLessThan(1e-7)
    expect(same(start, model.parameters)).toBe(true)
  })

  it('a batch beyond what it was opened for is refused', async () => {
    await expect(session.train({ ...options, batch: batch + 1 })).rejects.toThrow('opened for batches of 4, found 5')
  })

  it('evaluate gives the slow metrics of the reconstructions, drawn and from the mean', async () => {
    const ids = Array.from({ length: count }, (_, i) => i)
    const evaluation = await session.evaluate(model, { seed: 3, limit: null })
    const shape = { height, width, channels: 3 }
    const original = (i: number) =>
      Float32Array.from(dataset.pixels.subarray(i * imageValues, (i + 1) * imageValues), x => x / 255)
    for (const fromMean of [false, true]) {
      const images = await session.reconstruct(model, ids, { seed: 3, fromMean })
      const found = fromMean ? (evaluation.fromMean ?? evaluation.quality) : evaluation.quality
      const wanted = { psnr: 0, ssim: 0, mse: 0 }
      for (const i of ids) {
        const image = images.subarray(i * imageValues, (i + 1) * imageValues)
        const mse = referenceMse(original(i), image)
        wanted.psnr += (-10 * Math.log10(mse)) / count
        wanted.ssim += referenceSsim(original(i), image, shape).ssim / count
        wanted.mse += (4 * mse) / count
      }
      for (const key of ['psnr', 'ssim', 'mse'] as const) expect(found[key], key).toBeCloseTo(wanted[key], 6)
    }
    expect('fromMean' in evaluation).toBe(kind === 'vae')
    if (kind === 'vae') expect(evaluation.fromMean!.mse).not.toBe(evaluation.quality.mse)
    const firstFour = await session.evaluate(model, { seed: 3, limit: 4 })
    expect(firstFour.quality).not.toEqual(evaluation.quality)
  })

  it('encode, then decode, is the reconstruction from the mean; bytes and floats alike', async () => {
    const ids = [6, 1, 1]
    const pixels = dataset.pixels as Uint8Array
    const some = Uint8Array.from(ids.flatMap(id => [...pixels.subarray(id * imageValues, (id + 1) * imageValues)]))
    const latents = await session.encode(model, some)
    const reconstructed = await session.reconstruct(model, ids, { seed: 0, fromMean: true })
    expect(latents.mean).toHaveLength(3 * height * width * (kind === 'ae' ? 48 : 96))
    expect(latents.logVariance?.length).toBe(kind === 'ae' ? undefined : latents.mean.length)
    expect(same(await session.decode(model, latents.mean), reconstructed)).toBe(true)
    const floats = await session.encode(
      model,
      Float32Array.from(some, byte => byte / 255),
    )
    expect(same(floats.mean, latents.mean)).toBe(true)
    expect(reconstructed.every(x => x >= 0 && x <= 1)).toBe(true)
  })

  it('noise belongs to the image and the seed, not to its neighbours', async () => {
    const draw = async (ids: number[], seed: number) =>
      (await session.reconstruct(model, ids, { seed, fromMean: false })).slice(-imageValues)
    const alone = await draw([7], 1)
    expect(same(await draw([0, 3, 7], 1), alone)).toBe(true)
    expect(same(await draw([7], 2), alone)).toBe(kind === 'ae')
  })

  it('AbortSignal ends it after the step under way, with the weights of that step', async () => {
    const controller = new AbortController()
    let steps = 0
    const onStep = () => {
      if (++steps === 2) controller.abort()
      return undefined
    }
    const aborted = await session.train({ ...options, callbacks: [{ onStep }], signal: controller.signal })
    const stopped = await session.train({
      ...options,
      callbacks: [{ onStep: ({ step }) => (step === 2 ? { stop: 'two steps' } : undefined) }],
    })
    expect([aborted.stopped, stopped.stopped]).toEqual(['interrupted', 'two steps'])
    expect(aborted.history).toEqual([])
    expect(steps).toBe(2)
    expect(same(aborted.model.parameters, stopped.model.parameters)).toBe(true)
  })
})

describe('a learning rate that is far too large', () => {
  it.each(['ae', 'vae'] as const)('stops an %s with NON_FINITE, and its weights stay finite', async kind => {
    const spec = specOf(kind)
    const images = generateEyes({ count, size: { height, width } })
    const executor = await openExecutor({ spec, images, imageCount: count, batch, threads: 2 })
    try {
      const plain = await openOneThread(spec)
      initialize(plain.specs, 0, executor.parameters)
      executor.parametersChanged()
      const state = initialState()
      const error: unknown = await trainLoop(executor, state, count, { ...options, lr: 1e20 }).catch((e: unknown) => e)
      expect(error).toBeInstanceOf(EyesWasmError)
      expect(error).toMatchObject({ code: 'NON_FINITE', exitCode: 3 })
      expect((error as EyesWasmError).message).toMatch(
        /epoch \d+, step \d+ .*Lower --lr \(it is 100000000000000000000\)/,
      )
      expect(state.step).toBeGreaterThanOrEqual(1)
      expect(executor.parameters.every(Number.isFinite)).toBe(true)
    } finally {
      await executor.close()
    }
  })
})
