// The discrete Fourier transform of rows of complex numbers of any length, real and imaginary parts in memory of their own, float32:
//   Y[k] = sum over j of X[j] e^(-2 pi i j k / n)
// Lengths of small prime factors: Stockham's autosort algorithm, mixed radix (radix 4 first, so that all later stages fill vectors; Van Loan,
// "Computational Frameworks for the Fast Fourier Transform", 1992, section 1.7). Others: Bluestein's, a convolution with a chirp by three
// transforms of a power of two ("A linear filtering approach to the computation of discrete Fourier transform", IEEE Trans. Audio 18, 1970).
// Each value is the same sum in the same order whatever the vectors. Not here: the inverse, for which the twin (src/kernels/FFT.ts) swaps the
// parts of X and of Y and divides by n.
import { loadLanes, storeLanes } from './inline/lanes'
import { cosine, fillRoots } from './inline/roots'

/** A stage of a prime radix costs its square for each of n / radix groups; beyond this Bluestein's way is cheaper. */
const largestRadix: i32 = 61

/** The next stage's radix for what is left of n. */
function nextRadix(rest: i32): i32 {
  if ((rest & 3) == 0) return 4
  if ((rest & 1) == 0) return 2
  for (let radix = 3; radix * radix <= rest; radix += 2) {
    if (rest % radix == 0) return radix
  }
  return rest
}

function isSmooth(n: i32): bool {
  while (n > 1) {
    const radix = nextRadix(n)
    if (radix > largestRadix) return false
    n /= radix
  }
  return true
}

/** The least power of two that holds the convolution of Bluestein's way. */
function convolutionLength(n: i32): i32 {
  let m = 1
  while (m < 2 * n - 1) m <<= 1
  return m
}

/** Floats in one part of a number, then a whole vector's start. */
@inline
function up(count: i32): usize {
  return <usize>((count + 3) & ~3)
}

/** Bytes of scratch for `fft`. n is at most 2^24. */
export function fftScratch(n: i32): usize {
  if (isSmooth(n)) return (4 * up(n)) << 2 // roots, and the other buffer
  return (10 * up(convolutionLength(n)) + 2 * up(n)) << 2
}

/** Y of each row, over `divisor`. */
export function fft(
  re: usize, // [rows, n]     read; real parts of X
  im: usize, // [rows, n]     read; imaginary parts
  outRe: usize, // [rows, n]  written in full; no overlap with X
  outIm: usize, // [rows, n]  written in full
  scratch: usize, // fftScratch(n)
  rows: i32,
  n: i32,
  divisor: f32,
): void {
  const bytes = <usize>n << 2
  const isDirect = isSmooth(n)
  if (isDirect) fillRoots(scratch, n)
  else prepareChirp(scratch, n)
  for (let row = 0; row < rows; row++) {
    if (isDirect) transform(re, im, outRe, outIm, scratch, scratch + ((2 * up(n)) << 2), n)
    else chirpTransform(re, im, outRe, outIm, scratch, n)
    if (divisor != 1) {
      divide(outRe, n, divisor)
      divide(outIm, n, divisor)
    }
    re += bytes
    im += bytes
    outRe += bytes
    outIm += bytes
  }
}

function divide(x: usize, n: i32, divisor: f32): void {
  for (let left = n; left > 0; left -= 4) {
    const lanes = min(left, 4)
    storeLanes(x, f32x4.div(loadLanes(x, lanes), f32x4.splat(divisor)), lanes)
    x += 16
  }
}

/** One row, n of small factors; `roots` of order n, `other` a complex buffer, its imaginary parts up(n) floats behind. */
function transform(re: usize, im: usize, outRe: usize, outIm: usize, roots: usize, other: usize, n: i32): void {
  let stages = 0
  for (let rest = n; rest > 1; rest /= nextRadix(rest)) stages++
  if (stages == 0) {
    store<f32>(outRe, load<f32>(re))
    store<f32>(outIm, load<f32>(im))
    return
  }
  const otherIm = other + (up(n) << 2)
  let stride = 1
  for (let rest = n; rest > 1;) {
    const radix = nextRadix(rest)
    stages--
    // Buffers in turn, so that the last stage writes the result.
    const toRe = (stages & 1) == 0 ? outRe : other, toIm = (stages & 1) == 0 ? outIm : otherIm
    if (radix == 4) stage4(re, im, toRe, toIm, roots, n, rest, stride)
    else stageAny(re, im, toRe, toIm, roots, n, rest, stride, radix)
    re = toRe
    im = toIm
    rest /= radix
    stride *= radix
  }
}

