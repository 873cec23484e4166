// Pictures that a model decodes from drawn latents: from a VAE's prior N(0, I), and from a Gaussian fitted to the training latents, with
// the Frechet distance of each from the images. For the report's VAE the prior's are texture, not eyes: its latent is a map in which each
// place is drawn alone. Where latents come from is latent-draws.ts, what is measured sample-distances.ts. Writes no file.
import type { Dataset } from '../data/dataset.js'
import { inputError } from '../errors.js'
import type { ModelSpec } from '../models/spec.js'
import { pictureGrid, type Picture } from '../report/pictures.js'
import { figureIds } from '../training/figure-ids.js'
import { pictureAt } from '../training/figures.js'
import type { Session } from '../training/session.js'
import { openGaussian } from './gaussian.js'
import { fittedLatents, fitLatents, imageLatents, priorLatents, type LatentFit } from './latent-draws.js'
import { checkIsVae } from './open-runs.js'
import {
  distancesOf,
  distanceText,
  encoderOf,
  imageFeatures,
  withEncoder,
  type FeatureEncoder,
  type SampleDistance,
} from './sample-distances.js'
import { sampleNote } from './sample-note.js'
import { latentShape, sheetScale, withSession, type Artwork, type NamedModel, type StudyOptions } from './study.js'

export interface FitOptions {
  /** Share of the latents' variance that the fitted directions have at least, above 0 and at most 1. */
  readonly variance: number
  /** Fit to the first `limit` images; null = all, but never more than `mostImages`. */
  readonly limit: number | null
  /** Pictures behind each Frechet distance; 2 or more. */
  readonly draws: number
}

export interface SampleOptions {
  /** Pictures to draw, 1 to 400. */
  readonly count: number
  readonly seed: number
  /** Also draw from a low-rank Gaussian fitted to the latents, and measure both. */
  readonly fit?: FitOptions | undefined
  /** With `fit`: the model by whose encoder distances are measured, the same for the draws of several models; the drawing model by default. */
  readonly features?: NamedModel | undefined
}

export interface SampleFigure {
  readonly count: number
  readonly seed: number
  readonly model: string
  /** What to expect of the prior's pictures, and why; null for an autoencoder, which has no prior. */
  readonly note: string | null
  readonly fit?: Omit<FitOptions, 'limit'> & {
    readonly images: number
    readonly rank: number
    /** Share of the variance that they have. */
    readonly share: number
    /** Variance left out, mean over the latent's values. */
    readonly residualVariance: number
  }
  readonly distances?: readonly SampleDistance[]
  /** Whose encoder they are measured by. */
  readonly encoder?: string
  readonly artworks: readonly Artwork[]
}

const columns = 8

/** Latents, some at a time. */
type Blocks = Iterable<Float32Array> | AsyncIterable<Float32Array>

/** Pictures of a set, as many as are shown, and its features. */
interface Drawn {
  readonly pictures: readonly Picture[]
  readonly features: Float64Array
}

/** Decodes blocks of latents; with an encoder also takes the pictures through it, for their features. */
async function decoded(
  blocks: Blocks,
  session: Session,
  { model }: NamedModel,
  dataset: Dataset,
  { shown, encoder, say }: { shown: number; encoder: FeatureEncoder | undefined; say: (done: number) => void },
): Promise<Drawn> {
  const shape = latentShape(model.spec)
  const pictures: Picture[] = []
  const features: number[] = []
  let done = 0
  for await (const latents of blocks) {
    const many = latents.length / shape.size
    say((done += many))
    const pixels = await session.decode(model, latents)
    for (let index = 0; index < many && pictures.length < shown; index++)
      pictures.push(pictureAt(pixels, index, dataset))
    if (encoder) features.push(...(await encoder.features(pixels)))
  }
  return { pictures, features: Float64Array.from(features) }
}

