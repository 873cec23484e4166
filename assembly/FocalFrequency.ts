// Focal frequency loss of image pairs (Jiang, Dai, Wu & Loy, "Focal frequency loss for image reconstruction and synthesis", ICCV 2021, arXiv
// 2012.12821, alpha = 1, whole pictures) and its gradient with respect to the first image. NHWC.
// With D the orthonormal 2-D Fourier transform of a channel of a - b:
//   w = |D| / max |D|,  loss = mean over frequencies and channels of w |D|^2
// The maximum is over one channel of one image, as in the authors' code; w is held constant in the gradient, as there:
//   da = dy 2 / (H W C) F^-1[w D]
// Otherwise than there, a value that is not finite stays so (their weights turn NaN to 0), and a difference of 0 has weight 0.
//
// d is real, so only the rows v = 0 ... H/2 of D are computed; all others but v = 0 and v = H/2 (H even) count twice. Down the columns first,
// where neighbours in memory are transformed alike; then along the rows, where the frequencies fill the vectors. As products with cosine
// tables: at the report's 50 pixels that is some 2 % of a training step, and any side will do.
import { loadLanes, storeLanes } from './inline/lanes'
import { cosQuarter, sinQuarter } from './inline/math'

/** Where everything lies in scratch; [in float32 elements]. Fields are read through `at`. */
@inline
function up(count: i32): i32 {
  return (count + 3) & ~3
}

@inline
function rows(height: i32): i32 {
  return (height >> 1) + 1
}

/** Bytes of scratch for either function below. */
export function focalFrequencyScratch(height: i32, width: i32, channels: i32): usize {
  const tables = 2 * up(rows(height) * height) + 2 * width * up(width)
  const fields = height * up(width * channels) + 2 * up(width * channels)
  return <usize>(tables + fields + 2 * rows(height) * channels * up(width)) << 2
}

/** cos(2 pi k / n), or with shift = 3 sin(2 pi k / n): 4 k / n turned into whole quarters and a rest of at most half a one. */
function cosine(k: i32, n: i32, shift: i32): f32 {
  const quarters = (8 * k + n) / (2 * n)
  const over = 4 * k - quarters * n
  const rest = f32x4.splat(<f32>over / <f32>n)
  const quadrant = (quarters + shift) & 3
  const value = f32x4.extract_lane((quadrant & 1) == 0 ? cosQuarter(rest) : sinQuarter(rest), 0)
  return quadrant == 1 || quadrant == 2 ? -value : value
}

/** [rowCount, up(n)] with `padded`, else [rowCount, n]: cosine of 2 pi i j / n, zeros behind the end. */
function table(to: usize, rowCount: i32, n: i32, shift: i32, padded: bool): void {
  const stride = padded ? up(n) : n
  for (let i = 0; i < rowCount; i++) {
    for (let j = 0; j < stride; j++) {
      store<f32>(to, j < n ? cosine((i * j) % n, n, shift) : 0)
      to += 4
    }
  }
}

/** The loss of each pair. */
export function focalFrequency(
  a: usize, // [N, H, W, C]   read
  b: usize, // [N, H, W, C]   read
  y: usize, // [N]            written
  scratch: usize, // focalFrequencyScratch(H, W, C)
  count: i32,
  height: i32,
  width: i32,
  channels: i32,
): void {
  const size = height * width * channels
  tables(scratch, height, width)
  for (let n = 0; n < count; n++) {
    transform(a, b, scratch, height, width, channels)
    let sum: f64 = 0
    for (let c = 0; c < channels; c++) sum += weightedEnergy(scratch, height, width, channels, c)
    // |D|^2 is without the orthonormal 1 / (H W).
    store<f32>(y, <f32>(sum / (<f64>size * <f64>(height * width))))
    a += <usize>size << 2
    b += <usize>size << 2
    y += 4
  }
}

