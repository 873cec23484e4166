// The fine detail of a picture to look at: what a Gaussian blur takes away, on grey. Pure functions of pixels; for numbers see
// power-spectrum.ts.
import { exp } from '../random/portable-math.js'
import type { Picture } from '../report/pictures.js'

/** Standard deviation of the blur in pixels: half of the amplitude passes at 0.187 cycles a pixel, 9.4 cycles a picture of 50. */
const sigma = 1
const reach = 4

const taps = (() => {
  const values = Array.from({ length: 2 * reach + 1 }, (_, i) =>
    exp(-((i - reach) * (i - reach)) / (2 * sigma * sigma)),
  )
  const sum = values.reduce((total, value) => total + value, 0)
  return values.map(value => value / sum)
})()

/** Index in 0..length - 1: pictures go on beyond their border as mirrored there. */
function mirrored(index: number, length: number): number {
  const period = 2 * length
  const place = ((index % period) + period) % period
  return place < length ? place : period - 1 - place
}

/** One pass of the blur over [height, width, 3] values; `step` is 3 along the width, 3 x width along the height. */
function blurred(values: Float64Array, { height, width }: Picture, isVertical: boolean): Float64Array {
  return Float64Array.from(values, (_, i) => {
    const channel = i % 3
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / (3 * width))]
    return taps.reduce((sum, tap, t) => {
      const [fromX, fromY] = isVertical ? [x, mirrored(y + t - reach, height)] : [mirrored(x + t - reach, width), y]
      return sum + tap * values[(fromY * width + fromX) * 3 + channel]!
    }, 0)
  })
}

/** The picture on [0, 1] less its blur, [height, width, 3]; about 0. */
function detailOf(picture: Picture): Float64Array {
  const scale = picture.pixels instanceof Uint8Array ? 255 : 1
  const values = Float64Array.from(picture.pixels, value => value / scale)
  const blur = blurred(blurred(values, picture, false), picture, true)
  return values.map((value, i) => value - blur[i]!)
}

/** The strength of detail that is to be drawn black or white: 99 of 100 values of these pictures are weaker. 0 < scale <= 1. */
export function highPassScale(pictures: readonly Picture[]): number {
  const all = Float64Array.from(pictures.flatMap(picture => Array.from(detailOf(picture), Math.abs))).sort()
  return Math.max(1e-3, all[Math.floor(0.99 * (all.length - 1))] ?? 1)
}

/** A picture's detail on grey; `full` and more is black or white. */
export function highPass(picture: Picture, full: number): Picture {
  const { height, width } = picture
  return { height, width, pixels: Float32Array.from(detailOf(picture), value => 0.5 + (0.5 * value) / full) }
}
