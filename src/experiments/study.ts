// What every study of trained models shares: models under the names that pictures give them, one session after the other over the same
// images, and what comes out: plain data and artworks. Writes no file and prints nothing; that is the caller's part (cli/).
import { availableParallelism } from 'node:os'
import type { Dataset } from '../data/dataset.js'
import { inputError } from '../errors.js'
import { layerSpecs } from '../models/geometry.js'
import type { ModelSpec } from '../models/spec.js'
import { orAborted } from '../training/abort.js'
import type { OptionNamer } from '../training/options.js'
import { openSession, type Session, type TrainedModel } from '../training/session.js'

/** A trained model under the name that pictures and tables give it, e.g. `VAE (5, 1, 2)`. */
export interface NamedModel {
  readonly label: string
  readonly model: TrainedModel
}

/** How to work; nothing here changes a result. */
export interface StudyOptions {
  /** Worker threads; one a core by default. */
  readonly threads?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** A few words on what happens now. */
  readonly onProgress?: ((text: string) => void) | undefined
  /** How messages name an option (`--ids`). */
  readonly name?: OptionNamer | undefined
}

/** A picture or table of a study, ready to be written or to be put into a page. */
export interface Artwork {
  /** A good name for its file, e.g. `noise-227.png`. */
  readonly file: string
  /** PNG bytes, or the text of an SVG or CSV document. */
  readonly content: Uint8Array | string
  /** What the picture shows, for those who cannot see it. */
  readonly alt: string
  /** What to write under it. */
  readonly caption: string
}

/** Sizes of one picture's latent. */
export interface LatentShape {
  readonly height: number
  readonly width: number
  readonly channels: number
  /** Values of one latent, height x width x channels; the channel is the innermost index. */
  readonly size: number
}

export function latentShape(spec: ModelSpec): LatentShape {
  const code = layerSpecs(spec).findLast(({ kind }) => kind === 'Conv2d')!
  const [height, width] = code.outputSize
  return { height, width, channels: code.outChannels, size: height * width * code.outChannels }
}

/**
 * Opens worker threads for one model, does `work`, and closes them whatever happens.
 * @throws ABORTED as soon as the signal is raised; WORKER
 */
export async function withSession<T>(
  { label, model }: NamedModel,
  dataset: Dataset,
  { threads = availableParallelism(), signal, onProgress }: StudyOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  onProgress?.(`${label}: starting`)
  const session = await openSession({ spec: model.spec, dataset, threads })
  try {
    return await orAborted(work(session), signal)
  } finally {
    await session.close()
  }
}

/** @throws INPUT unless every id is the number of an image and there is at least one; `name` is how the message calls the option. */
export function checkIds(ids: readonly number[], { count, source }: Dataset, name: OptionNamer = key => key): void {
  const wrong = ids.find(id => !Number.isSafeInteger(id) || id < 0 || id >= count)
  if (ids.length > 0 && wrong === undefined) return
  throw inputError(
    `${name('ids')}: found ${wrong ?? 'none'}, wanted image numbers from 0 to ${count - 1} (${source} has ${count} images). Give for example ${Math.min(3, count - 1)}.`,
  )
}

/** Pixels of the given images, [ids.length, height, width, 3], in the type that the data set has. */
export function imagesOf(
  { pixels, height, width }: Dataset,
  ids: readonly number[],
): Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer> {
  const size = height * width * 3
  const out = pixels instanceof Uint8Array ? new Uint8Array(ids.length * size) : new Float32Array(ids.length * size)
  ids.forEach((id, index) => {
    out.set(pixels.subarray(id * size, (id + 1) * size), index * size)
  })
  return out
}

/** `1 run`, `2 runs`. */
export const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`

/** `3, 227 and 841`. */
export function listed(words: readonly (string | number)[]): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)!}`
}

/** Nearest-neighbour enlargement that makes small pictures about 200 pixels wide: large enough to look at, and for captions. */
export const sheetScale = ({ height, width }: Pick<Dataset, 'height' | 'width'>) =>
  Math.max(1, Math.floor(200 / Math.max(height, width)))
