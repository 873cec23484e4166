// Standard normal noise as a pure function of (seed, epoch, image, element): Philox words through Box & Muller (1958).
// Twin: src/kernels/RandomNormal.ts.
import { cosQuarter, log, sinQuarter } from './inline/math'
import { philoxBlocks } from './inline/philox'

export function randomNormal(
  out: usize, // [size]           written in full; element e is word e % 4 of Philox block e / 4
  size: i32,
  image: i32,
  epoch: i32,
  stream: i32,
  seedLow: i32,
  seedHigh: i32,
  scratch: usize, // 128 bytes
): void {
  const end = out + (<usize>size << 2)
  for (let block = 0; out < end; block += 8) {
    const whole = end - out >= 128
    const at = whole ? out : scratch
    philoxBlocks(block, image, epoch, stream, seedLow, seedHigh, at)
    for (let i: usize = 0; i < 128; i += 32) pair(at + i)
    transpose(at)
    transpose(at + 64)
    if (!whole) memory.copy(out, scratch, end - out)
    out += 128
  }
}

/** Words at p and p + 16 (four blocks each) become r cos a and r sin a, r = sqrt(-2 ln u), a = 2 pi v, u in (0, 1), v in [0, 1). */
@inline
function pair(p: usize): void {
  // An odd 24-bit integer over 2^24 is exact in float32 and never 0 or 1.
  const odd = i32x4.add(i32x4.shl(i32x4.shr_u(v128.load(p), 9), 1), i32x4.splat(1))
  const u = f32x4.mul(f32x4.convert_i32x4_u(odd), f32x4.splat(1.0 / 16777216.0))
  const quarters = f32x4.mul(f32x4.convert_i32x4_u(i32x4.shr_u(v128.load(p, 16), 8)), f32x4.splat(4.0 / 16777216.0))
  const radius = f32x4.sqrt(f32x4.mul(f32x4.splat(-2), log(u)))
  const nearest = f32x4.nearest(quarters)
  const rest = f32x4.sub(quarters, nearest)
  const quadrant = i32x4.trunc_sat_f32x4_s(nearest)
  const s = sinQuarter(rest)
  const c = cosQuarter(rest)
  // Odd quadrants swap sine and cosine; the sign of the cosine flips in quadrants 1 and 2, that of the sine in 2 and 3.
  const swap = i32x4.eq(v128.and(quadrant, i32x4.splat(1)), i32x4.splat(1))
  const cosSign = i32x4.shl(v128.and(i32x4.add(quadrant, i32x4.splat(1)), i32x4.splat(2)), 30)
  const sinSign = i32x4.shl(v128.and(quadrant, i32x4.splat(2)), 30)
  v128.store(p, f32x4.mul(radius, v128.xor(v128.bitselect(s, c, swap), cosSign)))
  v128.store(p, f32x4.mul(radius, v128.xor(v128.bitselect(c, s, swap), sinSign)), 16)
}

/** [word][block] to [block][word], four by four. */
@inline
function transpose(p: usize): void {
  const a = v128.load(p), b = v128.load(p, 16), c = v128.load(p, 32), d = v128.load(p, 48)
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
  const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7), cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
  v128.store(p, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5))
  v128.store(p, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7), 16)
  v128.store(p, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5), 32)
  v128.store(p, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7), 48)
}
