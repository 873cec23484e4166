// Paints one generated eye: skin and light, brow, eyeball, lids, then strokes (lashes, wrinkles) and the camera (blur, tone).
// Which eye is in parameters.ts, how to draw a dab or noise in canvas.ts; sensor noise and bytes are generated-eyes.ts.
import { atan2 } from '../../random/portable-math.js'
import { addNoise, blur, bump, clamp01, smoothstep, unitsAcross, valueNoise, type Canvas, type Rgb } from './canvas.js'
import type { EyeParameters } from './parameters.js'
import { createScene, eyeU, eyeV, lowerLid, upperLid, type Scene } from './scene.js'
import { paintStrokes } from './strokes.js'

/** The colour under the brush; one record for all pixels of a picture. */
interface Paint {
  r: number
  g: number
  b: number
}

function mix(paint: Paint, r: number, g: number, b: number, alpha: number) {
  paint.r += (r - paint.r) * alpha
  paint.g += (g - paint.g) * alpha
  paint.b += (b - paint.b) * alpha
}

/** Light on skin: deeper shade is redder, as light that has passed through skin is. */
function shade(paint: Paint, light: number) {
  paint.r *= light
  paint.g *= light * (0.7 + 0.3 * light)
  paint.b *= light * (0.58 + 0.42 * light)
}

/** Brightness of the lit face at a point, 1 being the skin's own colour. */
function faceLight({ light, shape, table }: Scene, u: number, v: number): number {
  const corner = bump(((u + shape.halfWidth * 0.95) * (u + shape.halfWidth * 0.95)) / 70 + ((v + 4) * (v + 4)) / 55)
  const hollow = bump((u * u) / 420 + ((v + 7.5) * (v + 7.5)) / 24)
  const temple = bump(((u - 17) * (u - 17)) / 60 + ((v + 2) * (v + 2)) / 60)
  let value = 1 + (light.across * u) / 50 + (light.down * v) / 50
  value -= light.socket * (0.75 * corner + 0.5 * hollow + 0.3 * temple)
  value -= light.nose * smoothstep(-14, -27, u)
  value -= light.brow * bump((v + 11) * (v + 11) * 0.03)
  value += light.cheek * smoothstep(6, 18, v)
  value += light.patches * valueNoise(table, u * 0.09 + 9.5, v * 0.11 + 3.5)
  if (light.cast > 0) value -= light.cast * smoothstep(light.castEdge + 8, light.castEdge - 8, u + 0.35 * v)
  return Math.max(0.12, value)
}

/** Spacing of the points at which the light is computed; it varies slowly, between them it is interpolated. */
const lightStep = 4
const lightSide = Math.ceil(unitsAcross / lightStep) + 1

/** Fills the canvas's plane with the light on each pixel. */
function spreadLight({ height, width, plane }: Canvas, scene: Scene) {
  const grid = new Float64Array(lightSide * lightSide)
  for (let i = 0; i < grid.length; i++) {
    const x = (i % lightSide) * lightStep
    const y = Math.floor(i / lightSide) * lightStep
    grid[i] = faceLight(scene, eyeU(scene, x, y), eyeV(scene, x, y))
  }
  for (let py = 0; py < height; py++) {
    const y = ((py + 0.5) * unitsAcross) / height / lightStep
    const row = Math.floor(y) * lightSide
    const fy = y - Math.floor(y)
    for (let px = 0; px < width; px++) {
      const x = ((px + 0.5) * unitsAcross) / width / lightStep
      const at = row + Math.floor(x)
      const fx = x - Math.floor(x)
      const above = grid[at]! + (grid[at + 1]! - grid[at]!) * fx
      const below = grid[at + lightSide]! + (grid[at + lightSide + 1]! - grid[at + lightSide]!) * fx
      plane[py * width + px] = above + (below - above) * fy
    }
  }
}

