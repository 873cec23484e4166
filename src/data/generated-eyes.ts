// The data set that training uses when none is named: seeded pictures of one eye each, as many and as large as the report's.
// A picture is a pure function of (seed, id), the same bytes on every machine: no host transcendental function takes part.
// What an eye looks like is eyes/ (parameters, painter, strokes); here they become bytes, with the camera's sensor noise.
import { inputError } from '../errors.js'
import { streams, uniforms, words } from '../random/philox.js'
import type { Dataset, ImageSize } from './dataset.js'
import { createCanvas, noiseSize, type Canvas } from './eyes/canvas.js'
import { paintEye } from './eyes/painter.js'
import { drawParameters } from './eyes/parameters.js'
import { sha256Of, sharedUint8 } from './pixels.js'

/** As many as the report's data set. */
export const defaultEyeCount = 1476
const countLimit = 1_000_000

/** Which eyes are drawn. */
export interface GeneratedEyesOptions {
  /** How many; 1476 by default. */
  readonly count?: number | undefined
  /** The same seed draws the same eyes; 0 by default. */
  readonly seed?: number | undefined
  /** Height and width, in pixels; 50x50 by default. */
  readonly size?: ImageSize | undefined
}

/**
 * Quantises the canvas to bytes and adds sensor noise, nearly normal, mostly in brightness and a little in colour. One word a pixel:
 * the sum of its four bytes is the brightness's noise, differences of two are the colours'.
 */
function expose({ pixels }: Canvas, sigma: number, noise: Uint32Array, out: Uint8Array) {
  // A byte is uniform with variance (256^2 - 1) / 12; four of them add up.
  const scale = (sigma * 255) / Math.sqrt((4 * (65536 - 1)) / 12)
  for (let p = 0; p < noise.length; p++) {
    const word = noise[p]!
    const a = word & 255
    const b = (word >>> 8) & 255
    const c = (word >>> 16) & 255
    const d = word >>> 24
    const brightness = (a + b + c + d - 510) * scale
    out[p * 3] = toByte(pixels[p * 3]!, brightness + (a - b) * scale * 0.5)
    out[p * 3 + 1] = toByte(pixels[p * 3 + 1]!, brightness)
    out[p * 3 + 2] = toByte(pixels[p * 3 + 2]!, brightness + (c - d) * scale * 0.5)
  }
}

const toByte = (value: number, noise: number) => Math.min(255, Math.max(0, Math.floor(value * 255 + noise + 0.5)))

/**
 * Draws `count` eyes (default 1476) of `size` (default 50x50): uint8 pixels, labels 0 and 1.
 * @throws EyesWasmError for a count, seed or size out of range
 */
export function generateEyes({ count = defaultEyeCount, seed = 0, size }: GeneratedEyesOptions = {}): Dataset {
  const { height, width } = size ?? { height: 50, width: 50 }
  if (!Number.isInteger(count) || count < 1 || count > countLimit)
    throw inputError(
      `generated eyes: count is ${count}, wanted an integer from 1 to ${countLimit}. Use for example ${defaultEyeCount}.`,
    )
  if (![height, width].every(side => Number.isInteger(side) && side >= 8 && side <= 512))
    throw inputError(
      `generated eyes: size is ${height}x${width}, wanted 8 to 512 pixels a side. Use for example 50x50.`,
    )
  const perImage = height * width * 3
  const pixels = sharedUint8('generated eyes', count * perImage)
  const labels = new Int32Array(count)
  const canvas = createCanvas(height, width)
  const table = new Float32Array(noiseSize)
  const noise = new Uint32Array(height * width)
  for (let id = 0; id < count; id++) {
    const eye = drawParameters(seed, id)
    uniforms(seed, streams.eyes, id, table, 1)
    words(seed, streams.sensor, id, noise)
    paintEye(canvas, eye, table)
    expose(canvas, eye.camera.noise, noise, pixels.subarray(id * perImage, (id + 1) * perImage))
    labels[id] = eye.kind
  }
  return {
    source: 'generated eyes',
    count,
    height,
    width,
    pixels,
    labels,
    classNames: null,
    sha256: sha256Of(pixels),
  }
}
