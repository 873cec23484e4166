// Philox4x32-10, a counter-based generator (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011),
// eight counters at a time. Twin of src/random/philox.ts: counter = [block, image, epoch, stream], key = [seed low, seed high].

/** High and low halves of the lane-wise 32 x 32 bit products. */
@inline
function mulHigh(a: v128, b: v128): v128 {
  return v128.shuffle<u32>(v128.extmul_low<u32>(a, b), v128.extmul_high<u32>(a, b), 1, 3, 5, 7)
}

/**
 * Philox blocks `block` to `block + 7`; their words at out: twice [word 0..3][block 0..3]. Two vectors of counters go side by side, because
 * each round waits for the last.
 */
@inline
export function philoxBlocks(block: i32, image: i32, epoch: i32, stream: i32, seedLow: i32, seedHigh: i32, out: usize): void {
  let a0 = i32x4.add(i32x4.splat(block), i32x4(0, 1, 2, 3)), b0 = i32x4.add(i32x4.splat(block), i32x4(4, 5, 6, 7))
  let a1 = i32x4.splat(image), b1 = a1
  let a2 = i32x4.splat(epoch), b2 = a2
  let a3 = i32x4.splat(stream), b3 = a3
  const m0 = i32x4.splat(0xd2511f53)
  const m1 = i32x4.splat(0xcd9e8d57)
  for (let round = 0; round < 10; round++) {
    const low = i32x4.splat(seedLow), high = i32x4.splat(seedHigh)
    const a4 = v128.xor(v128.xor(mulHigh(a2, m1), a1), low), b4 = v128.xor(v128.xor(mulHigh(b2, m1), b1), low)
    const a5 = v128.xor(v128.xor(mulHigh(a0, m0), a3), high), b5 = v128.xor(v128.xor(mulHigh(b0, m0), b3), high)
    a1 = i32x4.mul(a2, m1)
    b1 = i32x4.mul(b2, m1)
    a3 = i32x4.mul(a0, m0)
    b3 = i32x4.mul(b0, m0)
    a0 = a4
    b0 = b4
    a2 = a5
    b2 = b5
    seedLow += 0x9e3779b9
    seedHigh += 0xbb67ae85
  }
  v128.store(out, a0)
  v128.store(out, a1, 16)
  v128.store(out, a2, 32)
  v128.store(out, a3, 48)
  v128.store(out, b0, 64)
  v128.store(out, b1, 80)
  v128.store(out, b2, 96)
  v128.store(out, b3, 112)
}