/** Adds the skin's unevenness to the light: blotches, then two sizes of pores. */
function addTexture(canvas: Canvas, { skin, table, turnCos, turnSin, shape }: Scene) {
  const turn = { cos: turnCos, sin: turnSin, zoom: shape.zoom }
  addNoise(canvas, table, { ...turn, across: 0.3, down: 0.42, from: 17, amount: skin.mottle })
  addNoise(canvas, table, { ...turn, across: 0.55, down: 0.7, from: 5, amount: skin.pores })
  addNoise(canvas, table, { ...turn, across: 1.05, down: 1.15, from: 8, amount: skin.pores })
}

/** Where a pixel lies on the eye. */
interface Spot {
  u: number
  v: number
  /** Distance below the upper lid's edge and above the lower lid's edge; both positive on the eyeball. */
  under: number
  over: number
  /** The face's light there. */
  light: number
}

/** Shades the skin under the eye: the bag's shadow, and the light that its upper edge catches. */
function bagLight({ skin }: Scene, { u, over }: Spot): number {
  const below = -over
  if (below < 0 || below > 16) return 1
  const bag = below - 3.6 - (u * u) / 160
  const edge = below - 1.2
  return (1 - skin.bag * bump(bag * bag * 0.35)) * (1 + skin.bag * 0.35 * bump(edge * edge))
}

/** The fold over the upper lid, soft above and sharp below, and the lid's bulge under it. */
function paintFold({ shape, light }: Scene, paint: Paint, { u, under }: Spot) {
  const fold = -under - shape.crease * (1 + 0.02 * u)
  if (fold > 8 || fold < -8) return
  const s = u / shape.halfWidth
  const along = smoothstep(-1.4, -0.85, s) * smoothstep(1.6, 1, s)
  if (along === 0) return
  const bulge = fold + shape.crease * 0.5
  const depth = light.socket * 0.4 + 0.38
  shade(paint, 1 - depth * along * bump(fold * fold * (fold > 0 ? 0.35 : 1.2)))
  shade(paint, 1 + 0.1 * along * bump(bulge * bulge))
}

function paintSkin(scene: Scene, paint: Paint, spot: Spot) {
  const { skin, shape } = scene
  const { u, under, over } = spot
  const red =
    skin.redness * bump(over * over * 0.06) * smoothstep(shape.halfWidth * 1.35, shape.halfWidth * 0.8, Math.abs(u))
  paint.r = skin.skin[0]
  paint.g = skin.skin[1] * (1 - red)
  paint.b = skin.skin[2] * (1 - 0.8 * red)
  shade(paint, spot.light * bagLight(scene, spot))
  if (skin.shadow > 0 && under < 0.5) {
    const alpha = skin.shadow * bump(under * under * 0.045) * smoothstep(-20, -6, u) * smoothstep(24, 12, u)
    mix(paint, skin.shadowColour[0], skin.shadowColour[1], skin.shadowColour[2], alpha)
  }
  paintFold(scene, paint, spot)
}

/** Hair colour, darkened, laid over with opacity `alpha` (clamped). */
function mixHair(paint: Paint, hair: Rgb, dark: number, alpha: number) {
  mix(paint, hair[0] * dark, hair[1] * dark, hair[2] * dark, clamp01(alpha))
}

function paintBrow({ hair, skin, table }: Scene, paint: Paint, { u, v }: Spot) {
  const { brow } = hair
  if (v > -brow.height / 2 || u < brow.inner - 3 || u > brow.outer + 2) return
  const t = (u - 3) / 17
  const centre = -brow.height + brow.arch * (t * t - 0.6) + brow.slope * u
  const taper = 1 - 0.62 * smoothstep(brow.inner + 14, brow.outer, u)
  const smooth = (v - centre) / (brow.thickness * taper)
  if (smooth > 2 || smooth < -2) return
  const d = smooth + 0.25 * valueNoise(table, u * 0.9 + 3, v * 0.35)
  const ends = smoothstep(brow.inner - 3, brow.inner + 5, u) * smoothstep(brow.outer + 2, brow.outer - 5, u)
  const cover = smoothstep(1.7, 0.45, Math.abs(d)) * ends
  if (cover <= 0) return
  // Hairs lie along the brow and lean upwards: noise stretched in that direction.
  const along = u * 0.9 + v * 0.44
  const over = v * 0.9 - u * 0.44
  const hairs = 0.84 + 0.36 * valueNoise(table, along * 0.3, over * 0.85 + 11)
  mixHair(paint, skin.hairColour, 1, cover * brow.density * hairs)
}

