// Philox4x32-10 (Salmon et al., SC 2011) in big integers, as the paper writes it, and Box & Muller (1958) in float64. The yardstick of
// assembly/RandomNormal.ts; imports nothing from src, and stays.

const word = 0xffffffffn

/** The four words of one block. */
export function philox(counter: readonly bigint[], key: readonly bigint[]): number[] {
  let [c0, c1, c2, c3] = counter as [bigint, bigint, bigint, bigint]
  let [k0, k1] = key as [bigint, bigint]
  for (let round = 0; round < 10; round++) {
    const a = 0xd2511f53n * c0
    const b = 0xcd9e8d57n * c2
    ;[c0, c1, c2, c3] = [(b >> 32n) ^ c1 ^ k0, b & word, (a >> 32n) ^ c3 ^ k1, a & word]
    k0 = (k0 + 0x9e3779b9n) & word
    k1 = (k1 + 0xbb67ae85n) & word
  }
  return [c0, c1, c2, c3].map(Number)
}

/**
 * `size` standard normal numbers. Element e comes from block floor(e / 4): words 0 and 1 give elements 0 and 1 (r cos a, r sin a), words
 * 2 and 3 the others; u is word >> 9 made odd over 2^24, the angle's turn is (word >> 8) / 2^24.
 */
export function randomNormal(size: number, image: number, epoch: number, stream: number, seed: number): Float64Array {
  const key = [BigInt(seed) & word, BigInt(seed) >> 32n]
  const out = new Float64Array(size)
  for (let e = 0; e < size; e++) {
    const words = philox([BigInt(e >> 2), BigInt(image), BigInt(epoch), BigInt(stream)], key)
    const pair = e & 2
    const u = ((words[pair]! >>> 9) * 2 + 1) / 2 ** 24
    const angle = (2 * Math.PI * (words[pair + 1]! >>> 8)) / 2 ** 24
    out[e] = Math.sqrt(-2 * Math.log(u)) * (e & 1 ? Math.sin(angle) : Math.cos(angle))
  }
  return out
}