/**
 * With m = rest / radix: y[q + stride (radix p + k)] = w^(stride p k) times the sum over j of x[q + stride (p + m j)] w^((n / radix) j k),
 * w = e^(-2 pi i / n), for p below m, k below radix and q below stride. The radix is 4: its own roots are 1, -i, -1 and i.
 */
function stage4(re: usize, im: usize, toRe: usize, toIm: usize, roots: usize, n: i32, rest: i32, stride: i32): void {
  const m = rest >> 2
  const from = <usize>(stride * m) << 2, to = <usize>stride << 2
  const imaginary = <usize>n << 2
  for (let p = 0; p < m; p++) {
    const step = <usize>(stride * p) << 2
    const c1 = v128.load32_splat(roots + step), s1 = v128.load32_splat(roots + step + imaginary)
    const c2 = v128.load32_splat(roots + 2 * step), s2 = v128.load32_splat(roots + 2 * step + imaginary)
    const c3 = v128.load32_splat(roots + 3 * step), s3 = v128.load32_splat(roots + 3 * step + imaginary)
    for (let q = 0; q < stride; q += 4) {
      const lanes = min(stride - q, 4)
      const x = step + (<usize>q << 2), y = (step << 2) + (<usize>q << 2)
      const r0 = loadLanes(re + x, lanes), i0 = loadLanes(im + x, lanes)
      const r1 = loadLanes(re + x + from, lanes), i1 = loadLanes(im + x + from, lanes)
      const r2 = loadLanes(re + x + 2 * from, lanes), i2 = loadLanes(im + x + 2 * from, lanes)
      const r3 = loadLanes(re + x + 3 * from, lanes), i3 = loadLanes(im + x + 3 * from, lanes)
      const evenRe = f32x4.add(r0, r2), evenIm = f32x4.add(i0, i2)
      const oddRe = f32x4.add(r1, r3), oddIm = f32x4.add(i1, i3)
      const acrossRe = f32x4.sub(r0, r2), acrossIm = f32x4.sub(i0, i2)
      const besideRe = f32x4.sub(i1, i3), besideIm = f32x4.sub(r3, r1) // -i (x1 - x3)
      storeLanes(toRe + y, f32x4.add(evenRe, oddRe), lanes)
      storeLanes(toIm + y, f32x4.add(evenIm, oddIm), lanes)
      storeProduct(toRe + y + to, toIm + y + to, f32x4.add(acrossRe, besideRe), f32x4.add(acrossIm, besideIm), c1, s1, lanes)
      storeProduct(toRe + y + 2 * to, toIm + y + 2 * to, f32x4.sub(evenRe, oddRe), f32x4.sub(evenIm, oddIm), c2, s2, lanes)
      storeProduct(toRe + y + 3 * to, toIm + y + 3 * to, f32x4.sub(acrossRe, besideRe), f32x4.sub(acrossIm, besideIm), c3, s3, lanes)
    }
  }
}

/** (r + i m)(c + i s) into two places. */
@inline
function storeProduct(toRe: usize, toIm: usize, r: v128, m: v128, c: v128, s: v128, lanes: i32): void {
  storeLanes(toRe, f32x4.sub(f32x4.mul(r, c), f32x4.mul(m, s)), lanes)
  storeLanes(toIm, f32x4.add(f32x4.mul(r, s), f32x4.mul(m, c)), lanes)
}