/** da = dy times the gradient of `focalFrequency` with respect to a; that for b is -da. */
export function focalFrequencyGrad(
  a: usize, // [N, H, W, C]    read
  b: usize, // [N, H, W, C]    read
  dy: usize, // [N]            read
  da: usize, // [N, H, W, C]   written in full
  scratch: usize, // focalFrequencyScratch(H, W, C)
  count: i32,
  height: i32,
  width: i32,
  channels: i32,
): void {
  const size = height * width * channels
  tables(scratch, height, width)
  for (let n = 0; n < count; n++) {
    transform(a, b, scratch, height, width, channels)
    for (let c = 0; c < channels; c++) applyWeights(scratch, height, width, channels, c)
    const scale = <f32>((2 * <f64>load<f32>(dy)) / (<f64>size * <f64>(height * width)))
    inverse(scratch, da, scale, height, width, channels)
    a += <usize>size << 2
    b += <usize>size << 2
    da += <usize>size << 2
    dy += 4
  }
}

// Places in scratch, each a multiple of 16 bytes from its start.
@inline
function cosY(scratch: usize): usize {
  return scratch // [rows, H]; sines behind it
}
@inline
function sinY(scratch: usize, height: i32): usize {
  return scratch + (<usize>up(rows(height) * height) << 2)
}
@inline
function cosX(scratch: usize, height: i32): usize {
  return scratch + (<usize>(2 * up(rows(height) * height)) << 2) // [W, up(W)]; sines behind it
}
@inline
function sinX(scratch: usize, height: i32, width: i32): usize {
  return cosX(scratch, height) + (<usize>(width * up(width)) << 2)
}
@inline
function field(scratch: usize, height: i32, width: i32): usize {
  return sinX(scratch, height, width) + (<usize>(width * up(width)) << 2) // [H, up(W C)]; then two rows of as many
}
@inline
function lines(scratch: usize, height: i32, width: i32, channels: i32): usize {
  return field(scratch, height, width) + (<usize>(height * up(width * channels)) << 2)
}
/** [rows, C, up(W)] real parts, imaginary parts behind them. */
@inline
function spectrum(scratch: usize, height: i32, width: i32, channels: i32): usize {
  return lines(scratch, height, width, channels) + (<usize>(2 * up(width * channels)) << 2)
}

function tables(scratch: usize, height: i32, width: i32): void {
  table(cosY(scratch), rows(height), height, 0, false)
  table(sinY(scratch, height), rows(height), height, 3, false)
  table(cosX(scratch, height), width, width, 0, true)
  table(sinX(scratch, height, width), width, width, 3, true)
}

/** D of a - b, without the factor 1 / sqrt(H W), into `spectrum`. */
function transform(a: usize, b: usize, scratch: usize, height: i32, width: i32, channels: i32): void {
  const rowBytes = <usize>up(width * channels) << 2
  const d = field(scratch, height, width)
  const line = lines(scratch, height, width, channels)
  subtractRows(a, b, d, height, width * channels)
  for (let v = 0; v < rows(height); v++) {
    const cosines = cosY(scratch) + (<usize>(v * height) << 2)
    const sines = sinY(scratch, height) + (<usize>(v * height) << 2)
    for (let at: usize = 0; at < rowBytes; at += 16) {
      let re = f32x4.splat(0), im = f32x4.splat(0)
      let from = d + at
      for (let i: usize = 0; i < <usize>height << 2; i += 4) {
        const value = v128.load(from)
        re = f32x4.add(re, f32x4.mul(v128.load32_splat(cosines + i), value))
        im = f32x4.sub(im, f32x4.mul(v128.load32_splat(sines + i), value))
        from += rowBytes
      }
      v128.store(line + at, re)
      v128.store(line + rowBytes + at, im)
    }
    transformLine(scratch, v, height, width, channels)
  }
}

/** Rows of a - b, each filled with zeros to whole vectors. */
function subtractRows(a: usize, b: usize, d: usize, height: i32, row: i32): void {
  for (let i = 0; i < height; i++) {
    for (let left = row; left > 0; left -= 4) {
      const lanes = min(left, 4)
      v128.store(d, f32x4.sub(loadLanes(a, lanes), loadLanes(b, lanes)))
      a += <usize>lanes << 2
      b += <usize>lanes << 2
      d += 16
    }
  }
}

