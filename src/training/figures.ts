// Pictures of a trained model's work on the images of its session: originals above reconstructions. Returns PNG bytes; writes nothing.
import type { Dataset } from '../data/dataset.js'
import { splitImages } from '../data/split.js'
import { copyMoved } from '../kernels/move-picture.js'
import { augmentationOf, moveOf } from '../imaging/augment.js'
import { pictureGrid, type Picture } from '../report/pictures.js'
import { figureIds } from './figure-ids.js'
import { epochOrder } from './loop.js'
import { psnr } from './metrics.js'
import type { Session, TrainedModel } from './session.js'
import type { TrainConfig } from './types.js'

/** Image `index` of [n, height, width, 3] pixels, without a copy. */
export function pictureAt(
  pixels: Uint8Array | Float32Array,
  index: number,
  { height, width }: Pick<Dataset, 'height' | 'width'>,
): Picture {
  const size = height * width * 3
  return { height, width, pixels: pixels.subarray(index * size, (index + 1) * size) }
}

/** PSNR of a float32 picture against its original on [0, 1], in dB. */
export function picturePsnr(original: Picture, reconstruction: Picture): number {
  const scale = original.pixels instanceof Uint8Array ? 255 : 1
  let sum = 0
  reconstruction.pixels.forEach((value, index) => {
    const difference = value - original.pixels[index]! / scale
    sum += difference * difference
  })
  return psnr(sum / reconstruction.pixels.length)
}

/**
 * Originals above their reconstructions, the report's ids first; for a VAE a row with its noise drawn and one from the mean. Each
 * reconstruction has its PSNR underneath, and an image that was held out says so.
 * @param heldOut numbers of the images that were held out
 * @returns PNG; the same model, images and seed give the same bytes
 */
export async function reconstructionsPicture(
  session: Pick<Session, 'reconstruct'>,
  model: TrainedModel,
  dataset: Dataset,
  seed: number,
  heldOut: ReadonlySet<number> = new Set(),
): Promise<Uint8Array> {
  const ids = figureIds(dataset.count)
  const originals = ids.map(id => pictureAt(dataset.pixels, id, dataset))
  const reconstruct = async (fromMean: boolean) => {
    const pixels = await session.reconstruct(model, ids, { seed, fromMean })
    return ids.map((_, index) => pictureAt(pixels, index, dataset))
  }
  const isVae = model.spec.kind === 'vae'
  const rows = [originals, await reconstruct(false), ...(isVae ? [await reconstruct(true)] : [])]
  const nameOf = (id: number) => `id ${id}${heldOut.has(id) ? '\nheld out' : ''}`
  const captions = rows.map((row, rowIndex) =>
    row.map((picture, index) =>
      rowIndex === 0 ? nameOf(ids[index]!) : `${picturePsnr(originals[index]!, picture).toFixed(1)} dB`,
    ),
  )
  const rowLabels = ['original', isVae ? 'noise drawn' : 'rebuilt', ...(isVae ? ['from mean'] : [])]
  return pictureGrid(rows, { captions, rowLabels, scale: 3, gap: 6, background: [255, 255, 255] })
}

/** Images and epochs in the picture of a training batch. */
const batchImages = 8
const batchEpochs = [1, 2, 3]

/**
 * The first images of the run's first batch, and below them what the first epochs trained on in their place. Returns PNG bytes, or null where
 * images are trained on as they are.
 */
export async function augmentedPicture(dataset: Dataset, config: TrainConfig): Promise<Uint8Array | null> {
  const augmentation = augmentationOf(config)
  if (!augmentation) return null
  const ids = [...epochOrder(splitImages(dataset, config).training, 1, config).subarray(0, batchImages)]
  const originals = ids.map(id => pictureAt(dataset.pixels, id, dataset))
  const movedIn = (epoch: number) =>
    originals.map(({ height, width, pixels }, index) => {
      const moved = pixels.slice()
      copyMoved(pixels, moved, { height, width }, moveOf(augmentation, config.seed, epoch, ids[index]!))
      return { height, width, pixels: moved }
    })
  return pictureGrid([originals, ...batchEpochs.map(movedIn)], {
    captions: [ids.map(id => `id ${id}`)],
    rowLabels: ['original', ...batchEpochs.map(epoch => `epoch ${epoch}`)],
    scale: 3,
    gap: 6,
    background: [255, 255, 255],
  })
}
