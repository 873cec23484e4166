// The way from one image's latent to another's, decoded step by step, above the plain cross-fade of the two pictures: what the model adds
// is the difference between the rows. Writes no file.
import type { Dataset } from '../data/dataset.js'
import { inputError } from '../errors.js'
import { pictureGrid, type Picture } from '../report/pictures.js'
import { atan2, sin } from '../random/portable-math.js'
import { pictureAt } from '../training/figures.js'
import {
  checkIds,
  imagesOf,
  latentShape,
  sheetScale,
  withSession,
  type Artwork,
  type NamedModel,
  type StudyOptions,
} from './study.js'

export interface InterpolateOptions {
  /** From one image to another. */
  readonly ids: readonly number[]
  /** Pictures of the strip, both ends included; 2 to 64. */
  readonly steps: number
  /** On the great circle between the two latents (their lengths change linearly) instead of the straight line. */
  readonly spherical?: boolean | undefined
}

export interface InterpolateFigure {
  readonly model: string
  readonly ids: readonly number[]
  readonly steps: number
  readonly spherical: boolean
  readonly artworks: readonly Artwork[]
}

const length = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))

/**
 * Weights of the two ends at share t of the way. Spherical: Shoemake (1985), "Animating rotation with quaternion curves", for directions;
 * where they are (nearly) parallel, or one end is 0, the straight line.
 */
function weights(a: Float32Array, b: Float32Array, t: number, spherical: boolean): [number, number] {
  const [lengthA, lengthB] = [length(a), length(b)]
  if (!spherical || lengthA === 0 || lengthB === 0) return [1 - t, t]
  const cosine = Math.min(1, a.reduce((sum, value, i) => sum + value * b[i]!, 0) / (lengthA * lengthB))
  const sine = Math.sqrt(Math.max(0, 1 - cosine * cosine))
  if (sine < 1e-6) return [1 - t, t]
  const angle = atan2(sine, cosine)
  const target = (1 - t) * lengthA + t * lengthB
  return [(sin((1 - t) * angle) / sine) * (target / lengthA), (sin(t * angle) / sine) * (target / lengthB)]
}

/** steps latents from a to b, [steps, latent]. */
export function latentPath(a: Float32Array, b: Float32Array, steps: number, spherical: boolean) {
  const path = new Float32Array(steps * a.length)
  for (let step = 0; step < steps; step++) {
    const [ofA, ofB] = weights(a, b, step / (steps - 1), spherical)
    for (let i = 0; i < a.length; i++) path[step * a.length + i] = ofA * a[i]! + ofB * b[i]!
  }
  return path
}

/** The cross-fade of two pictures, on [0, 1]. */
function blended(a: Picture, b: Picture, t: number): Picture {
  const scale = a.pixels instanceof Uint8Array ? 255 : 1
  const pixels = Float32Array.from(a.pixels, (value, i) => ((1 - t) * value + t * b.pixels[i]!) / scale)
  return { ...a, pixels }
}

function check({ ids, steps }: InterpolateOptions, name = (key: string) => key): void {
  if (ids.length !== 2)
    throw inputError(`${name('ids')}: found ${ids.length} images, wanted two, from and to. For example 3,227.`)
  if (!Number.isSafeInteger(steps) || steps < 2 || steps > 64)
    throw inputError(`${name('steps')}: found ${steps}, wanted a whole number from 2 to 64. The default is 8.`)
}

/**
 * Interpolates between the latents of two images (for a VAE, their means) and decodes each step. Same arguments, same bytes.
 * @throws INPUT for ids that are not two images, or steps out of range; ABORTED; WORKER
 */
export async function interpolateFigure(
  named: NamedModel,
  dataset: Dataset,
  options: InterpolateOptions,
  study: StudyOptions = {},
): Promise<InterpolateFigure> {
  check(options, study.name)
  const { ids, steps, spherical = false } = options
  checkIds(ids, dataset, study.name)
  const { label, model } = named
  const { size } = latentShape(model.spec)
  const pixels = await withSession(named, dataset, study, async session => {
    study.onProgress?.(`${label}: decoding`)
    const { mean } = await session.encode(model, imagesOf(dataset, ids))
    return session.decode(model, latentPath(mean.subarray(0, size), mean.subarray(size), steps, spherical))
  })
  const [from, to] = ids.map(id => pictureAt(dataset.pixels, id, dataset)) as [Picture, Picture]
  const shares = Array.from({ length: steps }, (_, step) => step / (steps - 1))
  const decoded = shares.map((_, step) => pictureAt(pixels, step, dataset))
  const percent = shares.map(share => `${Math.round(100 * share)} %`)
  const way = spherical ? 'on the great circle' : 'on the straight line'
  const png = await pictureGrid(
    [
      [from, ...decoded, to],
      [from, ...shares.map(share => blended(from, to, share)), to],
    ],
    {
      rowLabels: [`${label}\nlatents`, 'pixels\ncross-faded'],
      columnLabels: [`id ${ids[0]!}`, ...percent, `id ${ids[1]!}`],
      scale: steps > 10 ? Math.max(1, sheetScale(dataset) - 2) : sheetScale(dataset),
      gap: 6,
    },
  )
  return {
    model: label,
    ids,
    steps,
    spherical,
    artworks: [
      {
        file: 'interpolation.png',
        content: png,
        alt: `${steps} pictures from image ${ids[0]!} to image ${ids[1]!}: above, decoded from latents between theirs; below, the two pictures cross-faded.`,
        caption: `${label}: from image ${ids[0]!} to ${ids[1]!} in ${steps} steps ${way} between their latents${model.spec.kind === 'vae' ? ' (means)' : ''}, between the originals; below, the plain cross-fade.`,
      },
    ],
  }
}
