// A session without worker threads, for tests of what happens around the training: it "trains" by counting, and reconstructs an image
// as a darker copy of itself.
import { layerSpecs, parameterCount, parameterSpecs } from '../../src/models/geometry.js'
import type { Session, SessionOptions, TrainingResult } from '../../src/training/session.js'
import { copyState, initialState, type Snapshot } from '../../src/training/state.js'
import type { Answer, Callback, TrainingOptions, Verdict } from '../../src/training/types.js'

/** What the tests look at afterwards. */
export const calls = { opened: 0, closed: 0, options: undefined as TrainingOptions | undefined }

const drawn = { psnr: 31.5, ssim: 0.95, mse: 0.0028 }
const fromMean = { psnr: 33, ssim: 0.97, mse: 0.002 }

export function openSession({ spec, dataset, threads }: SessionOptions): Promise<Session> {
  calls.opened++
  const values = dataset.height * dataset.width * 3
  const isVae = spec.kind === 'vae'

  /** An epoch is one step, which makes the loss 1 / epoch and counts every parameter up by one. */
  async function train(options: TrainingOptions, from?: Float32Array | Snapshot): Promise<TrainingResult> {
    calls.options = options
    const size = parameterCount(parameterSpecs(layerSpecs(spec)))
    const given = from instanceof Float32Array ? from : from?.parameters
    const parameters = given?.slice() ?? new Float32Array(size).fill(0.5)
    const state = from && 'state' in from ? copyState(from.state) : initialState()
    const moments = { firstMoment: new Float32Array(size), secondMoment: new Float32Array(size) }
    const snapshot = () => ({ state: copyState(state), parameters: parameters.slice(), ...moments })
    const { history } = state
    const result = { model: { spec, parameters }, state, history, seconds: 2, imagesPerSecond: 100, paused: false }
    let stop: Verdict
    const ask = async (call: (callback: Callback) => Answer) => {
      for (const callback of options.callbacks ?? []) stop = (await call(callback)) ?? stop
      if (stop && state.epoch < options.epochs) return { ...result, stopped: stop.stop, paused: stop.pause === true }
      return undefined
    }
    const early = await ask(callback => callback.onStart?.(snapshot))
    if (early) return early
    while (state.epoch < options.epochs) {
      if (options.signal?.aborted) return { ...result, stopped: 'interrupted', paused: true }
      const epoch = state.epoch + 1
      parameters.forEach((value, i) => (parameters[i] = value + 1))
      Object.assign(state, { step: state.step + 1, images: dataset.count, elapsed: state.elapsed + 1 })
      const step = { epoch, step: 1, stepsPerEpoch: 1, loss: 1 / epoch, images: dataset.count, seconds: 1 }
      await ask(callback => callback.onStep?.(step, snapshot))
      const kl = isVae ? 0.5 / epoch : 0
      Object.assign(state, { epoch, images: 0 })
      history.push({ epoch, loss: 1 / epoch + kl, mse: 1 / epoch, kl, seconds: 1, imagesPerSecond: 100 })
      const end = await ask(callback => callback.onEpoch?.(history.at(-1)!, snapshot))
      if (end) return end
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
    preview: ids => Promise.resolve(new Float32Array(ids.length * values)),
    encode: (_, images) => Promise.resolve({ mean: Float32Array.from(images, value => value / 2) }),
    decode: (_, latents) => Promise.resolve(latents.map(value => value * 2)),
    clock: () => ({ steps: 0, wall: 0, busy: 0, longest: 0 }),
    close: () => {
      calls.closed++
      return Promise.resolve()
    },
  })
}
