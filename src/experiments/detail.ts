// High-frequency information of small pictures: how much a picture has of it, where the most of it is, and maps of what a
// reconstruction lost. Pure functions of pixels; compare.ts puts their results side by side.
import type { Picture } from '../report/pictures.js'

/** Top left corner and sides of a rectangle inside a picture, in pixels. */
export interface Crop {
  readonly x: number
  readonly y: number
  readonly height: number
  readonly width: number
}

/** Luma (ITU-R BT.601 weights) on [0, 1], [height, width]. */
function luma({ height, width, pixels }: Picture): Float64Array {
  const scale = pixels instanceof Uint8Array ? 255 : 1
  return Float64Array.from({ length: height * width }, (_, i) => {
    const weighted = 0.299 * pixels[3 * i]! + 0.587 * pixels[3 * i + 1]! + 0.114 * pixels[3 * i + 2]!
    return weighted / scale
  })
}

/** Squared response of the 4-neighbour Laplacian, [height, width]; 0 on the border. */
function laplacianEnergy(picture: Picture): Float64Array {
  const { height, width } = picture
  const values = luma(picture)
  const energy = new Float64Array(height * width)
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x
      const neighbours = values[at - 1]! + values[at + 1]! + values[at - width]! + values[at + width]!
      const response = neighbours - 4 * values[at]!
      energy[at] = response * response
    }
  return energy
}

/** How much fine detail a picture has: root mean square of its Laplacian, in units of luma. 0 for a flat picture. */
export function detail(picture: Picture): number {
  const energy = laplacianEnergy(picture)
  return Math.sqrt(energy.reduce((sum, value) => sum + value, 0) / energy.length)
}

/** The window of half the picture's sides that has the most detail; the first one in reading order where several have. */
export function mostDetailed(picture: Picture): Crop {
  const energy = laplacianEnergy(picture)
  const height = Math.max(1, Math.floor(picture.height / 2))
  const width = Math.max(1, Math.floor(picture.width / 2))
  let best: Crop = { x: 0, y: 0, height, width }
  let most = -1
  for (let y = 0; y + height <= picture.height; y++)
    for (let x = 0; x + width <= picture.width; x++) {
      let sum = 0
      for (let row = y; row < y + height; row++)
        for (let column = x; column < x + width; column++) sum += energy[row * picture.width + column]!
      if (sum > most) [most, best] = [sum, { x, y, height, width }]
    }
  return best
}

/** A part of a picture, each pixel as a square of `factor` x `factor`. */
export function magnified({ width, pixels }: Picture, crop: Crop, factor: number): Picture {
  const size = { height: crop.height * factor, width: crop.width * factor }
  const length = size.height * size.width * 3
  const values = pixels instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length)
  for (let y = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++) {
      const from = ((crop.y + Math.floor(y / factor)) * width + crop.x + Math.floor(x / factor)) * 3
      for (let channel = 0; channel < 3; channel++) values[(y * size.width + x) * 3 + channel] = pixels[from + channel]!
    }
  return { ...size, pixels: values }
}

/** Absolute error, mean over the colour channels, on [0, 1]: [height, width]. */
export function errorMap(original: Picture, reconstruction: Picture): Float64Array {
  const scaleOf = ({ pixels }: Picture) => (pixels instanceof Uint8Array ? 255 : 1)
  const [a, b] = [original.pixels, reconstruction.pixels]
  const [aScale, bScale] = [scaleOf(original), scaleOf(reconstruction)]
  return Float64Array.from({ length: original.height * original.width }, (_, i) => {
    let sum = 0
    for (let channel = 0; channel < 3; channel++)
      sum += Math.abs(a[3 * i + channel]! / aScale - b[3 * i + channel]! / bScale)
    return sum / 3
  })
}

/** White over orange and vermilion (Okabe and Ito) to black: darker is more, also in grey and for colour-blind eyes. */
const ramp = [
  [255, 255, 255],
  [230, 159, 0],
  [213, 94, 0],
  [110, 30, 0],
  [0, 0, 0],
] as const

/** Colour of a value from 0 to 1; beyond that, the end's. */
function rampColour(value: number): readonly number[] {
  const place = Math.min(1, Math.max(0, value)) * (ramp.length - 1)
  const index = Math.min(ramp.length - 2, Math.floor(place))
  return ramp[index]!.map((low, channel) => low + (place - index) * (ramp[index + 1]![channel]! - low))
}

/** A map of values as a picture in the ramp's colours; `full` and more is black. */
export function heatPicture(
  values: Float64Array,
  { height, width }: Pick<Picture, 'height' | 'width'>,
  full: number,
): Picture {
  const pixels = new Uint8Array(height * width * 3)
  values.forEach((value, i) => pixels.set(rampColour(value / full).map(Math.round), 3 * i))
  return { height, width, pixels }
}