/** The same for any radix, as the sum that it is. */
function stageAny(
  re: usize,
  im: usize,
  toRe: usize,
  toIm: usize,
  roots: usize,
  n: i32,
  rest: i32,
  stride: i32,
  radix: i32,
): void {
  const m = rest / radix
  const from = <usize>(stride * m) << 2
  const imaginary = <usize>n << 2
  for (let p = 0; p < m; p++) {
    for (let k = 0; k < radix; k++) {
      const turn = k * (n / radix) // from one term's root to the next one's
      const y = <usize>(stride * (radix * p + k)) << 2
      const twiddle = roots + (<usize>(k * stride * p) << 2)
      const c = v128.load32_splat(twiddle), s = v128.load32_splat(twiddle + imaginary)
      for (let q = 0; q < stride; q += 4) {
        const lanes = min(stride - q, 4)
        let x = <usize>(stride * p + q) << 2
        let sumRe = f32x4.splat(0), sumIm = f32x4.splat(0)
        let number = 0
        for (let j = 0; j < radix; j++) {
          const root = roots + (<usize>number << 2)
          const cos = v128.load32_splat(root), sin = v128.load32_splat(root + imaginary)
          const r = loadLanes(re + x, lanes), i = loadLanes(im + x, lanes)
          sumRe = f32x4.add(sumRe, f32x4.sub(f32x4.mul(r, cos), f32x4.mul(i, sin)))
          sumIm = f32x4.add(sumIm, f32x4.add(f32x4.mul(r, sin), f32x4.mul(i, cos)))
          x += from
          number += turn
          if (number >= n) number -= n
        }
        storeProduct(toRe + y + (<usize>q << 2), toIm + y + (<usize>q << 2), sumRe, sumIm, c, s, lanes)
      }
    }
  }
}

// Bluestein's way, with m the convolution's length and c[k] = e^(-pi i k^2 / n): Y[k] = c[k] times the convolution of X c with conj c. Scratch:
// roots of order m, the other buffer, the chirp c [n], the transform of conj c [m], a row times c [m] and its transform [m]; the parts of each
// one behind the other.
@inline
function chirpOf(scratch: usize, m: i32): usize {
  return scratch + ((4 * up(m)) << 2)
}
@inline
function filterOf(scratch: usize, n: i32, m: i32): usize {
  return chirpOf(scratch, m) + ((2 * up(n)) << 2)
}

/** Writes the roots, the chirp and its conjugate's transform; once for all rows. */
function prepareChirp(scratch: usize, n: i32): void {
  const m = convolutionLength(n)
  const chirp = chirpOf(scratch, m), filter = filterOf(scratch, n, m)
  const row = filter + ((2 * up(m)) << 2)
  const chirpIm = chirp + (up(n) << 2), rowIm = row + (up(m) << 2)
  fillRoots(scratch, m)
  memory.fill(row, 0, (2 * up(m)) << 2)
  for (let k = 0; k < n; k++) {
    const half = <i32>((<i64>k * <i64>k) % <i64>(2 * n))
    const re = cosine(half, 2 * n, 0), im = -cosine(half, 2 * n, 3)
    const at = <usize>k << 2
    store<f32>(chirp + at, re)
    store<f32>(chirpIm + at, im)
    const mirror = <usize>(k == 0 ? 0 : m - k) << 2
    store<f32>(row + at, re)
    store<f32>(rowIm + at, -im)
    store<f32>(row + mirror, re)
    store<f32>(rowIm + mirror, -im)
  }
  transform(row, rowIm, filter, filter + (up(m) << 2), scratch, scratch + ((2 * up(m)) << 2), m)
}

/** One row of any length n. */
function chirpTransform(re: usize, im: usize, outRe: usize, outIm: usize, scratch: usize, n: i32): void {
  const m = convolutionLength(n)
  const half = up(m) << 2
  const other = scratch + 2 * half
  const chirp = chirpOf(scratch, m), filter = filterOf(scratch, n, m)
  const row = filter + 2 * half, spectrum = row + 2 * half
  memory.fill(row, 0, 2 * half)
  products(re, im, chirp, chirp + (up(n) << 2), row, row + half, n)
  transform(row, row + half, spectrum, spectrum + half, scratch, other, m)
  products(spectrum, spectrum + half, filter, filter + half, row, row + half, m)
  // The inverse: parts swapped on the way in and out.
  transform(row + half, row, spectrum + half, spectrum, scratch, other, m)
  products(spectrum, spectrum + half, chirp, chirp + (up(n) << 2), outRe, outIm, n)
  divide(outRe, n, <f32>m)
  divide(outIm, n, <f32>m)
}

/** Products of complex numbers, one by one. */
function products(re: usize, im: usize, c: usize, s: usize, toRe: usize, toIm: usize, count: i32): void {
  for (let left = count; left > 0; left -= 4) {
    const lanes = min(left, 4)
    storeProduct(toRe, toIm, loadLanes(re, lanes), loadLanes(im, lanes), loadLanes(c, lanes), loadLanes(s, lanes), lanes)
    re += 16
    im += 16
    c += 16
    s += 16
    toRe += 16
    toIm += 16
  }
}