/** (re + i im)(cos - i sin), summed over x: one row of the spectrum. */
function transformLine(scratch: usize, v: i32, height: i32, width: i32, channels: i32): void {
  const pixel = <usize>channels << 2
  const re = lines(scratch, height, width, channels)
  const im = re + (<usize>up(width * channels) << 2)
  const tableRow = <usize>up(width) << 2
  const imaginary = <usize>(rows(height) * channels) * tableRow
  for (let c = 0; c < channels; c++) {
    const to = spectrum(scratch, height, width, channels) + <usize>(v * channels + c) * tableRow
    for (let u: usize = 0; u < tableRow; u += 16) {
      let sumRe = f32x4.splat(0), sumIm = f32x4.splat(0)
      let cosines = cosX(scratch, height) + u
      let sines = sinX(scratch, height, width) + u
      let at = <usize>c << 2
      for (let x = 0; x < width; x++) {
        const r = v128.load32_splat(re + at), i = v128.load32_splat(im + at)
        const cos = v128.load(cosines), sin = v128.load(sines)
        sumRe = f32x4.add(sumRe, f32x4.add(f32x4.mul(r, cos), f32x4.mul(i, sin)))
        sumIm = f32x4.add(sumIm, f32x4.sub(f32x4.mul(i, cos), f32x4.mul(r, sin)))
        at += pixel
        cosines += tableRow
        sines += tableRow
      }
      v128.store(to + u, sumRe)
      v128.store(to + imaginary + u, sumIm)
    }
  }
}

@inline
function energy(at: usize, imaginary: usize): v128 {
  const re = v128.load(at), im = v128.load(at + imaginary)
  return f32x4.add(f32x4.mul(re, re), f32x4.mul(im, im))
}

/** 1 / max |D| of a channel; 0 where D is 0, and NaN where it is not finite. */
function inversePeak(scratch: usize, height: i32, width: i32, channels: i32, c: i32): f32 {
  const tableRow = <usize>up(width) << 2
  const imaginary = <usize>(rows(height) * channels) * tableRow
  let most = f32x4.splat(0)
  for (let v = 0; v < rows(height); v++) {
    const from = spectrum(scratch, height, width, channels) + <usize>(v * channels + c) * tableRow
    for (let u: usize = 0; u < tableRow; u += 16) most = f32x4.max(most, energy(from + u, imaginary))
  }
  const ends = max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1))
  const peak = max(ends, max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)))
  // Below, 1 / sqrt would overflow beside products that vanish.
  return peak < 1e-30 ? 0 : <f32>1 / sqrt(peak)
}

/** How often row v stands for itself and its mirror image. */
@inline
function weightOfRow(v: i32, height: i32): i32 {
  return v == 0 || 2 * v == height ? 1 : 2
}

/** Sum of w |D|^2 over all frequencies of a channel. */
function weightedEnergy(scratch: usize, height: i32, width: i32, channels: i32, c: i32): f64 {
  const tableRow = <usize>up(width) << 2
  const imaginary = <usize>(rows(height) * channels) * tableRow
  const factor = f32x4.splat(inversePeak(scratch, height, width, channels, c))
  let sum: f64 = 0
  for (let v = 0; v < rows(height); v++) {
    const from = spectrum(scratch, height, width, channels) + <usize>(v * channels + c) * tableRow
    let low = f64x2.splat(0), high = f64x2.splat(0)
    for (let u: usize = 0; u < tableRow; u += 16) {
      const e = energy(from + u, imaginary)
      const t = f32x4.mul(f32x4.mul(factor, f32x4.sqrt(e)), e)
      low = f64x2.add(low, f64x2.promote_low_f32x4(t))
      high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(t, t, 2, 3, 2, 3)))
    }
    const both = f64x2.add(low, high)
    sum += <f64>weightOfRow(v, height) * (f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1))
  }
  return sum
}

