// Paints one generated eye: skin and light, brow, eyeball, lids, then strokes (lashes, wrinkles) and the camera (blur, tone).
// Which eye is in parameters.ts, how to draw a dab or noise in canvas.ts; sensor noise and bytes are generated-eyes.ts.
import { atan2 } from '../../random/portable-math.js'
import { blur, bump, clamp01, smoothstep, unitsAcross, valueNoise, type Canvas, type Rgb } from './canvas.js'
import type { EyeParameters } from './parameters.js'
import { createScene, type Scene } from './scene.js'
import { paintStrokes } from './strokes.js'

/** The colour under the brush; one record for all pixels of a picture. */
interface Paint {
  r: number
  g: number
  b: number
}

function mix(paint: Paint, colour: Rgb, alpha: number) {
  paint.r += (colour[0] - paint.r) * alpha
  paint.g += (colour[1] - paint.g) * alpha
  paint.b += (colour[2] - paint.b) * alpha
}

/** Light on skin: deeper shade is redder, as light that has passed through skin is. */
function shade(paint: Paint, light: number) {
  paint.r *= light
  paint.g *= light * (0.74 + 0.26 * light)
  paint.b *= light * (0.64 + 0.36 * light)
}

/** Brightness of the lit face at a point, 1 being the skin's own colour. */
function faceLight({ light, shape, table }: Scene, u: number, v: number): number {
  const corner = bump(((u + shape.halfWidth * 0.95) * (u + shape.halfWidth * 0.95)) / 70 + ((v + 4) * (v + 4)) / 55)
  const hollow = bump((u * u) / 420 + ((v + 8.5) * (v + 8.5)) / 30)
  const temple = bump(((u - 17) * (u - 17)) / 60 + ((v + 2) * (v + 2)) / 60)
  let value = 1 + (light.across * u) / 50 + (light.down * v) / 50
  value -= light.socket * (0.75 * corner + 0.5 * hollow + 0.28 * temple)
  value -= light.nose * smoothstep(-14, -27, u)
  value -= light.brow * bump((v + 11) * (v + 11) * 0.03)
  value += light.cheek * smoothstep(6, 18, v)
  value += light.patches * valueNoise(table, u * 0.09 + 9.5, v * 0.11 + 3.5)
  if (light.cast > 0) value -= light.cast * smoothstep(light.castEdge + 8, light.castEdge - 8, u + 0.35 * v)
  return Math.max(0.12, value)
}

function paintSkin(scene: Scene, paint: Paint, u: number, v: number, aboveUpper: number, belowLower: number) {
  const { skin, shape, table } = scene
  ;[paint.r, paint.g, paint.b] = skin.skin
  const mottle = skin.mottle * valueNoise(table, u * 0.3, v * 0.42 + 17)
  const pores = skin.pores * (valueNoise(table, u * 0.55 + 5, v * 0.7) + valueNoise(table, u * 1.05, v * 1.15 + 8))
  const near =
    bump(belowLower * belowLower * 0.06) * smoothstep(shape.halfWidth * 1.35, shape.halfWidth * 0.8, Math.abs(u))
  paint.g *= 1 - skin.redness * near
  paint.b *= 1 - skin.redness * 0.8 * near
  let light = faceLight(scene, u, v) + mottle + pores
  light *=
    1 -
    skin.bag * bump((belowLower - 3.6 - (u * u) / 160) * (belowLower - 3.6 - (u * u) / 160) * 0.35) * (v > 0 ? 1 : 0)
  light *= 1 + skin.bag * 0.35 * bump((belowLower - 1.2) * (belowLower - 1.2)) * (v > 0 ? 1 : 0)
  shade(paint, light)
  if (skin.shadow > 0 && aboveUpper > -0.5)
    mix(
      paint,
      skin.shadowColour,
      skin.shadow * bump(aboveUpper * aboveUpper * 0.045) * smoothstep(-20, -6, u) * smoothstep(24, 12, u),
    )
  // The fold over the upper lid; it stays open towards the temple.
  const fold = aboveUpper - shape.crease * (1 + 0.02 * u)
  const along = smoothstep(-1.4, -0.75, u / shape.halfWidth) * smoothstep(1.6, 0.9, u / shape.halfWidth)
  const depth = scene.light.socket * 0.5 + 0.28
  shade(paint, 1 - depth * along * bump(fold * fold * (fold > 0 ? 0.35 : 1.2)))
  shade(paint, 1 + 0.1 * along * bump((fold + shape.crease * 0.5) * (fold + shape.crease * 0.5)))
}

