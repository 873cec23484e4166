// Batch normalisation over the last axis with given mean and variance, float32, and its gradient with respect to all five inputs in one
// sweep. Twins: src/kernels/FusedBatchNorm.ts and FusedBatchNormGrad.ts. Sums over pixels are made in blocks of 64, so that rounding stays
// small. Not here: the batch's mean and variance, which are tfjs ops of their own.
import { loadLanes, storeLanes } from './inline/lanes'

const BLOCK: i32 = 64
/** From this many on, the pixels of a block lie so far apart that the first-level cache does not hold a channel's: rows are taken as they come. */
const MANY: i32 = 192

/** y = (x - mean) * scale / sqrt(variance + epsilon) + offset. */
export function fusedBatchNorm(
  x: usize, // [pixels, C]    read
  mean: usize, // [C]         read
  variance: usize, // [C]     read
  scale: usize, // [C]        read; 0 for ones
  offset: usize, // [C]       read; 0 for zeros
  y: usize, // [pixels, C]    written in full
  pixels: i32,
  channels: i32,
  epsilon: f32,
  scratch: usize, // [C]
): void {
  for (let c = 0; c < channels; c += 4) {
    const lanes = min(4, channels - c), at = <usize>c << 2
    const factor = inverseRoot(variance + at, epsilon, lanes)
    storeLanes(scratch + at, scale ? f32x4.mul(factor, loadLanes(scale + at, lanes)) : factor, lanes)
  }
  const pixelBytes = <usize>channels << 2
  if (channels >= MANY && (channels & 7) == 0) {
    manyChannels(x, mean, scratch, offset, y, pixels, pixelBytes)
    return
  }
  for (let first = 0; first < pixels; first += BLOCK) {
    const count = min(BLOCK, pixels - first), start = <usize>first * pixelBytes
    let c = 0
    for (; c + 8 <= channels; c += 8) {
      const at = <usize>c << 2
      let p = x + start + at, q = y + start + at
      const m0 = v128.load(mean + at), m1 = v128.load(mean + at, 16)
      const f0 = v128.load(scratch + at), f1 = v128.load(scratch + at, 16)
      const o0 = offset ? v128.load(offset + at) : f32x4.splat(0), o1 = offset ? v128.load(offset + at, 16) : f32x4.splat(0)
      for (let i = count; i > 0; i--) {
        v128.store(q, f32x4.add(f32x4.mul(f32x4.sub(v128.load(p), m0), f0), o0))
        v128.store(q, f32x4.add(f32x4.mul(f32x4.sub(v128.load(p, 16), m1), f1), o1), 16)
        p += pixelBytes
        q += pixelBytes
      }
    }
    for (; c < channels; c += 4) {
      const lanes = min(4, channels - c), at = <usize>c << 2
      let p = x + start + at, q = y + start + at
      const m = loadLanes(mean + at, lanes), f = loadLanes(scratch + at, lanes)
      const o = offset ? loadLanes(offset + at, lanes) : f32x4.splat(0)
      for (let i = count; i > 0; i--) {
        storeLanes(q, f32x4.add(f32x4.mul(f32x4.sub(loadLanes(p, lanes), m), f), o), lanes)
        p += pixelBytes
        q += pixelBytes
      }
    }
  }
}

/** A multiple of 8 channels, a pixel at a time; factor [C] is scale / sqrt(variance + epsilon). */
function manyChannels(x: usize, mean: usize, factor: usize, offset: usize, y: usize, pixels: i32, pixelBytes: usize): void {
  for (let left = pixels; left > 0; left--) {
    for (let at: usize = 0; at < pixelBytes; at += 32) {
      const p = x + at, m = mean + at, f = factor + at, q = y + at
      let a = f32x4.mul(f32x4.sub(v128.load(p), v128.load(m)), v128.load(f))
      let b = f32x4.mul(f32x4.sub(v128.load(p, 16), v128.load(m, 16)), v128.load(f, 16))
      // 0 is added where there is no offset, as below.
      a = f32x4.add(a, offset ? v128.load(offset + at) : f32x4.splat(0))
      b = f32x4.add(b, offset ? v128.load(offset + at, 16) : f32x4.splat(0))
      v128.store(q, a)
      v128.store(q, b, 16)
    }
    x += pixelBytes
    y += pixelBytes
  }
}

@inline
function inverseRoot(variance: usize, epsilon: f32, lanes: i32): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(loadLanes(variance, lanes), f32x4.splat(epsilon))))
}

/**
 * With r = 1 / sqrt(variance + epsilon): dx = dy r scale; dOffset = sum of dy; dScale = r * sum of dy (x - mean);
 * dMean = -r scale * sum of dy; dVariance = -r^3 scale / 2 * sum of dy (x - mean).
 */