/** The images of the picture's first row, then others spread evenly: at most `wanted` different ids below `count`. */
export const reconstructedIds = (count: number, wanted: number) =>
  [...new Set([...figureIds(count, columns), ...figureIds(count, wanted)])].slice(0, Math.max(columns, wanted))

const rowsOf = (pictures: readonly Picture[]) =>
  Array.from({ length: Math.ceil(pictures.length / columns) }, (_, row) =>
    pictures.slice(row * columns, (row + 1) * columns),
  )

/** All draws of one model, the prior's first. */
interface Drawings {
  readonly prior: Drawn | undefined
  readonly fitted?: {
    readonly fit: LatentFit
    readonly draws: Drawn
    readonly reconstructions: Drawn
    readonly encoder: FeatureEncoder
    /** Features of the images that the Gaussian is fitted to. */
    readonly images: Float64Array
  }
}

async function draw(
  named: NamedModel,
  dataset: Dataset,
  { count, seed, fit, features }: SampleOptions,
  study: StudyOptions,
): Promise<Drawings> {
  const gaussian = await openGaussian()
  const { label, model } = named
  const { size } = latentShape(model.spec)
  const many = fit === undefined ? count : Math.max(count, fit.draws)
  return withSession(named, dataset, study, session => {
    const source = { session, named, dataset, study }
    const say = (what: string) => (done: number) => study.onProgress?.(`${label}: ${what} ${done} of ${many}`)
    const set = (blocks: Blocks, what: string, encoder?: FeatureEncoder, shown = count) =>
      decoded(blocks, session, named, dataset, { shown, encoder, say: say(what) })
    const prior = async (encoder?: FeatureEncoder) =>
      model.spec.kind === 'vae'
        ? await set(priorLatents(gaussian, size, many, seed), "prior's sample", encoder)
        : undefined
    if (fit === undefined) return prior().then(drawn => ({ prior: drawn }))
    return withEncoder(encoderOf(named, session), features, dataset, study, async encoder => {
      const drawn = await prior(encoder)
      const found = await fitLatents(source, fit)
      const draws = await set(fittedLatents(source, found, gaussian, many, seed), 'low-rank sample', encoder)
      const total = found.gaussian.count
      const rebuilt = imageLatents(source, reconstructedIds(total, many))
      const reconstructions = await set(rebuilt, 'reconstruction', encoder, columns)
      const images =
        features === undefined
          ? found.features
          : await imageFeatures(encoder, dataset, total, done =>
              study.onProgress?.(`${encoder.label}: encoded ${done}/${total}`),
            )
      return { prior: drawn, fitted: { fit: found, draws, reconstructions, encoder, images } }
    })
  })
}

function checkFit({ variance, limit, draws }: FitOptions, dataset: Dataset, name: (key: string) => string): void {
  const refuse = (key: string, found: number, wanted: string) => {
    throw inputError(`${name(key)}: found ${found}, wanted ${wanted}.`)
  }
  if (!(variance > 0 && variance <= 1))
    refuse('variance', variance, 'a share above 0 and at most 1. The default is 0.95')
  if (!Number.isSafeInteger(draws) || draws < 2 || draws > 10_000)
    refuse('draws', draws, 'a whole number from 2 to 10000. The default is 256')
  if (limit !== null && (!Number.isSafeInteger(limit) || limit < 4))
    refuse('limit', limit, 'a whole number of 4 or more. Leave it out to use every image')
  if (dataset.count < 4)
    throw inputError(`sample: ${dataset.source} has ${dataset.count} images, wanted 4 or more to fit a Gaussian to.`)
}

async function priorArtwork(label: string, spec: ModelSpec, { pictures }: Drawn, seed: number, dataset: Dataset) {
  const { height, width, channels } = latentShape(spec)
  const artwork: Artwork = {
    file: 'samples.png',
    content: await pictureGrid(rowsOf(pictures), { scale: sheetScale(dataset), gap: 6 }),
    alt: `${pictures.length} pictures that ${label} decodes from random latents${spec.latent === undefined ? ': textures in the colours of skin rather than eyes' : ''}.`,
    caption: `${label}: latents of ${height} x ${width} x ${channels} drawn from N(0, I), seed ${seed}, decoded. ${sampleNote(spec)}`,
  }
  return artwork
}

