// How far drawn pictures are from the images: the squared Frechet distance (frechet.ts) on the channel means that one model's encoder makes of
// both. That may be another model's than the one that draws, so that the draws of several can be compared. Sits under sample.ts.
import type { Dataset } from '../data/dataset.js'
import { latentShape, imagesOf, withSession, type NamedModel, type StudyOptions } from './study.js'
import { channelMeans, featureGaussian, squaredFrechetDistance } from './frechet.js'
import type { Session } from '../training/session.js'

/** One set of pictures against the images. */
export interface SampleDistance {
  readonly what: 'prior' | 'low-rank' | 'reconstructions' | 'odd images'
  /** Pictures in the set, and images that it is compared with. */
  readonly pictures: number
  readonly images: number
  /** Squared Frechet distance on the encoder's channel means (frechet.ts). */
  readonly distance: number
}

/** An encoder whose channel means are the features. */
export interface FeatureEncoder {
  readonly label: string
  readonly channels: number
  /** Features [n, channels] of pictures [n, H, W, 3], 0 to 1 or 0 to 255 as the data set has them. */
  features(pictures: Parameters<Session['encode']>[1]): Promise<Float64Array>
}

/** The encoder of a model whose session is open. */
export function encoderOf({ label, model }: NamedModel, session: Session): FeatureEncoder {
  const shape = latentShape(model.spec)
  return {
    label,
    channels: shape.channels,
    features: async pictures => channelMeans((await session.encode(model, pictures)).mean, shape),
  }
}

/** Does `work` with the encoder of `other`, whose workers are opened and closed, or with `own` where there is no other. */
export function withEncoder<T>(
  own: FeatureEncoder,
  other: NamedModel | undefined,
  dataset: Dataset,
  study: StudyOptions,
  work: (encoder: FeatureEncoder) => Promise<T>,
): Promise<T> {
  if (other === undefined) return work(own)
  return withSession(other, dataset, study, session => work(encoderOf(other, session)))
}

/** Features of the first `count` images, [count, channels]. */
export async function imageFeatures(
  encoder: FeatureEncoder,
  dataset: Dataset,
  count: number,
  onProgress?: (done: number) => void,
): Promise<Float64Array> {
  const atOnce = 8
  const features = new Float64Array(count * encoder.channels)
  for (let first = 0; first < count; first += atOnce) {
    const many = Math.min(atOnce, count - first)
    onProgress?.(first + many)
    const ids = Array.from({ length: many }, (_, index) => first + index)
    features.set(await encoder.features(imagesOf(dataset, ids)), first * encoder.channels)
  }
  return features
}

/** Every second vector of [n, d], from the first or from the second on. */
const half = (features: Float64Array, d: number, parity: number) =>
  features.filter((_, i) => Math.floor(i / d) % 2 === parity)

/** Features of a set of pictures, [n, d]. */
type FeatureSet = readonly [what: SampleDistance['what'], features: Float64Array]

/** The distance of each set from the images, and of one half of these from the other. */
export function distancesOf(images: Float64Array, sets: readonly FeatureSet[], d: number): SampleDistance[] {
  const measure = (what: SampleDistance['what'], set: Float64Array, against: Float64Array): SampleDistance => {
    const [a, b] = [featureGaussian(set, d), featureGaussian(against, d)]
    return { what, pictures: a.count, images: b.count, distance: squaredFrechetDistance(a, b) }
  }
  return [
    ...sets.map(([what, features]) => measure(what, features, images)),
    measure('odd images', half(images, d, 1), half(images, d, 0)),
  ]
}

/** Words for a table or a caption, by what was measured. */
export const distanceNames: Readonly<Record<SampleDistance['what'], string>> = {
  prior: 'draws from N(0, I)',
  'low-rank': 'draws from the low-rank Gaussian',
  reconstructions: 'reconstructions of the images',
  'odd images': 'one half of the images, from the other',
}

export const distanceText = ({ what, distance }: SampleDistance) => `${distanceNames[what]} ${distance.toPrecision(3)}`
