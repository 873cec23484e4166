// exp, log, sin, cos and atan2 from + - * / and Math.sqrt alone, in double precision. ECMAScript leaves the accuracy of Math.exp and its
// kind to the engine; IEEE 754 fixes these five operations, so the pixels drawn with them are the same bits on every machine.
// Only what the generated eyes and drawn trials use; relative error at most 1e-12 (absolute, for sin and cos near their zeros).

const inverseLn2 = 1.4426950408889634
// ln 2 and pi / 2 in two and three parts; the leading parts have trailing zero bits, so that k times them is exact.
const ln2High = 0.6931471803691238
const ln2Low = 1.9082149292705877e-10
const halfPi1 = 1.5707963267341256
const halfPi2 = 6.077100506303966e-11
const halfPi3 = 2.0222662487959506e-21

/** Coefficients 1, 1/1!, 1/2! ... of the series of exp; sin and cos use every other one. */
const inverseFactorial = (() => {
  const values = [1]
  for (let n = 1; n <= 18; n++) values.push(values[n - 1]! / n)
  return Float64Array.from(values)
})()

/** 2^k for k from -1022 to 1023 at index k + 1022, by exact doubling. */
const powersOf2 = (() => {
  const values = new Float64Array(2046)
  values[1022] = 1
  for (let k = 1023; k < 2046; k++) values[k] = values[k - 1]! * 2
  for (let k = 1021; k >= 0; k--) values[k] = values[k + 1]! / 2
  return values
})()

/** e^x. Results below 2^-1022 are 0. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x
  if (x > 709.782712893384) return Infinity
  if (x < -708.3964185322641) return 0
  const k = Math.floor(x * inverseLn2 + 0.5)
  const r = x - k * ln2High - k * ln2Low // |r| <= ln(2) / 2
  let sum = inverseFactorial[13]!
  for (let n = 12; n >= 0; n--) sum = sum * r + inverseFactorial[n]!
  return k > 1023 ? sum * 2 * powersOf2[2045]! : sum * powersOf2[k + 1022]!
}

/** Natural logarithm of a positive, finite number; NaN for any other. */
export function log(x: number): number {
  if (!(x > 0 && x < Infinity)) return NaN
  let k = 0
  for (; x > 1.4142135623730951; k++) x /= 2
  for (; x < 0.7071067811865476; k--) x *= 2
  // Halley's iteration on e^y = x, from |y| <= ln(2) / 2: its error is cubed each time.
  let y = 0
  for (let round = 0; round < 4; round++) {
    const power = exp(y)
    y += (2 * (x - power)) / (x + power)
  }
  return k * ln2High + (k * ln2Low + y)
}

/** Series of sin on |r| <= pi / 4. */
function sinSeries(r: number): number {
  const r2 = r * r
  let sum = inverseFactorial[17]!
  for (let n = 15; n >= 1; n -= 2) sum = inverseFactorial[n]! - sum * r2
  return sum * r
}

/** Series of cos on |r| <= pi / 4. */
function cosSeries(r: number): number {
  const r2 = r * r
  let sum = inverseFactorial[18]!
  for (let n = 16; n >= 0; n -= 2) sum = inverseFactorial[n]! - sum * r2
  return sum
}

/** sin(x + quarter turns * pi / 2), for |x| up to 1e5 radians. */
function sinQuarter(x: number, turns: number): number {
  const k = Math.floor(x / (halfPi1 + halfPi2) + 0.5)
  const r = x - k * halfPi1 - k * halfPi2 - k * halfPi3
  const quadrant = (((k + turns) % 4) + 4) % 4
  const value = quadrant % 2 === 0 ? sinSeries(r) : cosSeries(r)
  return quadrant < 2 ? value : -value
}

/** Sine of x in radians, |x| <= 1e5. */
export const sin = (x: number) => sinQuarter(x, 0)

/** Cosine of x in radians, |x| <= 1e5. */
export const cos = (x: number) => sinQuarter(x, 1)

/** Arc tangent of t >= 0: twice halved by atan t = 2 atan(t / (1 + sqrt(1 + t^2))), then its series. */
function atan(t: number): number {
  const half = t / (1 + Math.sqrt(1 + t * t))
  const quarter = half / (1 + Math.sqrt(1 + half * half)) // <= tan(pi / 16) for t <= 1
  const q2 = quarter * quarter
  let sum = 0
  for (let n = 19; n >= 1; n -= 2) sum = 1 / n - sum * q2
  return 4 * sum * quarter
}

/** Angle of the point (x, y) in radians, -pi to pi; 0 at the origin. */
export function atan2(y: number, x: number): number {
  const ax = Math.abs(x)
  const ay = Math.abs(y)
  if (ax === 0 && ay === 0) return 0
  const first = ay <= ax ? atan(ay / ax) : halfPi1 + halfPi2 - atan(ax / ay)
  const angle = x < 0 ? 2 * (halfPi1 + halfPi2) - first : first
  return y < 0 ? -angle : angle
}
