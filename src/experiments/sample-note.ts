// What to expect of pictures that a VAE decodes from draws of its prior, and why: words that follow from the model's geometry. Sits under
// sample.ts. Draws nothing.
import { layerSpecs } from '../models/geometry.js'
import type { ModelSpec } from '../models/spec.js'
import { latentShape } from './study.js'

/**
 * Side of the square of latent places that one pixel of the decoder's output depends on, at most: backwards through its transposed
 * convolutions, r places come from floor((r + kernel - 2) / stride) + 1. 17 for the report's VAE (5, 1, 2).
 */
export function decoderField(spec: ModelSpec): number {
  const layers = layerSpecs(spec).filter(({ kind }) => kind === 'ConvTranspose2d')
  return layers.reduceRight((side, { kernel, stride }) => Math.floor((side + kernel - 2) / stride) + 1, 1)
}

/** What to expect of pictures from the prior, and why. */
export function sampleNote(spec: ModelSpec): string {
  const { latent, heads } = spec
  if (latent !== undefined)
    return `Shapes of eyes, soft and not all of them whole, are what to expect of N(0, I): the latent is ${latent} numbers for the whole picture, each of which reaches every pixel.`
  const { height, width } = latentShape(spec)
  const field = decoderField(spec)
  const isLocal = field < Math.min(height, width)
  const places = isLocal
    ? `the latent is a map of ${height}x${width} places, each drawn by itself, and a pixel that the decoder makes depends on ${field}x${field} of them alone, so nothing arranges the parts of an eye`
    : 'every place of the latent map is drawn by itself, so nothing arranges the parts of an eye'
  const signs =
    heads === 'linear'
      ? ''
      : "; and the report's ReLU keeps the encoder's means at 0 or above, where N(0, I) is negative half of the time"
  return `Texture, not eyes, is what to expect of N(0, I): ${places}${signs}.`
}
