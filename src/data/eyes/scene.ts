// An eye's geometry as the painter and the strokes need it: lid curves, and the way between eye and picture coordinates.
// Eye coordinates: origin at the eye's centre, u towards the temple, v downwards, in the canvas's units. Nothing is drawn here.
import { cos, sin } from '../../random/portable-math.js'
import type { EyeParameters } from './parameters.js'

/** One eye with what its pixels need: the noise table and the turn. */
export interface Scene extends EyeParameters {
  readonly table: Float32Array
  readonly turnCos: number
  readonly turnSin: number
}

export const createScene = (eye: EyeParameters, table: Float32Array): Scene => ({
  ...eye,
  table,
  turnCos: cos(eye.shape.tilt),
  turnSin: sin(eye.shape.tilt),
})

/** An arc over [-1, 1], 0 at both ends and about 1 in the middle; beyond the ends it goes on downwards. */
function arc(s: number, skew: number): number {
  const t = 1 - s * s
  return t < 0 ? t * 0.7 : t * (1 + skew * s) * (1.12 - 0.12 * t)
}

/** v of the upper lid's edge at u. */
export function upperLid({ shape }: Scene, u: number): number {
  const s = u / shape.halfWidth
  return -shape.slant * s - shape.upper * arc(s, shape.upperSkew)
}

/** v of the lower lid's edge at u. */
export function lowerLid({ shape }: Scene, u: number): number {
  const s = u / shape.halfWidth
  return -shape.slant * s + shape.lower * arc(s, shape.lowerSkew)
}

/** Picture coordinates (units) of a point in eye coordinates. */
export function toPicture({ shape, turnCos, turnSin }: Scene, u: number, v: number): [x: number, y: number] {
  const right = shape.mirrored ? -1 : 1
  const { x, y, zoom } = shape
  return [x + right * zoom * (u * turnCos - v * turnSin), y + zoom * (u * turnSin + v * turnCos)]
}

/** Eye coordinates of a point of the picture (units); two functions, because a pair for each pixel would be garbage. */
export const eyeU = ({ shape, turnCos, turnSin }: Scene, x: number, y: number) =>
  ((shape.mirrored ? -1 : 1) * (x - shape.x) * turnCos + (y - shape.y) * turnSin) / shape.zoom

export const eyeV = ({ shape, turnCos, turnSin }: Scene, x: number, y: number) =>
  ((y - shape.y) * turnCos - (shape.mirrored ? -1 : 1) * (x - shape.x) * turnSin) / shape.zoom