export function fusedBatchNormGrad(
  dy: usize, // [pixels, C]        read
  x: usize, // [pixels, C]         read
  mean: usize, // [C]              read
  variance: usize, // [C]          read
  scale: usize, // [C]             read; 0 for ones
  dx: usize, // [pixels, C]        written in full
  dMean: usize, // [C]             written in full, as the three below
  dVariance: usize,
  dScale: usize,
  dOffset: usize,
  pixels: i32,
  channels: i32,
  epsilon: f32,
): void {
  const pixelBytes = <usize>channels << 2
  memory.fill(dOffset, 0, pixelBytes) // sum of dy
  memory.fill(dScale, 0, pixelBytes) // sum of dy (x - mean)
  for (let first = 0; first < pixels; first += BLOCK) {
    const count = min(BLOCK, pixels - first), start = <usize>first * pixelBytes
    let c = 0
    for (; c + 8 <= channels; c += 8) {
      const at = <usize>c << 2
      pairOfSums(dy + start + at, x + start + at, mean + at, variance + at, scale ? scale + at : 0, dx + start + at, dOffset + at, dScale + at, count, pixelBytes, epsilon)
    }
    for (; c < channels; c += 4) {
      const lanes = min(4, channels - c), at = <usize>c << 2
      let p = x + start + at, q = dy + start + at, to = dx + start + at
      const m = loadLanes(mean + at, lanes)
      let factor = inverseRoot(variance + at, epsilon, lanes)
      if (scale) factor = f32x4.mul(factor, loadLanes(scale + at, lanes))
      let sum = f32x4.splat(0), products = sum
      for (let i = count; i > 0; i--) {
        const d = loadLanes(q, lanes)
        storeLanes(to, f32x4.mul(d, factor), lanes)
        sum = f32x4.add(sum, d)
        products = f32x4.add(products, f32x4.mul(d, f32x4.sub(loadLanes(p, lanes), m)))
        p += pixelBytes
        q += pixelBytes
        to += pixelBytes
      }
      storeLanes(dOffset + at, f32x4.add(loadLanes(dOffset + at, lanes), sum), lanes)
      storeLanes(dScale + at, f32x4.add(loadLanes(dScale + at, lanes), products), lanes)
    }
  }
  for (let c = 0; c < channels; c += 4) {
    const lanes = min(4, channels - c), at = <usize>c << 2
    const r = inverseRoot(variance + at, epsilon, lanes)
    const factor = scale ? f32x4.mul(r, loadLanes(scale + at, lanes)) : r
    const products = f32x4.mul(loadLanes(dScale + at, lanes), r)
    storeLanes(dMean + at, f32x4.neg(f32x4.mul(factor, loadLanes(dOffset + at, lanes))), lanes)
    storeLanes(dVariance + at, f32x4.mul(f32x4.mul(f32x4.splat(-0.5), f32x4.mul(r, factor)), products), lanes)
    storeLanes(dScale + at, products, lanes)
  }
}

/** dx and the two sums of eight channels over one block of pixels. */
function pairOfSums(dy: usize, x: usize, mean: usize, variance: usize, scale: usize, dx: usize, sums: usize, products: usize, count: i32, pixelBytes: usize, epsilon: f32): void {
  const m0 = v128.load(mean), m1 = v128.load(mean, 16)
  let f0 = inverseRoot(variance, epsilon, 4), f1 = inverseRoot(variance + 16, epsilon, 4)
  if (scale) {
    f0 = f32x4.mul(f0, v128.load(scale))
    f1 = f32x4.mul(f1, v128.load(scale, 16))
  }
  let s0 = f32x4.splat(0), s1 = s0, p0 = s0, p1 = s0
  for (; count > 0; count--) {
    const d0 = v128.load(dy), d1 = v128.load(dy, 16)
    v128.store(dx, f32x4.mul(d0, f0))
    v128.store(dx, f32x4.mul(d1, f1), 16)
    s0 = f32x4.add(s0, d0)
    s1 = f32x4.add(s1, d1)
    p0 = f32x4.add(p0, f32x4.mul(d0, f32x4.sub(v128.load(x), m0)))
    p1 = f32x4.add(p1, f32x4.mul(d1, f32x4.sub(v128.load(x, 16), m1)))
    dy += pixelBytes
    x += pixelBytes
    dx += pixelBytes
  }
  v128.store(sums, f32x4.add(v128.load(sums), s0))
  v128.store(sums, f32x4.add(v128.load(sums, 16), s1), 16)
  v128.store(products, f32x4.add(v128.load(products), p0))
  v128.store(products, f32x4.add(v128.load(products, 16), p1), 16)
}
