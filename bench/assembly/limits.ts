// What one core can do at most: 128-bit multiply-adds from registers and the first-level cache, and reading memory. For the bench
// alone; never part of the package. Each loop has independent accumulators, so that no addition waits for the one before it, and
// fresh operands in each round, so that no product can be moved out of the loop.

@inline
function madd(acc: v128, a: v128, b: v128): v128 {
  return f32x4.add(acc, f32x4.mul(a, b))
}

/** 8 accumulators: 2 operands loaded and 4 held, their 8 products. 64 floating-point operations a round. */
export function multiplyAdd8(p: usize, rounds: i32): f32 {
  const b0 = v128.load(p), b1 = v128.load(p, 16), b2 = v128.load(p, 32), b3 = v128.load(p, 48)
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0
  for (let i = 0; i < rounds; i++) {
    const at = p + (<usize>(i & 31) << 5)
    const s = v128.load(at), t = v128.load(at, 16)
    c0 = madd(c0, s, b0); c1 = madd(c1, s, b1); c2 = madd(c2, s, b2); c3 = madd(c3, s, b3)
    c4 = madd(c4, t, b0); c5 = madd(c5, t, b1); c6 = madd(c6, t, b2); c7 = madd(c7, t, b3)
  }
  return total(f32x4.add(sum4(c0, c1, c2, c3), sum4(c4, c5, c6, c7)))
}

/** 9 accumulators: 3 operands loaded and 3 held. 72 floating-point operations a round. */
export function multiplyAdd9(p: usize, rounds: i32): f32 {
  const b0 = v128.load(p), b1 = v128.load(p, 16), b2 = v128.load(p, 32)
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0, c8 = c0
  for (let i = 0; i < rounds; i++) {
    const at = p + (<usize>(i & 31) << 5)
    const s = v128.load(at), t = v128.load(at, 16), u = v128.load(at, 32)
    c0 = madd(c0, s, b0); c1 = madd(c1, s, b1); c2 = madd(c2, s, b2)
    c3 = madd(c3, t, b0); c4 = madd(c4, t, b1); c5 = madd(c5, t, b2)
    c6 = madd(c6, u, b0); c7 = madd(c7, u, b1); c8 = madd(c8, u, b2)
  }
  return total(f32x4.add(sum4(c0, c1, c2, c3), f32x4.add(sum4(c4, c5, c6, c7), c8)))
}

/** 10 accumulators: 5 operands loaded and 2 held. 80 floating-point operations a round. */
export function multiplyAdd10(p: usize, rounds: i32): f32 {
  const b0 = v128.load(p), b1 = v128.load(p, 16)
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0, c8 = c0, c9 = c0
  for (let i = 0; i < rounds; i++) {
    const at = p + (<usize>(i & 31) << 5)
    let s = v128.load(at)
    c0 = madd(c0, s, b0); c1 = madd(c1, s, b1)
    s = v128.load(at, 16)
    c2 = madd(c2, s, b0); c3 = madd(c3, s, b1)
    s = v128.load(at, 32)
    c4 = madd(c4, s, b0); c5 = madd(c5, s, b1)
    s = v128.load(at, 48)
    c6 = madd(c6, s, b0); c7 = madd(c7, s, b1)
    s = v128.load(at, 64)
    c8 = madd(c8, s, b0); c9 = madd(c9, s, b1)
  }
  return total(f32x4.add(sum4(c0, c1, c2, c3), f32x4.add(sum4(c4, c5, c6, c7), f32x4.add(c8, c9))))
}

/** 12 accumulators: 6 operands loaded and 2 held. 96 floating-point operations a round. */
export function multiplyAdd12(p: usize, rounds: i32): f32 {
  const b0 = v128.load(p), b1 = v128.load(p, 16)
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0, c8 = c0, c9 = c0, c10 = c0, c11 = c0
  for (let i = 0; i < rounds; i++) {
    const at = p + (<usize>(i & 31) << 5)
    let s = v128.load(at)
    c0 = madd(c0, s, b0); c1 = madd(c1, s, b1)
    s = v128.load(at, 16)
    c2 = madd(c2, s, b0); c3 = madd(c3, s, b1)
    s = v128.load(at, 32)
    c4 = madd(c4, s, b0); c5 = madd(c5, s, b1)
    s = v128.load(at, 48)
    c6 = madd(c6, s, b0); c7 = madd(c7, s, b1)
    s = v128.load(at, 64)
    c8 = madd(c8, s, b0); c9 = madd(c9, s, b1)
    s = v128.load(at, 80)
    c10 = madd(c10, s, b0); c11 = madd(c11, s, b1)
  }
  return total(f32x4.add(sum4(c0, c1, c2, c3), f32x4.add(sum4(c4, c5, c6, c7), sum4(c8, c9, c10, c11))))
}

/**
 * 12 accumulators: 2 operands spread, and 6 loaded that lie side by side, as do the 12 sums that are stored. Pairs of neighbours become one
 * 256-bit instruction where V8 revectorizes; elsewhere they are too many for the registers. 96 floating-point operations a round.
 */
export function multiplyAddPairs(p: usize, rounds: i32): f32 {
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0
  let d0 = c0, d1 = c0, d2 = c0, d3 = c0, d4 = c0, d5 = c0
  for (let i = 0; i < rounds; i++) {
    const at = p + (<usize>(i & 31) << 5)
    const s = v128.load32_splat(at), t = v128.load32_splat(at, 4)
    const w0 = v128.load(at, 1024), w1 = v128.load(at, 1040), w2 = v128.load(at, 1056)
    const w3 = v128.load(at, 1072), w4 = v128.load(at, 1088), w5 = v128.load(at, 1104)
    c0 = madd(c0, s, w0); c1 = madd(c1, s, w1); c2 = madd(c2, s, w2)
    c3 = madd(c3, s, w3); c4 = madd(c4, s, w4); c5 = madd(c5, s, w5)
    d0 = madd(d0, t, w0); d1 = madd(d1, t, w1); d2 = madd(d2, t, w2)
    d3 = madd(d3, t, w3); d4 = madd(d4, t, w4); d5 = madd(d5, t, w5)
  }
  const to = p + 4096
  v128.store(to, c0); v128.store(to, c1, 16); v128.store(to, c2, 32)
  v128.store(to, c3, 48); v128.store(to, c4, 64); v128.store(to, c5, 80)
  v128.store(to, d0, 96); v128.store(to, d1, 112); v128.store(to, d2, 128)
  v128.store(to, d3, 144); v128.store(to, d4, 160); v128.store(to, d5, 176)
  return load<f32>(to)
}

/** Sum of `bytes` (a multiple of 64) of float32 at p: one stream through memory. */
export function readMemory(p: usize, bytes: usize): f32 {
  let a = f32x4.splat(0), b = a, c = a, d = a
  const end = p + bytes
  for (; p < end; p += 64) {
    a = f32x4.add(a, v128.load(p))
    b = f32x4.add(b, v128.load(p, 16))
    c = f32x4.add(c, v128.load(p, 32))
    d = f32x4.add(d, v128.load(p, 48))
  }
  return total(sum4(a, b, c, d))
}

export function copyMemory(to: usize, from: usize, bytes: usize): void {
  memory.copy(to, from, bytes)
}

@inline
function sum4(a: v128, b: v128, c: v128, d: v128): v128 {
  return f32x4.add(f32x4.add(a, b), f32x4.add(c, d))
}

@inline
function total(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3)
}
