// exp, log, tanh and sine/cosine of four floats at a time from + - * / and sqrt only: WASM defines those to the last bit, so results
// are the same on every machine. Relative errors, measured by test/kernels/math.test.ts, are a few 1e-7. NaN in, NaN out.

@inline
function polynomial(x: v128, a: f32, b: v128): v128 {
  return f32x4.add(f32x4.mul(x, b), f32x4.splat(a))
}

/**
 * e^x; saturates at about 1.7e38 and 1.2e-38. x = n ln 2 + r with |r| <= ln 2 / 2 (ln 2 split in two, Cody & Waite 1980), then
 * the Taylor series of e^r to r^7 (remainder 5e-9), times 2^n through the exponent bits.
 */
@inline
export function exp(x: v128): v128 {
  // pmin and pmax give their first operand when the comparison is false, as it is for NaN: x comes first.
  x = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-87.0)), f32x4.splat(88.0))
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504)))
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)))
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)))
  let p = polynomial(r, 1.0 / 720.0, f32x4.splat(1.0 / 5040.0))
  p = polynomial(r, 1.0 / 120.0, p)
  p = polynomial(r, 1.0 / 24.0, p)
  p = polynomial(r, 1.0 / 6.0, p)
  p = polynomial(r, 0.5, p)
  p = polynomial(r, 1.0, p)
  p = polynomial(r, 1.0, p)
  const scale = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23)
  return f32x4.mul(p, scale)
}

/** Natural logarithm for normal x > 0. x = m 2^e with m in [sqrt(1/2), sqrt(2)); ln m = 2 atanh((m - 1) / (m + 1)) to the 9th power. */
@inline
export function log(x: v128): v128 {
  const shifted = i32x4.sub(x, i32x4.splat(0x3f3504f3))
  const e = f32x4.convert_i32x4_s(i32x4.shr_s(shifted, 23))
  const m = i32x4.add(v128.and(shifted, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3))
  const s = f32x4.div(f32x4.sub(m, f32x4.splat(1)), f32x4.add(m, f32x4.splat(1)))
  const q = f32x4.mul(s, s)
  let p = polynomial(q, 2.0 / 7.0, f32x4.splat(2.0 / 9.0))
  p = polynomial(q, 2.0 / 5.0, p)
  p = polynomial(q, 2.0 / 3.0, p)
  p = polynomial(q, 2.0, p)
  return f32x4.add(f32x4.mul(e, f32x4.splat(0.693147180559945)), f32x4.mul(s, p))
}

/** tanh x: below 0.625 Lambert's continued fraction to its fifth term (error 1e-9), above 1 - 2 / (e^2x + 1). */
@inline
export function tanh(x: v128): v128 {
  const q = f32x4.mul(x, x)
  const above = f32x4.add(f32x4.splat(945), f32x4.mul(q, f32x4.add(f32x4.splat(105), q)))
  const below = f32x4.add(f32x4.splat(945), f32x4.mul(q, f32x4.add(f32x4.splat(420), f32x4.mul(q, f32x4.splat(15)))))
  const near = f32x4.div(f32x4.mul(x, above), below)
  const size = f32x4.abs(x)
  const t = exp(f32x4.add(size, size))
  const far = f32x4.sub(f32x4.splat(1), f32x4.div(f32x4.splat(2), f32x4.add(t, f32x4.splat(1))))
  const sign = v128.and(x, i32x4.splat(0x80000000))
  return v128.bitselect(v128.or(far, sign), near, f32x4.gt(size, f32x4.splat(0.625)))
}

/** sin(pi / 2 r) and cos(pi / 2 r) for |r| <= 1/2, by their Taylor series to the 9th and 10th power (remainders below 4e-8 and 2e-9). */
@inline
export function sinQuarter(r: v128): v128 {
  const x = f32x4.mul(r, f32x4.splat(1.57079632679))
  const q = f32x4.mul(x, x)
  let p = polynomial(q, -1.0 / 5040.0, f32x4.splat(1.0 / 362880.0))
  p = polynomial(q, 1.0 / 120.0, p)
  p = polynomial(q, -1.0 / 6.0, p)
  return f32x4.add(x, f32x4.mul(f32x4.mul(x, q), p))
}

@inline
export function cosQuarter(r: v128): v128 {
  const x = f32x4.mul(r, f32x4.splat(1.57079632679))
  const q = f32x4.mul(x, x)
  let p = polynomial(q, 1.0 / 40320.0, f32x4.splat(-1.0 / 3628800.0))
  p = polynomial(q, -1.0 / 720.0, p)
  p = polynomial(q, 1.0 / 24.0, p)
  p = polynomial(q, -0.5, p)
  return polynomial(q, 1.0, p)
}
