// What the kernels of volumes [N, D, H, W, C] share: the check of a window over them, and the walk over its terms that both gradients of
// conv3d are.
import type { backend_util } from '@tensorflow/tfjs-core'

/** tfjs's checked description of a 3-D convolution or pooling: shapes, strides, padding. */
export type VolumeInfo = ReturnType<typeof backend_util.computePool3DInfo>

export type Shape5 = [number, number, number, number, number]

/** Refuses a window that is larger than the padded volume by more than its stride: tfjs's formula then gives a negative size. */
export function checkVolume(name: string, info: VolumeInfo): VolumeInfo {
  if (info.outDepth < 0 || info.outHeight < 0 || info.outWidth < 0) {
    throw new Error(
      `${name}: a window of ${info.effectiveFilterDepth} x ${info.effectiveFilterHeight} x ${info.effectiveFilterWidth} does not fit ` +
        `x [${info.inShape.join(', ')}]. Pad x, take pad 'same', or a smaller window.`,
    )
  }
  return info
}

/** Refuses a gradient that is not of the convolution's output shape. */
export function checkGradient(name: string, info: VolumeInfo, dy: readonly number[]): void {
  if (info.outShape.every((side, axis) => side === dy[axis])) return
  throw new Error(
    `${name}: dy is [${dy.join(', ')}], wanted [${info.outShape.join(', ')}] for x [${info.inShape.join(', ')}]. ` +
      "Give the shape of the convolution's input.",
  )
}

/** One axis of a window. */
interface Axis {
  readonly size: number
  readonly taps: number
  readonly stride: number
  readonly pad: number
}

/** Calls `visit` with each tap of output place `out` that lies within the input, and its input place. */
function forEachTap({ size, taps, stride, pad }: Axis, out: number, visit: (tap: number, place: number) => void): void {
  const first = out * stride - pad
  const end = Math.min(taps, size - first)
  for (let tap = Math.max(0, -first); tap < end; tap++) visit(tap, first + tap)
}

/**
 * Calls `visit` with each output place, and each tap of it that lies within the input with the input place that it reads: row-major numbers
 * without channels, in the order of the output. Dilation 1.
 */
export function forEachTerm(info: VolumeInfo, visit: (out: number, tap: number, place: number) => void): void {
  const { batchSize, outDepth, outHeight, outWidth, padInfo } = info
  const d: Axis = { size: info.inDepth, taps: info.filterDepth, stride: info.strideDepth, pad: padInfo.front }
  const h: Axis = { size: info.inHeight, taps: info.filterHeight, stride: info.strideHeight, pad: padInfo.top }
  const w: Axis = { size: info.inWidth, taps: info.filterWidth, stride: info.strideWidth, pad: padInfo.left }
  const places = batchSize * outDepth * outHeight * outWidth
  for (let out = 0; out < places; out++) {
    const row = Math.floor(out / outWidth)
    const plane = Math.floor(row / outHeight)
    const image = Math.floor(plane / outDepth)
    forEachTap(d, plane % outDepth, (tapD, z) =>
      forEachTap(h, row % outHeight, (tapH, y) =>
        forEachTap(w, out % outWidth, (tapW, x) =>
          visit(out, (tapD * h.taps + tapH) * w.taps + tapW, ((image * d.size + z) * h.size + y) * w.size + x),
        ),
      ),
    )
  }
}
