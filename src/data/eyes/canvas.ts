// What the eye painter draws with: a float canvas in its own units, smooth value noise, soft dabs, blur. It knows nothing of eyes.
// Arithmetic is limited to + - * /, floor and the portable functions, so that pictures are the same bits on every machine.
import { exp } from '../../random/portable-math.js'

/** The picture is `unitsAcross` wide and high, whatever its size in pixels; all lengths of the painter are in these units. */
export const unitsAcross = 50

export type Rgb = readonly [red: number, green: number, blue: number]

export interface Canvas {
  readonly height: number
  readonly width: number
  /** [height, width, 3], 0 to 1 by intent, not clamped. */
  readonly pixels: Float32Array
  /** As large as `pixels`: for the passes of the blur, and for whoever needs a copy. */
  readonly scratch: Float32Array
  readonly copy: Float32Array
  /** [height, width], for the painter's own use. */
  readonly plane: Float32Array
}

export const createCanvas = (height: number, width: number): Canvas => ({
  height,
  width,
  pixels: new Float32Array(height * width * 3),
  scratch: new Float32Array(height * width * 3),
  copy: new Float32Array(height * width * 3),
  plane: new Float32Array(height * width),
})

export const clamp01 = (x: number) => (x < 0 ? 0 : x > 1 ? 1 : x)

/** Cubic step from 0 at `a` to 1 at `b`; `a` may be the larger one. */
export function smoothstep(a: number, b: number, x: number): number {
  const t = clamp01((x - a) / (b - a))
  return t * t * (3 - 2 * t)
}

/** A bump of height 1 at distance 0, about 1/4 at distance 1, long-tailed; cheaper than a Gaussian. `d2` is the squared distance. */
export function bump(d2: number): number {
  const t = 1 / (1 + d2)
  return t * t
}

/** Side of the noise table, a power of two. */
const noiseSide = 32
export const noiseSize = noiseSide * noiseSide

/** Smooth value noise, -1 to 1, about one feature a unit; `table` holds `noiseSize` values in [0, 1). */
export function valueNoise(table: Float32Array, x: number, y: number): number {
  const x0 = Math.floor(x)
  const y0 = Math.floor(y)
  const fx = x - x0
  const fy = y - y0
  const sx = fx * fx * (3 - 2 * fx)
  const sy = fy * fy * (3 - 2 * fy)
  const left = x0 & (noiseSide - 1)
  const right = (left + 1) & (noiseSide - 1)
  const top = (y0 & (noiseSide - 1)) * noiseSide
  const bottom = ((y0 + 1) & (noiseSide - 1)) * noiseSide
  const upper = table[top + left]! + (table[top + right]! - table[top + left]!) * sx
  const lower = table[bottom + left]! + (table[bottom + right]! - table[bottom + left]!) * sx
  return (upper + (lower - upper) * sy) * 2 - 1
}

export interface NoiseGrain {
  /** Turn and enlargement of the pattern. */
  readonly cos: number
  readonly sin: number
  readonly zoom: number
  /** Features a unit, along and across the turned direction; where in the table to begin; the noise's height. */
  readonly across: number
  readonly down: number
  readonly from: number
  readonly amount: number
}

/** Adds value noise to the canvas's plane. One noise a call, so that the engine inlines it: this is the painter's hottest loop. */
export function addNoise({ height, width, plane }: Canvas, table: Float32Array, grain: NoiseGrain): void {
  const { cos, sin, zoom, across, down, from, amount } = grain
  const unitX = unitsAcross / width / zoom
  const unitY = unitsAcross / height / zoom
  for (let py = 0; py < height; py++)
    for (let px = 0; px < width; px++) {
      const along = px * unitX * cos + py * unitY * sin
      const over = py * unitY * cos - px * unitX * sin
      const at = py * width + px
      plane[at] = plane[at]! + amount * valueNoise(table, along * across + from, over * down + from)
    }
}

/** A soft disc of `radius` units at (x, y), laid over with opacity `alpha`. */
export function dab(canvas: Canvas, x: number, y: number, radius: number, colour: Rgb, alpha: number): void {
  const { height, width, pixels } = canvas
  const unitX = unitsAcross / width
  const unitY = unitsAcross / height
  const reach = radius + (unitX + unitY) / 2
  const firstX = Math.max(0, Math.floor((x - reach) / unitX))
  const lastX = Math.min(width - 1, Math.floor((x + reach) / unitX))
  const firstY = Math.max(0, Math.floor((y - reach) / unitY))
  const lastY = Math.min(height - 1, Math.floor((y + reach) / unitY))
  for (let py = firstY; py <= lastY; py++)
    for (let px = firstX; px <= lastX; px++) {
      const dx = (px + 0.5) * unitX - x
      const dy = (py + 0.5) * unitY - y
      const cover = 1 - (dx * dx + dy * dy) / (reach * reach)
      if (cover <= 0) continue
      const a = alpha * cover * cover
      const at = (py * width + px) * 3
      pixels[at] = pixels[at]! + (colour[0] - pixels[at]!) * a
      pixels[at + 1] = pixels[at + 1]! + (colour[1] - pixels[at + 1]!) * a
      pixels[at + 2] = pixels[at + 2]! + (colour[2] - pixels[at + 2]!) * a
    }
}

/** Weights of a Gaussian of `sigma` pixels, centre first, one side; they sum to 1 with the other side counted. */
function gaussianWeights(sigma: number): Float64Array {
  const radius = Math.max(1, Math.floor(sigma * 2.5 + 0.5))
  const weights = Float64Array.from({ length: radius + 1 }, (_, i) => exp((-i * i) / (2 * sigma * sigma)))
  const sum = weights.reduce((total, weight, i) => total + (i === 0 ? weight : 2 * weight), 0)
  return weights.map(weight => weight / sum)
}

/** One direction of a Gaussian blur, edges repeated: `lines` lines of `length` pixels, steps in elements. */
function blurLines(from: Float32Array, to: Float32Array, weights: Float64Array, plan: BlurPlan): void {
  const { lines, length, lineStep, pixelStep } = plan
  for (let line = 0; line < lines; line++)
    for (let i = 0; i < length; i++) {
      const at = line * lineStep + i * pixelStep
      let r = from[at]! * weights[0]!
      let g = from[at + 1]! * weights[0]!
      let b = from[at + 2]! * weights[0]!
      for (let d = 1; d < weights.length; d++) {
        const before = at - Math.min(i, d) * pixelStep
        const after = at + Math.min(length - 1 - i, d) * pixelStep
        r += (from[before]! + from[after]!) * weights[d]!
        g += (from[before + 1]! + from[after + 1]!) * weights[d]!
        b += (from[before + 2]! + from[after + 2]!) * weights[d]!
      }
      to[at] = r
      to[at + 1] = g
      to[at + 2] = b
    }
}

interface BlurPlan {
  readonly lines: number
  readonly length: number
  readonly lineStep: number
  readonly pixelStep: number
}

/** Gaussian blur of `sigma` units, in place. */
export function blur({ height, width, pixels, scratch }: Canvas, sigma: number): void {
  const across = { lines: height, length: width, lineStep: width * 3, pixelStep: 3 }
  const down = { lines: width, length: height, lineStep: 3, pixelStep: width * 3 }
  blurLines(pixels, scratch, gaussianWeights((sigma * width) / unitsAcross), across)
  blurLines(scratch, pixels, gaussianWeights((sigma * height) / unitsAcross), down)
}
