// A trained model at work on a data set: measuring it (the report's performance.py) and reconstructing every image. Weights come from a
// run folder or from anybody's safetensors file. Prints and writes nothing.
import { stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { DataHooks, Dataset, ImageSize } from '../data/dataset.js'
import { loadDataset } from '../data/load.js'
import { splitImages } from '../data/split.js'
import { inputError } from '../errors.js'
import { readWeightsFile, type Weights } from '../formats/pytorch.js'
import { layerSpecs, parameterCount, parameterSpecs } from '../models/geometry.js'
import type { ModelKind, ModelSpec } from '../models/spec.js'
import { publishedQuality, type PublishedQuality } from '../report/published.js'
import { orAborted } from './abort.js'
import { noticeOf, readNewest } from './checkpoint-folder.js'
import { resolveOptions, type OptionNamer, type TrainOptions } from './options.js'
import { readRunConfig } from './run-config.js'
import { runFiles } from './run-folder.js'
import { openSession, type Session, type TrainedModel } from './session.js'
import { imagesQuality } from './results.js'
import type { ImagesQuality, Quality, TrainConfig } from './types.js'

/** Which weights, and what their file does not say itself. */
export interface ModelSource extends Pick<TrainOptions, 'kernel' | 'stride' | 'padding' | 'heads' | 'size'> {
  /** Run folder, weights file (safetensors, PyTorch's names), or a model in memory. */
  readonly model: string | TrainedModel
}

/** Which images, and how to work. */
export interface ApplyOptions
  extends ModelSource, Pick<TrainOptions, 'data' | 'onBadImage' | 'limit' | 'seed' | 'threads'> {
  /** Ends the work early, with ABORTED. */
  readonly signal?: AbortSignal | undefined
}

/** What a caller hears, and what commands bring along. */
export interface ApplyHooks extends DataHooks {
  /** How messages name an option. */
  readonly name?: OptionNamer
  /** Reads the images; `loadDataset` unless commands over the same images share them in memory. */
  readonly images?: typeof loadDataset
  /** Something that is not as it should be, but was got over: a sentence. */
  readonly onNotice?: Notice
}

/** Quality of a model over a data set; for a VAE with its noise drawn, and from the mean. */
export interface QualityReport extends Quality {
  /** Autoencoder or VAE. */
  readonly model: ModelKind
  /** Side of the square kernels, in pixels. */
  readonly kernel: number
  /** Stride along both axes. */
  readonly stride: number
  /** Zero padding at each of the four edges, in pixels. */
  readonly padding: number
  /** How many images were measured. */
  readonly images: number
  /** Where they came from, as the user named it, or 'generated eyes'. */
  readonly data: string
  /** VAE: PSNR in dB, decoded from the mean. */
  readonly psnrMean?: number
  /** VAE: SSIM, decoded from the mean. */
  readonly ssimMean?: number
  /** VAE: MSE on the [-1, 1] scale, decoded from the mean. */
  readonly mseMean?: number
  /** VAE: mean KL divergence over the latent elements (nats an element), unweighted. */
  readonly kl?: number
  /** Loss and KL weight that it was trained with, where a run folder says so; with free bits the loss is another one still. */
  readonly trainedWith?: Pick<TrainConfig, 'loss' | 'klWeight' | 'freeBits'>
  /** The same over the images that the run held out; there where it did, and on its own images. */
  readonly heldOut?: ImagesQuality
  /** The report's values for this model and geometry, or null where it has none. */
  readonly report: PublishedQuality | null
}

/** Something that is not as it should be, but was got over: a sentence. */
type Notice = (text: string) => void

interface OpenedModel {
  readonly model: TrainedModel
  /** Options of the run that made it, where it comes from a run folder. */
  readonly options: TrainOptions
}

const isFolder = (path: string) =>
  stat(path).then(
    found => found.isDirectory(),
    () => false,
  )

const isFile = (path: string) =>
  stat(path).then(
    found => found.isFile(),
    () => false,
  )

/** A finished run's weights, else the newest readable checkpoint's: a run under way is ahead of the weights from its last stop. */
async function readWeightsIn(run: string, flags: Partial<ModelSpec>, onNotice: Notice | undefined): Promise<Weights> {
  const weights = join(run, runFiles.weights)
  const [isFinished, hasWeights] = await Promise.all([isFile(join(run, runFiles.summary)), isFile(weights)])
  const newest = isFinished && hasWeights ? null : await readNewest(run, path => readWeightsFile(path, flags))
  if (newest === null) return readWeightsFile(weights, flags)
  const notice = noticeOf(newest)
  if (notice !== undefined) onNotice?.(notice)
  return newest.found
}

/**
 * Reads the weights of a run folder or a weights file. Geometry that the file does not say comes from `source`, a picture size other
 * than the file's too (the layers fit any size that closes). `onNotice` is told of a checkpoint that was passed over.
 * @throws INPUT when there are none, they do not fit, or the geometry is impossible
 */
export async function openModel(source: ModelSource, name?: OptionNamer, onNotice?: Notice): Promise<OpenedModel> {
  const { model, kernel, stride, padding, heads, size } = source
  const given = resolveOptions({ kernel, stride, padding, heads, size }, name)
  if (typeof model !== 'string') {
    const resized = { ...model, spec: { ...model.spec, ...given.size } }
    const count = parameterCount(parameterSpecs(layerSpecs(resized.spec)))
    // A bottleneck has weights for each place of a map.
    if (count !== model.parameters.length)
      throw inputError(
        `model: has ${model.parameters.length} parameters, but for pictures of ${resized.spec.height}x${resized.spec.width} it has ${count}. Leave the size out.`,
      )
    return { model: resized, options: {} }
  }
  const inFolder = await isFolder(model)
  const { options } = inFolder ? await readRunConfig(model) : { options: {} }
  const flags: Partial<ModelSpec> = {
    ...(kernel !== undefined && { kernel }),
    ...(stride !== undefined && { stride }),
    ...(padding !== undefined && { padding }),
    ...(heads !== undefined && { heads }),
    ...given.size,
  }
  const read = inFolder ? readWeightsIn(model, flags, onNotice) : readWeightsFile(model, flags)
  const { spec, parameters } = await read
  return { model: { spec, parameters }, options }
}

interface Bench {
  readonly session: Session
  readonly model: TrainedModel
  readonly dataset: Dataset
  readonly seed: number
  readonly limit: number | null
  /** Images to measure, and beside them those that the model's run held out. */
  readonly ids: readonly number[]
  readonly heldOut: readonly number[]
  /** Options of the model's run; empty for a weights file. */
  readonly trained: TrainOptions
}

/** The run's own split, of the first `limit` images. */
function imagesOf(dataset: Dataset, limit: number | null, { valSplit = 0, seed = 0, limit: trained }: TrainOptions) {
  const split = splitImages(dataset, { limit: valSplit > 0 ? (trained ?? null) : null, valSplit, seed })
  const end = limit ?? dataset.count
  const below = (ids: Int32Array) => [...ids.filter(id => id < end)]
  return { ids: below(split.training), heldOut: below(split.heldOut) }
}

/** Opens model, images and workers, does `work` with them, and closes the workers whatever happens. */
async function withModel<T>(options: ApplyOptions, hooks: ApplyHooks, work: (bench: Bench) => Promise<T>): Promise<T> {
  const name = hooks.name ?? ((key: string) => key)
  const { model, options: trained } = await openModel(options, name, hooks.onNotice)
  const { settings } = resolveOptions(
    {
      data: options.data === undefined ? trained.data : options.data,
      onBadImage: options.onBadImage ?? (options.data === undefined ? trained.onBadImage : undefined),
      seed: options.seed ?? trained.seed,
      // A run's own images are those it was trained on.
      limit: options.limit ?? (options.data === undefined ? trained.limit : undefined),
      threads: options.threads ?? availableParallelism(),
    },
    name,
  )
  const { height, width }: ImageSize = model.spec
  const { images = loadDataset } = hooks
  const dataset = await images(settings.data, {
    size: { height, width },
    onBadImage: settings.onBadImage,
    onProgress: hooks.onData,
    onSkip: hooks.onSkip,
    signal: options.signal,
  })
  const { seed, limit } = settings
  if (limit !== null && limit > dataset.count)
    throw inputError(
      `${name('limit')}: found ${limit}, but ${dataset.source} has ${dataset.count} images. Give ${dataset.count} or less.`,
    )
  const session = await openSession({ spec: model.spec, dataset, threads: settings.threads })
  try {
    const { ids, heldOut } = imagesOf(dataset, limit, options.data === undefined ? trained : {})
    return await orAborted(work({ session, model, dataset, seed, limit, ids, heldOut, trained }), options.signal)
  } finally {
    await session.close()
  }
}

/**
 * PSNR, SSIM and MSE by the report's definitions, over all images or the first `limit`. Without `data`: the images that a run folder's
 * model was trained on, else generated eyes.
 * @throws INPUT for weights or images that do not fit; WORKER; ABORTED
 */
export function evaluate(options: ApplyOptions, hooks: ApplyHooks = {}): Promise<QualityReport> {
  return withModel(options, hooks, async ({ session, model, dataset, seed, limit, ids, heldOut, trained }) => {
    // A limit may leave nothing of what was trained on.
    const [first, second] = ids.length > 0 ? [ids, heldOut] : [heldOut, []]
    const { images, ...measured } = imagesQuality(
      first.length,
      await session.evaluate(model, { seed, limit, ids: first }),
    )
    const others = second.length > 0 ? await session.evaluate(model, { seed, limit, ids: second }) : undefined
    const { kind, kernel, stride, padding } = model.spec
    return {
      model: kind,
      kernel,
      stride,
      padding,
      images,
      data: dataset.source,
      ...measured,
      ...trainedWith(trained),
      ...(others && { heldOut: imagesQuality(second.length, others) }),
      report: publishedQuality(model.spec) ?? null,
    }
  })
}

/** Only what config.json says: a weights file says nothing of its training. */
function trainedWith({ loss, klWeight, freeBits }: TrainOptions): Pick<QualityReport, 'trainedWith'> {
  if (loss === undefined || klWeight === undefined || freeBits === undefined) return {}
  return { trainedWith: { loss, klWeight, freeBits } }
}

export interface ReconstructOptions extends ApplyOptions {
  /** VAE: draw its noise (by `seed`) instead of decoding the mean. */
  readonly sample?: boolean | undefined
}

/** Some reconstructed images: `pixels` is [count, height, width, 3], 0 to 1, of the images from number `first` on. */
export interface ReconstructedChunk {
  readonly first: number
  readonly count: number
  readonly total: number
  readonly height: number
  readonly width: number
  readonly pixels: Float32Array
}

/** Reconstructs all images (or the first `limit`) in their order, some at a time, and hands each part to `receive`. */
export function reconstructAll(
  options: ReconstructOptions,
  hooks: ApplyHooks,
  receive: (chunk: ReconstructedChunk) => Promise<void>,
): Promise<{ images: number }> {
  const imagesAtOnce = 64
  return withModel(options, hooks, async ({ session, model, dataset, seed, limit }) => {
    const total = limit ?? dataset.count
    const { height, width } = dataset
    for (let first = 0; first < total && !options.signal?.aborted; first += imagesAtOnce) {
      const ids = Array.from({ length: Math.min(imagesAtOnce, total - first) }, (_, index) => first + index)
      const pixels = await session.reconstruct(model, ids, { seed, fromMean: options.sample !== true })
      await receive({ first, count: ids.length, total, height, width, pixels })
    }
    return { images: total }
  })
}
