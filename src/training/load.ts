// A trained model in the hands of a program: pictures to latents and back. Weights come from a run folder or a weights file; the work is
// done by a session's worker threads, opened at the first call and closed by `close`.
import { inputError } from '../errors.js'
import { layerSpecs } from '../models/geometry.js'
import type { ModelSpec } from '../models/spec.js'
import { openModel, type ModelSource } from './apply.js'
import { openSession, type Latents, type Session, type TrainedModel } from './session.js'

/** A trained model that takes pictures and latents of a program's own. */
export interface LoadedModel {
  /** Geometry, heads and picture size. */
  readonly spec: ModelSpec
  /** [height, width, channels] of one latent code. */
  readonly latentShape: readonly [number, number, number]
  /** Images [n, height, width, 3], uint8 0 to 255 or float32 0 to 1, to latents. */
  encode(images: Uint8Array | Float32Array): Promise<Latents>
  /** Latents [n, ...latentShape] to images [n, height, width, 3], 0 to 1. */
  decode(latents: Float32Array): Promise<Float32Array>
  /** Images through the whole model; a VAE decodes its mean. Same layout in and out; the result is float32 0 to 1. */
  reconstruct(images: Uint8Array | Float32Array): Promise<Float32Array>
  /** Ends the worker threads. The model cannot be used afterwards. */
  close(): Promise<void>
}

/** How a model is loaded, beside where it lies. */
export interface LoadOptions extends Omit<ModelSource, 'model'> {
  /** Worker threads; 1 by default. */
  readonly threads?: number | undefined
  /** Told where a damaged checkpoint of a run folder was passed over for the one before it. */
  readonly onNotice?: ((text: string) => void) | undefined
}

function checkLength(who: string, length: number, one: number, shape: readonly number[]): void {
  if (length > 0 && length % one === 0) return
  throw inputError(
    `${who}: found ${length} values, wanted a multiple of ${one} ([n, ${shape.join(', ')}]). Check the size of the pictures.`,
  )
}

/** A data set of one black image: the session wants one, and the codec does not look at it. */
function placeholder({ height, width }: ModelSpec) {
  const pixels = new Uint8Array(new SharedArrayBuffer(height * width * 3))
  return { source: 'none', count: 1, height, width, pixels, labels: null, classNames: null, sha256: '' }
}

/**
 * Loads a model for use.
 * @param model run folder, weights file, or the model that `train` returned
 * @throws INPUT when the weights are missing or do not fit
 */
export async function load(model: string | TrainedModel, options: LoadOptions = {}): Promise<LoadedModel> {
  const { threads = 1, onNotice, ...geometry } = options
  const trained = (await openModel({ model, ...geometry }, undefined, onNotice)).model
  const { spec } = trained
  const latent = layerSpecs(spec).findLast(({ kind }) => kind === 'Conv2d')!
  const latentShape = [...latent.outputSize, latent.outChannels] as const
  const imageShape = [spec.height, spec.width, 3]
  const sizeOf = (shape: readonly number[]) => shape.reduce((product, side) => product * side, 1)
  let opening: Promise<Session> | undefined
  let isClosed = false
  const session = () => {
    if (isClosed) throw inputError('model: is closed. Call load() again.')
    opening ??= openSession({ spec, dataset: placeholder(spec), threads })
    return opening
  }
  const encode = async (images: Uint8Array | Float32Array) => {
    checkLength('encode: images', images.length, sizeOf(imageShape), imageShape)
    return (await session()).encode(trained, images)
  }
  const decode = async (latents: Float32Array) => {
    checkLength('decode: latents', latents.length, sizeOf(latentShape), latentShape)
    return (await session()).decode(trained, latents)
  }
  return {
    spec,
    latentShape,
    encode,
    decode,
    reconstruct: async images => decode((await encode(images)).mean),
    close: async () => {
      isClosed = true
      await (await opening)?.close()
    },
  }
}