function paintBrow({ hair, skin, table }: Scene, paint: Paint, u: number, v: number) {
  const { brow } = hair
  if (u < brow.inner - 3 || u > brow.outer + 2) return
  const t = (u - 3) / 17
  const centre = -brow.height + brow.arch * (t * t - 0.6) + brow.slope * u
  const taper = 1 - 0.62 * smoothstep(brow.inner + 14, brow.outer, u)
  const ragged = 0.5 * valueNoise(table, u * 0.9 + 3, v * 0.35)
  const d = (v - centre) / (brow.thickness * taper) + ragged * 0.5
  const ends = smoothstep(brow.inner - 3, brow.inner + 5, u) * smoothstep(brow.outer + 2, brow.outer - 5, u)
  const cover = smoothstep(1.7, 0.45, Math.abs(d)) * ends
  if (cover <= 0) return
  // Hairs lie along the brow and lean upwards: noise stretched in that direction.
  const along = u * 0.9 + v * 0.44
  const over = v * 0.9 - u * 0.44
  const hairs = 0.84 + 0.36 * valueNoise(table, along * 0.3, over * 0.85 + 11)
  mix(paint, skin.hairColour, clamp01(cover * brow.density * hairs))
}

function paintEyeball(scene: Scene, paint: Paint, u: number, v: number, under: number, over: number) {
  const { light, shape, table } = scene
  const s = u / shape.halfWidth
  const vein = 0.03 * valueNoise(table, u * 0.5 + 2, v * 0.9)
  const white = light.sclera * (1 - 0.3 * s * s) + vein
  ;[paint.r, paint.g, paint.b] = [white * (1 + light.scleraTint), white * 0.96, white * (0.95 - light.scleraTint)]
  const ball = faceLight(scene, u, v * 0.6 + 4)
  shade(paint, 0.45 + 0.55 * Math.min(1.15, ball))
  const caruncle = bump((s + 0.97) * (s + 0.97) * 55 + (v - shape.slant) * (v - shape.slant) * 0.35)
  mix(paint, [0.72, 0.42, 0.38], 0.75 * caruncle)
  paintIris(scene, paint, u, v)
  // The upper lid and its lashes throw a shadow on the ball; the lower lid's rim is moist and light.
  const shadowed = 1 - light.lidShadow * bump(under * under * 0.16)
  paint.r *= shadowed
  paint.g *= shadowed
  paint.b *= shadowed
  mix(paint, [0.8, 0.6, 0.56], 0.35 * bump(over * over * 3))
}

function paintIris({ iris, shape, light, table }: Scene, paint: Paint, u: number, v: number) {
  const du = u - shape.iris.u
  const dv = v - shape.iris.v
  const distance = Math.sqrt(du * du + dv * dv)
  const t = distance / shape.iris.radius
  if (t > 1.2) return
  const edge = smoothstep(1.1, 0.94, t)
  const angle = atan2(dv, du)
  const fibres =
    valueNoise(table, (angle + 3.2) * iris.spokes * 0.55, t * 1.6 + 20) +
    0.6 * valueNoise(table, angle * iris.spokes + 9, t * 2.6)
  const ring = smoothstep(iris.innerReach, iris.innerReach * 0.55, t + 0.1 * fibres)
  // Light enters from the catchlight's side and leaves at the opposite one.
  const glow = 1 - 0.3 * ((du * light.catchU + dv * light.catchV) / shape.iris.radius)
  const value = glow * (1 + iris.texture * fibres) * (1 - iris.limbal * smoothstep(0.72, 1, t))
  const tone = (outer: number, inner: number) => (outer + (inner - outer) * ring) * value
  const colour: Rgb = [
    tone(iris.outer[0], iris.inner[0]),
    tone(iris.outer[1], iris.inner[1]),
    tone(iris.outer[2], iris.inner[2]),
  ]
  mix(paint, colour, edge)
  mix(paint, [0.045, 0.035, 0.035], smoothstep(iris.pupil + 0.1, iris.pupil - 0.06, t))
}

/** Highlights lie over lashes and lid line, last of all. */
function paintCatchlight({ shape, light }: Scene, paint: Paint, u: number, v: number) {
  if (light.catchSize === 0) return
  const spot = (cu: number, cv: number, size: number) => {
    const du = (u - shape.iris.u - cu * shape.iris.radius) / size
    const dv = (v - shape.iris.v - cv * shape.iris.radius) / size
    return smoothstep(1.5, 0.4, Math.sqrt(du * du + dv * dv))
  }
  let alpha = spot(light.catchU, light.catchV, light.catchSize)
  if (light.second) alpha = Math.max(alpha, 0.5 * spot(-0.8 * light.catchU, 0.35, light.catchSize * 0.7))
  mix(paint, [1, 0.99, 0.97], alpha * light.catchBright)
}