/** Some images and their reconstructions, then each kind of draw. */
async function fittedArtwork(
  label: string,
  dataset: Dataset,
  seed: number,
  { prior, fitted }: Required<Drawings>,
  distances: readonly SampleDistance[],
): Promise<Artwork> {
  const { fit, draws, reconstructions, encoder } = fitted
  const ids = figureIds(fit.gaussian.count, columns)
  const blocks: [string, readonly Picture[]][] = [
    ['images', ids.map(id => pictureAt(dataset.pixels, id, dataset))],
    ['rebuilt', reconstructions.pictures],
    ...(prior ? [['from\nN(0, I)', prior.pictures] satisfies [string, readonly Picture[]]] : []),
    ['from the\nlow-rank\nGaussian', draws.pictures],
  ]
  const labelled = blocks.flatMap(([text, pictures]) =>
    rowsOf(pictures).map((row, index) => ({ row, text: index === 0 ? text : '' })),
  )
  const { rank, share, count } = fit.gaussian
  const percent = `${(100 * share).toFixed(1)} %`
  return {
    file: 'samples-low-rank.png',
    content: await pictureGrid(
      labelled.map(({ row }) => row),
      { rowLabels: labelled.map(({ text }) => text), scale: sheetScale(dataset), gap: 6 },
    ),
    alt: `Images, their reconstructions by ${label}${prior ? ', pictures decoded from N(0, I)' : ''} and pictures decoded from a Gaussian of rank ${rank} fitted to the latents.`,
    caption:
      `${label}: drawn from a Gaussian fitted to the latents of ${count} images, ${rank} directions with ${percent} of their variance, the rest left out, seed ${seed}. ` +
      `Squared Frechet distance on the channel means of the encoder of ${encoder.label} (not FID): ${distances.map(distanceText).join('; ')}.`,
  }
}

/**
 * Decodes latents drawn from N(0, I) and, with `fit`, from a Gaussian of low rank fitted to the images' latents (a VAE's means), and measures
 * both. Without `fit`, `dataset` only tells the size of the pictures. Same arguments, same bytes.
 * @throws INPUT for an autoencoder without `fit`, which has no prior to draw from; ABORTED; WORKER
 */
export async function sampleFigure(
  named: NamedModel,
  dataset: Dataset,
  options: SampleOptions,
  study: StudyOptions = {},
): Promise<SampleFigure> {
  const { count, seed, fit } = options
  const { label, model } = named
  if (fit === undefined) checkIsVae('sample', named, 'only a VAE says from which distribution its latents come')
  else checkFit(fit, dataset, study.name ?? (key => key))
  const { prior, fitted } = await draw(named, dataset, options, study)
  const note = prior ? sampleNote(model.spec) : null
  const own = prior ? [await priorArtwork(label, model.spec, prior, seed, dataset)] : []
  if (fit === undefined || fitted === undefined) return { model: label, count, seed, note, artworks: own }
  const { size } = latentShape(model.spec)
  const { encoder, images: imageFeatures } = fitted
  const sets = [
    ...(prior ? [['prior', prior.features] as const] : []),
    ['low-rank', fitted.draws.features] as const,
    ['reconstructions', fitted.reconstructions.features] as const,
  ]
  const distances = distancesOf(imageFeatures, sets, encoder.channels)
  const { rank, share, count: images, residualVariance } = fitted.fit.gaussian
  return {
    model: label,
    count,
    seed,
    note,
    fit: { variance: fit.variance, draws: fit.draws, images, rank, share, residualVariance: residualVariance / size },
    distances,
    encoder: encoder.label,
    artworks: [...own, await fittedArtwork(label, dataset, seed, { prior, fitted }, distances)],
  }
}
