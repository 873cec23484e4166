// Slow, plain resizing of pictures with its gradients in float64: every new pixel as a sum of old ones times shares. The yardstick of
// assembly/ResizeBilinear.ts and ResizeNearestNeighbor.ts; imports nothing from src, and stays. Layout NHWC.

type Numbers = ArrayLike<number>

export interface Resizing {
  readonly kind: 'bilinear' | 'nearest'
  readonly batch: number
  /** [height, width] before and after. */
  readonly from: readonly [number, number]
  readonly to: readonly [number, number]
  readonly channels: number
  readonly alignCorners: boolean
  readonly halfPixelCenters: boolean
}

const clamp = (at: number, size: number) => Math.max(0, Math.min(size - 1, at))

/** The old places and shares of new place i along one axis. */
function shares(r: Resizing, axis: 0 | 1, i: number): [number, number][] {
  const [from, to] = [r.from[axis], r.to[axis]]
  const step = r.alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to
  if (r.kind === 'nearest') {
    const place = step * (r.halfPixelCenters ? i + 0.5 : i)
    return [[clamp(r.alignCorners ? Math.round(place) : Math.floor(place), from), 1]]
  }
  const place = r.halfPixelCenters ? step * (i + 0.5) - 0.5 : step * i
  const first = Math.max(0, Math.floor(place))
  const share = place - first
  return [
    [first, 1 - share],
    [clamp(Math.ceil(place), from), share],
  ]
}

function forEachTerm(r: Resizing, visit: (xi: number, share: number, yi: number) => void): void {
  for (let n = 0; n < r.batch; n++)
    for (let i = 0; i < r.to[0]; i++)
      for (let j = 0; j < r.to[1]; j++)
        for (const [row, down] of shares(r, 0, i))
          for (const [column, across] of shares(r, 1, j))
            for (let c = 0; c < r.channels; c++) {
              const x = ((n * r.from[0] + row) * r.from[1] + column) * r.channels + c
              visit(x, down * across, ((n * r.to[0] + i) * r.to[1] + j) * r.channels + c)
            }
}

/** y of x. */
export function resize(x: Numbers, r: Resizing): Float64Array {
  const y = new Float64Array(r.batch * r.to[0] * r.to[1] * r.channels)
  forEachTerm(r, (xi, share, yi) => (y[yi]! += share * x[xi]!))
  return y
}

/** dx of dy. */
export function resizeGradient(dy: Numbers, r: Resizing): Float64Array {
  const dx = new Float64Array(r.batch * r.from[0] * r.from[1] * r.channels)
  forEachTerm(r, (xi, share, yi) => (dx[xi]! += share * dy[yi]!))
  return dx
}
