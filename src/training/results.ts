// What comes after a training that is over: the model measured on its images, and the files of a finished run. When the signal comes
// nothing is measured: whoever sent it waits, and the run can be resumed.
import { EyesWasmError } from '../errors.js'
import { weightsSha256 } from '../formats/pytorch.js'
import { splitImages } from '../data/split.js'
import { layerSpecs, parameterSpecs } from '../models/geometry.js'
import { orAborted } from './abort.js'
import { augmentedPicture, reconstructionsPicture } from './figures.js'
import type { Prepared, RunHooks, RunOptions } from './prepare.js'
import type { RunFolder } from './run-folder.js'
import type { Evaluation, Session, TrainingResult } from './session.js'
import type { EpochRecord, HeldOutSummary, ImagesQuality, TrainSummary } from './types.js'

/** What is measured, and where its files go. */
export interface Trained {
  readonly prepared: Prepared
  readonly folder: RunFolder | null
  readonly result: TrainingResult
}

/** What was measured over so many images, as summaries have it. */
export function imagesQuality(images: number, { quality, fromMean, kl }: Evaluation): ImagesQuality {
  return {
    images,
    psnr: quality.psnr,
    ssim: quality.ssim,
    mse: quality.mse,
    ...(fromMean && { psnrMean: fromMean.psnr, ssimMean: fromMean.ssim, mseMean: fromMean.mse }),
    ...(kl !== undefined && { kl }),
  }
}

/** Undefined where training ended before its first epoch did. */
function heldOutSummary(images: number, evaluation: Evaluation, last: EpochRecord | undefined): HeldOutSummary {
  const [loss, trainingLoss] = last ? [last.valLoss ?? NaN, last.loss] : [NaN, NaN]
  return { ...imagesQuality(images, evaluation), loss, trainingLoss }
}

function summarise(
  { config, imageCount }: Prepared['identity'],
  { model, history, seconds, imagesPerSecond }: TrainingResult,
  { quality, fromMean, kl }: Evaluation,
  threads: number,
  heldOut: HeldOutSummary | undefined,
): TrainSummary {
  return {
    model: config.model,
    kernel: config.kernel,
    stride: config.stride,
    padding: config.padding,
    epochs: history.length,
    images: imageCount,
    threads,
    psnr: quality.psnr,
    ssim: quality.ssim,
    mse: quality.mse,
    imagesPerSecond,
    seconds,
    ...(fromMean && { psnrMean: fromMean.psnr, ssimMean: fromMean.ssim, mseMean: fromMean.mse }),
    ...(kl !== undefined && { kl }),
    ...(heldOut && { heldOut }),
    weightsSha256: weightsSha256(model.parameters, parameterSpecs(layerSpecs(model.spec))),
  }
}

/** Quality and pictures of a model that is trained, and the files of a finished run. @throws ABORTED before any of them is written */
async function measure(
  session: Session,
  { prepared, folder, result }: Trained,
  signal: AbortSignal | undefined,
): Promise<TrainSummary> {
  const { identity, dataset } = prepared
  const { config } = identity
  const { model, history } = result
  const { seed, limit } = config
  const { training, heldOut } = splitImages(dataset, config)
  const measureOf = (ids: Int32Array) => orAborted(session.evaluate(model, { seed, limit, ids: [...ids] }), signal)
  const evaluation = await measureOf(training)
  const others =
    heldOut.length > 0 ? heldOutSummary(heldOut.length, await measureOf(heldOut), history.at(-1)) : undefined
  const summary = summarise(identity, result, evaluation, session.threads, others)
  if (folder) {
    const reconstructions = await orAborted(
      reconstructionsPicture(session, model, dataset, config.seed, new Set(heldOut)),
      signal,
    )
    const augmented = await augmentedPicture(dataset, config)
    await folder.writeResults({ config, model, history, summary, reconstructions, augmented })
  }
  return summary
}

/** Measures and writes the results; null when the run is only paused, or the signal came. */
export async function finish(
  session: Session,
  trained: Trained,
  { signal }: RunOptions,
  { onMeasure }: RunHooks,
): Promise<TrainSummary | null> {
  if (trained.result.paused || signal?.aborted) return null
  onMeasure?.()
  return measure(session, trained, signal).catch((error: unknown) => {
    if (error instanceof EyesWasmError && error.code === 'ABORTED') return null
    throw error
  })
}
