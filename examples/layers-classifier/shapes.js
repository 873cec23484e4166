// The example's data: small grey pictures of five shapes, drawn by seeded code. Knows nothing of tfjs.

export const side = 16
export const shapes = ['disc', 'ring', 'square', 'cross', 'bar']

/** Whether a point lies in a shape of radius r around the origin. */
const inside = {
  disc: (x, y, r) => x * x + y * y <= r * r,
  ring: (x, y, r) => x * x + y * y <= r * r && x * x + y * y >= r * r * 0.4,
  square: (x, y, r) => Math.max(Math.abs(x), Math.abs(y)) <= r * 0.85,
  cross: (x, y, r) => Math.min(Math.abs(x), Math.abs(y)) <= r * 0.3 && Math.max(Math.abs(x), Math.abs(y)) <= r,
  bar: (x, y, r) => Math.abs(x) <= r && Math.abs(y) <= r * 0.3,
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function random(seed) {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Pictures [count, 16, 16, 1], 0 to 1 and some noise, and the number of each one's shape [count]. */
export function draw(count, seed) {
  const next = random(seed)
  const pixels = new Float32Array(count * side * side)
  const labels = new Int32Array(count)
  for (let image = 0; image < count; image++) {
    labels[image] = Math.floor(next() * shapes.length)
    const isInside = inside[shapes[labels[image]]]
    const radius = 3 + 2.5 * next()
    const [cx, cy] = [radius + next() * (side - 2 * radius), radius + next() * (side - 2 * radius)]
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const ink = isInside(x + 0.5 - cx, y + 0.5 - cy, radius) ? 0.7 : 0
        pixels[(image * side + y) * side + x] = ink + 0.3 * next()
      }
    }
  }
  return { pixels, labels }
}
