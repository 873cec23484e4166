// Latents to decode, some at a time: drawn from N(0, I), drawn from a Gaussian fitted to the images' latents, or the images' own. Sits
// between a session and the studies that look at what becomes of them (sample.ts).
import type { Dataset } from '../data/dataset.js'
import type { Session } from '../training/session.js'
import { channelMeans } from './frechet.js'
import type { Gaussian } from './gaussian.js'
import { latentGram } from './latent-gram.js'
import { combineLatents, fitLowRank, type LowRankGaussian } from './low-rank.js'
import { imagesOf, latentShape, type NamedModel, type StudyOptions } from './study.js'

/** More images take minutes to decompose: the time grows with the cube of their number. */
export const mostImages = 2048

/** Latents decoded at once; 240,000 numbers each at the report's sizes. */
const atOnce = 8
/** Memory for draws that are made in one pass over the images. */
const drawBytes = 256 * 2 ** 20
/** Normal numbers behind the fitted draws begin here, away from those of the prior's draws and of images. */
const firstIndex = 2 ** 30

/** What latents are made with. */
export interface LatentSource {
  readonly session: Session
  readonly named: NamedModel
  readonly dataset: Dataset
  readonly study: StudyOptions
}

export interface LatentFit {
  readonly gaussian: LowRankGaussian
  /** Channel means of the images that it is fitted to, [count, channels]. */
  readonly features: Float64Array
}

const range = (first: number, many: number) => Array.from({ length: many }, (_, index) => first + index)

const encoderOf =
  ({ session, named, dataset }: LatentSource) =>
  (first: number, many: number) =>
    session.encode(named.model, imagesOf(dataset, range(first, many)))

/** Latents from N(0, I): number i is a function of the seed and i. */
export function* priorLatents(gaussian: Gaussian, size: number, count: number, seed: number): Generator<Float32Array> {
  for (let first = 0; first < count; first += atOnce) {
    const part = Math.min(atOnce, count - first)
    const latents = new Float32Array(part * size)
    for (let index = 0; index < part; index++) latents.set(gaussian(size, seed, first + index), index * size)
    yield latents
  }
}

/** The latents of images; a VAE's means. */
export async function* imageLatents(
  { session, named, dataset }: LatentSource,
  ids: readonly number[],
): AsyncGenerator<Float32Array> {
  for (let first = 0; first < ids.length; first += atOnce) {
    const part = ids.slice(first, first + atOnce)
    yield (await session.encode(named.model, imagesOf(dataset, part))).mean
  }
}

/** Fits a Gaussian to the latents of the first `limit` images, at most `mostImages`. @throws INPUT */
export async function fitLatents(
  source: LatentSource,
  { variance, limit }: { readonly variance: number; readonly limit: number | null },
): Promise<LatentFit> {
  const { named, dataset, study, session } = source
  const shape = latentShape(named.model.spec)
  const count = Math.min(limit ?? dataset.count, dataset.count, mostImages)
  const features = new Float64Array(count * shape.channels)
  const products = await latentGram({
    count,
    length: shape.size,
    encode: encoderOf(source),
    ahead: session.threads,
    receive: ({ first, latents }) => features.set(channelMeans(latents.mean, shape), first * shape.channels),
    onProgress: (done, total) => study.onProgress?.(`${named.label}: encoded ${done}/${total}`),
    signal: study.signal,
  })
  study.onProgress?.(`${named.label}: fitting a Gaussian to ${count} latents`)
  return { gaussian: fitLowRank(products, count, variance), features }
}

/** Latents from the fitted Gaussian: number i is a function of the fit, the seed and i. */
export async function* fittedLatents(
  source: LatentSource,
  { gaussian: fit }: LatentFit,
  gaussian: Gaussian,
  count: number,
  seed: number,
): AsyncGenerator<Float32Array> {
  const { size } = latentShape(source.named.model.spec)
  const inMemory = Math.max(atOnce, atOnce * Math.floor(drawBytes / (4 * size * atOnce)))
  for (let first = 0; first < count; first += inMemory) {
    const many = Math.min(inMemory, count - first)
    const latents = await combineLatents({
      weights: range(first, many).map(index => fit.weights(gaussian(fit.rank, seed, firstIndex + index))),
      count: fit.count,
      length: size,
      encode: encoderOf(source),
      ahead: source.session.threads,
      signal: source.study.signal,
    })
    for (let part = 0; part < many; part += atOnce)
      yield latents.subarray(part * size, Math.min(many, part + atOnce) * size)
  }
}