/** D becomes w D, and twice that in rows that stand for two. */
function applyWeights(scratch: usize, height: i32, width: i32, channels: i32, c: i32): void {
  const tableRow = <usize>up(width) << 2
  const imaginary = <usize>(rows(height) * channels) * tableRow
  const peak = inversePeak(scratch, height, width, channels, c)
  for (let v = 0; v < rows(height); v++) {
    const from = spectrum(scratch, height, width, channels) + <usize>(v * channels + c) * tableRow
    const factor = f32x4.splat(peak * <f32>weightOfRow(v, height))
    for (let u: usize = 0; u < tableRow; u += 16) {
      const w = f32x4.mul(factor, f32x4.sqrt(energy(from + u, imaginary)))
      v128.store(from + u, f32x4.mul(w, v128.load(from + u)))
      v128.store(from + imaginary + u, f32x4.mul(w, v128.load(from + imaginary + u)))
    }
  }
}

/** da [H, W, C] = scale times the real part of the spectrum's inverse transform, without its factor. */
function inverse(scratch: usize, da: usize, scale: f32, height: i32, width: i32, channels: i32): void {
  const row = width * channels
  const rowBytes = <usize>up(row) << 2
  let sums = field(scratch, height, width)
  const line = lines(scratch, height, width, channels)
  memory.fill(sums, 0, <usize>height * rowBytes)
  memory.fill(line, 0, 2 * rowBytes)
  for (let v = 0; v < rows(height); v++) {
    inverseLine(scratch, v, height, width, channels)
    let to = sums
    for (let i = 0; i < height; i++) {
      const place = <usize>(v * height + i) << 2
      const cos = v128.load32_splat(cosY(scratch) + place), sin = v128.load32_splat(sinY(scratch, height) + place)
      for (let at: usize = 0; at < rowBytes; at += 16) {
        const re = f32x4.mul(cos, v128.load(line + at)), im = f32x4.mul(sin, v128.load(line + rowBytes + at))
        v128.store(to + at, f32x4.add(v128.load(to + at), f32x4.sub(re, im)))
      }
      to += rowBytes
    }
  }
  const factor = f32x4.splat(scale)
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < row; j += 4) {
      const lanes = min(row - j, 4)
      storeLanes(da, f32x4.mul(factor, v128.load(sums + (<usize>j << 2))), lanes)
      da += <usize>lanes << 2
    }
    sums += rowBytes
  }
}

/** (re + i im)(cos + i sin), summed over u: one row of the inverse along x, into `lines`. */
function inverseLine(scratch: usize, v: i32, height: i32, width: i32, channels: i32): void {
  const re = lines(scratch, height, width, channels)
  const im = re + (<usize>up(width * channels) << 2)
  const tableRow = <usize>up(width) << 2
  const imaginary = <usize>(rows(height) * channels) * tableRow
  for (let c = 0; c < channels; c++) {
    const from = spectrum(scratch, height, width, channels) + <usize>(v * channels + c) * tableRow
    let cosines = cosX(scratch, height), sines = sinX(scratch, height, width)
    for (let x = 0; x < width; x++) {
      let sumRe = f32x4.splat(0), sumIm = f32x4.splat(0)
      for (let u: usize = 0; u < tableRow; u += 16) {
        const r = v128.load(from + u), i = v128.load(from + imaginary + u)
        const cos = v128.load(cosines + u), sin = v128.load(sines + u)
        sumRe = f32x4.add(sumRe, f32x4.sub(f32x4.mul(r, cos), f32x4.mul(i, sin)))
        sumIm = f32x4.add(sumIm, f32x4.add(f32x4.mul(r, sin), f32x4.mul(i, cos)))
      }
      const at = <usize>(x * channels + c) << 2
      store<f32>(re + at, lanesSum(sumRe))
      store<f32>(im + at, lanesSum(sumIm))
      cosines += tableRow
      sines += tableRow
    }
  }
}

@inline
function lanesSum(v: v128): f32 {
  const first = f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1)
  return first + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
}
