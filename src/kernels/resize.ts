// What the four resizing kernels share: the record that crosses into WASM; assembly/inline/resize.ts owns the field order. The gradients
// are those of the forward rules, for halfPixelCenters as well, which tfjs's cpu backend leaves out of its gradients.
import type { ResizeBilinearAttrs, TensorInfo } from '@tensorflow/tfjs-core'

/** The record's fields for images [N, H, W, C] and the new size. */
export function resizeRecord(images: TensorInfo, attrs: ResizeBilinearAttrs): number[] {
  const { size, alignCorners, halfPixelCenters } = attrs
  return [...images.shape.slice(0, 3), ...size, Number(alignCorners), Number(halfPixelCenters)]
}

/** The shape of images [N, H, W, C] at the new size. */
export const resizedShape = (images: TensorInfo, [height, width]: readonly [number, number]) => [
  images.shape[0]!,
  height,
  width,
  images.shape[3]!,
]

/** Forward size of a gradient: dy's. tfjs's attributes of a gradient may leave it out. */
export const gradientAttrs = (dy: TensorInfo, attrs: Partial<ResizeBilinearAttrs>): ResizeBilinearAttrs => ({
  size: [dy.shape[1]!, dy.shape[2]!],
  alignCorners: attrs.alignCorners ?? false,
  halfPixelCenters: attrs.halfPixelCenters ?? false,
})
