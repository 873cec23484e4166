// An eye's geometry as the painter and the strokes need it: lid curves, and the way between eye and picture coordinates.
// Eye coordinates: origin at the eye's centre, u towards the temple, v downwards, in the canvas's units. Nothing is drawn here.
import { cos, sin } from '../../random/portable-math.js'
import type { EyeParameters } from './parameters.js'

/** One eye with what its pixels need: lid curves in eye coordinates (u to the temple, v down), the noise table, the turn. */
export interface Scene extends EyeParameters {
  readonly table: Float32Array
  readonly turnCos: number
  readonly turnSin: number
  readonly upperLid: (u: number) => number
  readonly lowerLid: (u: number) => number
}

export function createScene(eye: EyeParameters, table: Float32Array): Scene {
  const { halfWidth, upper, lower, upperSkew, lowerSkew, slant, tilt } = eye.shape
  const arc = (s: number, skew: number) => {
    const t = 1 - s * s
    return t < 0 ? t * 0.7 : t * (1 + skew * s) * (1.12 - 0.12 * t)
  }
  return {
    ...eye,
    table,
    turnCos: cos(tilt),
    turnSin: sin(tilt),
    upperLid: u => -slant * (u / halfWidth) - upper * arc(u / halfWidth, upperSkew),
    lowerLid: u => -slant * (u / halfWidth) + lower * arc(u / halfWidth, lowerSkew),
  }
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
