// The random description of one generated eye: shape, colours, light, camera. Numbers only; painting them is painter.ts.
// Ranges were tuned until mean, contrast and power spectrum agree with photographs (test/data/generated-eyes.test.ts holds them).
// Lengths are in units of 1/50 of the picture; u runs from the nose to the temple, v downwards, both from the eye's centre.
import { streams, wordReader } from '../../random/philox.js'
import type { Rgb } from './canvas.js'

/** Class 0 and 1, as in the report's data: they differ a little in lashes, make-up, brows, wrinkles and skin. */
export type EyeClass = 0 | 1

export type EyeParameters = ReturnType<typeof drawParameters>

/** Random helpers over one picture's words. */
function dice(seed: number, id: number) {
  const word = wordReader(seed, streams.eyes, id)
  const uniform = () => word() / 2 ** 32
  const between = (a: number, b: number) => a + (b - a) * uniform()
  /** Nearly normal (sum of four uniforms), never farther than 3.4 standard deviations. */
  const normal = (mean: number, sd: number) =>
    mean + sd * (uniform() + uniform() + uniform() + uniform() - 2) * Math.sqrt(3)
  const chance = (p: number) => uniform() < p
  return { uniform, between, normal, chance }
}

type Dice = ReturnType<typeof dice>

/** Iris base colours with their weights: dark brown, brown, hazel, green, grey-green, grey, blue, light blue. */
const irisColours: readonly (readonly [weight: number, outer: Rgb, inner: Rgb])[] = [
  [0.26, [0.21, 0.14, 0.11], [0.28, 0.17, 0.11]],
  [0.2, [0.34, 0.23, 0.16], [0.4, 0.25, 0.13]],
  [0.12, [0.42, 0.36, 0.24], [0.5, 0.36, 0.18]],
  [0.09, [0.4, 0.43, 0.35], [0.47, 0.42, 0.3]],
  [0.1, [0.42, 0.45, 0.43], [0.48, 0.46, 0.38]],
  [0.1, [0.45, 0.49, 0.51], [0.52, 0.53, 0.5]],
  [0.09, [0.39, 0.45, 0.52], [0.49, 0.53, 0.55]],
  [0.04, [0.5, 0.58, 0.63], [0.59, 0.63, 0.64]],
]

function drawIris({ uniform, between, normal }: Dice) {
  let rest = uniform()
  const found = irisColours.find(([weight]) => (rest -= weight) < 0) ?? irisColours[0]!
  const lightness = normal(0.92, 0.15)
  const tint = (colour: Rgb): Rgb => [
    colour[0] * lightness * normal(1, 0.05),
    colour[1] * lightness * normal(1, 0.05),
    colour[2] * lightness * normal(1, 0.07),
  ]
  return {
    outer: tint(found[1]),
    inner: tint(found[2]),
    /** Share of the radius that the pupil takes, and that the inner colour reaches. */
    pupil: between(0.26, 0.5),
    innerReach: between(0.45, 0.85),
    texture: between(0.15, 0.5),
    spokes: between(5, 9),
    limbal: between(0.25, 0.7),
  }
}

function drawShape({ between, normal, chance }: Dice, kind: EyeClass) {
  const halfWidth = normal(15.6, 1.2)
  const open = Math.max(0.5, normal(kind === 0 ? 1.15 : 0.98, 0.19))
  const upper = 6.4 * open * normal(1, 0.07)
  const radius = normal(6.7, 0.4)
  return {
    x: normal(26.2, 1.8),
    y: normal(26.8, 1.7),
    zoom: normal(1.04, 0.12),
    tilt: normal(-0.03, 0.1),
    mirrored: chance(0.5),
    halfWidth,
    /** Heights of the lids' curves over and under the line between the corners, their skew, and how much the temple's corner is raised. */
    upper,
    lower: 4.1 * (0.5 + open / 2) * normal(1, 0.12),
    upperSkew: normal(-0.12, 0.16),
    lowerSkew: normal(0.12, 0.16),
    slant: normal(0.5, 0.7),
    iris: {
      radius,
      u: normal(0, chance(0.2) ? 4.2 : 1.7),
      v: -upper + radius - between(0.5, 2.3) * (1.3 - 0.3 * open),
    },
    crease: Math.max(0.8, normal(kind === 0 ? 3.1 : 2.2, 0.9)),
  }
}