/** The dark line of lash roots, thicker towards the temple, on both sides of the lid's edge. */
function paintLashLine({ hair, skin, shape }: Scene, paint: Paint, u: number, under: number, over: number) {
  const s = u / shape.halfWidth
  const span = smoothstep(-1.15, -0.8, s) * smoothstep(1.22, 1, s)
  const width = hair.lashLineWidth * (0.8 + 0.35 * s)
  const upper = smoothstep(width + 0.75, width * 0.4 - 0.2, Math.abs(under + 0.25 * width)) * hair.lashLine * span
  mix(paint, [skin.hairColour[0] * 0.55, skin.hairColour[1] * 0.5, skin.hairColour[2] * 0.5], clamp01(upper))
  const lower = smoothstep(1.5, 0.2, Math.abs(over + 0.7)) * hair.lowerLine * span * smoothstep(-1, 0.6, s)
  mix(paint, [skin.hairColour[0] * 0.8, skin.hairColour[1] * 0.65, skin.hairColour[2] * 0.65], clamp01(lower))
}

function paintPixel(scene: Scene, paint: Paint, u: number, v: number, unit: number) {
  const upper = scene.upperLid(u)
  const lower = scene.lowerLid(u)
  const under = v - upper // > 0 below the upper lid's edge
  const over = lower - v // > 0 above the lower lid's edge
  const inside = clamp01(Math.min(under, over) / unit + 0.5)
  if (inside < 1) {
    paintSkin(scene, paint, u, v, -under, -over)
    paintBrow(scene, paint, u, v)
  }
  if (inside > 0) {
    const { r, g, b } = paint
    paintEyeball(scene, paint, u, v, under, over)
    if (inside < 1) mix(paint, [r, g, b], 1 - inside)
  }
  paintLashLine(scene, paint, u, under, over)
  if (inside > 0) paintCatchlight(scene, paint, u, v)
}

function paintSurfaces(canvas: Canvas, scene: Scene) {
  const { height, width, pixels } = canvas
  const { shape, turnCos, turnSin } = scene
  const unitX = unitsAcross / width
  const unitY = unitsAcross / height
  const paint: Paint = { r: 0, g: 0, b: 0 }
  const right = shape.mirrored ? -1 : 1
  let at = 0
  for (let py = 0; py < height; py++)
    for (let px = 0; px < width; px++) {
      const x = (right * ((px + 0.5) * unitX - shape.x)) / shape.zoom
      const y = ((py + 0.5) * unitY - shape.y) / shape.zoom
      paintPixel(scene, paint, x * turnCos + y * turnSin, y * turnCos - x * turnSin, unitY)
      pixels[at++] = paint.r
      pixels[at++] = paint.g
      pixels[at++] = paint.b
    }
}

/** Lens and development: blur, sharpening, saturation, contrast, exposure, white balance. */
function develop(canvas: Canvas, { camera }: EyeParameters) {
  blur(canvas, camera.blur)
  const { pixels } = canvas
  if (camera.sharpen > 0) {
    const soft = { ...canvas, pixels: pixels.slice() }
    blur(soft, 1)
    for (let i = 0; i < pixels.length; i++) pixels[i] = pixels[i]! + camera.sharpen * (pixels[i]! - soft.pixels[i]!)
  }
  const { saturation, contrast, exposure, warmth, sepia } = camera
  const tint: Rgb = sepia ? [0.08, 0, -0.12] : [0, 0, 0]
  for (let i = 0; i < pixels.length; i += 3) {
    const grey = 0.3 * pixels[i]! + 0.55 * pixels[i + 1]! + 0.15 * pixels[i + 2]!
    const develop1 = (value: number, shift: number) =>
      (grey + (value - grey) * saturation - 0.5) * contrast + 0.5 + exposure + shift
    pixels[i] = develop1(pixels[i]!, tint[0] + warmth * saturation)
    pixels[i + 1] = develop1(pixels[i + 1]!, tint[1])
    pixels[i + 2] = develop1(pixels[i + 2]!, tint[2] - warmth * saturation)
  }
}

/** Paints the eye over the whole canvas. `table` is the picture's own noise, `noiseSize` values in [0, 1). */
export function paintEye(canvas: Canvas, eye: EyeParameters, table: Float32Array): void {
  const scene = createScene(eye, table)
  paintSurfaces(canvas, scene)
  paintStrokes(canvas, scene)
  develop(canvas, eye)
}
