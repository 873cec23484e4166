// Images seen through a projective map, in JavaScript on views of our memory. In place of tfjs-backend-wasm's, which answers with the last pixel
// wherever a reflected coordinate is negative.
import type { TensorInfo, TransformAttrs } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'

/** What is read at a coordinate beyond the picture, as TensorFlow's ImageProjectiveTransformV3 has it: a coordinate, which may lie beyond still. */
type Fill = (at: number, length: number) => number

const clamp: Fill = (at, length) => Math.max(0, Math.min(at, length - 1))

const fills: Readonly<Record<TransformAttrs['fillMode'], Fill>> = {
  constant: at => at,
  nearest: clamp,
  /** dcba | abcd | dcba */
  reflect: (at, length) => {
    const period = 2 * length
    const turned = (at < 0 ? -at - 1 : at) % period
    return clamp(turned < length ? turned : period - turned - 1, length)
  },
  /** abcd | abcd | abcd, counted in steps of length - 1 */
  wrap: (at, length) => {
    if (length <= 1) return 0
    if (at < 0) return clamp(at + length * (Math.trunc(-at / (length - 1)) + 1), length)
    return clamp(at > length - 1 ? at - length * Math.trunc(at / (length - 1)) : at, length)
  },
}

/**
 * y [N, OH, OW, C] of image [N, H, W, C] and transforms [N or 1, 8], of the image's type: y at (x, y) is the image at ((a0 x + a1 y + a2) / k,
 * (a3 x + a4 y + a5) / k) with k = a6 x + a7 y + 1, the nearest pixel or the four around it by their shares.
 */
function transform({ inputs, attrs, backend }: KernelCall<'image' | 'transforms', TransformAttrs>): TensorInfo {
  const { image, transforms } = inputs
  const [batch, height, width, channels] = image.shape as [number, number, number, number]
  const [outHeight, outWidth] = attrs.outputShape ?? [height, width]
  const y = backend.output([batch, outHeight, outWidth, channels], image.dtype)
  const [pixels, maps, to] = [image, transforms, y].map(t => backend.typedArrayFromHeap(t)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ]
  const fill = fills[attrs.fillMode]
  const read = (n: number, row: number, column: number, channel: number) =>
    row >= 0 && row < height && column >= 0 && column < width
      ? pixels[((n * height + row) * width + column) * channels + channel]!
      : attrs.fillValue
  /** Of two rows or columns, where `share` is the second's. */
  const between = (first: number, second: number, share: number) => (1 - share) * first + share * second
  let at = 0
  for (let n = 0; n < batch; n++) {
    const a = maps.subarray(transforms.shape[0] === 1 ? 0 : 8 * n)
    for (let row = 0; row < outHeight; row++) {
      for (let column = 0; column < outWidth; column++, at += channels) {
        const k = a[6]! * column + a[7]! * row + 1
        if (k === 0) {
          to.fill(attrs.fillValue, at, at + channels)
          continue
        }
        const u = fill((a[0]! * column + a[1]! * row + a[2]!) / k, width)
        const v = fill((a[3]! * column + a[4]! * row + a[5]!) / k, height)
        if (attrs.interpolation === 'nearest') {
          const [i, j] = [Math.round(v), Math.round(u)]
          for (let c = 0; c < channels; c++) to[at + c] = read(n, i, j, c)
          continue
        }
        const [i, j] = [Math.floor(v), Math.floor(u)]
        for (let c = 0; c < channels; c++) {
          const upper = between(read(n, i, j, c), read(n, i, j + 1, c), u - j)
          const lower = between(read(n, i + 1, j, c), read(n, i + 1, j + 1, c), u - j)
          to[at + c] = between(upper, lower, v - i)
        }
      }
    }
  }
  return y
}

export const transformConfig = kernel('Transform', transform)