function drawSkin({ between, normal, chance }: Dice, kind: EyeClass) {
  const red = Math.min(0.98, Math.max(0.34, normal(kind === 0 ? 0.88 : 0.835, 0.1)))
  const greenShare = normal(0.775, 0.04) - (0.82 - red) * 0.12
  const blueShare = normal(0.855, 0.06) - (0.82 - red) * 0.1
  const skin: Rgb = [red, red * greenShare, red * greenShare * Math.min(1.05, blueShare)]
  const hairShade = between(0.05, 0.32)
  return {
    skin,
    hairColour: [hairShade * 1.1 + 0.04, hairShade * 0.85 + 0.025, hairShade * 0.65 + 0.025] as Rgb,
    mottle: between(0.01, kind === 0 ? 0.028 : 0.045),
    pores: between(0.005, 0.034) * (kind === 0 ? 0.85 : 1.15),
    redness: between(0.03, 0.26),
    bag: between(0.06, 0.32) * (kind === 0 ? 0.85 : 1.2),
    wrinkles: Math.floor(between(0, kind === 0 ? 7 : 12)),
    wrinkleDepth: between(0.06, 0.3),
    shadow: chance(kind === 0 ? 0.45 : 0.03) ? between(0.1, 0.5) : 0,
    shadowColour: [between(0.15, 0.45), between(0.12, 0.35), between(0.15, 0.45)] as Rgb,
  }
}

function drawHair({ between, normal, chance }: Dice, kind: EyeClass) {
  return {
    brow: {
      height: normal(kind === 0 ? 16 : 13, 2.6),
      slope: normal(-0.1, 0.13),
      arch: between(0.5, 3.2),
      thickness: Math.max(1, normal(kind === 0 ? 2.6 : 3.9, 0.8)),
      density: between(0.5, 1.05) * (kind === 0 ? 0.92 : 1),
      inner: between(-26, -13),
      outer: between(16, 28),
    },
    lashLine: between(0.5, 0.95) + (kind === 0 ? 0.12 : -0.02),
    lashLineWidth: Math.max(0.5, normal(kind === 0 ? 1.25 : 0.95, 0.3)),
    lowerLine: between(0.1, 0.5) + (kind === 0 && chance(0.3) ? 0.3 : 0),
    lashes: Math.floor(kind === 0 ? between(10, 32) : between(0, 18)),
    lashLength: kind === 0 ? between(2.4, 5.6) : between(1.2, 3.4),
    lashAlpha: between(0.2, 0.75),
    lowerLashes: Math.floor(between(0, kind === 0 ? 20 : 9)),
    strands: chance(0.04) ? Math.floor(between(2, 7)) : 0,
  }
}

function drawLight({ between, normal, chance }: Dice) {
  return {
    /** Change of brightness over the picture's width and height. */
    across: normal(0, 0.19),
    down: normal(0.1, 0.15),
    socket: between(0.3, 0.95),
    nose: normal(0.16, 0.2),
    brow: between(0.02, 0.25),
    cheek: between(-0.04, 0.12),
    cast: chance(0.08) ? between(0.2, 0.5) : 0,
    castEdge: between(-22, -8),
    patches: between(0.04, 0.15),
    lidShadow: between(0.3, 0.75),
    sclera: between(0.66, 0.9),
    scleraTint: normal(0, 0.025),
    catchU: between(-0.5, 0.5),
    catchV: between(-0.55, -0.05),
    catchSize: chance(0.9) ? between(0.7, 1.4) : 0,
    catchBright: between(0.7, 1),
    second: chance(0.3),
  }
}

function drawCamera({ between, normal, chance, uniform }: Dice) {
  const style = uniform()
  return {
    exposure: normal(-0.018, 0.097),
    contrast: Math.max(0.6, normal(0.95, 0.12)),
    warmth: normal(0, 0.032),
    saturation: style < 0.09 ? 0 : Math.max(0.35, normal(1.08, 0.2)),
    sepia: style > 0.045 && style < 0.06,
    blur: chance(0.2) ? between(0.7, 1.25) : between(0.46, 0.66),
    sharpen: chance(0.75) ? between(0.25, 1.25) : 0,
    noise: between(0.002, 0.011) + (chance(0.12) ? between(0, 0.016) : 0),
  }
}

/** Everything about picture `id`, a pure function of the two numbers. Sub-records are drawn in a fixed order: changing it changes all pictures. */
export function drawParameters(seed: number, id: number) {
  const random = dice(seed, id)
  const kind: EyeClass = random.chance(0.546) ? 1 : 0
  return {
    kind,
    shape: drawShape(random, kind),
    skin: drawSkin(random, kind),
    hair: drawHair(random, kind),
    light: drawLight(random),
    iris: drawIris(random),
    camera: drawCamera(random),
  }
}
