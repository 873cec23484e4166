// The 2-D Fourier transform of a difference of two pictures, channel by channel, and the way back; for FocalFrequency.ts. NHWC in, rows of the
// spectrum out: [rows(H), C, up(W)] real parts, the imaginary ones behind them, without any factor.
//
// The difference is real, so only the rows v = 0 ... H/2 are computed; all others but v = 0 and v = H/2 (H even) mirror one of them. Down the
// columns first, where neighbours in memory are transformed alike; then along the rows, where the frequencies fill the vectors. As products
// with cosine tables, not as an FFT: at the report's 50 pixels that is little beside the convolutions, and any side will do.
import { loadLanes, storeLanes } from './lanes'
import { cosine } from './roots'

/** Rounded up to whole vectors. */
@inline
export function up(count: i32): i32 {
  return (count + 3) & ~3
}

/** Rows of the spectrum that are computed. */
@inline
export function rows(height: i32): i32 {
  return (height >> 1) + 1
}

/** Bytes of scratch for the functions below. */
export function fourierScratch(height: i32, width: i32, channels: i32): usize {
  const tables = 2 * up(rows(height) * height) + 2 * width * up(width)
  const fields = height * up(width * channels) + 2 * up(width * channels)
  return <usize>(tables + fields + 2 * rows(height) * channels * up(width)) << 2
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
export function spectrum(scratch: usize, height: i32, width: i32, channels: i32): usize {
  return lines(scratch, height, width, channels) + (<usize>(2 * up(width * channels)) << 2)
}

/** Fills the cosines and sines; once for all pictures of a size. */
export function tables(scratch: usize, height: i32, width: i32): void {
  table(cosY(scratch), rows(height), height, 0, false)
  table(sinY(scratch, height), rows(height), height, 3, false)
  table(cosX(scratch, height), width, width, 0, true)
  table(sinX(scratch, height, width), width, width, 3, true)
}

/** The transform of a - b into `spectrum`. */
export function transform(a: usize, b: usize, scratch: usize, height: i32, width: i32, channels: i32): void {
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

/** da [H, W, C] = scale times the real part of the spectrum's inverse transform, without its factor. */
export function inverse(scratch: usize, da: usize, scale: f32, height: i32, width: i32, channels: i32): void {
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