function paintEyeball(scene: Scene, paint: Paint, { u, v, under, over, light: faceLight }: Spot) {
  const { light, shape, table } = scene
  const s = u / shape.halfWidth
  const white = light.sclera * (1 - 0.3 * s * s) + 0.03 * valueNoise(table, u * 0.5 + 2, v * 0.9)
  paint.r = white * (1 + light.scleraTint)
  paint.g = white * 0.96
  paint.b = white * (0.95 - light.scleraTint)
  shade(paint, 0.5 + 0.5 * Math.min(1.15, faceLight + 0.1))
  const caruncle = bump((s + 0.97) * (s + 0.97) * 55 + (v - shape.slant) * (v - shape.slant) * 0.35)
  mix(paint, 0.72, 0.42, 0.38, 0.75 * caruncle)
  paintIris(scene, paint, u, v)
  // The upper lid and its lashes throw a shadow on the ball; the lower lid's rim is moist and light.
  const shadowed = 1 - light.lidShadow * bump(under * under * 0.16)
  paint.r *= shadowed
  paint.g *= shadowed
  paint.b *= shadowed
  mix(paint, 0.8, 0.6, 0.56, 0.35 * bump(over * over * 3))
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
  const { inner, outer } = iris
  const red = (outer[0] + (inner[0] - outer[0]) * ring) * value
  const green = (outer[1] + (inner[1] - outer[1]) * ring) * value
  const blue = (outer[2] + (inner[2] - outer[2]) * ring) * value
  mix(paint, red, green, blue, edge)
  mix(paint, 0.045, 0.035, 0.035, smoothstep(iris.pupil + 0.1, iris.pupil - 0.06, t))
}

/** Highlights lie over lashes and lid line, last of all. */
function paintCatchlight({ shape, light }: Scene, paint: Paint, { u, v }: Spot) {
  const du = u - shape.iris.u
  const dv = v - shape.iris.v
  const { radius } = shape.iris
  if (light.catchSize === 0 || du * du + dv * dv > radius * radius * 2) return
  let alpha = highlight(du - light.catchU * radius, dv - light.catchV * radius, light.catchSize)
  if (light.second)
    alpha = Math.max(
      alpha,
      0.5 * highlight(du + 0.8 * light.catchU * radius, dv - 0.35 * radius, light.catchSize * 0.7),
    )
  mix(paint, 1, 0.99, 0.97, alpha * light.catchBright)
}

const highlight = (du: number, dv: number, size: number) => smoothstep(1.5, 0.4, Math.sqrt(du * du + dv * dv) / size)

/** The dark line of lash roots, thicker towards the temple, on both sides of the lid's edge; a fainter one along the lower lid. */
function paintLashLines({ hair, skin, shape }: Scene, paint: Paint, { u, under, over }: Spot) {
  if (under < -5 || over < -5) return
  const s = u / shape.halfWidth
  if (s < -1.15 || s > 1.22) return
  const span = smoothstep(-1.15, -0.8, s) * smoothstep(1.22, 1, s)
  const width = hair.lashLineWidth * (0.8 + 0.35 * s)
  const upper = smoothstep(width + 0.75, width * 0.4 - 0.2, Math.abs(under + 0.25 * width))
  if (upper > 0) mixHair(paint, skin.hairColour, 0.5, upper * hair.lashLine * span)
  const lower = smoothstep(1.5, 0.2, Math.abs(over + 0.7))
  if (lower > 0) mixHair(paint, skin.hairColour, 0.7, lower * hair.lowerLine * span * smoothstep(-1, 0.6, s))
}

