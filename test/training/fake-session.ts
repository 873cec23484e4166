// A session without worker threads, for tests of what happens around the training: it "trains" by counting, and reconstructs an image
// as a darker copy of itself.
import { layerSpecs, parameterCount, parameterSpecs } from '../../src/models/geometry.js'
import type { Session, SessionOptions, TrainingResult } from '../../src/training/session.js'
import type { TrainingOptions } from '../../src/training/types.js'
import type { EpochRecord } from '../../src/training/types.js'

/** What the tests look at afterwards. */
export const calls = { opened: 0, closed: 0, options: undefined as TrainingOptions | undefined }

const drawn = { psnr: 31.5, ssim: 0.95, mse: 0.0028 }
const fromMean = { psnr: 33, ssim: 0.97, mse: 0.002 }

export function openSession({ spec, dataset, threads }: SessionOptions): Promise<Session> {
  calls.opened++
  const values = dataset.height * dataset.width * 3
  const isVae = spec.kind === 'vae'

  async function train(options: TrainingOptions, initial?: Float32Array): Promise<TrainingResult> {
    calls.options = options
    const history: EpochRecord[] = []
    const parameters = initial ?? new Float32Array(parameterCount(parameterSpecs(layerSpecs(spec)))).fill(0.5)
    const result = { model: { spec, parameters }, history, seconds: 2, imagesPerSecond: 100 }
    for (let epoch = 1; epoch <= options.epochs; epoch++) {
      const step = { epoch, step: 1, stepsPerEpoch: 1, loss: 1 / epoch, images: dataset.count, seconds: 1 }
      for (const callback of options.callbacks ?? []) await callback.onStep?.(step)
      if (options.signal?.aborted) return { ...result, stopped: 'interrupted' }
      const kl = isVae ? 0.5 / epoch : 0
      history.push({ epoch, loss: 1 / epoch + kl, mse: 1 / epoch, kl, seconds: 1, imagesPerSecond: 100 })
      for (const callback of options.callbacks ?? []) await callback.onEpoch?.(history.at(-1)!)
    }
    return result
  }

  return Promise.resolve({
    threads,
    train,
    evaluate: () => Promise.resolve(isVae ? { quality: drawn, fromMean, kl: 0.006 } : { quality: drawn }),
    measure: (_, ids) => {
      const [mse, ssim] = [0.001, 0.9].map(value => Float64Array.from(ids, () => value))
      return Promise.resolve({ mse: mse!, ssim: ssim!, kl: isVae ? 0.006 : 0 })
    },
    reconstruct: (_, ids) =>
      Promise.resolve(
        Float32Array.from({ length: ids.length * values }, (_, i) => {
          const pixel = dataset.pixels[ids[Math.floor(i / values)]! * values + (i % values)]!
          return (0.9 * pixel) / 255
        }),
      ),
    encode: (_, images) => Promise.resolve({ mean: Float32Array.from(images, value => value / 2) }),
    decode: (_, latents) => Promise.resolve(latents.map(value => value * 2)),
    clock: () => ({ steps: 0, wall: 0, busy: 0, longest: 0 }),
    close: () => {
      calls.closed++
      return Promise.resolve()
    },
  })
}
