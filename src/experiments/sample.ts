// What a VAE's decoder makes of latents drawn from the prior N(0, I). For the report's VAE that is texture, not eyes: its latent is a map
// in which each place is drawn alone, and the report's ReLU keeps the encoder's means at 0 or above. Writes no file.
import type { Dataset } from '../data/dataset.js'
import { pictureGrid } from '../report/pictures.js'
import { pictureAt } from '../training/figures.js'
import { openGaussian } from './gaussian.js'
import { checkIsVae } from './open-runs.js'
import { latentShape, sheetScale, withSession, type Artwork, type NamedModel, type StudyOptions } from './study.js'

export interface SampleOptions {
  /** Pictures to draw, 1 to 400. */
  readonly count: number
  readonly seed: number
}

export interface SampleFigure extends SampleOptions {
  readonly model: string
  readonly artworks: readonly Artwork[]
}

const columns = 8
/** Latents decoded at once; 240,000 numbers each at the report's sizes. */
const atOnce = 8

export const sampleNote =
  'Texture, not eyes, is what to expect: every place of the latent map is drawn by itself, so nothing arranges the parts of an eye, and the ' +
  "report's ReLU keeps the encoder's means at 0 or above, where N(0, I) is negative half of the time."

/**
 * Decodes latents drawn from N(0, I). `dataset` only tells the size of the pictures. Same arguments, same bytes.
 * @throws INPUT for an autoencoder, which has no prior to draw from; ABORTED; WORKER
 */
export async function sampleFigure(
  named: NamedModel,
  dataset: Dataset,
  { count, seed }: SampleOptions,
  study: StudyOptions = {},
): Promise<SampleFigure> {
  checkIsVae('sample', named, 'only a VAE says from which distribution its latents come')
  const { label, model } = named
  const { size, height, width, channels } = latentShape(model.spec)
  const gaussian = await openGaussian()
  const pictures = await withSession(named, dataset, study, async session => {
    const drawn = []
    for (let first = 0; first < count; first += atOnce) {
      study.onProgress?.(`${label}: sample ${first + 1} of ${count}`)
      const part = Math.min(atOnce, count - first)
      const latents = new Float32Array(part * size)
      for (let index = 0; index < part; index++) latents.set(gaussian(size, seed, first + index), index * size)
      const pixels = await session.decode(model, latents)
      for (let index = 0; index < part; index++) drawn.push(pictureAt(pixels, index, dataset))
    }
    return drawn
  })
  const rows = Array.from({ length: Math.ceil(count / columns) }, (_, row) =>
    pictures.slice(row * columns, (row + 1) * columns),
  )
  return {
    model: label,
    count,
    seed,
    artworks: [
      {
        file: 'samples.png',
        content: await pictureGrid(rows, { scale: sheetScale(dataset), gap: 6 }),
        alt: `${count} pictures that ${label} decodes from random latents: textures in the colours of skin rather than eyes.`,
        caption: `${label}: latents of ${height} x ${width} x ${channels} drawn from N(0, I), seed ${seed}, decoded. ${sampleNote}`,
      },
    ],
  }
}