function paintPixel(scene: Scene, paint: Paint, spot: Spot, unit: number) {
  const inside = clamp01(Math.min(spot.under, spot.over) / unit + 0.5)
  if (inside < 1) {
    paintSkin(scene, paint, spot)
    paintBrow(scene, paint, spot)
  }
  if (inside > 0) {
    const { r, g, b } = paint
    paintEyeball(scene, paint, spot)
    if (inside < 1) mix(paint, r, g, b, 1 - inside)
  }
  paintLashLines(scene, paint, spot)
  if (inside > 0) paintCatchlight(scene, paint, spot)
}

function paintSurfaces(canvas: Canvas, scene: Scene) {
  const { height, width, pixels, plane } = canvas
  const { shape, turnCos, turnSin } = scene
  // u and v of the first pixel's centre, and the steps to the next one; written out here, for this loop must not call and allocate.
  const unitX = unitsAcross / width
  const unitY = unitsAcross / height
  const u0 = eyeU(scene, unitX / 2, unitY / 2)
  const v0 = eyeV(scene, unitX / 2, unitY / 2)
  const stepX = ((shape.mirrored ? -1 : 1) * unitX) / shape.zoom
  const stepY = unitY / shape.zoom
  const paint: Paint = { r: 0, g: 0, b: 0 }
  const spot: Spot = { u: 0, v: 0, under: 0, over: 0, light: 0 }
  spreadLight(canvas, scene)
  addTexture(canvas, scene)
  for (let py = 0; py < height; py++)
    for (let px = 0; px < width; px++) {
      const at = py * width + px
      const u = u0 + px * stepX * turnCos + py * stepY * turnSin
      const v = v0 + py * stepY * turnCos - px * stepX * turnSin
      spot.u = u
      spot.v = v
      spot.under = v - upperLid(scene, u)
      spot.over = lowerLid(scene, u) - v
      spot.light = plane[at]!
      paintPixel(scene, paint, spot, stepY)
      pixels[at * 3] = paint.r
      pixels[at * 3 + 1] = paint.g
      pixels[at * 3 + 2] = paint.b
    }
}

/** Unsharp mask: adds what a blur takes away. */
function sharpen({ pixels, copy, ...canvas }: Canvas, amount: number) {
  copy.set(pixels)
  blur({ ...canvas, copy, pixels: copy }, 0.8)
  for (let i = 0; i < pixels.length; i++) pixels[i] = pixels[i]! + amount * (pixels[i]! - copy[i]!)
}

/** Lens and development: blur, sharpening, saturation, contrast, exposure, white balance. */
function develop(canvas: Canvas, { camera }: EyeParameters) {
  blur(canvas, camera.blur)
  if (camera.sharpen > 0) sharpen(canvas, camera.sharpen)
  const { pixels } = canvas
  const { saturation, contrast, exposure, warmth, sepia } = camera
  const lift = exposure + 0.5 - 0.5 * contrast
  const red = lift + warmth * saturation + (sepia ? 0.08 : 0)
  const blue = lift - warmth * saturation - (sepia ? 0.12 : 0)
  for (let i = 0; i < pixels.length; i += 3) {
    const r = pixels[i]!
    const g = pixels[i + 1]!
    const b = pixels[i + 2]!
    const grey = 0.3 * r + 0.55 * g + 0.15 * b
    pixels[i] = (grey + (r - grey) * saturation) * contrast + red
    pixels[i + 1] = (grey + (g - grey) * saturation) * contrast + lift
    pixels[i + 2] = (grey + (b - grey) * saturation) * contrast + blue
  }
}

/** Paints the eye over the whole canvas. `table` is the picture's own noise, `noiseSize` values in [0, 1). */
export function paintEye(canvas: Canvas, eye: EyeParameters, table: Float32Array): void {
  const scene = createScene(eye, table)
  paintSurfaces(canvas, scene)
  paintStrokes(canvas, scene)
  develop(canvas, eye)
}
