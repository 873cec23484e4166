// Slow, plain 2-D convolution with both gradients in float64: the definition, one product after another. The yardstick of
// assembly/Conv2D.ts, Conv2DBackpropInput.ts and Conv2DBackpropFilter.ts; imports nothing from src, and stays.
// Layout NHWC: x [N, H, W, C], w [KH, KW, C, OC], y [N, OH, OW, OC].

type Numbers = ArrayLike<number>

/** A convolution. Paddings are zeros on each side; a dilation of 1 is none. */
export interface Convolution {
  readonly batch: number
  readonly height: number
  readonly width: number
  readonly inChannels: number
  readonly outChannels: number
  readonly kernel: readonly [number, number]
  readonly stride: readonly [number, number]
  readonly dilation: readonly [number, number]
  /** [top, bottom], [left, right]. */
  readonly pad: readonly [readonly [number, number], readonly [number, number]]
}

const reach = (kernel: number, dilation: number) => (kernel - 1) * dilation + 1

/** floor((size + padding - reach) / stride) + 1 along each axis. */
export function outputSize(c: Convolution): [number, number] {
  const along = (axis: 0 | 1, size: number) =>
    Math.floor((size + c.pad[axis][0] + c.pad[axis][1] - reach(c.kernel[axis], c.dilation[axis])) / c.stride[axis]) + 1
  return [along(0, c.height), along(1, c.width)]
}

/** TensorFlow's 'same' along one axis: ceil(size / stride) outputs, the odd zero at the end. */
export function samePadding(size: number, kernel: number, stride: number, dilation: number): [number, number] {
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach(kernel, dilation) - size)
  return [Math.floor(total / 2), total - Math.floor(total / 2)]
}

/** Visits each product x[xi] * w[wi] that is a term of y[yi]. */
function forEachTerm(c: Convolution, visit: (xi: number, wi: number, yi: number) => void): void {
  const [outHeight, outWidth] = outputSize(c)
  for (let n = 0; n < c.batch; n++)
    for (let oy = 0; oy < outHeight; oy++)
      for (let ox = 0; ox < outWidth; ox++)
        for (let ky = 0; ky < c.kernel[0]; ky++)
          for (let kx = 0; kx < c.kernel[1]; kx++) {
            const y = oy * c.stride[0] + ky * c.dilation[0] - c.pad[0][0]
            const x = ox * c.stride[1] + kx * c.dilation[1] - c.pad[1][0]
            if (y < 0 || y >= c.height || x < 0 || x >= c.width) continue
            const pixel = ((n * c.height + y) * c.width + x) * c.inChannels
            const tap = (ky * c.kernel[1] + kx) * c.inChannels
            const output = ((n * outHeight + oy) * outWidth + ox) * c.outChannels
            for (let i = 0; i < c.inChannels; i++)
              for (let o = 0; o < c.outChannels; o++) visit(pixel + i, (tap + i) * c.outChannels + o, output + o)
          }
}

/** y [N, OH, OW, OC], with bias [OC] where given. */
export function conv2d(x: Numbers, w: Numbers, c: Convolution, bias?: Numbers): Float64Array {
  const [outHeight, outWidth] = outputSize(c)
  const y = new Float64Array(c.batch * outHeight * outWidth * c.outChannels)
  if (bias) for (let i = 0; i < y.length; i++) y[i] = bias[i % c.outChannels]!
  forEachTerm(c, (xi, wi, yi) => (y[yi]! += x[xi]! * w[wi]!))
  return y
}

/** dx [N, H, W, C] of dy [N, OH, OW, OC]; the forward pass of a transposed convolution, with bias [C] where given. */
export function conv2dInputGradient(dy: Numbers, w: Numbers, c: Convolution, bias?: Numbers): Float64Array {
  const dx = new Float64Array(c.batch * c.height * c.width * c.inChannels)
  if (bias) for (let i = 0; i < dx.length; i++) dx[i] = bias[i % c.inChannels]!
  forEachTerm(c, (xi, wi, yi) => (dx[xi]! += dy[yi]! * w[wi]!))
  return dx
}

/** dw [KH, KW, C, OC] of x and dy. */
export function conv2dFilterGradient(x: Numbers, dy: Numbers, c: Convolution): Float64Array {
  const dw = new Float64Array(c.kernel[0] * c.kernel[1] * c.inChannels * c.outChannels)
  forEachTerm(c, (xi, wi, yi) => (dw[wi]! += dy[yi]! * x[xi]!))
  return dw
}
