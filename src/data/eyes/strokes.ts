// Thin curves over a painted eye: lashes, wrinkles, strands of hair, each a row of soft dabs. Surfaces are painter.ts.
import { dab, type Canvas, type Rgb } from './canvas.js'
import { lowerLid, toPicture, upperLid, type Scene } from './scene.js'

/** A quadratic Bezier curve in eye coordinates: start, control point, end. */
type Curve = readonly [u0: number, v0: number, u1: number, v1: number, u2: number, v2: number]

interface Pen {
  readonly colour: Rgb
  readonly alpha: number
  /** Radius at the start and at the end, in units. */
  readonly from: number
  readonly to: number
}

function stroke(canvas: Canvas, scene: Scene, curve: Curve, pen: Pen) {
  const [u0, v0, u1, v1, u2, v2] = curve
  const steps = Math.max(2, Math.floor((Math.abs(u2 - u0) + Math.abs(v2 - v0)) * 1.1) + 1)
  for (let i = 0; i <= steps; i++) {
    const t = i / steps
    const a = (1 - t) * (1 - t)
    const b = 2 * t * (1 - t)
    const c = t * t
    const [x, y] = toPicture(scene, a * u0 + b * u1 + c * u2, a * v0 + b * v1 + c * v2)
    dab(canvas, x, y, pen.from + (pen.to - pen.from) * t, pen.colour, pen.alpha)
  }
}

/** Lashes stand out of the lid's edge and fan towards the temple; the lower ones hang. */
function lashes(canvas: Canvas, scene: Scene, random: () => number) {
  const { hair, skin, shape } = scene
  const colour: Rgb = [skin.hairColour[0] * 0.45, skin.hairColour[1] * 0.42, skin.hairColour[2] * 0.42]
  for (let i = 0; i < hair.lashes; i++) {
    const s = -0.75 + 1.75 * Math.sqrt(random())
    const u = s * shape.halfWidth
    const v = upperLid(scene, u)
    const length = hair.lashLength * (0.7 + 0.45 * s) * (0.35 + 0.8 * random())
    const lean = 1.1 * s - 0.15 + 0.5 * (random() - 0.5)
    const curve: Curve = [u, v, u + lean * length * 0.7, v - 0.15 * length, u + lean * length, v - 0.9 * length]
    stroke(canvas, scene, curve, { colour, alpha: hair.lashAlpha * (0.6 + 0.8 * random()), from: 0.35, to: 0 })
  }
  for (let i = 0; i < hair.lowerLashes; i++) {
    const s = -0.5 + 1.45 * Math.sqrt(random())
    const u = s * shape.halfWidth
    const v = lowerLid(scene, u) + 0.5
    const length = hair.lashLength * 0.5 * (0.5 + 0.7 * random())
    const curve: Curve = [u, v, u + 0.2 * s * length, v + 0.6 * length, u + (0.5 * s + 0.2) * length, v + length]
    stroke(canvas, scene, curve, { colour, alpha: hair.lashAlpha * 0.35, from: 0.1, to: 0 })
  }
}

/** Fine folds under the eye and at the outer corner: a dark line with a lighter one beside it. */
function wrinkles(canvas: Canvas, scene: Scene, random: () => number) {
  const { skin, shape } = scene
  const dark: Rgb = [skin.skin[0] * 0.42, skin.skin[1] * 0.34, skin.skin[2] * 0.3]
  const bright: Rgb = [skin.skin[0] * 1.12, skin.skin[1] * 1.12, skin.skin[2] * 1.12]
  for (let i = 0; i < skin.wrinkles; i++) {
    const atCorner = random() < 0.4
    const u = atCorner ? shape.halfWidth * (1.02 + 0.15 * random()) : -shape.halfWidth * (1.1 - 1.2 * random())
    const v = atCorner ? -4 + 9 * random() : lowerLid(scene, u * 0.9) + 1.5 + 5 * random()
    const length = atCorner ? 4 + 6 * random() : 6 + 13 * random()
    const sag = atCorner ? (v - 0.5) * 0.35 : 1 + 2.2 * random()
    const rise = atCorner ? sag * 1.5 : sag * (random() - 0.3)
    const curve: Curve = [u, v, u + length / 2, v + sag, u + length, v + rise]
    const below: Curve = [u, v + 0.9, u + length / 2, v + sag + 0.9, u + length, v + rise + 0.9]
    stroke(canvas, scene, below, { colour: bright, alpha: skin.wrinkleDepth * 0.4, from: 0.3, to: 0.2 })
    stroke(canvas, scene, curve, { colour: dark, alpha: skin.wrinkleDepth, from: 0.3, to: 0.1 })
  }
}

/** Hair that falls into the picture from its upper edge. */
function strands(canvas: Canvas, scene: Scene, random: () => number) {
  const { hair, skin } = scene
  const from = -24 + 40 * random()
  const sway = 40 * (random() - 0.5)
  for (let i = 0; i < hair.strands; i++) {
    const u = from + i * 1.2 + 3 * random()
    const drop = 20 + 30 * random()
    const curve: Curve = [u, -34, u + sway * 0.3, -34 + drop * 0.6, u + sway, -34 + drop]
    stroke(canvas, scene, curve, { colour: skin.hairColour, alpha: 0.15 + 0.3 * random(), from: 0.4, to: 0.1 })
  }
}

/** Draws all strokes; their randomness is the picture's own noise table, read from its end. */
export function paintStrokes(canvas: Canvas, scene: Scene): void {
  let next = scene.table.length
  const random = () => scene.table[(next = next === 0 ? scene.table.length - 1 : next - 1)]!
  wrinkles(canvas, scene, random)
  lashes(canvas, scene, random)
  strands(canvas, scene, random)
}
